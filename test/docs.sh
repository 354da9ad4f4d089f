#!/bin/sh
# The SQL of the pages in docs/ runs as tests. For every page with ```sql blocks this writes
# sql/doc_<page>.sql; with --check it changes nothing and fails where that file is out of date, or
# where a result that the page shows in a ```text block is not what expected/doc_<page>.out holds.
set -eu
cd "$(dirname "$0")/.."
status=0
for page in docs/*.md; do
    grep -q '^```sql$' "$page" || continue
    name=doc_$(basename "$page" .md | tr - _)
    made=$(sed -n '/^```sql$/,/^```$/{/^```/!p}' "$page")
    if [ "${1:-}" != --check ]; then
        printf '%s\n' "$made" > "sql/$name.sql"
        continue
    fi
    [ "$made" = "$(cat "sql/$name.sql")" ] || { echo "$page: make docs-sql"; status=1; }
    sed -n '/^```text$/,/^```$/{/^```/!p}' "$page" | sed 's/ *$//' | while IFS= read -r line; do
        sed 's/ *$//' "expected/$name.out" | grep -qxF -- "$line" || { echo "$page shows: $line"; exit 1; }
    done || status=1
done
exit $status
