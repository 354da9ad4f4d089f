-- The reference model: made and dropped.
--
-- What it is made of stands in model/ as SQL of its own; the Makefile puts each file where a line
-- here includes it. That text runs with the new schema alone on the search_path, so its own names
-- stand bare; names of the extension carry its schema. @model@ is the new schema's name, quoted, for
-- function bodies that are looked at only when they run; $model$ quotes those bodies.

CREATE FUNCTION contact_model_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
-- include model/tables.sql
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_tables() IS 'the tables of create_contact_model(), as SQL text';

CREATE FUNCTION contact_model_record() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
-- include model/record.sql
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_record() IS 'the contact gate of create_contact_model(), as SQL text';

CREATE FUNCTION contact_model_views() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
-- include model/views.sql
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_views() IS 'the analytical views of create_contact_model(), as SQL text';

CREATE FUNCTION contact_model_management() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
-- include model/management.sql
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_management() IS 'the management views of create_contact_model(), as SQL text';

CREATE FUNCTION contact_model_comments() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $text$
-- include model/comments.txt
$text$ $sql$;
COMMENT ON FUNCTION contact_model_comments() IS 'what create_contact_model() writes on tables and columns: name|comment a line';

CREATE FUNCTION create_contact_model(schema name, scale_low float8 DEFAULT 1, scale_high float8 DEFAULT 5, neutral float8 DEFAULT 3)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET transform_null_equals = off SET quote_all_identifiers = off SET DateStyle = 'ISO, MDY' SET IntervalStyle = 'postgres' AS $fn$
DECLARE
    owner oid;
    home oid;
    tag text := '$model$';
    n integer := 0;
    part text;
    line text;
BEGIN
    IF schema IS NULL OR schema = '' THEN
        RAISE EXCEPTION 'a contact model needs the name of a schema' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF scale_low IS NULL OR scale_high IS NULL OR neutral IS NULL
        OR NOT (abs(scale_low) < 'Infinity' AND abs(scale_high) < 'Infinity'
            AND scale_low < scale_high AND neutral BETWEEN scale_low AND scale_high) THEN
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
        -- What they put there while we build would stand before the server's own in what we run.
        IF EXISTS (SELECT FROM pg_roles r
            WHERE NOT r.rolsuper AND r.rolname <> 'pg_database_owner' AND NOT pg_has_role(r.oid, current_user, 'MEMBER')
                AND (pg_has_role(r.oid, owner, 'MEMBER') OR has_schema_privilege(r.oid, home, 'CREATE'))) THEN
            RAISE EXCEPTION 'others may make objects in schema "%"', schema
                USING ERRCODE = 'insufficient_privilege',
                    HINT = 'Choose a schema that does not exist yet, or one of your own in which nobody else has CREATE.';
        END IF;
        IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
            OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
            OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home)
            OR EXISTS (SELECT FROM pg_operator o WHERE o.oprnamespace = home) THEN
            RAISE EXCEPTION 'schema "%" is not empty', schema
                USING ERRCODE = 'duplicate_schema', HINT = 'Choose an empty schema, or one that does not exist yet.';
        END IF;
    END IF;

    -- A name may hold anything: let no function body end at it.
    WHILE strpos(quote_ident(schema), tag) > 0 LOOP
        n := n + 1;
        tag := format('$model%s$', n);
    END LOOP;
    PERFORM set_config('search_path', quote_ident(schema) || ', pg_temp', true);
    EXECUTE @extschema@.contact_model_tables();
    EXECUTE 'INSERT INTO settings (scale_low, scale_high, neutral) VALUES ($1, $2, $3)' USING scale_low, scale_high, neutral;
    PERFORM @extschema@.maintain_journeys(format('%I.contacts', schema)::regclass, 'journeys', '{customer_id}',
        'touchpoint::@extschema@.touchpoint', 'occurred_at', 'score', 'expected', 'cost', 'duration', 'value', 'initiator', 'id');
    FOREACH part IN ARRAY ARRAY[@extschema@.contact_model_record(), @extschema@.contact_model_views(),
            @extschema@.contact_model_management()] LOOP
        EXECUTE replace(replace(part, '$model$', tag), '@model@', quote_ident(schema));
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
            JOIN pg_class t ON t.oid = b.attrelid AND t.relnamespace = s.oid AND t.relkind = 'r'
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = t.oid AND d.objsubid = b.attnum
        WHERE v.relkind = 'v'
        ORDER BY v.oid, a.attnum, t.relname <> 'contacts', t.relname
    LOOP
        EXECUTE line;
    END LOOP;
END $fn$;
COMMENT ON FUNCTION create_contact_model(name, float8, float8, float8) IS
    'builds the reference model in a new schema, or an empty one of the caller: tables, views, functions and triggers that are the caller''s own; neutral is the point of the scale that is neither good nor bad';

CREATE FUNCTION contact_model_filled(contacts regclass) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION contact_model_filled(contacts regclass) IS
    'are there contacts? Asked with the rights of the table''s owner, who alone may ask';

CREATE FUNCTION drop_contact_model(schema name, even_with_contacts boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid;
    has boolean;
    tables text[];
    views constant text[] := '{judged_contacts,contact_validity,valid_contacts,customer_scores,touchpoint_gaps,service_gap_model,channel_ranking,channel_mix,key_touchpoints,moments_of_truth,customer_archive,plan_vs_actual,standard_breaches,improvement_effect,follow_ups_due,theme_consistency,churn_reasons,service_blueprint,service_panorama,consent_status}';
    functions constant text[] := '{customer_card,record_contact,unknown_references,may_contact,schedule_case_follow_ups,cases_follow_ups,customers_relation,touchpoints_key}';
    list text;
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
    EXECUTE format('LOCK TABLE %I.contacts IN ACCESS EXCLUSIVE MODE', schema);
    has := @extschema@.contact_model_filled(format('%I.contacts', schema)::regclass);
    IF has AND even_with_contacts IS NOT TRUE THEN
        RAISE EXCEPTION 'the contact model in schema "%" holds contacts', schema
            USING ERRCODE = 'object_in_use', HINT = 'To drop it with all of them, add even_with_contacts => true.';
    END IF;

    -- One statement a kind, since they depend on each other; what somebody built on them stops it.
    SELECT array_agg(DISTINCT split_part(l, '|', 1)) INTO tables
        FROM string_to_table(@extschema@.contact_model_comments(), E'\n') l
        WHERE l <> '' AND strpos(split_part(l, '|', 1), '.') = 0;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'customer_card';
    IF list IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind = 'v' AND c.relname = ANY (views);
    IF list IS NOT NULL THEN
        EXECUTE 'DROP VIEW ' || list;
    END IF;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list
        FROM pg_class c WHERE c.relnamespace = home AND c.relkind IN ('r', 'p') AND c.relname = ANY (tables);
    EXECUTE 'DROP TABLE ' || list;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO list
        FROM pg_proc p WHERE p.pronamespace = home AND p.proname = ANY (functions);
    EXECUTE 'DROP FUNCTION ' || list;
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = home)
        AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home) THEN
        EXECUTE format('DROP SCHEMA %I', schema);
    END IF;
END $fn$;
COMMENT ON FUNCTION drop_contact_model(name, boolean) IS
    'drops the reference model of a schema, and the schema if nothing else is in it; refuses while there are contacts unless told otherwise, and while anything else depends on it';
