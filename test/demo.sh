#!/usr/bin/env bash
#
# What the demo's SQL says: of noise, that nothing is shown; of the bank's sample, which has faults, what they are.
#
#   bash test/demo.sh		against the server that psql finds, where the extension is installed; makes a database of its own
#
# The last line is "N passed, N failed".

set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$(mktemp) || exit
database=touchpoint_demo_test
trap 'rm -f "$out"; "${PSQL:-psql}" -qX -d postgres -c "DROP DATABASE IF EXISTS $database" >/dev/null 2>/dev/null' EXIT
passed=0
failed=0

says() { check "$1" grep -qE -- "$2" "$out"; }
says_not() { check "$1" not grep -E -- "$2" "$out"; }
not() { ! "$@"; }
check()							# check NAME COMMAND...
{
	local name=$1
	shift
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'not so: %s: %s\n' "$name" "$*"; fi
}

sql() { "${PSQL:-psql}" -qX -v ON_ERROR_STOP=1 -d "$database" "$@"; }

make_database()
{
	"${PSQL:-psql}" -qX -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" &&
	sql -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' \
		-c "ALTER DATABASE $database SET search_path = public, tp" -c "ALTER DATABASE $database SET datestyle = 'ISO, YMD'"
}

sections()						# sections BANK
{
	local section

	for section in "$here"/demo/[0-9]*.sql; do
		sql -v neutral=3 -v scored=true -v guess= -v "bank=$1" -f "$here/demo/look.psql" -f "$section" || return
	done >"$out" 2>&1
}

# Chance alone makes something of one in a hundred such files or so; of these seeds it makes nothing.
for seed in 1 2 3; do
	check "noise $seed: database" make_database
	check "noise $seed: contacts" sql -v seed="$seed" -f "$here/test/demo/noise.sql"
	check "noise $seed: it runs" sections false
	says "noise $seed" '^The peaks of the worst quarter lie where those of the best do: no touchpoint differs by more than chance\.$'
	says "noise $seed" '^No kind is remembered better or worse than the others by more than chance\.$'
	says "noise $seed" '^No channel differs from all the others by more than chance\.$'
	says "noise $seed" '^Over all, what customers got does not differ from what they expected by more than chance'
	says "noise $seed" '^No touchpoint stands clear of both lines by more than chance'
	says "noise $seed" 'no channel differs from the others by more than chance\.$'
	says "noise $seed" '^No channel comes first by more than chance'
	says "noise $seed" '^No channel goes with more sales by more than chance\.'
	says "noise $seed" 'That a sale hangs on one channel more than on the others is not shown\.'
	says "noise $seed" '^No way to a sale stands out by more than chance'
	says_not "noise $seed" 'remember you best|falls short|delights|efficient|dominated|comes first, in|would be lost|buy more often|concentrate here|most take'
done

check 'bank: database' make_database
check 'bank: contacts' sql -f "$here/demo/bank.sql"
check 'bank: it runs' sections true
says bank '^help:call centre/menu makes [0-9]+ % of the memories in the worst quarter'
says bank '^Customers whom you met last in app remember you best \(4\.0\), those in call centre, web and hall worst'
says bank '^Over all, customers got 0\.25 less than they expected'
says bank 'open:web/video identification .* falls short$'
says bank 'they differ by more than chance\.$'
says bank '^Sms comes first, in 200 of 200 draws'
says bank '^Customers met in hall, app and web in the 30 days before buy more often, which need not be a cause\.'
says bank 'without app [0-9]+ % of the sales would be lost'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
