-- The reference model: made and dropped.
--
-- What it is made of stands in model/ as SQL of its own; the Makefile puts each file where a line
-- here includes it. That text runs with the new schema alone on the search_path, so its own names
-- stand bare; names of the extension carry its schema. @model@ is the new schema's name, quoted, and '@model@'
-- its name as a string, for function bodies that are looked at only when they run; $model$ quotes those bodies.

-- include parts/model.sql NAME="tables" IS="the tables of create_contact_model(), as SQL text"

-- include parts/model.sql NAME="since" IS="what the tables of create_contact_model() have got since 0.1.0, as SQL text that asks first"

-- include parts/model.sql NAME="rules" IS="the triggers of create_contact_model(), as SQL text"

-- include parts/model.sql NAME="record" IS="the contact gate of create_contact_model(), as SQL text"

-- include parts/model.sql NAME="views" IS="the analytical views of create_contact_model(), as SQL text"

-- include parts/model.sql NAME="management" IS="the management views of create_contact_model(), as SQL text"

-- include parts/model.sql NAME="practice" IS="the views of create_contact_model() by case, visit, place and the like, as SQL text"

-- include parts/model.sql NAME="moving" IS="the functions of create_contact_model() that bring customers and contacts in and out, as SQL text"

CREATE FUNCTION contact_model_comments() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $text$
-- include model/comments.txt
$text$ $sql$;
COMMENT ON FUNCTION contact_model_comments() IS 'what create_contact_model() writes on tables and columns: name|comment a line';

-- What others put into a schema while we build would stand before the server's own in what we run.
CREATE FUNCTION contact_model_alone(home oid, owner oid) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    strange record;
BEGIN
    IF EXISTS (SELECT FROM pg_roles r
        WHERE NOT r.rolsuper AND r.rolname <> 'pg_database_owner' AND NOT pg_has_role(r.oid, current_user, 'MEMBER')
            AND (pg_has_role(r.oid, owner, 'MEMBER') OR has_schema_privilege(r.oid, home, 'CREATE'))) THEN
        RAISE EXCEPTION 'others may make objects in schema "%"', (SELECT s.nspname FROM pg_namespace s WHERE s.oid = home)
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Choose a schema that does not exist yet, or one of your own in which nobody else has CREATE.';
    END IF;
    -- They may have made some when they could.
    SELECT o.what, r.rolname INTO strange
    FROM (SELECT 'function ' || p.oid::regprocedure, p.proowner FROM pg_proc p WHERE p.pronamespace = home
        UNION ALL SELECT 'operator ' || o.oid::regoperator, o.oprowner FROM pg_operator o WHERE o.oprnamespace = home) AS o(what, owner)
        JOIN pg_roles r ON r.oid = o.owner
    WHERE NOT r.rolsuper AND NOT pg_has_role(r.oid, current_user, 'MEMBER') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% belongs to role "%"', strange.what, strange.rolname
            USING ERRCODE = 'insufficient_privilege', HINT = 'What is made in its schema could call it: drop it, or make it your own.';
    END IF;
END $fn$;
COMMENT ON FUNCTION contact_model_alone(oid, oid) IS '42501 where others than the caller may make objects in a schema, or have made functions or operators there';

CREATE FUNCTION contact_model_home(schema name) RETURNS oid
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid;
BEGIN
    SELECT s.oid INTO home FROM pg_namespace s WHERE s.nspname = schema;
    IF home IS NULL OR NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home AND c.relname = 'contacts' AND c.relkind IN ('r', 'p'))
        -- others' tables have names like contacts and customers too
        OR NOT EXISTS (SELECT FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = home AND c.relname = 'customers' AND a.attname = 'contact_calls')
        OR NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'record_contact') THEN
        RAISE EXCEPTION 'there is no contact model in schema "%"', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'create_contact_model() makes one.';
    END IF;
    RETURN home;
END $fn$;
COMMENT ON FUNCTION contact_model_home(name) IS 'the schema of a contact model; 22023 where there is none';

CREATE FUNCTION contact_model_objects(kind text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $fn$
    SELECT CASE kind
        WHEN 'table' THEN (SELECT array_agg(DISTINCT split_part(l, '|', 1))
            FROM string_to_table(@extschema@.contact_model_comments(), E'\n') l WHERE l <> '' AND strpos(split_part(l, '|', 1), '.') = 0)
        WHEN 'view' THEN (SELECT array_agg(m[1]) FROM regexp_matches(@extschema@.contact_model_views()
            || @extschema@.contact_model_management() || @extschema@.contact_model_practice(), '^CREATE VIEW (\w+)', 'gn') m)
        WHEN 'former function' THEN ARRAY[
            'consent_problem(bigint, text, text, text, text, timestamptz, boolean)',
            'may_contact(bigint, text, timestamptz, text, text, bigint)',
            'record_contact(bigint, text, timestamptz, float8, float8, float8, interval, float8, text, text, text, text, text, text, bigint, bigint, bigint, text, text, text, text, text, boolean, text, bigint)',
            'unknown_references(bigint, bigint, bigint, text, bigint, text, text, bigint)']
        -- each has its comment, which names the types of its arguments
        ELSE (SELECT array_agg(m[1]) FROM regexp_matches(CASE kind
            WHEN 'kept function' THEN @extschema@.contact_model_since() || @extschema@.contact_model_rules()
            WHEN 'function' THEN @extschema@.contact_model_record() || @extschema@.contact_model_management()
                || @extschema@.contact_model_practice() || @extschema@.contact_model_moving() END,
            '^COMMENT ON FUNCTION (\w+?\(.*?\)) IS', 'gw') m) END
$fn$;
COMMENT ON FUNCTION contact_model_objects(text) IS
    'what create_contact_model() makes, of kind table, view, function, or kept function (called by triggers and checks), or what earlier versions made, of kind former function: names, and of functions the types of their arguments too';

CREATE FUNCTION contact_model_functions(schema name, VARIADIC kinds text[]) RETURNS oid[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $fn$
    SELECT coalesce(array_agg(f.id), '{}') FROM unnest(kinds) k, unnest(@extschema@.contact_model_objects(k)) o,
        LATERAL (SELECT to_regprocedure(format('%I.%s', schema, o))::oid AS id) f
    WHERE f.id IS NOT NULL
$fn$;
COMMENT ON FUNCTION contact_model_functions(name, text[]) IS
    'the functions of a contact model that there are, of some kinds of contact_model_objects(); others of their names, with other arguments, are the user''s';

-- Makes what a refresh makes anew: run with the schema alone on the search_path.
CREATE FUNCTION contact_model_face(schema name) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET standard_conforming_strings = on SET transform_null_equals = off
SET quote_all_identifiers = off SET DateStyle = 'ISO, MDY' SET IntervalStyle = 'postgres' SET extra_float_digits = 1 SET client_min_messages = warning AS $fn$
DECLARE
    tag text := '$model$';
    n integer := 0;
    part text;
    piece text;
    line text;
BEGIN
    -- A name may hold anything: let no function body end at it.
    WHILE strpos(quote_ident(schema), tag) > 0 LOOP
        n := n + 1;
        tag := format('$model%s$', n);
    END LOOP;
    FOREACH part IN ARRAY ARRAY[@extschema@.contact_model_since(), @extschema@.contact_model_rules(), NULL,
            @extschema@.contact_model_record(), @extschema@.contact_model_views(), @extschema@.contact_model_management(),
            @extschema@.contact_model_practice(), @extschema@.contact_model_moving()] LOOP
        IF part IS NULL THEN
            PERFORM @extschema@.maintain_journeys(format('%I.contacts', schema)::regclass, 'journeys', '{customer_id}',
                'touchpoint::@extschema@.touchpoint', 'occurred_at', 'score', 'expected', 'cost', 'duration', 'value', 'initiator', 'id');
        ELSE
            -- Functions are replaced, so that calls under way find them.
            FOREACH part IN ARRAY regexp_split_to_array(part, '\n(?=CREATE OR REPLACE FUNCTION )') LOOP
                piece := (SELECT string_agg(replace(t.piece, '@model@', quote_ident(schema)), quote_literal(schema) ORDER BY t.n)
                    FROM string_to_table(replace(part, '$model$', tag), quote_literal('@model@')) WITH ORDINALITY AS t(piece, n));
                BEGIN
                    EXECUTE piece;
                EXCEPTION WHEN invalid_function_definition THEN
                    -- an earlier version's has another result, or other names of arguments
                    EXECUTE 'DROP FUNCTION ' || substring(part FROM 'COMMENT ON FUNCTION (\w+?\(.*?\)) IS');
                    EXECUTE piece;
                END;
            END LOOP;
        END IF;
    END LOOP;
    FOR line IN SELECT l FROM string_to_table(@extschema@.contact_model_comments(), E'\n') l WHERE l <> '' LOOP
        EXECUTE format('COMMENT ON %s %s IS %L', CASE WHEN strpos(split_part(line, '|', 1), '.') > 0 THEN 'COLUMN' ELSE 'TABLE' END,
            split_part(line, '|', 1), split_part(line, '|', 2));
    END LOOP;
    -- Columns that views only pass on mean what they mean in their table.
    FOR line IN
        SELECT DISTINCT ON (v.oid, a.attnum) format('COMMENT ON COLUMN %I.%I IS %L', v.relname, a.attname, d.description)
        FROM pg_class v JOIN pg_namespace s ON s.oid = v.relnamespace AND s.nspname = schema
            JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND col_description(v.oid, a.attnum) IS NULL
            JOIN pg_attribute b ON b.attname = a.attname AND b.attnum > 0
            JOIN pg_class t ON t.oid = b.attrelid AND t.relnamespace = s.oid AND t.relkind IN ('r', 'p')
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = t.oid AND d.objsubid = b.attnum
        WHERE v.relkind = 'v' AND v.relname = ANY (@extschema@.contact_model_objects('view'))
        ORDER BY v.oid, a.attnum, t.relname <> 'contacts', t.relname
    LOOP
        EXECUTE line;
    END LOOP;
    FOR line IN SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'function', 'kept function')) AND p.proname <> 'not_one_of' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', line);
    END LOOP;
END $fn$;
COMMENT ON FUNCTION contact_model_face(name) IS
    'makes the columns, triggers, functions, views and comments of a contact model in the schema on the search_path; create_contact_model() and refresh_contact_model() call it';

CREATE FUNCTION create_contact_model(schema name, scale_low float8 DEFAULT 1, scale_high float8 DEFAULT 5, neutral float8 DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    owner oid;
    home oid;
    middle float8 := coalesce(neutral, scale_low / 2 + scale_high / 2);
BEGIN
    IF schema IS NULL OR schema = '' THEN
        RAISE EXCEPTION 'a contact model needs the name of a schema' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF scale_low IS NULL OR scale_high IS NULL
        OR NOT (abs(scale_low) < 'Infinity' AND abs(scale_high) < 'Infinity'
            AND scale_low < scale_high AND middle BETWEEN scale_low AND scale_high) THEN
        RAISE EXCEPTION 'scale from % to % with neutral % cannot be', scale_low, scale_high, neutral
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Give scale_low < scale_high, and a neutral between them.';
    END IF;

    SELECT s.oid, s.nspowner INTO home, owner FROM pg_namespace s WHERE s.nspname = schema;
    IF home IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    ELSE
        IF EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'record_contact') THEN
            RAISE EXCEPTION 'schema "%" holds a contact model already', schema
                USING ERRCODE = 'duplicate_schema',
                    HINT = 'Choose another schema, or drop this model with drop_contact_model().';
        END IF;
        IF NOT pg_has_role(owner, 'USAGE') THEN
            RAISE EXCEPTION 'must be owner of schema "%"', schema
                USING ERRCODE = 'insufficient_privilege', HINT = 'Choose a schema that does not exist yet.';
        END IF;
        PERFORM @extschema@.contact_model_alone(home, owner);
        IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
            OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
            OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home)
            OR EXISTS (SELECT FROM pg_operator o WHERE o.oprnamespace = home) THEN
            RAISE EXCEPTION 'schema "%" is not empty', schema
                USING ERRCODE = 'duplicate_schema', HINT = 'Choose an empty schema, or one that does not exist yet.';
        END IF;
    END IF;
    PERFORM set_config('search_path', quote_ident(schema) || ', pg_temp', true);
    EXECUTE @extschema@.contact_model_tables();
    PERFORM @extschema@.contact_model_face(schema);
    EXECUTE 'INSERT INTO settings (scale_low, scale_high, neutral) VALUES ($1, $2, $3)' USING scale_low, scale_high, middle;
END $fn$;
COMMENT ON FUNCTION create_contact_model(name, float8, float8, float8) IS
    'builds the reference model in a new schema, or an empty one of the caller: tables, views, functions and triggers that are the caller''s own; scores lie from scale_low to scale_high; neutral is the point that is neither good nor bad, the middle where it is NULL';

-- What a table that was contacts has, and the one that has its name now has not.
CREATE FUNCTION contact_model_leftovers(old regclass, contacts regclass) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $fn$
    SELECT array_agg(x.what ORDER BY x.place, x.what) FROM (
        SELECT 1, format('column %I', a.attname) FROM pg_attribute a WHERE a.attrelid = old AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = contacts AND b.attname = a.attname AND NOT b.attisdropped)
        UNION ALL
        SELECT 2, format('foreign key %I of table %s', k.conname, k.conrelid::regclass) FROM pg_constraint k
            WHERE k.confrelid = old AND k.contype = 'f' AND k.conparentid = 0
        UNION ALL
        SELECT 3, format('constraint %I', k.conname) FROM pg_constraint k
            WHERE k.conrelid = old AND k.conparentid = 0 AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = contacts
                AND (o.conname = k.conname OR pg_get_constraintdef(o.oid) = pg_get_constraintdef(k.oid)))
        UNION ALL
        SELECT 4, format('index %I', i.relname) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
            WHERE x.indrelid = old AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = old)
                AND NOT EXISTS (SELECT FROM pg_index o WHERE o.indrelid = contacts
                    AND substring(pg_get_indexdef(o.indexrelid) FROM ' USING .*') = substring(pg_get_indexdef(i.oid) FROM ' USING .*'))
        UNION ALL
        SELECT 5, format('trigger %I', t.tgname) FROM pg_trigger t WHERE t.tgrelid = old AND NOT t.tgisinternal
            AND NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = contacts AND o.tgname = t.tgname)
        UNION ALL
        SELECT 6, format('policy %I', p.polname) FROM pg_policy p WHERE p.polrelid = old
            AND NOT EXISTS (SELECT FROM pg_policy o WHERE o.polrelid = contacts AND o.polname = p.polname)
        UNION ALL
        SELECT 6, 'row security' FROM pg_class c JOIN pg_class n ON n.oid = contacts
            WHERE c.oid = old AND c.relrowsecurity AND NOT n.relrowsecurity
        UNION ALL
        SELECT 7, format('rights of %s', g.role) FROM (
            SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS role, a.privilege_type FROM (
                SELECT c.relowner, (aclexplode(c.relacl)).* FROM pg_class c WHERE c.oid = old
                UNION SELECT c.relowner, (aclexplode(t.attacl)).* FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid WHERE c.oid = old) a
            WHERE a.grantee <> a.relowner
            EXCEPT
            SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.privilege_type FROM (
                SELECT (aclexplode(c.relacl)).* FROM pg_class c WHERE c.oid = contacts
                UNION SELECT (aclexplode(t.attacl)).* FROM pg_attribute t WHERE t.attrelid = contacts) a) g
            GROUP BY g.role
        UNION ALL
        SELECT 8, format('%s %s', CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, v.oid::regclass)
            FROM pg_class v WHERE v.relkind IN ('v', 'm') AND EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d
                ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid WHERE r.ev_class = v.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = old)
    ) x(place, what)
$fn$;
COMMENT ON FUNCTION contact_model_leftovers(regclass, regclass) IS
    'what a table has that the one that took its name has not: columns, foreign keys to it, constraints, indexes, triggers, policies, rights, views; NULL for nothing';

CREATE FUNCTION contact_model_follow(old regclass, contacts regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    line record;
    list text[];
BEGIN
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid IN (old, contacts) AND pg_get_userbyid(c.relowner) <> current_user) THEN
        RAISE EXCEPTION 'must be owner of tables % and %', old, contacts USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = old AND t.tgname = 'contacts_buyers') THEN
        EXECUTE format('DROP TRIGGER contacts_buyers ON %s', old);
    END IF;
    -- Foreign keys of the owner's tables follow where contacts has a key of those columns.
    FOR line IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS dropped,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname,
                replace(pg_get_constraintdef(k.oid), format(' REFERENCES %s(', old), format(' REFERENCES %s(', contacts))) AS made
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.confrelid = old AND k.contype = 'f' AND k.conparentid = 0 AND pg_get_userbyid(c.relowner) = current_user
            AND obj_description(k.oid, 'pg_constraint') IS NULL
    LOOP
        BEGIN
            EXECUTE line.dropped;
            EXECUTE line.made;
        EXCEPTION WHEN invalid_foreign_key OR foreign_key_violation OR undefined_column OR feature_not_supported THEN
            NULL;
        END;
    END LOOP;
    list := @extschema@.contact_model_leftovers(old, contacts);
    IF list IS NOT NULL THEN
        RAISE WARNING 'table % has what % has not: %', old, contacts, array_to_string(list, ', ')
            USING HINT = 'Make it on the new table if it is still wanted. A foreign key needs a unique key of its columns there, which on a partitioned table holds the partition key.';
    END IF;
END $fn$;
COMMENT ON FUNCTION contact_model_follow(regclass, regclass) IS
    'moves foreign keys from a table that was contacts to the one that is, and warns of what could not be moved, by name; refresh_contact_model() calls it; 42501 for anybody but the owner';

CREATE FUNCTION contact_model_rights(schema name, home oid) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $fn$
    SELECT jsonb_agg(jsonb_build_object('line', format('GRANT %s ON %s TO %s%s', g.what, g.target, r.role,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), 'relation', g.relation, 'attribute', g.attribute, 'role', r.role))
    FROM (
        SELECT a.grantee, a.is_grantable, a.privilege_type AS what, format('%I.%I', schema, c.relname) AS target, c.relname AS relation, NULL::name AS attribute
        FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = home AND c.relname = ANY (@extschema@.contact_model_objects('view')) AND c.relkind = 'v' AND a.grantee <> c.relowner
        UNION ALL
        SELECT a.grantee, a.is_grantable, format('%s (%I)', a.privilege_type, t.attname), format('%I.%I', schema, c.relname), c.relname, t.attname
        FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
        WHERE c.relnamespace = home AND c.relname = ANY (@extschema@.contact_model_objects('view')) AND c.relkind = 'v' AND a.grantee <> c.relowner
        UNION ALL
        -- What an earlier version's could be called by, that of its name can be now.
        SELECT a.grantee, a.is_grantable, 'EXECUTE', format('FUNCTION %I.%s', schema, n.is_now), NULL, NULL
        FROM unnest(@extschema@.contact_model_objects('function')) n(is_now) JOIN pg_proc p ON p.proname = split_part(n.is_now, '(', 1), aclexplode(p.proacl) a
        WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'function', 'former function')) AND a.grantee NOT IN (0, p.proowner)
    ) g, LATERAL (SELECT CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS role) r
$fn$;
COMMENT ON FUNCTION contact_model_rights(name, oid) IS
    'who has which rights on views and functions of a contact model: the commands that grant them, and of rights on columns the view, the column and the role; NULL for nobody';

CREATE FUNCTION refresh_contact_model(schema name) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid := @extschema@.contact_model_home(schema);
    began timestamptz := clock_timestamp();
    timeout text := current_setting('lock_timeout');
    longest integer := (SELECT s.setting FROM pg_settings s WHERE s.name = 'lock_timeout');
    patience integer := (SELECT greatest(s.setting::integer / 2, 1) FROM pg_settings s WHERE s.name = 'deadlock_timeout');
    contacts regclass;
    olds regclass[];
    rights jsonb;
    views name[];
    lost record;
    line text;
    way text;
BEGIN
    -- What is run may call what the owner has made, triggers for one: never with the rights of somebody else.
    SELECT format('%I', r.rolname) INTO line FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.relnamespace = home AND c.relname = ANY (@extschema@.contact_model_objects('table')) AND r.rolname <> current_user LIMIT 1;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'must be owner of the contact model in schema "%"', schema
            USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %s first.', line);
    END IF;
    PERFORM @extschema@.contact_model_alone(home, (SELECT s.nspowner FROM pg_namespace s WHERE s.oid = home));

    LOOP
        BEGIN
            -- Whoever has what is wanted here may want what is had already. Such are let by before the server ends one of us.
            PERFORM set_config('lock_timeout', least(nullif(longest, 0), patience)::text, true);
            EXECUTE format('LOCK TABLE %I.settings IN SHARE UPDATE EXCLUSIVE MODE', schema);
            rights := @extschema@.contact_model_rights(schema, home);
            SELECT array_agg(c.relname), string_agg(x.what, E'\n' ORDER BY x.what) INTO views, way
            FROM pg_class c LEFT JOIN LATERAL (
                SELECT format('trigger %I on view %s', t.tgname, c.oid::regclass) AS what FROM pg_trigger t WHERE t.tgrelid = c.oid
                UNION ALL SELECT format('rule %I on view %s', w.rulename, c.oid::regclass) FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN'
                UNION ALL SELECT format('options of view %s', c.oid::regclass) WHERE c.reloptions IS NOT NULL) x ON true
            WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (@extschema@.contact_model_objects('view'));
            IF way IS NOT NULL THEN
                RAISE dependent_objects_still_exist USING DETAIL = way;
            END IF;
            -- Functions and views that call or read each other go in one statement each, so that what is built on them stops it.
            -- A body that the server has parsed holds the views in place; and views go before those that they read, as
            -- readers lock them, then the tables, first those that a call asks first.
            FOR line IN
                SELECT 'DROP FUNCTION ' || string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc p
                    WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'former function'))
                        OR p.oid = ANY (@extschema@.contact_model_functions(schema, 'function')) AND p.prosqlbody IS NOT NULL
                UNION ALL
                SELECT 'DROP VIEW ' || string_agg(format('%I.%I', schema, c.relname), ', ' ORDER BY c.oid DESC) FROM pg_class c
                    WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (@extschema@.contact_model_objects('view'))
                UNION ALL
                SELECT 'LOCK TABLE ' || string_agg(format('%I.%I', schema, c.relname), ', '
                        ORDER BY array_position('{requests,settings,touchpoints,channels,customers}', c.relname::text), c.relname)
                    FROM pg_class c WHERE c.relnamespace = home AND c.relkind IN ('r', 'p') AND c.relname = ANY (@extschema@.contact_model_objects('table'))
            LOOP
                IF line IS NOT NULL THEN
                    EXECUTE line;
                END IF;
            END LOOP;
            EXIT;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF longest > 0 AND clock_timestamp() >= began + longest * interval '1 millisecond' THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(patience / 1000.0);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', timeout, true);
    -- Tables that were contacts have triggers of the model still.
    contacts := format('%I.contacts', schema)::regclass;
    SELECT array_agg(DISTINCT t.tgrelid::regclass) INTO olds FROM pg_trigger t JOIN pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
        JOIN pg_class c ON c.oid = t.tgrelid
        WHERE pg_get_userbyid(c.relowner) = current_user AND t.tgrelid <> contacts
            AND t.tgrelid NOT IN (SELECT p.relid FROM pg_partition_tree(contacts) p)
            AND (t.tgname ~ '^keep_journeys_' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = format('%I.journeys', schema)::regclass
                OR t.tgname = 'contacts_buyers' AND d.refclassid = 'pg_proc'::regclass
                AND d.refobjid = to_regprocedure(format('%I.contacts_buyers()', schema)));
    -- The journeys follow contacts wherever they are now.
    IF NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = contacts AND t.tgname ~ '^keep_journeys_') THEN
        PERFORM @extschema@.stop_maintaining_journeys(format('%I.journeys', schema)::regclass);
    END IF;
    PERFORM set_config('search_path', quote_ident(schema) || ', pg_temp', true);
    PERFORM @extschema@.contact_model_face(schema);
    UPDATE settings SET scale_low = scale_low;
    FOR i IN 1 .. coalesce(cardinality(olds), 0) LOOP
        PERFORM @extschema@.contact_model_follow(olds[i], contacts);
    END LOOP;
    -- Whom default privileges let read what is new had perhaps no right on what was there.
    FOR line IN SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', c.oid::regclass, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
            FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = home AND c.relname = ANY (views) AND c.relkind = 'v' AND a.grantee <> c.relowner LOOP
        EXECUTE line;
    END LOOP;
    FOR lost IN SELECT r.line, r.relation, r.attribute, r.role FROM jsonb_to_recordset(rights) AS r(line text, relation name, attribute name, role text) LOOP
        IF lost.attribute IS NULL OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = format('%I.%I', schema, lost.relation)::regclass
                AND a.attname = lost.attribute) THEN
            EXECUTE lost.line;
        ELSE
            RAISE WARNING 'view %.% has no column "%" any more, on which % had rights', schema, lost.relation, lost.attribute, lost.role
                USING HINT = 'Grant the column that took its place, where one did.';
        END IF;
    END LOOP;
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS way = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION 'what is built on the contact model in schema "%" stands in the way', schema
        USING ERRCODE = 'dependent_objects_still_exist', DETAIL = way,
            HINT = 'Drop it, refresh, and make it again. Nothing has been changed.';
END $fn$;
COMMENT ON FUNCTION refresh_contact_model(name) IS
    'brings the contact model of a schema to the installed version: missing tables, columns and checks, triggers, functions and views, on whatever tables bear the names by now; a table that took the place of contacts gets the keys, checks, indexes and foreign keys that it lacks, and a warning names what of the old one it could not get; rights on views and functions stay, and a warning names those on columns that are no more; calls and readers wait, or are waited for, as long as lock_timeout says; 2BP01 names what the user has built on what has to go, and then nothing is changed; 42501 for anybody but the owner';

CREATE FUNCTION grant_contact_model(schema name, role name, "as" text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid := @extschema@.contact_model_home(schema);
    functions name[];
    list text;
BEGIN
    IF role IS NULL OR "as" IS NULL OR "as" <> ALL ('{application,analyst,front_line}') THEN
        RAISE EXCEPTION 'a contact model cannot be granted to "%" as "%"', role, "as"
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the name of a role, and application, analyst or front_line.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role) THEN
        RAISE EXCEPTION 'role "%" does not exist', role
            USING ERRCODE = 'undefined_object', HINT = 'CREATE ROLE makes one.';
    END IF;
    IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home AND c.relname = ANY (@extschema@.contact_model_objects('view'))
            AND NOT pg_has_role(c.relowner, 'USAGE')) THEN
        RAISE EXCEPTION 'must be owner of the contact model in schema "%"', schema USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema, role);
    IF "as" = 'analyst' THEN
        SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list FROM pg_class c
            WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (@extschema@.contact_model_objects('view'));
        EXECUTE format('GRANT SELECT ON %s TO %I', list, role);
        RETURN;
    END IF;
    functions := CASE "as" WHEN 'application' THEN '{may_contact,record_contact,customer_card,customer_of,plan_worklist}'::name[]
        ELSE '{record_contact,customer_card}' END;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list FROM pg_proc p
        WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'function', 'former function')) AND p.proname = ANY (functions);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', list, role);
END $fn$;
COMMENT ON FUNCTION grant_contact_model(name, name, text) IS
    'lets a role use a contact model as application (may call may_contact, record_contact, customer_card, customer_of, plan_worklist and nothing else), analyst (reads the views) or front_line (reads customer_card and records); none of them can go round the gate; 22023 for anything else';

CREATE FUNCTION contact_model_filled(contacts regclass) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION contact_model_filled(contacts regclass) IS
    'are there contacts? Asked with the rights of the table''s owner, who alone may ask';

CREATE FUNCTION drop_contact_model(schema name, even_with_contacts boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid := @extschema@.contact_model_home(schema);
    has boolean;
    list text;
BEGIN
    EXECUTE format('LOCK TABLE %I.contacts IN ACCESS EXCLUSIVE MODE', schema);
    has := @extschema@.contact_model_filled(format('%I.contacts', schema)::regclass);
    IF has AND even_with_contacts IS NOT TRUE THEN
        RAISE EXCEPTION 'the contact model in schema "%" holds contacts', schema
            USING ERRCODE = 'object_in_use', HINT = 'To drop it with all of them, add even_with_contacts => true.';
    END IF;

    -- One statement a kind, since they depend on each other; what somebody built on them stops it.
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'function', 'former function'));
    IF list IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (@extschema@.contact_model_objects('view'));
    IF list IS NOT NULL THEN
        EXECUTE 'DROP VIEW ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind IN ('r', 'p') AND c.relname = ANY (@extschema@.contact_model_objects('table'));
    EXECUTE 'DROP TABLE ' || list;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.oid = ANY (@extschema@.contact_model_functions(schema, 'kept function'));
    IF list IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || list;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home) THEN
        EXECUTE format('DROP SCHEMA %I', schema);
    END IF;
END $fn$;
COMMENT ON FUNCTION drop_contact_model(name, boolean) IS
    'drops the reference model of a schema, and the schema if nothing else is in it; refuses while there are contacts unless told otherwise, and while anything else depends on it';
