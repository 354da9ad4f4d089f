# shellcheck shell=bash disable=SC2154  # sourced by bootstrap, whose variables these are
#
# ./bootstrap demo: fills a table "contacts" from bank.sql or from the user's CSV file, then runs
# demo/[0-9]*.sql in order, each a section of the answer. A section may use
#
#   contacts (id, customer_id, touchpoint, occurred_at, score, expected, cost, duration, value, initiator, properties)
#   journeys (customer_id, journey), from section 10 on
#   :neutral  the score that is neither good nor bad, empty if nothing is scored;  :scored  is it?
#   what 00_chance.sql has to tell findings from noise
#   :bank     is this the sample?  :guess  a remark if the neutral score was guessed
#
# demo/report.psql says it all once more as pictures and tables, on a page that is written to
# ./touchpoint-demo/report.html where the user stands.

# shellcheck source=csv.sh
. "$here/demo/csv.sh"

# What is said, in the language of LANG where there is a catalogue of it: words of ours, and a section's file.
words=$here/demo/${spoken%%[_.@]*}.txt
[ "${spoken%%[_.@]*}" != "" ] && [ -f "$words" ] || words=

word()
{
	local other=

	[ -z "$words" ] || other=$(awk -v key="$1" 'found { print; exit } $0 == key { found = 1 }' "$words")
	say "${other:-$1}"
}

worded()						# worded FILE: the file to run for it
{
	[ -n "$words" ] || { say "$1"; return; }
	awk -f "$here/demo/words.awk" "$words" "$1" >"$scratch/words-${1##*/}" || return
	chmod 644 "$scratch/words-${1##*/}"
	say "$scratch/words-${1##*/}"
}

prepare_demo()
{
	[[ -z $neutral || $neutral =~ ^[+-]?[0-9]+([.][0-9]+)?$ ]] || die "--neutral wants a number, not \"$neutral\""
	case $dates in '' | dmy | mdy | ymd) ;; *) die "--dates wants dmy, mdy or ymd, not \"$dates\"" ;; esac
	case $decimal in '' | . | ,) ;; *) die "--decimal wants , or ., not \"$decimal\"" ;; esac
	if [ -n "$file" ]; then
		check_file
	elif [ -n "$map$dates$decimal$normalise$skip_faulty" ]; then
		die "--map, --dates, --decimal, --normalise and --skip-faulty are for a FILE.csv"
	fi
}

# Where the user cannot write there is no page, and the terminal has said it all.
write_report()
{
	local page=$invoked_in/touchpoint-demo/report.html

	if ! mkdir -p "${page%/*}" 2>/dev/null || ! : 2>/dev/null >"$page"; then
		say "No report was written: $(id -un) cannot write to $invoked_in."
		return 0
	fi
	run sql -d demo -At "$@" -f "$(worded "$here/demo/report.psql")" >"$page" || return
	say
	say "$(word 'The same as pictures:') $page"
	[ -z "$show" ] || run open_page "$page"
}

open_page()
{
	local opener

	for opener in xdg-open open; do
		command -v "$opener" >/dev/null && "$opener" "$1" >/dev/null 2>&1 && return
	done
	word 'Nothing on this machine opens it; open it in a browser.'
}

stay()
{
	keep=running
	cat >"$scratch/stop" <<-STOP
	#!/bin/sh
	# Stop the demo's cluster and remove it.
	export LD_LIBRARY_PATH='${LD_LIBRARY_PATH:-}'
	cd / && ${drop[*]} '$bin/pg_ctl' -D '$scratch/data' -m fast -s stop
	rm -rf '$scratch'
	STOP
	cat >"$scratch/psql" <<-PSQL
	#!/bin/sh
	# Connect to the demo's cluster.
	export LD_LIBRARY_PATH='${LD_LIBRARY_PATH:-}' PGHOST='$PGHOST' PGPORT='$PGPORT' PGUSER=postgres PGDATABASE=demo
	exec '$client/psql' "\$@"
	PSQL
	chmod 755 "$scratch/stop" "$scratch/psql"
	rm -f "$scratch/lock"			# what nobody holds is swept, but this is to stay
	say
	say "$(word 'The cluster runs on. Connect:')  $scratch/psql"
	say "$(word 'Stop and remove it:')            $scratch/stop"
}

demo()
{
	local log=$scratch/log/build guess= section settings

	word 'Building ...'
	run build >"$log" 2>&1 && run install_extension >>"$log" 2>&1 ||
		{ head -n 60 "$log" >&2; die "could not build the extension"; }
	start_server

	# A schema of the extension's own, as a user's database should have it.
	sql -c 'CREATE DATABASE demo' &&
	sql -d demo -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' \
		-c 'ALTER DATABASE demo SET search_path = public, tp' \
		-c "ALTER DATABASE demo SET datestyle = 'ISO, YMD'" || exit

	if [ -n "$file" ]; then
		load_csv
		[ -n "$neutral" ] || guess=$(word ' (the middle of these; --neutral says otherwise)')
		: "${neutral:=$(sql -d demo -At -c 'SELECT (min(score) + max(score)) / 2 FROM contacts')}"
	else
		run sql -d demo -f "$here/demo/bank.sql" || exit
		: "${neutral:=3}"
	fi

	settings=(-v "neutral=$neutral"
		-v "scored=$(sql -d demo -At -c 'SELECT count(score) > 0 FROM contacts')"
		-v "guess=$guess" -v "bank=$([ -n "$file" ] && say false || say true)")
	for section in "$here"/demo/[0-9]*.sql; do
		run sql -d demo "${settings[@]}" -f "$here/demo/look.psql" -f "$(worded "$section")" || exit
	done
	write_report "${settings[@]}" || exit
	[ -z "$keep" ] || stay
}
