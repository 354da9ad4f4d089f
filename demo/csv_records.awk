# Cuts a CSV file into records and puts before each the number of the line on which it starts, so
# that an error can be told by its line though a quoted field may hold line breaks. Records that
# cannot be loaded as they have too few or too many fields go to the file "misshapen" instead.
# Runs bytewise (LC_ALL=C); the lines to the header, head of them, are dropped, blank lines are passed over. sep is what
# separates; what stands empty behind the last field, as sheets write it, is no field.

function bad(line, why)
{
	printf "%d\t%s\n", line, why >misshapen
}

BEGIN {
	separators = "[" sep "]"
	nothing = "^[ \t" sep "]*$"		# sheets write rows of it
}

{
	sub(/\r$/, "")
	if (!open) {
		start = NR
		record = $0
	} else
		record = record "\n" $0
	# Quotes inside a quoted field are doubled, so a record is complete when their number is even.
	open = (open + gsub(/"/, "&")) % 2
	if (open) {
		if (NR - start < 1000)
			next
		bad(start, "a quote is opened that is not closed in 1000 lines")
		open = 0
		exit
	}
	if (start <= head || record ~ nothing)
		next
	unquoted = record
	gsub(/"[^"]*"/, "", unquoted)
	n = gsub(separators, "&", unquoted) + 1
	for (; n > fields && substr(record, length(record)) == sep; n--)
		record = substr(record, 1, length(record) - 1)
	if (n == fields)
		print start sep record
	else
		bad(start, "has " n " fields where the header has " fields)
}

END {
	if (open)
		bad(start, "a quote is opened and never closed")
}
