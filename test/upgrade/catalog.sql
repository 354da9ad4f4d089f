-- All that the server's catalogs hold of the extension, one line a fact, in an order of its own: two databases that
-- have the same extension print the same, however it came there. Names are written out and no OID stands in it.
SET search_path = pg_catalog;
SET extra_float_digits = 1;
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE member AS
SELECT DISTINCT d.classid, d.objid
  FROM pg_depend d
 WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'touchpoint');
-- what belongs to a member without being one: rows of operator families, constraints of domains, arrays of types
CREATE TEMP TABLE part AS
WITH RECURSIVE p AS (
    SELECT classid, objid FROM member
    UNION
    SELECT d.classid, d.objid FROM pg_depend d JOIN p ON p.classid = d.refclassid AND p.objid = d.refobjid
     WHERE d.deptype IN ('i', 'a'))
SELECT * FROM p;
ANALYZE member;
ANALYZE part;

CREATE TEMP TABLE fact AS
SELECT 'extension' AS kind, extname::text AS name, 'version, relocatable, settings' AS what,
       jsonb_build_array(extversion, extrelocatable, extconfig::regclass[]::text[], extcondition)::text AS value
  FROM pg_extension WHERE extname = 'touchpoint'
UNION ALL
SELECT 'member', pg_describe_object(classid, objid, 0), '', '' FROM member
UNION ALL
SELECT 'comment', pg_describe_object(classid, objid, objsubid), '', description
  FROM pg_description JOIN part ON classoid = classid AND objoid = objid
UNION ALL
SELECT 'owned by the extension''s owner', pg_describe_object(classid, objid, 0), '',
       (coalesce((SELECT proowner FROM pg_proc WHERE oid = objid AND classid = 'pg_proc'::regclass),
                 (SELECT typowner FROM pg_type WHERE oid = objid AND classid = 'pg_type'::regclass),
                 (SELECT oprowner FROM pg_operator WHERE oid = objid AND classid = 'pg_operator'::regclass),
                 (SELECT opcowner FROM pg_opclass WHERE oid = objid AND classid = 'pg_opclass'::regclass),
                 (SELECT opfowner FROM pg_opfamily WHERE oid = objid AND classid = 'pg_opfamily'::regclass))
        IN (10, (SELECT extowner FROM pg_extension WHERE extname = 'touchpoint')))::text FROM member
UNION ALL
SELECT 'privileges at birth', pg_describe_object(p.classid, p.objid, objsubid), '', initprivs::text
  FROM pg_init_privs JOIN part p ON p.classid = classoid AND p.objid = objoid
UNION ALL
SELECT 'function', f.oid::regprocedure::text, key, value
  FROM pg_proc f JOIN part ON classid = 'pg_proc'::regclass AND objid = f.oid
  CROSS JOIN LATERAL jsonb_each_text(to_jsonb(f) - '{oid,pronamespace,proowner,prolang,proargtypes,proallargtypes,prorettype,provariadic,proargdefaults,prosqlbody}'::text[]
      || jsonb_build_object('language', (SELECT lanname FROM pg_language WHERE oid = prolang),
                            'arguments', pg_get_function_arguments(f.oid), 'result', pg_get_function_result(f.oid),
                            'definition', CASE WHEN prokind <> 'a' THEN pg_get_functiondef(f.oid) END))
UNION ALL
SELECT 'aggregate', aggfnoid::regprocedure::text, key, value
  FROM pg_aggregate a JOIN part ON classid = 'pg_proc'::regclass AND objid = aggfnoid
  CROSS JOIN LATERAL jsonb_each_text(to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[]
      || jsonb_build_object('state', aggtranstype::regtype, 'moving state', aggmtranstype::regtype, 'sort', aggsortop::regoperator))
UNION ALL
SELECT 'type', t.oid::regtype::text, key, value
  FROM pg_type t JOIN part ON classid = 'pg_type'::regclass AND objid = t.oid
  CROSS JOIN LATERAL jsonb_each_text(to_jsonb(t) - '{oid,typnamespace,typowner,typrelid,typelem,typarray,typbasetype,typcollation,typdefaultbin}'::text[]
      || jsonb_build_object('element', typelem::regtype, 'array', typarray::regtype, 'base', typbasetype::regtype,
                            'collation', typcollation::regcollation,
                            'columns', (SELECT jsonb_agg(jsonb_build_array(attnum, attname, format_type(atttypid, atttypmod)) ORDER BY attnum)
                                          FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0),
                            'constraints', (SELECT jsonb_agg(jsonb_build_array(conname, pg_get_constraintdef(c.oid)) ORDER BY conname)
                                              FROM pg_constraint c WHERE contypid = t.oid)))
UNION ALL
SELECT 'operator', o.oid::regoperator::text, key, value
  FROM pg_operator o JOIN part ON classid = 'pg_operator'::regclass AND objid = o.oid
  CROSS JOIN LATERAL jsonb_each_text(to_jsonb(o) - '{oid,oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[]
      || jsonb_build_object('result', oprresult::regtype, 'commutator', oprcom::regoperator, 'negator', oprnegate::regoperator))
UNION ALL
SELECT 'operator class', pg_describe_object('pg_opclass'::regclass, c.oid, 0), 'of',
       jsonb_build_array(opcintype::regtype, opcdefault, opckeytype::regtype, pg_describe_object('pg_opfamily'::regclass, opcfamily, 0))::text
  FROM pg_opclass c JOIN part ON classid = 'pg_opclass'::regclass AND objid = c.oid
UNION ALL
SELECT 'cast', pg_describe_object('pg_cast'::regclass, c.oid, 0), 'by',
       jsonb_build_array(castfunc::regprocedure, castcontext, castmethod)::text
  FROM pg_cast c JOIN part ON classid = 'pg_cast'::regclass AND objid = c.oid
UNION ALL
SELECT 'dependency', pg_describe_object(d.classid, d.objid, d.objsubid), d.deptype::text,
       pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
  FROM pg_depend d JOIN part USING (classid, objid);

SELECT concat_ws(' | ', kind, name, what, replace(value, E'\n', E'\n    ')) FROM fact
 ORDER BY kind COLLATE "C", name COLLATE "C", what COLLATE "C", value COLLATE "C";
