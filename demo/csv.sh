# shellcheck shell=bash disable=SC2154  # sourced by run.sh
#
# The user's CSV file: which of its columns is what, and contacts made of its lines.
#
#   --map FIELD=COLUMN,...   which column is what; else the usual names are looked for
#   --dates dmy|mdy|ymd      03/04/05: which number is the day, and which the year? Else found out where the file tells
#   --decimal ,|.            the sign before decimals; else found out
#   --normalise              touchpoints and channels in lower case, runs of blanks as one
#   --skip-faulty            load the lines that are sound; else one that is not stops all

csv_fields=(customer_id touchpoint occurred_at channel stage score expected cost duration value initiator id)

# How a field is called elsewhere, the likeliest name first, as plain writes it.
usual_names()
{
	case $1 in
		customer_id) say customer_id customerid customer user_id userid user client_id client cust_id custid account_id member_id \
			visitor_id visitorid fullvisitorid user_pseudo_id household_id patient_id patient case_id caseid case case_concept_name \
			trace_id session_id sessionid cookie distinct_id anonymous_id \
			客户编号 客户id 客户 用户id 用户编号 用户 会员号 ;;
		touchpoint) say touchpoint event event_name eventname activity activity_name concept_name event_type eventtype action step \
			page page_path label name \
			接触点 触点 事件 行为 ;;
		occurred_at) say occurred_at timestamp event_time eventtime event_timestamp eventtimestamp time_timestamp \
			complete_timestamp end_timestamp start_timestamp ts time datetime date_time \
			event_date created_at start_time transaction_date order_date visit_date date day at created 发生时间 时间 日期 ;;
		channel) say channel marketing_channel utm_source source medium utm_medium platform 渠道 ;;
		stage) say stage phase 阶段 ;;
		score) say score rating satisfaction csat stars nps 评分 得分 满意度 ;;
		expected) say expected expectation 期望 ;;
		cost) say cost costs spend 成本 费用 ;;
		duration) say duration 时长 ;;
		value) say value revenue sales_value order_value conversion_value amount sales price 金额 价值 ;;
		initiator) say initiator initiated_by direction 发起方 ;;
		id) say id event_id contact_id row_id event_no 编号 ;;
	esac
}

bad_file() { printf '%s: %s\n' "$file" "$*" >&2; exit 1; }

check_file()
{
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
		bad_file "convert it first, as in: iconv -f GB18030 -t UTF-8, or -f WINDOWS-1252"
	}
}

# A name without case, blanks and signs: "Case:concept:name" and "case_concept_name" are one.
plainly() { sed -E 's/[[:space:]_:.#()-]+/_/g; s/^_//; s/_$//'; }
plain() { plainly <<<"${1,,}"; }

# Names of the first line, in the file's order: names[], as plain writes them: plains[]; what separates fields: $separator.
# Excel may put a line before it that says the last, sep=; so $header_line is where they stand.
split_header()
{
	local header second sign signs=(, ';' $'\t' '|') most=0 n

	{ IFS= read -r header; IFS= read -r second; } <"$file"
	header=${header#$'\xef\xbb\xbf'}	# what Excel puts first
	header=${header%$'\r'}
	header_line=1
	if [[ $header =~ ^\"?sep=([,\;|]|$'\t')\"?$ ]]; then
		signs=("${BASH_REMATCH[1]}") header=${second%$'\r'} header_line=2
	fi
	[[ $header != *$'\r'* ]] || bad_file "its lines end in carriage returns alone; write them anew: tr '\\r' '\\n' <$(basename "$file") >NEW.csv"
	for sign in "${signs[@]}"; do
		n=$(sed 's/"[^"]*"//g' <<<"$header" | tr -dc "$sign" | wc -c)
		if [ "$n" -gt "$most" ]; then most=$n separator=$sign; fi
	done
	[ "$most" -gt 0 ] || bad_file "line $header_line: one column only; fields are separated by commas, semicolons, tabs or |"
	mapfile -t names < <(awk -v sep="$separator" '{
		n = length($0)
		for (i = 1; i <= n; i++) {
			c = substr($0, i, 1)
			if (c == "\"") quoted = !quoted
			else if (c == sep && !quoted) { print name; name = "" }
			else name = name c
		}
		print name
	}' <<<"$header" | sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//')
	n=$(printf '%s\n' "${names[@]}" | sed '/^$/d' | sort | uniq -d | head -n 1)
	[ -z "$n" ] || bad_file "line $header_line: column \"$n\" stands there twice"
	mapfile -t plains < <(printf '%s\n' "${names[@],,}" | plainly)
}

list() { local IFS=,; say "$*" | sed 's/,/, /g'; }

column_called()					# column_called NAME: its number, from 0
{
	local i wanted

	for ((i = 0; i < ${#names[@]}; i++)); do
		[ "${names[i]}" != "$1" ] || { say $i; return; }
	done
	wanted=$(plain "$1")
	for ((i = 0; i < ${#names[@]}; i++)); do
		[ "${plains[i]}" != "$wanted" ] || { say $i; return; }
	done
	return 1
}

# Which column is what: column_of[FIELD]; what none of them is: rest.
declare -A column_of=()
read_header()
{
	local pair pairs field name i taken=' ' as=() guessed= unnamed=()

	split_header
	IFS=, read -ra pairs <<<"$map"
	for pair in "${pairs[@]}"; do
		field=${pair%%=*}
		[ "$field" != customer ] || field=customer_id
		[[ $pair == *=* && " ${csv_fields[*]} " == *" $field "* ]] ||
			die "--map wants FIELD=COLUMN,... and no \"$pair\"; fields are $(list "${csv_fields[@]}")"
		i=$(column_called "${pair#*=}") || bad_file "line $header_line: there is no column \"${pair#*=}\"; there are $(list "${names[@]}")"
		column_of[$field]=$i
		taken+="$i "
	done
	for field in "${csv_fields[@]}"; do
		[ -z "${column_of[$field]:-}" ] || continue
		for name in $(usual_names "$field"); do
			for ((i = 0; i < ${#names[@]}; i++)); do
				if [[ $taken != *" $i "* ]] && [ "${plains[i]}" = "$name" ]; then
					column_of[$field]=$i
					taken+="$i "
					[ "$name" = "$field" ] || guessed=yes
					break 2
				fi
			done
		done
	done
	for field in customer_id touchpoint occurred_at; do
		[ -n "${column_of[$field]:-}" ] || bad_file "line $header_line: which column is $field? Say --map $field=COLUMN; there are $(list "${names[@]}")"
	done
	day_column=
	for name in date 日期; do		# of a day and a time of day, occurred_at is the time; see tables_of_columns
		[[ ,$map != *,occurred_at=* ]] && i=$(column_called "$name") && [ "$i" != "${column_of[occurred_at]}" ] || continue
		day_column=$i
		say "Where ${names[${column_of[occurred_at]}]} is a time of day alone, ${names[i]} is its day."
		break
	done
	rest=()
	for ((i = 0; i < ${#names[@]}; i++)); do
		if [ -z "${names[i]}" ]; then
			unnamed+=($((i + 1)))		# most often the numbers of the lines
		elif [[ $taken != *" $i "* ]]; then
			rest+=("$i")
		fi
	done
	[ "${#unnamed[@]}" = 0 ] || say "Left out, for they have no name: column $(list "${unnamed[@]}")."
	for field in "${csv_fields[@]}"; do
		[ -z "${column_of[$field]:-}" ] || as+=("$field = ${names[${column_of[$field]}]}")
	done
	[ -z "$guessed$map" ] || say "$(word 'Read as') $(list "${as[@]}"). $(word 'Otherwise say --map FIELD=COLUMN,...')"
	if [ "${#rest[@]}" -gt 64 ]; then
		say "A contact has 64 properties at most: $((${#rest[@]} - 64)) columns are left out, from \"${names[${rest[64]}]}\" on."
		rest=("${rest[@]:0:64}")
	fi
	as=()
	for i in "${rest[@]}"; do
		[ "$(printf %s "${names[i]}" | wc -c)" -le 63 ] ||
			bad_file "line $header_line: \"${names[i]}\" is too long to name a property: 63 bytes at most, and Chinese takes three a character"
		as+=("${names[i]}")
	done
	[ "${#as[@]}" = 0 ] || say "$(word 'Properties:') $(list "${as[@]}")."
}

literal() { printf "'%s'" "${1//\'/\'\'}"; }

# The columns as they lie in the file, and under the names that they have here.
tables_of_columns()
{
	local field i keys=() values=() amounts=()

	printf 'CREATE TABLE line_text (line bigint'
	for ((i = 0; i < ${#names[@]}; i++)); do printf ', c%s text' $i; done
	printf ');\nCREATE VIEW line_given AS SELECT line'
	for field in "${csv_fields[@]}"; do
		i=${column_of[$field]:-}
		case $field:$i in
			*:) printf ', NULL::text AS %s' "$field" ;;
			occurred_at:*) printf ", nullif(btrim(%s), '') AS %s" "${day_column:+CASE WHEN c$i ~ '^\s*\d{1,2}:\d\d' THEN concat(c$day_column, ' ') ELSE '' END || }c$i" "$field" ;;
			score:* | expected:* | cost:* | value:* | duration:*)
				printf ', line_amount(c%s) AS %s' "$i" "$field"
				amounts+=("c$i") ;;
			*) printf ", nullif(btrim(c%s), '') AS %s" "$i" "$field" ;;
		esac
	done
	for i in "${rest[@]}"; do
		keys+=("$(literal "${names[i]}")")
		values+=("c$i")
	done
	if [ "${#rest[@]}" = 0 ]; then
		printf ', NULL::jsonb AS properties'
	else
		printf ', (SELECT jsonb_object_agg(k, line_property(btrim(v), k IN (SELECT name FROM line_numeric))) FROM unnest(ARRAY[%s], ARRAY[%s]) AS p(k, v) WHERE btrim(v) <> %s) AS properties' \
			"$(list "${keys[@]}")" "$(list "${values[@]}")" "''"
	fi
	printf ' FROM line_text;\n'
	printf 'CREATE VIEW line_amounts AS SELECT v FROM line_text, unnest(ARRAY[%s]::text[]) AS v;\n' "$(list "${amounts[@]}")"
	[ "${#rest[@]}" = 0 ] ||
		printf 'CREATE OR REPLACE VIEW line_rest AS SELECT k, btrim(v) AS v FROM line_text, unnest(ARRAY[%s], ARRAY[%s]) AS p(k, v);\n' \
			"$(list "${keys[@]}")" "$(list "${values[@]}")"
}

load_csv()
{
	local records=$scratch/log/records misshapen=$scratch/log/misshapen tables=$scratch/log/tables.sql answer=$scratch/log/answer
	local raw=true

	# Under its own name it is written as the type is, stage:channel/label; elsewhere it is but a label.
	[ "${plains[${column_of[touchpoint]}]}" != touchpoint ] || [ -n "${column_of[channel]:-}${column_of[stage]:-}" ] || raw=false
	tables_of_columns >"$tables"
	run sql -d demo -v "raw=$raw" -v "normalise=${normalise:-false}" -v "dates=$dates" -v "decimal=$decimal" \
		-v "separator=$separator" -v "columns=$tables" -f "$here/demo/csv_tables.sql" || exit
	run env LC_ALL=C awk -v fields="${#names[@]}" -v head="$header_line" -v sep="$separator" -v misshapen="$misshapen" \
		-f "$here/demo/csv_records.awk" "$file" >"$records" || exit
	touch "$misshapen"
	run sql -d demo -c "\\copy line_error from '$misshapen'" \
		-c "\\copy line_text from '$records' (format csv, delimiter '$separator')" || exit
	run sql -d demo -At -f "$here/demo/csv_forms.sql" >"$answer" || exit
	if [ -s "$answer" ]; then
		cat "$answer" >&2
		bad_file "nothing was loaded"
	fi
	run sql -d demo -c "ALTER DATABASE demo SET datestyle = 'ISO, $(sql -d demo -At -c 'SELECT dates FROM line_form')'" || exit
	run sql -d demo -At -v "skip=${skip_faulty:-false}" -f "$here/demo/csv_errors.sql" >"$answer" || exit
	if [ -s "$answer" ]; then
		if [ "${skip_faulty:-}" != true ]; then
			cat "$answer" >&2
			bad_file "nothing was loaded; --skip-faulty loads the other lines"
		fi
		cat "$answer"
	fi
	[ "$(sql -d demo -At -c 'SELECT count(*) FROM line_text')" != 0 ] || bad_file "no line can be loaded"
	run sql -d demo -f "$here/demo/csv_load.sql" || exit
}
