#!/usr/bin/env bash
#
# Tests of bootstrap itself: what a machine, a checkout or an environment can do to it.
#
#   bash test/bootstrap.sh                         with stand-ins for make, gcc, apt-get and sudo: seconds
#   bash test/bootstrap.sh roots SUITE...          "bootstrap check" in a bare Debian of each suite, as root,
#                                                  then again there as a user who may install nothing;
#                                                  needs root, debootstrap and a network, takes long
#
# PG_CONFIG chooses the server, which must be there with its development files. The last line is "N passed, N failed".

set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
passed=0
failed=0

# expect NAME PATTERN LINES FILE: FILE matches, and has no more lines than that
expect()
{
	if grep -qE -- "$2" "$4" && [ "$(wc -l <"$4")" -le "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'not so: %s: expected at most %s lines with /%s/, and got\n' "$1" "$3" "$2"
		sed 's/^/  | /' "$4" | head -n 30
	fi
}

holds()							# holds NAME COMMAND...
{
	local name=$1
	shift
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); say "not so: $name: $*"; fi
}

say() { printf '%s\n' "$*"; }

# ---- Bare machines -----------------------------------------------------------------------------

roots()
{
	local suite root dir

	for suite in "$@"; do
		root=$(mktemp -d "${ROOTS:-/var/tmp}/touchpoint-root.$suite.XXXXXX") && chmod 755 "$root" || exit
		# shellcheck disable=SC2064
		trap "umount '$root/proc' 2>/dev/null; rm -rf --one-file-system '$root'" EXIT
		debootstrap --variant=minbase "$suite" "$root" "${MIRROR:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
			{ tail -n 3 "$root.log"; exit 1; }
		mount -t proc proc "$root/proc" && mkdir "$root/src" || exit
		tar -C "$here" --exclude=./.git --exclude='*.o' --exclude='*.so' -cf - . | tar -C "$root/src" --no-same-owner -xf -
		cp /etc/resolv.conf "$root/etc/" 2>/dev/null
		chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin bash /src/bootstrap check 2>&1 | tee "$root.log" | sed "s/^/$suite: /"
		holds "$suite, check" grep -qE '^[0-9]+ passed, 0 failed$' "$root.log"
		holds "$suite, nothing of PostgreSQL is installed" test ! -e "$root/usr/lib/postgresql"
		chroot "$root" useradd -m tester
		chroot "$root" setpriv --reuid=tester --regid=tester --clear-groups env -i PATH=/usr/bin:/bin bash /src/bootstrap check \
			2>&1 | tee "$root.log" | sed "s/^/$suite, user: /"
		holds "$suite, check as an ordinary user" grep -qE '^[0-9]+ passed, 0 failed$' "$root.log"
		umount "$root/proc"
		rm -rf --one-file-system "$root" "$root.log"
	done
}

if [ "${1:-}" = roots ]; then
	shift
	roots "$@"
	say "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
fi

# ---- This machine, with stand-ins ----------------------------------------------------------------

tmp=$(mktemp -d /tmp/tp-boot.XXXXXX) || exit
trap 'kill $(jobs -p) 2>/dev/null; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
out=$tmp/out
base=$tmp/t						# where bootstrap makes its scratch directories
mkdir "$base"
chmod 1777 "$base"
export PG_CONFIG=${PG_CONFIG:-pg_config}
[ -f "$("$PG_CONFIG" --pgxs 2>/dev/null)" ] || { say "no server with development files; set PG_CONFIG"; exit 2; }
stubs=$tmp/stubs
mkdir "$stubs"

stub()							# stub NAME: the program is read from stdin
{
	mkdir -p "$stubs/$1"
	{ echo '#!/bin/sh'; cat; } >"$stubs/$1/${1%%-*}"
	[ "$1" != apt ] || mv "$stubs/apt/apt" "$stubs/apt/apt-get"
	chmod -R 755 "$stubs/$1"
}

# "make" says how it was called and fails, so the demo comes as far as the build and no further.
stub make <<'STUB'
for word; do case $word in PG_CONFIG=*) "${word#*=}" --pgxs | grep ' ' || test -f "$("${word#*=}" --pgxs)" && echo "make was called" ;; esac; done
exit 1
STUB
stub make-sleeps <<'STUB'
exec sleep 600
STUB
stub gcc <<'STUB'
exit 1
STUB
stub df <<'STUB'
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '/dev/x 900000 859040 40960 96% /tmp'
STUB
stub apt <<'STUB'
for i in 1 2 3 4 5 6 7 8 9; do
	echo "Err:$i http://deb.debian.org/debian bookworm InRelease"
	echo "  Temporary failure resolving 'deb.debian.org'"
	echo "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'" >&2
done
echo "E: Unable to locate package x" >&2
exit 100
STUB
stub perl <<'STUB'
exit 1
STUB
stub sudo <<'STUB'
[ "$1" != -n ]
STUB
stub sudo-asks-nothing <<'STUB'
echo "sudo $*" >>"$(dirname "$0")/../../t/sudo"
STUB

# with "STAND-INS" [VARIABLE=VALUE...] COMMAND...: in an environment of its own; output in $out
with()
{
	local path=$PATH name
	for name in $1; do path=$stubs/$name:$path; done
	shift
	timeout -k 30 300 env -i "PATH=$path" "HOME=$tmp" "TMPDIR=$base" "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}" \
		"PG_CONFIG=$PG_CONFIG" "$@" >"$out" 2>&1 </dev/null
}

builds()						# builds NAME ENVIRONMENT-AND-COMMAND...: comes to the build, leaves nothing
{
	local name=$1
	shift
	with make "$@"
	expect "$name" 'could not build the extension' 6 "$out"
	expect "$name: make" '^make was called' 6 "$out"
	holds "$name: nothing is left" test -z "$(ls -d "$base"/touchpoint.* 2>/dev/null)"
}

checkout=$tmp/touchpoint
mkdir "$checkout"
tar -C "$here" --exclude=./.git --exclude=./build --exclude='./touchpoint--*.sql' --exclude='*.o' --exclude='*.so' -cf - . |
	tar -C "$checkout" --no-same-owner -xf -
copy_to() { mkdir -p "$1" && cp -r "$checkout/." "$1/"; }

# Ways to call it, and places where it may lie.
mkdir -p "$tmp/decoy/touchpoint/demo" "$tmp/bin"
ln -s ../touchpoint/bootstrap "$tmp/bin/tp"
cd "$tmp" || exit
builds 'CDPATH, from the parent folder' "CDPATH=$tmp/decoy" bash touchpoint/bootstrap demo
builds 'a symbolic link' bash -c 'cd bin && ./tp demo'
builds 'sh bootstrap' bash -c 'cd touchpoint && sh bootstrap demo'
copy_to "$tmp/it's a \"check\" out/接触点"
find "$tmp/it's a \"check\" out" -type f -exec chmod a-x {} +
chmod -R a-w "$tmp/it's a \"check\" out"
builds 'blanks, quotes, no x bits, read-only' bash "$tmp/it's a \"check\" out/接触点/bootstrap" demo
chmod -R u+w "$tmp/it's a \"check\" out"

# What may be set where it is called.
builds 'no HOME, umask, locale, settings of other programs' LC_ALL=xx_YY LANGUAGE=zh:de LANG=tr_TR.UTF-8 \
	TAR_OPTIONS=--bogus GREP_OPTIONS=--bogus POSIXLY_CORRECT=1 MAKEFLAGS=-n DESTDIR=/nonexistent PGHOST=nowhere \
	BASH_ENV=/nonexistent PERL5OPT=-bogus bash -c 'unset HOME; umask 077; exec bash touchpoint/bootstrap demo'
builds 'functions in place of commands; no TMPDIR' "TMPDIR=$tmp/no such" bash -c 'tar() { exit 3; }; cd() { exit 3; }
	mktemp() { exit 3; }; export -f tar cd mktemp; exec bash touchpoint/bootstrap demo'
if [ -n "$(command -v git)" ] && git -C "$here" rev-parse --verify -q HEAD >/dev/null 2>&1; then
	git -c core.autocrlf=true clone -q "$here" "$tmp/crlf" 2>/dev/null
	holds 'a clone with autocrlf' test -z "$(grep -rlI $'\r$' "$tmp/crlf/bootstrap" "$tmp/crlf/demo" "$tmp/crlf/test/run.sh" 2>/dev/null)"
fi

# Servers.
with '' PG_CONFIG=/bin/true bash touchpoint/bootstrap demo
expect 'PG_CONFIG that is none' 'PG_CONFIG=/bin/true: not a PostgreSQL' 1 "$out"
fake=$tmp/fake
mkdir "$fake"
cat >"$fake/pg_config" <<STUB
#!/bin/sh
case \$1 in --bindir | --includedir-server) echo '$fake' ;; --pgxs) echo '$fake/postgres.h' ;; esac
STUB
printf '#!/bin/sh\necho "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"\n' >"$fake/postgres"
chmod 755 "$fake"/*
touch "$fake/postgres.h"
say '#define PG_VERSION "15.20 (Debian 15.20-0+deb12u1)"' >"$fake/pg_config.h"
with '' "PG_CONFIG=$fake/pg_config" bash touchpoint/bootstrap demo
expect 'headers of another minor' 'server is 15.18, but its header files are of 15.20' 1 "$out"
bindir=$("$PG_CONFIG" --bindir)
if [[ $bindir == */lib/postgresql/*/bin ]]; then
	prefix=${bindir%/lib/postgresql/*} tail=${bindir#"${bindir%/lib/postgresql/*}"/}
	mkdir -p "$tmp/my pg/$tail"
	cp -aL "$bindir/." "$tmp/my pg/$tail/"
	ln -s "$prefix/share" "$prefix/include" "$tmp/my pg/"
	ln -s "$prefix/lib/postgresql"/*/lib "$tmp/my pg/${tail%/bin}/"
	PG_CONFIG="$tmp/my pg/$tail/pg_config" builds 'PG_CONFIG under a path with a blank' bash touchpoint/bootstrap demo
	rm -rf "$tmp/my pg"
fi

# Packages.
with 'df' bash touchpoint/bootstrap demo
expect 'no room' 'not enough room: [0-9]+ MB are needed, there are 40 in ' 1 "$out"
with 'apt gcc sudo-asks-nothing' bash touchpoint/bootstrap demo
expect 'no network, to install' 'could not install gcc libc6-dev.*Temporary failure resolving' 2 "$out"
with 'apt perl' bash touchpoint/bootstrap check
expect 'no network, to unpack' "could not fetch .*: .*Temporary failure resolving" 3 "$out"
as_other=()
if [ "$(id -u)" = 0 ]; then as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups --); fi
chmod -R a+rX "$checkout"
with 'apt gcc sudo' setsid -w "${as_other[@]}" bash touchpoint/bootstrap demo
expect 'sudo without a terminal' 'must be installed, and sudo wants a password and there is no terminal.*apt-get install gcc' 1 "$out"
with 'apt gcc sudo-asks-nothing' http_proxy=http://proxy:3128 setsid -w "${as_other[@]}" bash touchpoint/bootstrap demo
expect 'sudo and proxies' 'sudo env .*http_proxy=http://proxy:3128.* apt-get' 9 "$base/sudo"

# Cut short. What a kill -9 leaves, the next run removes; what is alive, or another's, it does not.
start()							# start a run that comes to "make" and stays there: $pid, $dir
{
	local before
	before=$(ls -d "$base"/touchpoint.* 2>/dev/null)
	with make-sleeps bash touchpoint/bootstrap demo &
	disown						# or the shell reports its end
	for _ in {1..300}; do
		dir=$(ls -d "$base"/touchpoint.* 2>/dev/null | grep -vxF -- "${before:-none}" | head -n 1)
		[ -n "$dir" ] && pid=$(sleepers "$dir") && [ -n "$pid" ] && return
		sleep 0.1
	done
}
sleepers()						# sleepers DIRECTORY: pid of what "make" became there
{
	local p

	for p in $(grep -lzFx "TMPDIR=$1/tmp" /proc/[0-9]*/environ | cut -d / -f 3); do
		[ "$(tr '\0' ' ' <"/proc/$p/cmdline")" != 'sleep 600 ' ] || say "$p"
	done
} 2>/dev/null
owner_of() { find /proc/[0-9]*/fd -lname "$1/lock" 2>/dev/null | cut -d / -f 3 | sort -u; }
start
left=$dir
make_left=$pid
owner=$(owner_of "$left")
start
alive=$dir
holds 'two at once' test -n "$owner" -a -d "$left" -a -d "$alive" -a "$left" != "$alive"
kill -KILL $owner
mkdir "$base/touchpoint.theirs" "$base/touchpoint.others"
touch "$base/touchpoint.others/lock"
[ "$(id -u)" != 0 ] || chown -R 65534 "$base/touchpoint.others"
with make bash touchpoint/bootstrap demo
expect 'after kill -9' 'could not build the extension' 3 "$out"
holds 'after kill -9: its scratch directory is gone' test ! -e "$left"
holds 'after kill -9: its make has ended' test ! -e "/proc/$make_left"
holds 'after kill -9: a live one stays' test -d "$alive/src"
holds 'after kill -9: one without a lock stays' test -d "$base/touchpoint.theirs"
[ "$(id -u)" != 0 ] || holds "after kill -9: another's stays" test -d "$base/touchpoint.others"
kill -TERM $(owner_of "$alive")
for _ in {1..150}; do [ -e "$alive" ] || break; sleep 0.1; done
holds 'after kill: it removes its own' test ! -e "$alive"
wait

# ---- Building elsewhere ----------------------------------------------------------------------------

mkdir "$tmp/elsewhere" && cd "$tmp/elsewhere" || exit
make -n -f ../touchpoint/Makefile VPATH=../touchpoint with_llvm=no "PG_CONFIG=$PG_CONFIG" all >"$out" 2>&1
sources=$(find "$checkout/src/core" "$checkout/src/pg" -name '*.c' | wc -l)
holds 'VPATH: every source is compiled' test "$(grep -cE -- ' -c .*\.c' "$out")" = "$sources"
version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$checkout/touchpoint.control")
core=$(cd "$checkout" && find src/core -name tp_text.c)
make -s -f ../touchpoint/Makefile with_llvm=no WERROR=1 "PG_CONFIG=$PG_CONFIG" "touchpoint--$version.sql" "${core%.c}.o" >"$out" 2>&1
holds 'make -f: an object' test -s "${core%.c}.o"
holds 'make -f: the SQL' test "$(cd "$checkout" && awk -v dir=src/sql -f src/sql/join.awk src/sql/*.sql | cksum)" = \
	"$(cksum <"touchpoint--$version.sql")"
mkdir "$tmp/nothing" && cp "$checkout/Makefile" "$tmp/nothing/"
make -C "$tmp/nothing" "PG_CONFIG=$PG_CONFIG" >"$out" 2>&1
holds 'no sources' test $? != 0
expect 'no sources' 'no sources in' 9 "$out"
if command -v clang >/dev/null; then
	make -B -s -f ../touchpoint/Makefile with_llvm=no CC=clang WERROR=1 "PG_CONFIG=$PG_CONFIG" "${core%.c}.o" >"$out" 2>&1
	holds 'clang with the flags of gcc' test $? = 0
fi
mapfile -t dirs < <(find "$checkout/src/core" -type d)
gcc -U__SIZEOF_INT128__ "${dirs[@]/#/-I}" -std=gnu11 -Wall -Wextra -fsyntax-only "$checkout/$core" 2>&1 | grep error >"$out"
expect 'no 128-bit integers: one error' 'touchpoint needs a 64-bit machine' 2 "$out"

say "$passed passed, $failed failed"
[ "$failed" = 0 ]
