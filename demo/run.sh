# shellcheck shell=bash disable=SC2154  # sourced by bootstrap, whose variables these are
#
# ./bootstrap demo: fills a table "contacts" from bank.sql or from the user's CSV file, then runs
# demo/[0-9]*.sql in order, each a section of the answer. A section may use
#
#   contacts (id, customer_id, touchpoint, occurred_at, score, expected, cost, duration, value)
#   journeys (customer_id, journey), from section 10 on
#   :neutral  the score that is neither good nor bad, empty if nothing is scored;  :scored  is it?
#   what 00_chance.sql has to tell findings from noise
#   :bank     is this the sample?  :guess  a remark if the neutral score was guessed
#
# demo/pictures/NAME.svg.sql, where there are any, print one picture each; they are written to
# ./touchpoint-demo/NAME.svg where the user stands.

csv_columns='customer_id touchpoint occurred_at channel score expected cost duration value'

bad_file() { printf '%s: %s\n' "$file" "$*" >&2; exit 1; }

prepare_demo()
{
	[[ -z $neutral || $neutral =~ ^[+-]?[0-9]+([.][0-9]+)?$ ]] || die "--neutral wants a number, not \"$neutral\""
	[ -n "$file" ] || return 0
	[[ $file == /* ]] || file=$invoked_in/$file
	[ -f "$file" ] || bad_file "no such file, or not for $(id -un) to see"
	[ -r "$file" ] || bad_file "cannot be read by $(id -un)"
	[ -s "$file" ] || bad_file "is empty"
	check_encoding
	read_header
}

check_encoding()
{
	local lines

	[ "$(LC_ALL=C tr -dc '\000' <"$file" | head -c 1 | wc -c)" = 0 ] ||
		bad_file "is not UTF-8 text: it has NUL bytes (UTF-16?); save it as CSV in UTF-8"
	lines=$(grep -naxv '.*' "$file" | head -n 20 | cut -d: -f1)
	[ -z "$lines" ] || {
		printf 'line %s: not UTF-8\n' $lines >&2
		bad_file "convert it first, as in: iconv -f GB18030 -t UTF-8"
	}
}

# The names in the first line, in the file's order: $columns.
read_header()
{
	local header name names=() seen=' '

	IFS= read -r header <"$file"
	header=${header#$'\xef\xbb\xbf'}	# what Excel puts first
	header=${header%$'\r'}
	case $header in
		*,*) ;;
		*';'* | *$'\t'*) bad_file "line 1: fields must be separated by commas" ;;
	esac
	IFS=, read -ra names <<<"$header"
	[[ $header != *, ]] || names+=('')
	columns=
	for name in "${names[@]}"; do
		name=$(sed -E 's/^[[:space:]]*"?[[:space:]]*//; s/[[:space:]]*"?[[:space:]]*$//' <<<"${name,,}")
		case " $csv_columns " in
			*" ${name:-?} "*) ;;
			*) bad_file "line 1: unknown column \"$name\"; known are: ${csv_columns// /, }" ;;
		esac
		case $seen in *" $name "*) bad_file "line 1: column \"$name\" stands there twice" ;; esac
		seen+="$name "
		columns+=${columns:+,}$name
	done
	for name in customer_id touchpoint occurred_at; do
		case $seen in
			*" $name "*) ;;
			*) bad_file "line 1: there must be a column \"$name\"; known are: ${csv_columns// /, }" ;;
		esac
	done
}

load_csv()
{
	local errors=$scratch/log/errors records=$scratch/log/records misshapen=$scratch/log/misshapen

	sql -d demo -v "has_channel=$([[ ,$columns, == *,channel,* ]] && say true || say false)" \
		-f "$here/demo/csv_tables.sql" || exit
	run env LC_ALL=C awk -v fields="$(tr ',' '\n' <<<"$columns" | wc -l)" -v misshapen="$misshapen" \
		-f "$here/demo/csv_records.awk" "$file" >"$records" || exit
	touch "$misshapen"
	run sql -d demo -c "\\copy line_error from '$misshapen'" \
		-c "\\copy line_text (line,$columns) from '$records' csv" || exit
	run sql -d demo -At -f "$here/demo/csv_errors.sql" >"$errors" || exit
	if [ -s "$errors" ]; then
		cat "$errors" >&2
		bad_file "nothing was loaded"
	fi
	run sql -d demo -f "$here/demo/csv_load.sql" || exit
}

draw_pictures()
{
	local picture name

	for picture in "$here"/demo/pictures/*.svg.sql; do
		[ -f "$picture" ] || continue
		mkdir -p "$invoked_in/touchpoint-demo" || return
		name=$(basename "$picture" .sql)
		run sql -d demo -At "$@" -f "$picture" >"$invoked_in/touchpoint-demo/$name" || return
		say "Picture: $invoked_in/touchpoint-demo/$name"
	done
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
	say "The cluster runs on. Connect:  $scratch/psql"
	say "Stop and remove it:            $scratch/stop"
}

demo()
{
	local log=$scratch/log/build guess= section settings

	say "Building ..."
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
		[ -n "$neutral" ] || guess=' (the middle of these; --neutral says otherwise)'
		: "${neutral:=$(sql -d demo -At -c 'SELECT (min(score) + max(score)) / 2 FROM contacts')}"
	else
		run sql -d demo -f "$here/demo/bank.sql" || exit
		: "${neutral:=3}"
	fi

	settings=(-v "neutral=$neutral"
		-v "scored=$(sql -d demo -At -c 'SELECT count(score) > 0 FROM contacts')"
		-v "guess=$guess" -v "bank=$([ -n "$file" ] && say false || say true)")
	for section in "$here"/demo/[0-9]*.sql; do
		run sql -d demo "${settings[@]}" -f "$here/demo/look.psql" -f "$section" || exit
	done
	draw_pictures "${settings[@]}" || exit
	[ -z "$keep" ] || stay
}
