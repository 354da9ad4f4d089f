#!/bin/sh
# Channel ranking on one partition, as ratios: medians of alternating runs.
# Usage: PGHOST=... PGPORT=... PGUSER=... PGDATABASE=... test/bench/channel.sh [runs]
# touchpoint must be installed in the database; its tables go with the session.
exec psql -X -q -v ON_ERROR_STOP=1 -v runs="${1:-9}" -f "$(dirname "$0")/channel.sql"
