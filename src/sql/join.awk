# Joins the parts of the install script. A line
#
#	-- include FILE NAME="value" ...
#
# stands for FILE, below dir, with @NAME@ replaced by the value; its leading comment stays out. It may
# include files in its turn. Lines
#
#	-- columns TYPE
#	--   COLUMN: what it is
#
# stand for the comments on columns of a row type.

function fail(what)
{
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	failed = 1
	exit 1
}

function replace_all(s, name, value,    at, out)
{
	out = ""
	while ((at = index(s, name)) > 0)
	{
		out = out substr(s, 1, at - 1) value
		s = substr(s, at + length(name))
	}
	return out s
}

# line: one that includes a file.
function include(line,    file, rest, setting, name, value, n, lines, i)
{
	rest = line
	split(line, name, " ")
	file = dir "/" name[3]
	while (match(rest, /[A-Z]+="[^"]*"/))
	{
		setting = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		n++
		name[n] = "@" substr(setting, 1, index(setting, "=") - 1) "@"
		value[n] = substr(setting, index(setting, "=") + 2)
		value[n] = substr(value[n], 1, length(value[n]) - 1)
	}
	lines = 0
	while ((getline line < file) > 0)
	{
		lines++
		if (lines == 1 && line ~ /^-- /)
			continue
		for (i = 1; i <= n; i++)
			line = replace_all(line, name[i], value[i])
		if (line ~ /@[A-Z]+@/)
			fail(file ": a setting is missing: " line)
		if (line ~ /^-- include /)
			include(line)
		else
			print line
	}
	close(file)
	if (lines == 0)
		fail("no such file: " file)
}

/^-- include / { include($0); next }

/^-- columns / { type = $3; next }

type != "" && /^--   ["a-z_0-9]+: / {
	column = $2
	sub(/:$/, "", column)
	sub(/^--   ["a-z_0-9]+: /, "")
	gsub(/'/, "''")
	print "COMMENT ON COLUMN " type "." column " IS '" $0 "';"
	next
}

{ type = ""; print }

END { exit failed }
