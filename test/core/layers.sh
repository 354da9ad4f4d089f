#!/bin/sh
#
# The order of the house: which neighbourhood may include which, on every floor. Fails on an include
# that runs back, on a header of the server's in the core, and on a folder without its README.
#
#	test/core/layers.sh [ROOT]

cd "${1:-.}" || exit 2

may_include()					# what a neighbourhood stands on, itself included
{
	case $1 in
		base) echo base ;;
		journey) echo base journey ;;
		gap) echo base journey gap ;;
		score | channel | find | flow) echo base journey gap "$1" ;;
		gate) echo base journey gap flow gate ;;
		chart) echo base journey gap score channel find flow gate chart ;;
		*) return 1 ;;
	esac
}

standard=' assert.h ctype.h errno.h float.h inttypes.h limits.h math.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h '

passed=0
failed=0
complain() { echo "$*" >&2; failed=$((failed + 1)); }

has_readme()
{
	if [ ! -f "$1/README.md" ]; then
		complain "$1: has no README.md"
	elif [ "$(wc -l <"$1/README.md")" -gt 20 ]; then
		complain "$1/README.md: more than a page to skim"
	fi
}

for folder in src/core/*/ src/pg/*/ test/core/*/; do
	folder=${folder%/}
	place=${folder##*/}
	may=$(may_include "$place") || { complain "$folder: no neighbourhood of this name"; continue; }
	case $folder in
		src/*)
			has_readme "$folder" ;;
	esac
	for file in "$folder"/*.[ch]; do
		[ -f "$file" ] || continue
		for header in $(sed -nE 's/^#[ \t]*include[ \t]*"([^"]+)".*/\1/p' "$file"); do
			if [ -f "src/core/$header" ] || [ -f "src/pg/$header" ]; then
				case " $may " in
					*" ${header%%/*} "*) ;;
					*) complain "$file: includes $header, and $place may include $may only" ;;
				esac
			fi
			case $folder in
				src/core/*) [ -f "src/core/$header" ] || complain "$file: includes $header, which is not of the core" ;;
			esac
		done
		case $folder in
			src/core/*)
				for header in $(sed -nE 's/^#[ \t]*include[ \t]*<([^>]+)>.*/\1/p' "$file"); do
					case $standard in
						*" $header "*) ;;
						*) complain "$file: includes <$header>, and the core is plain C11" ;;
					esac
				done ;;
		esac
		passed=$((passed + 1))
	done
done
for folder in src/sql src/sql/*/; do
	has_readme "${folder%/}"
done
for file in src/core/*.[ch] src/pg/*.[ch] test/core/test_*.c; do
	[ ! -f "$file" ] || complain "$file: belongs to a neighbourhood"
done
echo "layers: $passed passed, $failed failed"
[ "$failed" = 0 ]
