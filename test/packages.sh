#!/usr/bin/env bash
#
# The Debian packages of HEAD, from the release archive to an upgraded database, in a bare Debian of each SUITE:
#
#   test/packages.sh SUITE...                      such as bookworm trixie sid: PostgreSQL 15, 17 and 18
#
# There it compiles with that suite's gcc and clang, warnings being errors; builds source and binary packages; runs lintian;
# installs the package; runs debian/tests from it, as a user, and as root through autopkgtest; brings a database of every
# release to this one; removes the package; builds it once more, elsewhere, and compares the bytes. Needs root, debootstrap,
# git and a network, and half an hour a suite. Of this machine it changes nothing outside of ROOTS.
#
#   ROOTS=DIRECTORY    roots are made in it, and the next run takes them as they are; without it they are made in
#                      /var/tmp and removed
#   MIRROR=URL         where the packages of Debian come from
#
# Each step prints a line; the last line is "N passed, N failed". ROOTS/touchpoint-package.SUITE.log has all the rest.

set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
passed=0
failed=0

say() { printf '%s\n' "$*"; }

# step NAME COMMAND...: run it, print a line, and how it ended if that was badly
step()
{
	local name=$1 started=$SECONDS log status
	log=$(mktemp)
	shift
	say "==== $name" >>"$all"
	if ("$@") >"$log" 2>&1 </dev/null; then
		passed=$((passed + 1)) status=0
		printf '%s: %-28s ok     %5d s\n' "$suite" "$name" $((SECONDS - started))
	else
		failed=$((failed + 1)) status=1
		printf '%s: %-28s FAILED %5d s\n' "$suite" "$name" $((SECONDS - started))
		tail -n 40 "$log" | cut -c 1-200 | sed 's/^/  | /'
	fi
	cat "$log" >>"$all"
	rm -f "$log"
	return $status
}

# ---- In the root ---------------------------------------------------------------------------------

# Everything lies in /build: a clone, the archive of it, packages/ as they are first built, again/ the second time.
quietly() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@"; }
as_user() { setpriv --reuid=builder --regid=builder --clear-groups env HOME=/build "$@"; }

refresh()
{
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
	mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
	# A mirror may be one of a day in the past.
	echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/touchpoint
	dpkg --configure -a && quietly update && quietly dist-upgrade && quietly install build-essential fakeroot git lintian || return
	id builder >/dev/null 2>&1 || useradd -d /build builder
	chown -R builder: /build
}

unpack()						# unpack DIRECTORY: the source there, its control file for the servers of this suite
{
	as_user mkdir -p "$1" && as_user cp "/build/$archive" "$1/touchpoint_$version.orig.tar.gz" &&
		as_user tar -C "$1" -xf "/build/$archive"
}

dependencies() { quietly build-dep /build/clone; }

# The archive holds what the commit does, but for what only the repository needs.
archives()
{
	as_user make -s -C /build/clone dist && cp /build/clone/touchpoint-*.{tar.gz,zip} /build && cd /build || return
	archive=$(echo touchpoint-*.tar.gz)
	as_user make -s -C clone dist && cmp "clone/$archive" "$archive" && cmp "clone/${archive%.tar.gz}.zip" "${archive%.tar.gz}.zip" &&
		diff <(as_user git -C clone ls-files | grep -vE '^(\.ci|\.github)/|^\.git' | sort) \
			<(tar -tf "$archive" | sed -n 's,^[^/]*/\(.*[^/]\)$,\1,p' | sort)
}

# pg_buildext says for which servers to build; here that is the one of the suite.
sources() { unpack /build/packages && cd "$source" && as_user pg_buildext updatecontrol && cat debian/control; }

compiles()						# compiles COMPILER
{
	local dir=/build/strict.$1

	rm -rf "$dir"
	unpack "$dir" && as_user make -s -j2 -C "$dir/touchpoint-$version" "PG_CONFIG=$bin/pg_config" "CC=$1" WERROR=1 with_llvm=no all
}

# The second build is as unlike the first as a machine of another packager may be.
builds() { cd "$source" && as_user env DEB_BUILD_OPTIONS=parallel=2 dpkg-buildpackage -us -uc; }
builds_again()
{
	unpack /build/again/of/another && cd "/build/again/of/another/touchpoint-$version" && as_user pg_buildext updatecontrol &&
		umask 002 && as_user TZ=Asia/Shanghai LC_ALL=C LANG=zh_CN.UTF-8 DEB_BUILD_OPTIONS=parallel=3 dpkg-buildpackage -us -uc
}

same_bytes()
{
	local file other status=0

	for file in /build/packages/*.{deb,tar.*,dsc}; do
		other=/build/again/of/another/${file##*/}
		cmp "$file" "$other" && continue
		status=1
		case $file in *.deb) differs "$file" "$other" ;; esac
	done
	ls -l /build/packages/*.deb
	return $status
}

differs()						# differs DEB DEB: which of its files do
{
	rm -rf /build/a /build/b
	dpkg-deb -R "$1" /build/a && dpkg-deb -R "$2" /build/b && diff -rq /build/a /build/b
}

lints() { as_user lintian --version && as_user lintian --info --fail-on error /build/packages/*.changes; }

installs()
{
	local file

	quietly install /build/packages/"$package"_*.deb && dpkg -L "$package" && dpkg -V "$package" &&
		[ -s "$share/touchpoint--$version.sql" ] || return
	for file in "$source"/src/sql/upgrade/*.sql; do [ -s "$share/${file##*/}" ] || return; done
}

# What debian/tests/control declares, here without its machinery, as a user and then with it, as root.
installcheck()
{
	quietly install make postgresql-server-dev-all || return
	rm -rf /build/check && unpack /build/check && cd "/build/check/touchpoint-$version" && as_user mkdir /build/check/tmp &&
		as_user AUTOPKGTEST_TMP=/build/check/tmp sh debian/tests/installcheck
}

by_autopkgtest() { quietly install autopkgtest && cd / && autopkgtest --no-built-binaries "$@" -- null; }

# A database of a release before this one, with values in it, that this package takes over; and then all that an upgrade may meet.
upgrades()						# upgrades RELEASE
{
	local old=$share/touchpoint--$1.sql status=0

	quietly install libipc-run-perl && [ ! -e "$old" ] && gzip -dc "$source/test/upgrade/touchpoint--$1.sql.gz" >"$old" || return
	as_user pg_virtualenv -v "$server" bash /build/packages.sh upgraded "$1" "$version" &&
		as_user pg_virtualenv -v "$server" env "PG_CONFIG=$bin/pg_config" sh "$source/test/upgrade/diff.sh" "$1" &&
		as_user make -s -C "/build/check/touchpoint-$version" "PG_CONFIG=$bin/pg_config" REGRESS= ISOLATION= \
			PROVE_TESTS=test/t/030_upgrade.pl "touchpoint--$version.sql" installcheck || status=1
	rm -f "$old"
	return $status
}

upgraded()						# upgraded FROM TO, on the server of pg_virtualenv
{
	local sql=(psql -X -q -At -v ON_ERROR_STOP=1 -d postgres) now
	local shown="SELECT t, j, tp.channel(t), tp.path(j), tp.peak_end_score(j, 3.5) FROM kept"

	"${sql[@]}" -c 'CREATE SCHEMA tp' -c "CREATE EXTENSION touchpoint SCHEMA tp VERSION '$1'" -c "CREATE TABLE kept AS
		SELECT 'use:web/checkout'::tp.touchpoint AS t, tp.journey_agg(t, o, s) AS j
		FROM (VALUES ('web/search'::tp.touchpoint, '2026-01-02 10:00+00'::timestamptz, 5::float8),
			('shop/till', '2026-01-03 11:00+00', 3)) AS v (t, o, s)" || return
	"${sql[@]}" -c "$shown" >kept && cat kept && grep -q '|{web/search,shop/till}|4$' kept || return
	"${sql[@]}" -c 'ALTER EXTENSION touchpoint UPDATE' && now=$("${sql[@]}" -c "SELECT extversion FROM pg_extension
		WHERE extname = 'touchpoint'") && [ "$now" = "$2" ] && "${sql[@]}" -c "$shown" | diff kept - &&
		[ "$("${sql[@]}" -c "SELECT tp.contact_count(tp.discard(j, 'shop/till')) FROM kept")" = 1 ]
}

removes()
{
	quietly purge "$package" && ! find / -xdev \( -path /build -o -path /proc -o -path /tmp -o -path /etc/apt \) -prune -o -name '*touchpoint*' -print | grep .
}

inside()
{
	all=/build/log
	: >"$all"
	export LC_ALL=C.UTF-8
	version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" /build/clone/touchpoint.control)
	archive=touchpoint-$version.tar.gz
	source=/build/packages/touchpoint-$version

	step 'a Debian of today' refresh &&
		step 'build dependencies' dependencies &&
		step 'make dist' archives &&
		step 'pg_buildext updatecontrol' sources || return
	package=$(sed -n 's/^Package: //p' "$source/debian/control")
	server=${package#postgresql-}
	server=${server%-touchpoint}
	bin=/usr/lib/postgresql/$server/bin
	share=$("$bin/pg_config" --sharedir)/extension
	step "gcc $(gcc -dumpversion), no warning" compiles gcc
	quietly install clang >>"$all" 2>&1
	step "$(clang --version | sed -n '1s/.*\(clang\) version \([0-9]*\).*/\1 \2/p'), no warning" compiles clang
	step "package for $server" builds || return
	step lintian lints
	step install installs || return
	step 'tests of the package' installcheck
	step autopkgtest by_autopkgtest "/build/packages/${package}"_*.deb "/build/packages/touchpoint_$version"*.dsc
	for old in "$source"/test/upgrade/touchpoint--*.sql.gz; do
		old=${old##*/touchpoint--}
		step "upgrade from ${old%.sql.gz}" upgrades "${old%.sql.gz}"
	done
	step remove removes
	step 'package once more' builds_again && step 'the same bytes' same_bytes
}

# ---- Here ------------------------------------------------------------------------------------------

if [ "${1:-}" = upgraded ]; then
	cd "$(mktemp -d)" && upgraded "$2" "$3"
	exit
fi
if [ "${1:-}" = inside ]; then
	suite=$2
	inside
	say "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
fi

[ $# -gt 0 ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
[ "$(id -u)" = 0 ] || { say "debootstrap and chroot need root"; exit 2; }
roots=${ROOTS:-}
[ -n "$roots" ] || roots=$(mktemp -d /var/tmp/touchpoint-packages.XXXXXX)
mkdir -p "$roots" && chmod 755 "$roots" || exit

mounted() { mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/dev/shm"; }
unmounted() { umount "$1/dev/shm" "$1/proc" 2>/dev/null; }
trap 'for suite in "$@"; do unmounted "$roots/touchpoint-package.$suite"; done
	[ -n "${ROOTS:-}" ] || rm -rf --one-file-system "$roots"' EXIT
trap 'exit 1' INT TERM HUP

for suite in "$@"; do
	root=$roots/touchpoint-package.$suite
	all=$root.log
	: >"$all"
	[ -e "$root/usr/bin/apt-get" ] ||
		step debootstrap debootstrap --variant=minbase "$suite" "$root" "${MIRROR:-http://deb.debian.org/debian}" || continue
	unmounted "$root"
	rm -rf --one-file-system "$root/build" && mkdir -p "$root/build" "$root/dev/shm" && mounted "$root" || exit
	cp /etc/resolv.conf "$root/etc/" 2>/dev/null
	git clone -q --no-hardlinks "$here" "$root/build/clone" && cp "$here/test/packages.sh" "$root/build/" || exit
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin bash /build/packages.sh inside "$suite" 2>&1 |
		tee "$root.out" | sed -u '/ passed, /d'
	cat "$root/build/log" >>"$all"
	read -r p _ f _ < <(grep ' passed, ' "$root.out" || echo 0 passed, 1 failed)
	rm -f "$root.out"
	passed=$((passed + p))
	failed=$((failed + f))
	unmounted "$root"
done

say "$passed passed, $failed failed"
[ "$failed" = 0 ]
