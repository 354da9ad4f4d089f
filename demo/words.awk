# The demo in another language: awk -f words.awk CATALOGUE FILE.sql writes FILE.sql with each quoted string that the
# catalogue has as what stands below it there. Quoted strings are '...' and "...", with the quote doubled inside; those of
# psql's variables (:'name') and what stands in comments are none. With -v list=1 it writes those strings, one a line.

NR == FNR {
	if (body && $0 != "" && key == "")
		key = $0
	else if (body && key != "") {
		words[key] = $0
		key = ""
	} else if ($0 == "")
		body = 1				# the remark at the top ends
	next
}

{ text = text $0 "\n" }

END {
	n = length(text)
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		if (c == "-" && substr(text, i, 2) == "--" && (i == 1 || substr(text, i - 1, 1) ~ /[ \t\n]/)) {
			end = index(substr(text, i), "\n")
			if (!list)
				printf "%s", substr(text, i, end)
			i += end - 1
		} else if (c == "'" || c == "\"") {
			variable = substr(text, i - 1, 1) == ":"
			string = ""
			for (i++; i <= n; i++) {
				d = substr(text, i, 1)
				if (d == c && substr(text, i + 1, 1) == c) { string = string c c; i++ }
				else if (d == c) break
				else string = string d
			}
			if (!list)
				printf "%s%s%s", c, !variable && string in words ? words[string] : string, c
			else if (!variable && string !~ /\n/)
				print string
		} else if (!list)
			printf "%s", c
	}
}
