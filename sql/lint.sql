SET search_path = tp, pg_catalog;
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';

-- Every object of the extension, by kind
CREATE TEMP TABLE member AS
SELECT d.classid, d.objid, i.type AS kind, i.identity, e.oid AS extension
FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e', LATERAL pg_identify_object(d.classid, d.objid, 0) i
WHERE e.extname = 'touchpoint';
CREATE TEMP TABLE function AS SELECT p.* FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid;

-- without a comment: row types' tables and arrays come with their types
SELECT kind, identity FROM member WHERE obj_description(objid, classid::regclass::text) IS NULL AND kind NOT IN ('composite type', 'schema') AND identity !~ '\[\]$' ORDER BY 1, 2;
SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'touchpoint';
-- comments that say nothing, or end with a full stop
SELECT kind, identity, obj_description(objid, classid::regclass::text) AS comment FROM member WHERE obj_description(objid, classid::regclass::text) ~ '(^\s*$|^\s|\s$|\.$|TODO)' ORDER BY 1, 2;
-- owned by nobody that exists, or by somebody else than the extension
SELECT kind, identity FROM member m
WHERE NOT EXISTS (SELECT FROM pg_extension e JOIN pg_roles r ON r.oid = e.extowner WHERE e.oid = m.extension)
    OR (classid = 'pg_proc'::regclass AND (SELECT proowner FROM pg_proc WHERE oid = objid) NOT IN (SELECT oid FROM pg_roles WHERE oid IN (10, (SELECT extowner FROM pg_extension WHERE oid = m.extension))))
    OR (classid = 'pg_type'::regclass AND (SELECT typowner FROM pg_type WHERE oid = objid) NOT IN (SELECT oid FROM pg_roles WHERE oid IN (10, (SELECT extowner FROM pg_extension WHERE oid = m.extension)))) ORDER BY 1, 2;
-- outside the extension's schema; casts have none
SELECT kind, m.identity FROM member m, LATERAL pg_identify_object(classid, objid, 0) i WHERE i.schema <> 'tp' ORDER BY 1, 2;

-- Labels: everything answers the same to the same arguments and runs in parallel, but for
SELECT oid::regprocedure AS "not immutable", provolatile FROM function WHERE provolatile <> 'i' ORDER BY oid::regprocedure::text;
SELECT oid::regprocedure AS "not parallel safe", proparallel FROM function WHERE proparallel <> 's' ORDER BY oid::regprocedure::text;
SELECT oid::regprocedure AS "leakproof or security definer or with settings" FROM function WHERE proleakproof OR prosecdef OR proconfig IS NOT NULL ORDER BY oid::regprocedure::text;
-- Called with NULL: constructors, settings that must be known, and the support functions of aggregates
SELECT oid::regprocedure AS "not strict" FROM function
WHERE NOT proisstrict AND prokind = 'f' AND pronargs > 0 AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE function.oid IN (aggtransfn, aggfinalfn, aggcombinefn)) ORDER BY oid::regprocedure::text;
SELECT DISTINCT oid::regprocedure::text AS "strict, of an aggregate with internal state" FROM function f JOIN pg_aggregate a ON f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn) WHERE proisstrict AND aggtranstype = 'internal'::regtype ORDER BY 1;
-- Aggregates: partial and parallel, or why not
SELECT aggfnoid::regprocedure AS "not partial" FROM pg_aggregate JOIN function ON oid = aggfnoid WHERE aggcombinefn = 0 OR aggtranstype = 'internal'::regtype AND (aggserialfn = 0 OR aggdeserialfn = 0) ORDER BY aggfnoid::regprocedure::text;
SELECT aggfnoid::regprocedure AS "of no stated size" FROM pg_aggregate JOIN function ON oid = aggfnoid WHERE aggtranstype = 'internal'::regtype AND aggtransspace = 0 ORDER BY aggfnoid::regprocedure::text;
-- Sets: a row estimate of their own
SELECT oid::regprocedure AS "rows left at 1000" FROM function WHERE proretset AND prorows = 1000 AND prosupport = 0 ORDER BY oid::regprocedure::text;

-- Types: text and binary forms, both operator classes with all their functions
SELECT format_type(t.oid, NULL) AS type, typstorage, typreceive <> 0 AND typsend <> 0 AS binary, bool_or(amname = 'btree') AS btree, bool_or(amname = 'hash') AS hash, (SELECT count(*) FROM pg_amproc WHERE amproclefttype = t.oid) AS functions, (SELECT count(*) FROM pg_amop WHERE amoplefttype = t.oid) AS operators
FROM pg_type t JOIN member m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid LEFT JOIN pg_opclass o ON opcintype = t.oid AND opcdefault LEFT JOIN pg_am a ON a.oid = opcmethod
WHERE typtype = 'b' AND typelem = 0 GROUP BY t.oid ORDER BY 1;
SELECT amvalidate(o.oid) AS valid, count(*) FROM pg_opclass o JOIN member m ON m.classid = 'pg_opclass'::regclass AND m.objid = o.oid GROUP BY 1;
-- Operators: comparisons know their commutator and negator, all that give boolean their selectivity; equality within a type
-- hashes and merges, with text it is written out as that by the planner, so its function is SQL
SELECT oid::regoperator FROM pg_operator o JOIN member m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
WHERE oprname IN ('=', '<>', '<', '<=', '>', '>=') AND (oprcom = 0 OR oprnegate = 0) OR oprresult = 'boolean'::regtype AND (oprrest = 0 OR oprjoin = 0) OR oprname = '=' AND NOT (oprcanmerge AND oprcanhash OR oprleft <> oprright AND (SELECT lanname = 'sql' FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE p.oid = oprcode)) ORDER BY oid::regoperator::text;
SELECT o.oid::regoperator, oprcode FROM pg_operator o JOIN member m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid LEFT JOIN function f ON f.oid = oprcode WHERE f.oid IS NULL;
-- Casts: none implicit; in assignment only from text, by the type's own input, to the four types that text is written for
SELECT castsource::regtype, casttarget::regtype, castcontext FROM pg_cast c JOIN member m ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid
WHERE castcontext <> 'e' AND NOT (castcontext = 'a' AND castmethod = 'i' AND castsource IN ('text'::regtype, 'varchar'::regtype) AND casttarget IN ('touchpoint'::regtype, 'contact_record'::regtype, 'journey'::regtype, 'journey_pattern'::regtype, 'touchpoint_glob'::regtype)) ORDER BY castsource::regtype::text, casttarget::regtype::text;
SELECT casttarget::regtype AS "taken from text", array_agg(castsource::regtype ORDER BY castsource::regtype::text) AS of FROM pg_cast c JOIN member m ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid WHERE castcontext = 'a' GROUP BY 1 ORDER BY 1;
-- what has a cast to jsonb has one to json, a function: to_jsonb and row_to_json go by that
SELECT castsource::regtype AS "jsonb, not json" FROM pg_cast c JOIN member m ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid WHERE casttarget = 'jsonb'::regtype AND NOT EXISTS (SELECT FROM pg_cast j WHERE j.castsource = c.castsource AND j.casttarget = 'json'::regtype AND j.castmethod = 'f') ORDER BY castsource::regtype::text;

-- Signatures: those listed in test/signatures.txt, each with its arguments, defaults and result, and none besides
\set signatures `cat "$PG_ABS_SRCDIR/test/signatures.txt"`
CREATE TEMP TABLE usage AS SELECT f.oid FROM function f LEFT JOIN pg_aggregate a ON aggfnoid = f.oid LEFT JOIN pg_proc t ON t.oid = aggtransfn WHERE coalesce(t.prosrc, f.prosrc) ~ '_usage$';
CREATE TEMP TABLE listed AS SELECT signature FROM regexp_split_to_table(:'signatures', E'\n') signature WHERE signature <> '';
CREATE TEMP TABLE made AS
SELECT f.oid, (CASE prokind WHEN 'a' THEN 'a' WHEN 'w' THEN 'w' ELSE 'f' END) || ' ' || proname || '(' || replace(replace(regexp_replace(pg_get_function_arguments(f.oid), 'DEFAULT NULL::[^,)]+', 'DEFAULT NULL', 'g'), 'double precision', 'float8'), 'timestamp with time zone', 'timestamptz')
    || ') -> ' || replace(replace(pg_get_function_result(f.oid), 'double precision', 'float8'), 'timestamp with time zone', 'timestamptz') AS signature
FROM function f
-- not what only says what to write instead, whose C symbol ends in _usage
WHERE f.oid NOT IN (SELECT oid FROM usage)
-- not what types, operators, operator classes, casts, aggregates, triggers, domains and the planner call, nor the model's texts
    AND prorettype <> 'trigger'::regtype AND f.oid <> ALL (SELECT objid FROM member WHERE identity ~ '\.(contact_(policy_check|model_[a-z]+)|bi_(base|columns|mapping_check))\(') AND NOT EXISTS (SELECT FROM pg_type WHERE f.oid IN (typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze)) AND NOT EXISTS (SELECT FROM pg_operator WHERE f.oid IN (oprcode, oprrest, oprjoin)) AND NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = f.oid)
    AND NOT EXISTS (SELECT FROM pg_cast WHERE castfunc = f.oid) AND NOT EXISTS (SELECT FROM pg_aggregate WHERE f.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn)) AND NOT EXISTS (SELECT FROM pg_proc WHERE prosupport = f.oid)
UNION ALL
SELECT t.oid, 'type ' || typname || '(' || (SELECT string_agg(attname || ' ' || replace(replace(format_type(atttypid, atttypmod), 'double precision', 'float8'), 'timestamp with time zone', 'timestamptz'), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0) || ')'
FROM pg_type t JOIN member m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid WHERE typtype = 'c';
SELECT 'missing' AS verdict, signature FROM (SELECT signature FROM listed EXCEPT SELECT signature FROM made) x
UNION ALL SELECT 'not listed', signature FROM (SELECT signature FROM made EXCEPT SELECT signature FROM listed) x ORDER BY 1, 2;
SELECT count(*) > 50 AS enough FROM listed JOIN made USING (signature);
-- Calls that are there to say what to write instead: in no list, so few that they stand here; they say so themselves
SELECT oid::regprocedure AS "answers with a hint" FROM usage WHERE oid NOT IN (SELECT aggtransfn FROM pg_aggregate) ORDER BY oid::regprocedure::text;
SELECT oid::regprocedure AS "does not say so" FROM usage WHERE obj_description(oid, 'pg_proc') !~ 'always an error' ORDER BY oid::regprocedure::text;
