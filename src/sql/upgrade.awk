# Makes an upgrade script of its source. First file: the install script of the version that it leads to, joined;
# second: src/sql/upgrade/touchpoint--A--B.sql. There a line
#
#	-- new OBJECT		stands for the CREATE statements of the install script that begin with OBJECT
#	-- again OBJECT		the same as CREATE OR REPLACE: who may call it and what is built on it stay
#	-- drop OBJECT		for DROP OBJECT, behind a look for what users built on it: that is named, and nothing changes
#	-- comments		for every COMMENT ON of the install script
#
# and anything else for itself. OBJECT is as the install script writes it, and may end early: "FUNCTION contact_id("
# are all functions of that name. For drop it is FUNCTION, OPERATOR or TYPE, with its arguments, every name with its
# schema: FUNCTION @extschema@.contacts(@extschema@.journey).

function fail(what)
{
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	failed = 1
	exit 1
}

# Where the next dollar quote stands in s and what its tag is; 0 if there is none.
function next_tag(s)
{
	if (!match(s, /\$([A-Za-z_]+)?\$/))
		return 0
	found = substr(s, RSTART, RLENGTH)
	return RSTART
}

# A statement ends with a line that ends with a semicolon outside of dollar quotes.
function read_install(line,    rest, at)
{
	if (statement == "" && line !~ /^(CREATE|COMMENT) /)
		return
	statement = statement line "\n"
	rest = line
	for (;;)
	{
		if (quote == "")
		{
			if (!next_tag(rest))
				break
			quote = found
			rest = substr(rest, RSTART + RLENGTH)
		}
		else
		{
			at = index(rest, quote)
			if (at == 0)
				break
			rest = substr(rest, at + length(quote))
			quote = ""
		}
	}
	if (quote == "" && rest ~ /;[ ]*(--.*)?$/)
	{
		text[++statements] = statement
		statement = ""
	}
}

function emit(object, verb,    i, n, begin)
{
	begin = "CREATE " object
	for (i = 1; i <= statements; i++)
		if (substr(text[i], 1, length(begin)) == begin)
		{
			printf "%s %s", verb, substr(text[i], length("CREATE ") + 1)
			n++
		}
	if (n == 0)
		fail("the install script makes no " object)
}

function emit_drop(object,    kind, name, catalog, type)
{
	kind = object
	sub(/ .*/, "", kind)
	name = substr(object, length(kind) + 2)
	if (kind == "FUNCTION") { catalog = "pg_proc"; type = "regprocedure" }
	else if (kind == "OPERATOR") { catalog = "pg_operator"; type = "regoperator" }
	else if (kind == "TYPE") { catalog = "pg_type"; type = "regtype" }
	else fail("drop knows FUNCTION, OPERATOR and TYPE, not " kind)
	print "DO $guard$"
	print "DECLARE"
	print "    path constant pg_catalog.text := pg_catalog.current_setting('search_path');"
	print "    built text;"
	print "BEGIN"
	print "    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);"
	print "    SELECT string_agg(DISTINCT CASE WHEN r.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid)"
	print "                                    ELSE pg_describe_object('pg_class'::regclass, r.ev_class, 0) END, ', ') INTO built"
	print "      FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid"
	print "     WHERE d.refclassid = '" catalog "'::regclass AND d.refobjid = '" name "'::" type " AND d.deptype IN ('n', 'a')"
	print "       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid"
	print "                          AND e.deptype = 'e' AND e.refclassid = 'pg_extension'::regclass"
	print "                          AND e.refobjid = (SELECT x.oid FROM pg_extension x WHERE x.extname = 'touchpoint'));"
	print "    IF built IS NOT NULL THEN"
	print "        RAISE EXCEPTION '% has to change, and this is built on it: %', '" name "'::" type ", built"
	print "            USING ERRCODE = 'dependent_objects_still_exist',"
	print "                HINT = 'Keep their definitions (pg_get_viewdef), drop them, update the extension, and make them again. Nothing has been changed.';"
	print "    END IF;"
	print "    PERFORM set_config('search_path', path, true);"
	print "END $guard$;"
	print "DROP " object ";"
}

FNR == 1 { source++ }

source == 1 { read_install($0); next }

/^-- new / { emit(substr($0, 8), "CREATE"); next }
/^-- again / { emit(substr($0, 10), "CREATE OR REPLACE"); next }
/^-- drop / { emit_drop(substr($0, 9)); next }
/^-- comments$/ {
	for (i = 1; i <= statements; i++)
		if (text[i] ~ /^COMMENT /)
			printf "%s", text[i]
	next
}

{ print }

END {
	if (!failed && (source != 2 || statement != ""))
	{
		print "upgrade.awk: the install script ends within: " statement > "/dev/stderr"
		exit 1
	}
	exit failed
}
