#!/bin/sh
# Print the lines of a list of signatures that this source tree has objects for: those whose name is
# made in src/sql and whose types are. To take in what a new room brings:
#   test/signatures.sh contract.txt > test/signatures.txt
cd "$(dirname "$0")/.." || exit 1
contract=${1:?usage: test/signatures.sh contract.txt}
awk -v dir=src/sql -f src/sql/join.awk src/sql/*.sql |
sed -n 's/^CREATE \(FUNCTION\|AGGREGATE\|TYPE\|DOMAIN\) \([a-z_0-9]*\).*/\2/p' | sort -u |
awk 'FILENAME == "-" { made[$1] = 1; next }
/^#/ { next }
{
	name = $2
	sub(/\(.*/, "", name)
	ok = name in made
	n = split($0, word, /[^a-z_0-9]+/)
	for (i = 3; i <= n; i++)
		if (word[i] ~ /^(touchpoint_[a-z_]+|service_gap[a-z_]*|[a-z]+_summary|journey_(flow|pattern)|contact_policy)$/ &&
			!(word[i] in made) && word[i] != name)
			ok = 0
	if (ok)
		print
}' - "$contract"
