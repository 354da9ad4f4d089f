#!/bin/sh
#
# Every picture and the demo's report, drawn on the server that PGHOST says, looked at in a headless Chromium.
#
#	test/browser/run.sh DIRECTORY	leaves the pictures in DIRECTORY, which is made
#
# Needs node and chromium; run.sh --can says whether they are there.

can() { command -v node >/dev/null && command -v chromium >/dev/null; }
[ "${1:-}" != --can ] || { can; exit; }

here=$(cd "$(dirname "$0")/../.." && pwd) || exit
to=${1:?usage: test/browser/run.sh DIRECTORY}
mkdir -p "$to" || exit
psql() { command psql -X -q -v ON_ERROR_STOP=1 "$@"; }
settings='-v neutral=3 -v scored=t -v bank=true -v guess='

psql -d postgres -c 'DROP DATABASE IF EXISTS browser' -c 'CREATE DATABASE browser' &&
psql -d browser -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' \
	-c 'ALTER DATABASE browser SET search_path = public, tp' -c "ALTER DATABASE browser SET datestyle = 'ISO, YMD'" &&
psql -d browser -f "$here/demo/bank.sql" || exit
for section in "$here"/demo/10_*.sql "$here"/demo/90_*.sql; do
	psql -d browser $settings -f "$section" >/dev/null || exit
done
psql -d browser -At $settings -f "$here/demo/report.psql" >"$to/report.html" || exit
while IFS='	' read -r name query; do
	for width in 375 960 1600; do
		file=$to/$name-$width.svg
		psql -d browser -At -c "$(printf '%s' "$query" | sed "s/WIDTH/$width/")" </dev/null >"$file" || exit
		! command -v xmllint >/dev/null || xmllint --noout "$file" || exit
		[ "$(wc -c <"$file")" -le 300000 ] || { echo "$file has more than 300 kB"; exit 1; }
	done
done <"$here/test/browser/pictures.txt"
if command -v xmllint >/dev/null; then
	psql -d browser -f "$here/test/browser/hostile.sql" >"$to/hostile.xml" && xmllint --huge --noout "$to/hostile.xml" || exit
	rm "$to/hostile.xml"
fi
node "$here/test/browser/check.mjs" "$to"
