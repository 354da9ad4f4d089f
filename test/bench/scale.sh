#!/bin/sh
# scale.sh [MILLIONS...]: do questions over all journeys take time in proportion to their number? Makes tables of so many
# million contacts (1, 10 and 50 of them), ten a customer, 20 bytes each on disk, and prints the best of RUNS (5) runs on
# one processor: its time, and nanoseconds of it a contact. What else the machine does is left out, as far as Linux
# tells. Needs a superuser, and the extension in schema tp of the database that psql connects to.
set -eu
[ $# -gt 0 ] || set -- 1 10 50
psql -X -q <<'SQL'
SET search_path = public, tp;
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS bench_scale_pool AS
SELECT array_agg(touchpoint((ARRAY['web', 'app', 'shop', 'call', 'mail'])[1 + k % 5],
                            (ARRAY['home', 'search', 'product', 'cart', 'checkout', 'help', 'visit', 'order'])[1 + k / 5])) AS pool
FROM generate_series(0, 39) AS k;
CREATE OR REPLACE FUNCTION bench_scale_journey(customer int) RETURNS journey LANGUAGE sql VOLATILE AS $$
    SELECT journey_agg((SELECT pool FROM bench_scale_pool)[1 + (h & 31)],
                       '2026-01-01Z'::timestamptz + ((customer % 365) * 86400 + i * 7200 + ((h >> 5) & 4095)) * interval '1 s',
                       (1 + ((h >> 17) & 3))::float8, 3::float8)
    FROM (SELECT i, hashint4(customer * 16 + i) AS h FROM generate_series(1, 10) AS i) AS c $$;
SQL
for millions; do
    psql -X -q -v t="bench_scale_$millions" -v customers="$((millions * 100000))" <<'SQL'
SET search_path = public, tp;
SET client_min_messages = warning;
CREATE UNLOGGED TABLE IF NOT EXISTS :t AS SELECT c AS customer, bench_scale_journey(c) AS j FROM generate_series(1, :customers) AS c;
VACUUM ANALYZE :t;
SQL
done
tables=$(printf 'bench_scale_%s,' "$@")
psql -X -qAt -v tables="{${tables%,}}" -v runs="${RUNS:-5}" <<'SQL'
SET search_path = public, tp;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT set_config('bench.tables', :'tables', false), set_config('bench.runs', :'runs', false) \g /dev/null
DO $$
DECLARE
    ask text[] := ARRAY['count', 'sum(contact_count(j))', 'peak_end_score', 'sum(peak_end_score(j, 3))', 'three steps', 'count(*) FILTER (WHERE j ~ ''web/* -> shop/* -[<= 2 days]-> */order'')',
        'funnel_agg', 'funnel_agg(j, ''{web/*,*/cart,*/order}'', ''7 days'')', 'flow_agg', 'flow_agg(j, ''channel'')', 'gaps', 'journey_gap_agg(j, ''touchpoint'')',
        'linear credit', 'attribution_agg(j, ''linear'', ''channel'', ''*/order'', interval ''30 days'', NULL::interval, true)'];
    t text; started bigint; took float8; best float8; line text; contacts bigint;
BEGIN
    FOR a IN 1 .. array_length(ask, 1) BY 2 LOOP
        line := ask[a];
        FOREACH t IN ARRAY current_setting('bench.tables')::text[] LOOP
            best := 'infinity';
            EXECUTE format('SELECT sum(contact_count(j)) FROM %I', t) INTO contacts;
            FOR r IN 1 .. current_setting('bench.runs')::int LOOP
                started := split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint;
                EXECUTE format('SELECT %s FROM %I', ask[a + 1], t);
                took := split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint - started;
                best := least(best, took);
            END LOOP;
            line := line || format(' | %s M: %s s, %s ns', round(contacts / 1000000.0), round((best / 1e9)::numeric, 3), round((best / contacts)::numeric, 1));
        END LOOP;
        RAISE NOTICE '%', line;
    END LOOP;
END $$;
SELECT format('%s: %s MB, %s bytes a contact', t, pg_relation_size(t::regclass) / 1000000, round(pg_relation_size(t::regclass) / (replace(t, 'bench_scale_', '')::numeric * 1000000), 1))
FROM unnest(current_setting('bench.tables')::text[]) AS t;
SQL
