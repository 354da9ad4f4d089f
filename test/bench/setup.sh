# Sourced by the benchmarks over stored journeys, with their arguments: database, runs, customers. Makes the database and
# its data if need be; both stay, for the next run.
here=$(dirname "$0")
export PGDATABASE="${1:-touchpoint_bench}"
runs=${2:-7} customers=${3:-1000000}
psql -X -At -d postgres -c "SELECT 1 FROM pg_database WHERE datname = '$PGDATABASE'" | grep -q 1 || {
    createdb "$PGDATABASE"
    psql -X -q -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp'
}
psql -X -q -v customers="$customers" -f "$here/data.sql"
