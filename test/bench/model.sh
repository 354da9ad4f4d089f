#!/bin/sh
# model.sh [CONTACTS [CUSTOMERS]]: the contact model on a million contacts of 100,000 customers. How long import_contacts
# takes against COPY of the same file into a bare table (limit 5 times) and into one with the keys, checks and indexes of
# contacts; then each view and the functions that return rows, slowest first (limit 5 s). psql connects as its environment
# says, as a superuser on a server of this machine with its settings as they come; the extension is in schema tp or
# public. Makes schemas bench_million and bench_crm anew and leaves them to be looked at.
set -eu
here=$(dirname "$0")
contacts=${1:-1000000} customers=${2:-100000}
tp=$(psql -X -qAt -c "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'touchpoint'")
export PGOPTIONS="${PGOPTIONS:-} -c search_path=bench_crm,$tp -c timezone=UTC -c client_min_messages=warning"
file=$(psql -X -qAt -c "SELECT current_setting('data_directory')")/bench_million.copy
seconds() { # command of psql; the wall clock of it
    printf '%s\n' '\timing on' "$1" | psql -X -qAt -v ON_ERROR_STOP=1 | awk '/^Time:/ { t = $2 } END { printf "%.1f", t / 1000 }'
}
psql -X -q -v ON_ERROR_STOP=1 -c 'DROP SCHEMA IF EXISTS bench_million, bench_crm CASCADE' -c 'CREATE SCHEMA bench_million' \
    -c "SELECT create_contact_model('bench_crm')" > /dev/null
psql -X -q -v ON_ERROR_STOP=1 -v contacts="$contacts" -v customers="$customers" -v file="$file" -f "$here/model.sql" > /dev/null
psql -X -q -v ON_ERROR_STOP=1 -c 'ANALYZE' -c 'CHECKPOINT'
psql -X -q -v ON_ERROR_STOP=1 > /dev/null <<SQL
CREATE TABLE bench_million.log (LIKE bench_million.made);
CREATE TABLE bench_million.keyed (LIKE contacts INCLUDING ALL);
ALTER TABLE bench_million.keyed ADD COLUMN external_id text;
SELECT format('ALTER TABLE bench_million.keyed ADD %s', pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid = 'contacts'::regclass AND contype = 'f' \gexec
SQL
columns=$(psql -X -qAt -c "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'bench_million.made'::regclass AND attnum > 0")
bare=$(seconds "COPY bench_million.log FROM '$file'")
keyed=$(seconds "COPY bench_million.keyed ($columns) FROM '$file'")
psql -X -q -c 'ANALYZE bench_million.log' -c 'DROP TABLE bench_million.keyed, bench_million.made' -c CHECKPOINT
mapping=$(psql -X -qAt -c "SELECT jsonb_object_agg(attname, attname) - 'customer_id' FROM pg_attribute WHERE attrelid = 'bench_million.log'::regclass AND attnum > 0")
import=$(seconds "SELECT * FROM import_contacts('bench_million.log', '$mapping')")
echo "$contacts contacts: COPY into a bare table $bare s, with keys, checks and indexes $keyed s; import_contacts $import s," \
    "$(echo "$import $bare $keyed" | awk '{ printf "%.1f x (limit 5) and %.1f x", $1 / $2, $1 / $3 }')"
echo "imported: $(psql -X -qAt -c 'SELECT count(*) FROM contacts'), journeys that differ from a rebuild: $(psql -X -qAt -c "SELECT verify_journeys('journeys')")"
psql -X -q -c "INSERT INTO follow_ups (customer_id, rule_id, contact_at, contact_id, due_at) SELECT customer_id, 1, occurred_at, id, occurred_at + interval '2 days' FROM contacts WHERE id % 50 = 0 AND touchpoint ~~ 'service:%'"
psql -X -q -c 'VACUUM ANALYZE' -c CHECKPOINT
"$here/model_views.sh" bench_crm
rm -f "$file"
