# shellcheck shell=bash disable=SC2154  # sourced by bootstrap, whose variables these are
#
# ./bootstrap check: every test there is. Each step prints a line; the last line sums them up.
#
# test/realdata/*.sql run where the real data is (../shared/data), each in a database of its own
# with the extension in schema tp, current directory and variable "data" = that directory, and
# must end without an error.

passed=0
failed=0

# Counters: from a step's log, "passed failed".

# ... "N passed, M failed" on any line: unit tests, fuzz corpus
count_sums()
{
	awk 'match($0, /[0-9]+ passed, [0-9]+ failed/) {
		split(substr($0, RSTART), n, " "); p += n[1]; f += n[3] } END { print p + 0, f + 0 }' "$1"
}

# ... pg_regress, as it speaks up to 15 and since 16
count_regress()
{
	awk '/^(test|    ) .* \.\.\. ok/ || /^ok [0-9]/ { p++ }
		/^(test|    ) .* \.\.\. FAILED/ || /^not ok [0-9]/ { f++ } END { print p + 0, f + 0 }' "$1"
}

# ... TAP assertions
count_tap()
{
	awk '/^ok [0-9]/ { p++ } /^not ok [0-9]/ { f++ } END { print p + 0, f + 0 }' "$1"
}

# ... a step that only works or does not
count_whole() { say 0 0; }

# step NAME COUNTER COMMAND...: run it, count, print a line, show what went wrong
step()
{
	local name=$1 counter=$2 log=$scratch/log/step started=$SECONDS p f status
	shift 2

	run "$@" >"$log" 2>&1
	status=$?
	read -r p f < <("$counter" "$log")
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		f=1						# it broke before it could count
	elif [ $((p + f)) = 0 ]; then
		p=1
	fi
	passed=$((passed + p))
	failed=$((failed + f))
	printf '%-12s %6d passed %4d failed %5d s\n' "$name" "$p" "$f" $((SECONDS - started))
	[ "$f" = 0 ] || run explain "$counter" "$log"
	[ "$f" = 0 ]
}

details()						# details COUNTER LOG
{
	local file

	tail -n 60 "$2"
	case $1 in
		count_regress)
			for file in "$scratch"/src/{,output_iso/}regression.diffs; do
				[ ! -s "$file" ] || { say "--- ${file#"$scratch/src/"}"; head -n 500 "$file"; }
			done ;;
		count_tap)
			for file in $(sed -nE 's|^test/t/(.*)\.pl +\(Wstat: .*|\1|p' "$2"); do
				say "--- $file"
				tail -n 40 "$scratch/src/tmp_check/log/regress_log_$file"
			done ;;
	esac
	# A server that went down says why in its own log.
	grep -E -A 2 'PANIC|terminated by signal|TRAP:' "$scratch/tmp/server.log" 2>/dev/null | tail -n 20
}

explain() { details "$@" | sed 's/^/    | /'; }

make_test()						# make_test DIRECTORY ARGUMENT...
{
	local dir=$1
	shift

	# The address sanitizer of older compilers cannot stand every layout that the kernel draws.
	local fixed=()
	setarch -R true 2>/dev/null && fixed=(setarch -R)
	as_user "${fixed[@]}" make -s -C "$scratch/src/$dir" "PG_CONFIG=$bin/pg_config" with_llvm=no \
		PROVE=prove "$@"
}

# Each suite alone, so that one failure does not hide the next.
installcheck()					# installcheck VARIABLE=VALUE...
{
	make_test . installcheck "$@"
}

build_strictly() { build WERROR=1 && install_extension; }

realdata()						# realdata FILE
{
	sql -c 'DROP DATABASE IF EXISTS realdata' -c 'CREATE DATABASE realdata' &&
	sql -d realdata -c 'CREATE SCHEMA tp' -c 'CREATE EXTENSION touchpoint SCHEMA tp' \
		-c 'ALTER DATABASE realdata SET search_path = public, tp' &&
	cd "$data" && sql -d realdata -v data="$data" -f "$1"
}

# The demo writes its report where it is called.
demo_in_scratch()
{
	cd "$scratch/log" && env "PG_CONFIG=$client/pg_config" bash "$here/bootstrap" demo &&
		grep -q '</html>$' touchpoint-demo/report.html
}

prepare_check() { :; }

check()
{
	local built= data file

	"$PG_CONFIG" --version

	step compile count_whole build_strictly && built=yes && start_server
	step bootstrap count_sums env "PG_CONFIG=$client/pg_config" bash "$here/test/bootstrap.sh"
	step docs count_whole sh "$here/test/docs.sh" --check
	step unit count_sums make_test test/core check
	[ ! -f "$scratch/src/test/fuzz/Makefile" ] ||
		step fuzz count_sums make_test test/fuzz replay

	if [ -n "$built" ]; then
		step regress count_regress installcheck ISOLATION= TAP_TESTS=
		[ -z "$(find "$scratch/src/test/isolation/specs" -name '*.spec' 2>/dev/null)" ] ||
			step isolation count_regress installcheck REGRESS= TAP_TESTS=
		step tap count_tap installcheck REGRESS= ISOLATION= PROVE_FLAGS=-v

		step sentences count_sums env "PSQL=$client/psql" bash "$here/test/demo.sh"
		step drivers count_sums env "PATH=$client:$PATH" bash "$here/test/drivers/run.sh"
		step demo count_whole demo_in_scratch
		if sh "$here/test/browser/run.sh" --can; then
			step browser count_sums env "PATH=$client:$PATH" sh "$here/test/browser/run.sh" "$scratch/log/pictures"
		else
			say "browser      skipped: there is no chromium, or no node"
		fi

		data=$(cd "$here/../shared/data" 2>/dev/null && pwd -P)
		for file in "$here"/test/realdata/*.sql; do
			[ -n "$data" ] && [ -f "$file" ] || continue
			step "real data: $(basename "$file" .sql)" count_whole realdata "$file"
		done
	fi

	say "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
