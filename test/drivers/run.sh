#!/usr/bin/env bash
# The programs of docs/from-your-language.md, each with its driver where that is installed: what they print must be what
# stands below them, and Cube and Evidence on the views of docs/from-your-bi-tool.md. Says which drivers are not there.
#
#   PGHOST=... PGPORT=... PGUSER=... test/drivers/run.sh
#
# It makes a database touchpoint_drivers and drops it again; the extension must be installed. Drivers are looked for where
# their languages look: PYTHONPATH, NODE_PATH, GOPATH, JDBC_JAR (default: Debian's).
set -u
cd "$(dirname "$0")" || exit
page=../../docs/from-your-language.md
jar=${JDBC_JAR:-/usr/share/java/postgresql.jar}
export PGDATABASE=touchpoint_drivers PGPORT=${PGPORT:-5432} PGUSER=${PGUSER:-$(id -un)} PGTZ=UTC
work=$(mktemp -d)
forwarder=
passed=0
failed=0

sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
ends()
{
	[ -z "$forwarder" ] || kill "$forwarder"
	PGOPTIONS='-c client_min_messages=warning' sql -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)"
	rm -rf "$work"
} 2>/dev/null
trap ends EXIT

# block HEADING LANGUAGE: the block of that language below the heading
block()
{
	awk -v heading="## $1" -v open="\`\`\`$2" '
		/^## / { below = $0 == heading }
		below && $0 == open { inside = 1; next }
		/^```/ { inside = 0 }
		inside' "$page"
}

# Java knows no Unix sockets: a port of this machine that leads to the server's.
url()
{
	case ${PGHOST:-/var/run/postgresql} in
		/*)
			python3 forward.py "${PGHOST:-/var/run/postgresql}/.s.PGSQL.$PGPORT" >"$work/port" &
			forwarder=$!
			for _ in {1..50}; do [ -s "$work/port" ] && break; sleep 0.1; done
			JDBC_URL="jdbc:postgresql://127.0.0.1:$(cat "$work/port")/$PGDATABASE?user=$PGUSER" ;;
		*) JDBC_URL="jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE?user=$PGUSER" ;;
	esac
	export JDBC_URL
}

# try HEADING LANGUAGE FILE "IS IT THERE" COMMAND...: run the program as FILE
try()
{
	local heading=$1 language=$2 file=$work/$3 there=$4
	shift 4
	block "$heading" "$language" >"$file"
	block "$heading" text >"$work/expected"
	if ! (cd "$work" && eval "$there") >/dev/null 2>&1; then
		echo "$heading: not installed, not run"
		return
	fi
	sql -c 'TRUNCATE visit'
	if "$@" "$file" >"$work/printed" 2>"$work/errors" && [ -s "$work/expected" ] && cmp -s "$work/printed" "$work/expected"; then
		echo "$heading: ok"
		passed=$((passed + 1))
	else
		echo "$heading: FAILED"
		failed=$((failed + 1))
		diff "$work/expected" "$work/printed"
		tail -n 20 "$work/errors"
	fi
}

PGOPTIONS='-c client_min_messages=warning' sql -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE TEMPLATE template0 ENCODING 'UTF8'" &&
	sql -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' -c "ALTER DATABASE $PGDATABASE SET search_path = public, tp" &&
	awk '/^```sql$/ { inside = 1; next } inside && /^```/ { exit } inside' "$page" | sql -f - || exit

# Debian's Python sees Debian's modules.
python=$(command -v /usr/bin/python3 python3 | head -n 1)
[ ! -f "$jar" ] || ! command -v java >/dev/null || ! command -v python3 >/dev/null || url
try JDBC java Visits.java '[ -n "${JDBC_URL:-}" ] && java --version' java -cp "$jar"
try psycopg python psycopg3.py '$python -c "import psycopg"' "$python"
try psycopg2 python with_psycopg2.py '$python -c "import psycopg2"' "$python"
try SQLAlchemy python with_sqlalchemy.py '$python -c "import sqlalchemy, psycopg2"' "$python"
try Django python with_django.py '$python -c "import django, psycopg2"' "$python"
try node-pg js pg.js 'node -e "require(\"pg\")"' node
try Knex js with_knex.js 'node -e "require(\"knex\"); require(\"pg\")"' node
try Sequelize js with_sequelize.js 'node -e "require(\"sequelize\"); require(\"pg\")"' node
try TypeORM js with_typeorm.js 'node -e "require(\"typeorm\"); require(\"pg\")"' node
export GO111MODULE=off GOCACHE=${GOCACHE:-$work/cache} GOPATH=${GOPATH:-/usr/share/gocode}
try Go go visits.go 'go list github.com/jackc/pgx/v4' go run

# The views of docs/from-your-bi-tool.md, as Cube and Evidence read them
if node --version >/dev/null 2>&1; then
	sed -n '/^```sql$/,/^```$/{/^```/!p}' ../../docs/from-your-bi-tool.md | sed '/^CREATE ROLE/,/^GRANT SELECT/d; /^DROP/d' | sql -f - >/dev/null &&
		node bi.js $(sql -At -c "SELECT relname FROM pg_class WHERE relnamespace = 'dash'::regnamespace AND relname <> 'bi_base'") >"$work/bi"
	cat "$work/bi"
	passed=$((passed + $(grep -c ' views, ' "$work/bi")))
	failed=$((failed + $(grep -c FAILED "$work/bi")))
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
