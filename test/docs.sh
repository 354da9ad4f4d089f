#!/bin/sh
# The SQL of the README and of the pages in docs/ runs as tests. For every page with ```sql blocks
# this writes sql/doc_<page>.sql; with --check it changes nothing and fails where such a file is out
# of date or without a page, where a result that a page shows in a ```text block is not what
# expected/doc_<page>.out holds, where a picture is none of its lines, and where a page has a block that is neither SQL to run nor a
# result, nor commands of a shell: SQL that calls itself something else would never run. In docs/from-your-language.md
# there are programs too, with what they print below them: test/drivers/run.sh runs those.
#
# PAGE.zh.md is PAGE.md in Chinese: with the same blocks and pictures, in the same order, and each names the other. So its SQL
# runs where its sister's does.
set -eu
cd "$(dirname "$0")/.."
check=${1:-}
status=0
made=

complain() { echo "$*"; status=1; }

# The README makes the extension itself, so it runs in a database of its own.
test_of()						# test_of PAGE
{
    case $1 in
        README*)
            printf '%s\n' '\set home :DBNAME' 'SET client_min_messages = warning;' 'DROP DATABASE IF EXISTS touchpoint_readme;' \
                "CREATE DATABASE touchpoint_readme TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';" \
                '\c touchpoint_readme' "SET timezone = 'UTC'; SET datestyle = 'ISO';" ;;
    esac
    sed -n '/^```sql$/,/^```$/{/^```/!p}' "$1"
    case $1 in
        README*) printf '%s\n' '\c :"home"' 'DROP DATABASE touchpoint_readme;' ;;
    esac
}

# What two pages in two languages have in common: blocks whole, and the files of pictures.
same_of()						# same_of PAGE
{
    awk '/^```/ { inside = !inside; print; next } inside { print; next } match($0, /\]\([^)]*\.svg\)/) { print substr($0, RSTART, RLENGTH) }' "$1"
}

check_sister()					# check_sister PAGE.zh.md
{
    sister=${1%.zh.md}.md
    [ -f "$sister" ] || { complain "$1: there is no $sister"; return; }
    [ "$(same_of "$1")" = "$(same_of "$sister")" ] || complain "$1: its blocks or pictures are not those of $sister"
    grep -qF "](${1##*/})" "$sister" || complain "$sister does not name $1"
    grep -qF "](${sister##*/})" "$1" || complain "$1 does not name $sister"
    for link in $(grep -o '](\([a-z./-]*/\)\?[a-z-]*\.zh\.md' "$1" | sed 's/^](//'); do
        [ -f "$(dirname "$1")/$link" ] || complain "$1 links to $link, which is not there"
    done
}

for page in $(find . -name '*.md' ! -path './.git/*' ! -path './build/*' | sed 's|^\./||' | LC_ALL=C sort); do
    kinds='sql|text|sh'
    case $page in docs/from-your-language.*) kinds="$kinds|java|python|js|go" ;; esac
    odd=$(awk -v kinds="^\`\`\`($kinds)\$" '/^[ \t>]*(```|~~~)/ {
            if (open) { if ($0 != "```") print NR ": " $0; open = 0; next }
            open = 1
            if ($0 !~ kinds) print NR ": " $0
        } END { if (open) print NR ": a block without an end" }' "$page")
    [ -z "$odd" ] || complain "$page: blocks are of sql, text or sh, from the first column on: $odd"
    case $page in
        *.zh.md) [ "$check" != --check ] || check_sister "$page"; continue ;;
        README.md | docs/*.md) [ -f "${page%.md}.zh.md" ] || complain "$page: ${page%.md}.zh.md is missing" ;;
    esac
    grep -q '^```sql$' "$page" || continue
    case $page in
        README.md | README.*.md | docs/*.md) ;;
        *) complain "$page: SQL belongs into the README or into docs/, where it runs"; continue ;;
    esac
    name=doc_$(basename "$page" .md | tr 'A-Z.-' 'a-z__')
    case " $made " in *" $name "*) complain "$page: a second page called $name"; continue ;; esac
    made="$made $name"
    if [ "$check" != --check ]; then
        test_of "$page" > "sql/$name.sql"
        continue
    fi
    [ -f "expected/$name.out" ] && [ "$(test_of "$page")" = "$(cat "sql/$name.sql")" ] ||
        { complain "$page: make docs-sql"; continue; }
    shown=$(awk '/^```$/ { shown = 0; next } /^```/ { shown = $0 == "```text" && before !~ /^```(java|python|js|go)$/; before = $0; next } shown' "$page" | sed 's/ *$//' | while IFS= read -r line; do
            sed 's/ *$//' "expected/$name.out" | grep -qxF -- "$line" || echo "$line"
        done)
    [ -z "$shown" ] || complain "$page shows: $shown"
    for picture in $(sed -n 's/^!\[.*](\(pictures\/.*\.svg\))$/\1/p' "$page"); do
        grep -qxFf "docs/$picture" "expected/$name.out" ||
            complain "$page: docs/$picture is not what the page's SQL draws: take it from results/$name.out"
    done
done
# The demo in other languages: each catalogue holds what the demo says, and nothing else.
if [ "$check" = --check ]; then
    scratch=$(mktemp)
    for words in demo/??.txt; do
        keys=$(sed '1,/^$/d' "$words" | awk 'NR % 3 == 1')
        strings=$(for file in demo/[0-9]*.sql demo/report.psql; do awk -v list=1 -f demo/words.awk "$words" "$file"; done)
        echo "$keys" | while IFS= read -r key; do
            printf '%s\n' "$strings" | grep -qxF -e "$key" || grep -qF -e "'$key'" demo/*.sh || printf '%s\n' "$key"
        done > "$scratch"
        [ ! -s "$scratch" ] || complain "$words: the demo does not say: $(cat "$scratch")"
        printf '%s\n' "$strings" | grep -E '[A-Za-z]+,? [a-z]+,? [a-z]+,? [a-z]+' | grep -v '^{' | while IFS= read -r string; do
            printf '%s\n' "$keys" | grep -qxF -e "$string" || printf '%s\n' "$string"
        done > "$scratch"
        [ ! -s "$scratch" ] || complain "$words lacks: $(cat "$scratch")"
        rm -f "$scratch"
    done
fi
for file in sql/doc_*.sql; do
    case " $made " in *" $(basename "$file" .sql) "*) ;; *) complain "$file: of no page" ;; esac
done
exit $status
