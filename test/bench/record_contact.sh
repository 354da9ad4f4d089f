#!/bin/sh
# record_contact.sh [SECONDS [CLIENTS]]: latency of record_contact() on 10,000 customers with caps,
# quiet hours, consent and a follow-up rule; median and 99th percentile against 2 ms, with
# announcements (pg_notify, for which transactions commit one after another) and without; and the
# processor time that the server takes a call, where it runs on this machine. psql and pgbench
# connect as their environment says; the model is made in schema bench_model and dropped.
seconds=${1:-20} clients=${2:-8}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export PGOPTIONS="${PGOPTIONS:-} -c search_path=public,tp"
psql -X -q -v ON_ERROR_STOP=1 -c "SELECT create_contact_model('bench_model')" >/dev/null || exit
trap 'psql -X -q -c "SELECT drop_contact_model(\$\$bench_model\$\$, true)" >/dev/null; rm -rf "$dir"' EXIT
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL' || exit
SET search_path = bench_model, public, tp;
INSERT INTO channels (channel, unit_cost) VALUES ('sms', 0.1), ('shop', 5);
INSERT INTO goals VALUES ('inform', NULL);
INSERT INTO touchpoints (touchpoint, area, goal, content) VALUES
    ('sms/offer', 'marketing', 'inform', 'offer'), ('shop/visit', 'service', 'inform', 'advice');
INSERT INTO customers (name) SELECT 'c' || n FROM generate_series(1, 10000) n;
INSERT INTO consents (customer_id, channel, purpose) SELECT customer_id, 'sms', 'marketing' FROM customers;
INSERT INTO follow_up_rules (touchpoint, wait, channel) VALUES ('shop/*', '7 days', 'sms');
UPDATE policies SET rule = '{"caps": [{"max": 3, "within": "1 day"}], "cooldown": [{"after": "*/complaint", "wait": "30 days"}]}';
INSERT INTO policies (policy, channel, rule) VALUES ('sms', 'sms', '{"quiet": {"from": "03:00", "to": "03:01", "timezone": "UTC"}}');
INSERT INTO contacts (occurred_at, customer_id, touchpoint, score, initiator)
    SELECT now() - n * interval '1 hour', n % 10000 + 1, 'shop/visit', n % 5 + 1, 'customer' FROM generate_series(1, 200000) n;
ANALYZE;
SQL
cat >"$dir/offer.sql" <<'SQL'
\set c random(1, 10000)
SELECT * FROM bench_model.record_contact(:c, 'sms/offer');
SQL
cat >"$dir/visit.sql" <<'SQL'
\set c random(1, 10000)
SELECT * FROM bench_model.record_contact(:c, 'shop/visit', score => 4, initiator => 'customer');
SQL
psql -X -At -c "SELECT 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')"
for announce in true false; do
    psql -X -q -c "UPDATE bench_model.settings SET announce = $announce"
    rm -f "$dir"/log.*
    pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f "$dir/offer.sql@3" -f "$dir/visit.sql@1" \
        -l --log-prefix="$dir/log" >"$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
    cat "$dir"/log.* | awk '{ print $3 }' | sort -n | awk -v n="$clients" -v announce=$announce -v s="$seconds" '{ t[NR] = $1 }
        END { p = t[int(NR / 2) + 1] / 1000
            printf "record_contact, %d clients, announce %s: %d calls a second, p50 %.2f ms, p99 %.2f ms (limit p50 2) %s\n", n, announce,
                NR / s, p, t[int(NR * 0.99) + 1] / 1000, (p <= 2 ? "ok" : "MISSED") }'
done
# One client, 100 calls at a time, between two looks at what its server process has used.
for call in "'sms/offer'" "'shop/visit', score => 4, initiator => 'customer'"; do
    {
        printf '%s\n' '\o /dev/null' 'SELECT pg_backend_pid() AS pid \gset' '\setenv PID :pid' \
            "PREPARE call(bigint) AS SELECT * FROM bench_model.record_contact(\$1, $call);"
        awk 'BEGIN { for (b = 0; b <= 30; b++) { for (i = 0; i < 100; i++) print "EXECUTE call(" int(rand() * 10000) + 1 ");"
            print "\\! cat /proc/$PID/schedstat 2>/dev/null" } }'
    } >"$dir/calls.sql"
    psql -X -q -f "$dir/calls.sql" | awk 'NR > 1 { printf "%.0f\n", ($1 - before) / 100000 } { before = $1 }' | sort -n |
        awk -v call="$call" '{ t[NR] = $1 } END { if (NR) print "processor time a call, median of " NR " times 100: " t[int(NR / 2) + 1] " us: " call }'
done
psql -X -At -c "SELECT count(*) FILTER (WHERE initiator = 'company') || ' recorded, ' || (SELECT count(*) FROM bench_model.refusals)
    || ' refused, journeys that differ from a rebuild: ' || verify_journeys('bench_model.journeys') FROM bench_model.contacts"
