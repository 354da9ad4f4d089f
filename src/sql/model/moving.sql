-- Customers and contacts that come in and go out.

CREATE OR REPLACE FUNCTION customer_of(external_id text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
    SELECT coalesce((SELECT c.customer_id FROM @model@.customers c WHERE c.external_id = $1),
        (SELECT m.customer_id FROM @model@.merged_customers m WHERE m.external_id = $1))
$model$;
COMMENT ON FUNCTION customer_of(text) IS 'the customer of an external_id, also of one that was merged; NULL for none';

CREATE OR REPLACE FUNCTION own_schema() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $model$
    SELECT quote_ident(n.nspname) FROM @model@.settings s JOIN pg_class c ON c.oid = s.tableoid JOIN pg_namespace n ON n.oid = c.relnamespace
$model$;
COMMENT ON FUNCTION own_schema() IS 'the schema of this model, quoted';

CREATE OR REPLACE FUNCTION check_columns(source regclass, columns text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_column text;
    v_owner text;
BEGIN
    -- Views, policies, casts, even what an index is made of run with the rights of whoever reads.
    SELECT r.rolname INTO v_owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = source AND r.rolname <> current_user AND NOT r.rolsuper;
    IF FOUND THEN
        RAISE EXCEPTION '% belongs to role "%"', source, v_owner
            USING ERRCODE = 'insufficient_privilege', HINT = format('Let it be written to a file, and role "%s", which owns the model, read that into a table of its own:'
                ' reading what is another''s, be it to copy it, runs what they have put into it.', current_user);
    END IF;
    -- So does casting what is of a type of theirs.
    WITH RECURSIVE asked(attribute, type) AS (
        SELECT a.attname, a.atttypid FROM pg_attribute a WHERE a.attrelid = source AND a.attname = ANY (columns) AND NOT a.attisdropped
        UNION
        SELECT k.attribute, i.type FROM asked k JOIN pg_type t ON t.oid = k.type, LATERAL (VALUES (t.typbasetype), (t.typelem)) i(type) WHERE i.type <> 0
    )
    SELECT k.attribute, r.rolname INTO v_column, v_owner FROM asked k JOIN pg_type t ON t.oid = k.type JOIN pg_roles r ON r.oid = t.typowner
        WHERE r.rolname <> current_user AND NOT r.rolsuper LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'column "%" of % is of a type that belongs to role "%"', v_column, source, v_owner
            USING ERRCODE = 'insufficient_privilege', HINT = 'Let the table have a column of text instead.';
    END IF;
    FOREACH v_column IN ARRAY columns LOOP
        IF v_column IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = source AND a.attname = v_column
                AND a.attnum > 0 AND NOT a.attisdropped) THEN
            RAISE EXCEPTION 'there is no column "%" in %', v_column, source
                USING ERRCODE = 'undefined_column', HINT = format('Its columns: %s.', (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped));
        END IF;
    END LOOP;
END $model$;
COMMENT ON FUNCTION check_columns(regclass, text[]) IS '42703 for a name that is no column of the table; 42501 for a table, or a column of a type, of others than the model''s owner and superusers';

CREATE OR REPLACE FUNCTION catalogue_from(source regclass, touchpoint text DEFAULT NULL, channel text DEFAULT NULL, label text DEFAULT NULL,
    stage text DEFAULT NULL, occurred_at text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_new bigint;
    v_what text;
    v_order text := coalesce('min(s.' || quote_ident(occurred_at) || '::timestamptz)', 'NULL::timestamptz');
BEGIN
    IF source IS NULL OR num_nonnulls(touchpoint, label) <> 1 THEN
        RAISE EXCEPTION 'a catalogue is made of a table''s touchpoints, or of its labels, channels and stages'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the column touchpoint, or label and perhaps channel and stage.';
    END IF;
    PERFORM @model@.check_columns(source, ARRAY[touchpoint, channel, label, stage, occurred_at]);
    v_what := coalesce('s.' || quote_ident(touchpoint) || '::text::@extschema@.touchpoint',
        format('@extschema@.touchpoint(%s, s.%s::text, %s)', coalesce('s.' || quote_ident(channel) || '::text', 'NULL'), quote_ident(label),
            coalesce('s.' || quote_ident(stage) || '::text', 'NULL')));
    EXECUTE format($run$
        WITH found AS MATERIALIZED (
            SELECT f.t, min(f.at) AS at FROM (SELECT %1$s AS t, %2$s AS at FROM %3$s s WHERE s.%4$I IS NOT NULL GROUP BY 1) f GROUP BY 1
        ), new_channels AS (
            INSERT INTO %5$s.channels (channel) SELECT DISTINCT @extschema@.channel(f.t) FROM found f
            WHERE @extschema@.channel(f.t) IS NOT NULL ON CONFLICT DO NOTHING
        ), new_stages AS (
            INSERT INTO %5$s.stages (stage, ordinal)
            SELECT x.stage, (SELECT coalesce(max(s.ordinal), 0) FROM %5$s.stages s) + row_number() OVER (ORDER BY x.at, x.stage)
            FROM (SELECT @extschema@.stage(f.t) AS stage, min(f.at) AS at FROM found f GROUP BY 1) x
            WHERE x.stage IS NOT NULL AND NOT EXISTS (SELECT FROM %5$s.stages s WHERE s.stage = x.stage) ON CONFLICT DO NOTHING
        ), made AS (
            INSERT INTO %5$s.touchpoints (touchpoint) SELECT f.t::text FROM found f ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT count(*) FROM made$run$, v_what, v_order, source, coalesce(touchpoint, label), @model@.own_schema()) INTO v_new;
    RETURN v_new;
END $model$;
COMMENT ON FUNCTION catalogue_from(regclass, text, text, text, text, text) IS
    'makes channels, stages and touchpoints of what a table holds, and says how many touchpoints are new: from a column of their text, or of labels, channels and stages; stages in the order of their first occurred_at; what is there already stays; 42501 for a table of another role';

CREATE OR REPLACE FUNCTION lift_contact_keys() RETURNS text[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET default_tablespace = '' AS $model$
DECLARE
    v_contacts regclass := @model@.own_schema() || '.contacts';
    v_home oid := (SELECT c.relnamespace FROM pg_class c WHERE c.oid = v_contacts);
    v_keys record;
    v_later text[] := '{}';
BEGIN
    -- What waits for the end of the transaction would stand in the way of the keys.
    IF current_setting('transaction_isolation') <> 'read committed' OR EXISTS (SELECT FROM @model@.contacts) OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgdeferrable
            AND (t.tgrelid = v_contacts OR t.tgrelid IN (SELECT p.relid FROM pg_partition_tree(v_contacts) p))) THEN
        RETURN v_later;
    END IF;
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', (SELECT string_agg(DISTINCT x.t::text, ', ')
        FROM (SELECT v_contacts UNION ALL SELECT k.confrelid::regclass FROM pg_constraint k
            WHERE k.conrelid = v_contacts AND k.contype = 'f' AND k.connamespace = v_home) x(t)));
    -- Somebody may have been first.
    IF EXISTS (SELECT FROM @model@.contacts) THEN
        RETURN v_later;
    END IF;
    FOR v_keys IN
        WITH spared AS (
            SELECT t.oid, t.tgname, t.tgfoid <> '@extschema@.keep_journeys()'::regprocedure AS buyers
            FROM pg_trigger t WHERE t.tgrelid = v_contacts AND t.tgenabled = 'O' AND t.tgtype & 4 > 0 AND t.tgnewtable IS NOT NULL
                AND current_setting('session_replication_role') <> 'replica'
                AND t.tgfoid IN ('@extschema@.keep_journeys()'::regprocedure, format('%s.contacts_buyers()', @model@.own_schema())::regprocedure)
        )
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', v_contacts, k.conname) AS now,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', v_contacts, k.conname, pg_get_constraintdef(k.oid)) AS later
        FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
        WHERE k.conrelid = v_contacts AND k.contype = 'f' AND k.conparentid = 0 AND r.relnamespace = v_home
            AND obj_description(k.oid, 'pg_constraint') IS NULL
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')
        UNION ALL
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', v_contacts, k.conname),
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', v_contacts, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid JOIN pg_class c ON c.oid = k.conindid
        WHERE k.conrelid = v_contacts AND k.contype = 'p' AND c.relkind = 'i' AND NOT c.relispartition AND c.reltablespace = 0
            AND c.reloptions IS NULL AND NOT i.indisclustered AND NOT i.indisreplident
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid AND d.objid <> c.oid)
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
            AND num_nonnulls(obj_description(k.oid, 'pg_constraint'), obj_description(c.oid, 'pg_class')) = 0
        UNION ALL
        SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = v_contacts AND c.relkind = 'i' AND NOT c.relispartition AND c.reltablespace = 0 AND i.indisvalid
            AND NOT i.indisunique AND NOT i.indisclustered AND NOT i.indisreplident
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AND obj_description(i.indexrelid, 'pg_class') IS NULL
        -- Triggers that want a copy of all that is new are spared it: what they would do, is done of the table.
        UNION ALL
        SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', v_contacts, t.tgname), format('ALTER TABLE %s ENABLE TRIGGER %I', v_contacts, t.tgname)
        FROM spared t
        UNION ALL
        SELECT NULL, format('SELECT @extschema@.rebuild_journeys(%L)', d.refobjid::regclass)
        FROM spared t JOIN pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v_contacts
        WHERE NOT t.buyers GROUP BY d.refobjid
        UNION ALL
        SELECT NULL, format('UPDATE %1$s.customers c SET relation = ''customer'', relation_since = b.at
            FROM (SELECT n.customer_id, max(n.occurred_at) AS at FROM %1$s.contacts n WHERE n.value > 0 GROUP BY n.customer_id) b
            WHERE c.customer_id = b.customer_id AND c.relation <> ''customer'' AND (c.relation <> ''former'' OR b.at > c.relation_since)', @model@.own_schema())
        FROM spared t WHERE t.buyers
    LOOP
        IF v_keys.now IS NOT NULL THEN
            EXECUTE v_keys.now;
        END IF;
        v_later := v_later || v_keys.later;
    END LOOP;
    RETURN v_later;
EXCEPTION WHEN lock_not_available OR object_in_use THEN
    RETURN '{}';
END $model$;
COMMENT ON FUNCTION lift_contact_keys() IS
    'drops the keys and plain indexes of contacts while there are none, disables the triggers that keep journeys and buyers, and returns the commands that make all of it again, which checks and reads all at once; none where there are contacts or somebody is at work';

CREATE OR REPLACE FUNCTION unreadable(value text, type text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    CASE type
        WHEN 'bigint' THEN PERFORM value::bigint;
        WHEN 'float8' THEN PERFORM value::float8;
        WHEN 'boolean' THEN PERFORM value::boolean;
        WHEN 'interval' THEN PERFORM value::interval;
        WHEN 'timestamptz' THEN PERFORM value::timestamptz;
    END CASE;
    RETURN false;
EXCEPTION WHEN data_exception THEN
    RETURN true;
END $model$;
COMMENT ON FUNCTION unreadable(text, text) IS 'is a text none of a type? bigint, float8, boolean, interval or timestamptz; false for NULL';

CREATE OR REPLACE FUNCTION usual_touchpoint(value text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    RETURN value::@extschema@.touchpoint::text;
EXCEPTION WHEN data_exception OR syntax_error THEN
    RETURN value;
END $model$;
COMMENT ON FUNCTION usual_touchpoint(text) IS 'a touchpoint as the catalogue writes it, however it was written; what is none, as it is';

CREATE OR REPLACE FUNCTION import_contacts(source regclass, mapping jsonb)
RETURNS TABLE (outcome text, reason text, contacts bigint, example text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB' AS $model$
#variable_conflict use_column
DECLARE
    v_fields constant jsonb := '{"id": "bigint", "occurred_at": "timestamptz", "customer_id": "bigint", "external_id": "text",
        "touchpoint": "text", "score": "float8", "expected": "float8", "cost": "float8", "duration": "interval", "value": "float8",
        "initiator": "text", "case_id": "bigint", "plan_id": "bigint", "product": "text", "employee_id": "bigint", "place": "text",
        "purpose": "text", "goal": "text", "content": "text", "theme": "text", "feedback": "text", "feedback_verdict": "text",
        "evaluation": "text", "incentive": "text", "goal_reached": "boolean", "result": "text"}';
    v_field text;
    v_columns text;
    v_targets text;
    v_home text := @model@.own_schema();
    v_ids text := @model@.contact_ids();
    v_later text[];
    v_who text := CASE WHEN mapping ? 'external_id' THEN 'coalesce(m.customer_id, x.customer_id)' WHEN mapping ? 'customer_id' THEN 'x.customer_id' ELSE 'NULL::bigint' END;
    -- A table's rows are read where they lie, as often as need be; those of a view might differ the next time.
    v_lies boolean := (SELECT c.relkind IN ('r', 'm') AND NOT c.relhassubclass FROM pg_class c WHERE c.oid = source);
    v_texts jsonb;
    v_asked jsonb;
    v_forgotten boolean := mapping ? 'id' AND EXISTS (SELECT FROM @model@.forgotten_journeys);
    v_scale record;
BEGIN
    IF source IS NULL OR jsonb_typeof(mapping) IS DISTINCT FROM 'object' OR NOT mapping ?& '{occurred_at,touchpoint}'
        OR mapping ? 'customer_id' AND mapping ? 'external_id' THEN
        RAISE EXCEPTION 'an import needs a table and a mapping of fields to its columns, not %', mapping
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Write {"occurred_at": "column", "touchpoint": "column", "customer_id" or "external_id": "column", ...}.';
    END IF;
    FOR v_field IN SELECT k FROM jsonb_object_keys(mapping) k WHERE NOT v_fields ? k OR jsonb_typeof(mapping -> k) <> 'string' LOOP
        RAISE EXCEPTION 'field "%" of the mapping cannot be %', v_field, mapping -> v_field
            USING ERRCODE = 'invalid_parameter_value',
                HINT = format('Fields: %s; each is the name of a column.', (SELECT string_agg(k, ', ') FROM jsonb_object_keys(v_fields) k));
    END LOOP;
    PERFORM @model@.check_columns(source, ARRAY(SELECT m.value FROM jsonb_each_text(mapping) m));
    v_later := @model@.lift_contact_keys();
    SELECT s.scale_low AS low, s.scale_high AS high INTO v_scale FROM @model@.settings s;
    PERFORM set_config('work_mem', current_setting('maintenance_work_mem'), true) WHERE pg_size_bytes(current_setting('maintenance_work_mem')) > 67108864;
    IF mapping ? 'external_id' THEN
        -- Customers that were brought with their ids have taken them.
        v_field := pg_get_serial_sequence(v_home || '.customers', 'customer_id');
        IF v_field IS NOT NULL THEN
            EXECUTE format('SELECT setval(%L, max(c.customer_id)) FROM %s.customers c HAVING max(c.customer_id) >= (SELECT q.last_value + q.is_called::integer FROM %s q)', v_field, v_home, v_field);
        END IF;
        EXECUTE format('INSERT INTO %3$s.customers (external_id) SELECT DISTINCT s.%1$I::text FROM %2$s s WHERE s.%1$I IS NOT NULL
            AND NOT EXISTS (SELECT FROM %3$s.merged_customers m WHERE m.external_id = s.%1$I::text)
            AND NOT EXISTS (SELECT FROM %3$s.customers c WHERE c.external_id = s.%1$I::text) ON CONFLICT (external_id) DO NOTHING',
            mapping ->> 'external_id', source, v_home);
    END IF;
    -- Text is read once for all, and so are ids that are no integers; where some cannot be, each is asked, and its row stays out.
    v_texts := (SELECT jsonb_object_agg(f.key, CASE WHEN t.typcategory = 'N' THEN format('trim_scale(s.%I::numeric)::text', a.attname) ELSE format('s.%I::text', a.attname) END)
        FROM jsonb_each_text(v_fields) f
        JOIN pg_attribute a ON a.attrelid = source AND a.attname = mapping ->> f.key JOIN pg_type t ON t.oid = a.atttypid
        WHERE f.value <> 'text' AND (t.typcategory = 'S' OR t.oid IN ('json'::regtype, 'jsonb'::regtype)
            OR f.value = 'bigint' AND t.typcategory = 'N' AND t.oid NOT IN ('bigint'::regtype, 'integer'::regtype, 'smallint'::regtype)));
    IF v_texts IS NOT NULL THEN
        BEGIN
            EXECUTE format('SELECT %s FROM %s s', (SELECT string_agg(format('count((%s)::%s)', x.value, v_fields ->> x.key), ', ')
                FROM jsonb_each_text(v_texts) x), source);
        EXCEPTION WHEN data_exception THEN
            v_lies := false;
            v_asked := v_texts;
        END;
    END IF;
    SELECT string_agg(CASE WHEN v_asked ? f.key THEN format('CASE WHEN NOT %s.unreadable(%s, %L) THEN (%2$s)::%4$s END AS %I',
                v_home, v_asked ->> f.key, f.value, f.value, f.key)
            WHEN f.key = 'touchpoint' THEN format('CASE WHEN s.%1$I::text IN (SELECT t.touchpoint FROM %2$s.touchpoints t) THEN s.%1$I::text ELSE %2$s.usual_touchpoint(s.%1$I::text) END AS touchpoint',
                mapping ->> f.key, v_home)
            ELSE format('(%s)::%s AS %I', coalesce(v_texts ->> f.key, 's.' || quote_ident(mapping ->> f.key), 'NULL'), f.value, f.key) END, ', ')
            || coalesce(', CASE ' || string_agg(format('WHEN %s.unreadable(%s, %L) THEN ARRAY[%L, %2$s]',
                v_home, v_asked ->> f.key, f.value, f.key), ' ') FILTER (WHERE v_asked ? f.key) || ' END', ', NULL::text[]') || ' AS unread',
            string_agg(quote_ident(f.key), ', ') FILTER (WHERE f.key NOT IN ('external_id', 'customer_id', 'initiator') AND (f.key <> 'id' OR mapping ? 'id'))
        INTO v_columns, v_targets FROM jsonb_each_text(v_fields) f;
    RETURN QUERY EXECUTE format($run$
        WITH given AS %11$s MATERIALIZED (
            SELECT %10$s AS line, %1$s FROM %2$s s OFFSET 0
        ), judged AS NOT MATERIALIZED (
            SELECT g.*, %8$s AS whom, CASE
                WHEN g.unread IS NOT NULL THEN 'unreadable ' || g.unread[1]
                WHEN g.occurred_at IS NULL OR NOT isfinite(g.occurred_at) THEN 'no time'
                WHEN g.occurred_at > %12$L::timestamptz THEN 'in the future'
                WHEN (g.touchpoint IN (SELECT t.touchpoint FROM %6$s.touchpoints t)) IS NOT TRUE THEN 'touchpoint not in the catalogue'
                WHEN %8$s IS NULL AND num_nonnulls(g.customer_id, g.external_id) > 0 THEN 'unknown customer'
                WHEN g.score NOT BETWEEN %13$L AND %14$L THEN 'score off the scale'
                WHEN g.expected NOT BETWEEN %13$L AND %14$L THEN 'expectation off the scale'
                WHEN NOT (g.cost >= 0 AND g.cost < 'Infinity') THEN 'no such cost'
                WHEN g.duration < '0'::interval OR date_trunc('month', g.duration) <> '0'::interval THEN 'no such duration'
                WHEN NOT abs(g.value) < 'Infinity' THEN 'no such value'
                WHEN g.initiator NOT IN ('company', 'customer', 'third_party') THEN 'unknown initiator'
                WHEN g.feedback_verdict NOT IN ('true', 'false', 'unclear') THEN 'unknown verdict on feedback'
                WHEN g.case_id IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.cases k WHERE k.case_id = g.case_id AND k.customer_id = %8$s)
                    THEN 'not a case of this customer'
                WHEN g.plan_id IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.contact_plans k WHERE k.plan_id = g.plan_id) THEN 'unknown plan'
                WHEN g.product IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.products k WHERE k.product = g.product) THEN 'unknown product'
                WHEN g.employee_id IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.employees k WHERE k.employee_id = g.employee_id) THEN 'unknown employee'
                WHEN g.place IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.places k WHERE k.place = g.place) THEN 'unknown place'
                WHEN g.goal IS NOT NULL AND NOT EXISTS (SELECT FROM %6$s.goals k WHERE k.goal = g.goal) THEN 'unknown goal'
                %7$s END AS why
            FROM given g %9$s
        ), again AS MATERIALIZED (
            SELECT n.line, CASE WHEN n.of_key > 1 THEN 'there already' ELSE 'id of another contact' END AS why
            FROM (
                SELECT k.line, k.whom, k.of_key, row_number() OVER (PARTITION BY k.whom, k.id, k.of_key > 1 ORDER BY k.line) AS of_customer
                FROM (
                    SELECT j.line, j.whom, j.id, row_number() OVER (PARTITION BY j.occurred_at, j.id ORDER BY j.line) AS of_key
                    FROM judged j WHERE (SELECT count(d.id) > count(DISTINCT d.id) FROM given d) AND j.why IS NULL
                        AND j.id IN (SELECT d.id FROM given d GROUP BY d.id HAVING count(*) > 1)
                ) k
            ) n WHERE n.of_key > 1 OR n.of_customer > 1 AND n.whom IS NOT NULL
        ), taken AS (
            INSERT INTO %6$s.contacts (customer_id, initiator, %3$s) %5$s
            SELECT j.whom, CASE WHEN coalesce(j.initiator, 'company') <> 'company' THEN j.initiator
                    WHEN j.touchpoint IN (SELECT t.touchpoint FROM %6$s.touchpoints t WHERE t.complaint) THEN 'customer' ELSE 'company' END, %4$s
            FROM judged j WHERE j.why IS NULL AND NOT EXISTS (SELECT FROM again a WHERE a.line = j.line)
            RETURNING 1
        ), imported AS MATERIALIZED (
            SELECT (SELECT count(*) FROM taken) AS n, (SELECT count(*) FROM given) AS given
        ), refused AS (
            -- who was left out, and why, is asked where somebody was
            SELECT DISTINCT ON (r.why) r.why, count(*) OVER (PARTITION BY r.why) AS n, r.example
            FROM (
                SELECT coalesce(a.why, j.why) AS why, j.line, concat_ws(' ', j.occurred_at, j.touchpoint, coalesce(j.external_id, j.customer_id::text),
                    '"' || j.unread[2] || '"') AS example
                FROM judged j LEFT JOIN again a ON a.line = j.line
                WHERE (j.why IS NOT NULL OR a.why IS NOT NULL) AND (SELECT i.n < i.given FROM imported i)
            ) r ORDER BY r.why, r.line
        )
        SELECT 'imported', NULL, i.n, NULL FROM imported i WHERE i.n > 0
        UNION ALL
        SELECT 'refused', r.why, r.n, r.example FROM refused r
        UNION ALL
        SELECT 'refused', 'kept out by a trigger', l.n, NULL
        FROM (SELECT i.given - i.n - (SELECT coalesce(sum(r.n), 0)::bigint FROM refused r) AS n FROM imported i) l WHERE l.n > 0
        ORDER BY 1, 3 DESC, 2$run$,
        v_columns, source, v_targets, 'j.' || replace(v_targets, ', ', ', j.'),
        CASE WHEN mapping ? 'id' THEN 'OVERRIDING SYSTEM VALUE' END, v_home,
        CASE WHEN mapping ? 'id' THEN concat($run$
                WHEN g.id IS NULL THEN 'no id'$run$,
            -- where keys were lifted there are no contacts
            CASE WHEN v_later = '{}' THEN format($run$
                WHEN EXISTS (SELECT FROM %1$s.contacts k WHERE k.occurred_at = g.occurred_at AND k.id = g.id) THEN 'there already'
                WHEN %2$s IS NOT NULL AND EXISTS (SELECT FROM %1$s.contacts k WHERE k.customer_id = %2$s AND k.id = g.id)
                    THEN 'id of another contact'$run$, v_home, v_who) END,
            CASE WHEN v_forgotten THEN $run$
                WHEN f.occurred_at <> g.occurred_at OR f.touchpoint <> g.touchpoint THEN 'id of another contact'$run$ END) END, v_who,
        CASE WHEN mapping ? 'external_id' THEN format('LEFT JOIN %1$s.merged_customers m ON m.external_id = g.external_id
                LEFT JOIN %1$s.customers x ON x.external_id = g.external_id', v_home)
            WHEN mapping ? 'customer_id' THEN format('LEFT JOIN %s.customers x ON x.customer_id = g.customer_id', v_home) END
            || CASE WHEN v_forgotten THEN format(' LEFT JOIN (SELECT o.customer_id, c.id, c.occurred_at, c.touchpoint::text FROM %s.forgotten_journeys o, @extschema@.contacts(o.journey::@extschema@.journey) c) f
                ON f.customer_id = %s AND f.id = g.id', v_home, v_who) ELSE '' END,
        CASE WHEN v_lies THEN 's.ctid' ELSE 'row_number() OVER ()' END, CASE WHEN v_lies THEN 'NOT' END,
        to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), v_scale.low, v_scale.high);
    FOREACH v_field IN ARRAY v_later LOOP
        EXECUTE v_field;
    END LOOP;
    -- Ids that are given later must be others.
    IF mapping ? 'id' THEN
        EXECUTE format('SELECT setval(%L, max(c.id)) FROM %s.contacts c HAVING max(c.id) > nextval(%1$L)', v_ids, v_home);
    END IF;
END $model$;
COMMENT ON FUNCTION import_contacts(regclass, jsonb) IS
    'takes the contacts of a table over in bulk, past the gate, and reports a row an outcome: imported, or refused, why, how many and the first of them, with the value where text is no number or time; a row that a trigger of the user''s keeps out is counted too; the mapping names the column of each field, occurred_at and touchpoint at least; customers of new external_ids are made, those erased before keep their opt-outs; complaints are the customer''s; with a mapped id, which must be there and differ from those of the customer''s other contacts, the same import again imports nothing; 42501 for a table, or a column of a type, of another role than the model''s owner, unless a superuser''s';

CREATE OR REPLACE FUNCTION erase_customer(customer_id bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_id bigint := customer_id;
    v_counts jsonb := '{}';
    v_table text;
    v_n bigint;
    v_open text;
BEGIN
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = v_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no customer %', v_id USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT string_agg(k.case_id::text, ', ' ORDER BY k.case_id) INTO v_open FROM @model@.cases k WHERE k.customer_id = v_id AND k.closed_at IS NULL;
    IF v_open IS NOT NULL THEN
        RAISE EXCEPTION 'customer % has open cases: %', v_id, v_open
            USING ERRCODE = 'object_in_use', HINT = 'Close them first.';
    END IF;
    INSERT INTO @model@.suppressions (hash, channel, purpose, product)
        SELECT DISTINCT @model@.suppression_of(x.external_id), c.channel, c.purpose, c.product
        FROM (SELECT u.external_id FROM @model@.customers u WHERE u.customer_id = v_id AND u.external_id IS NOT NULL
              UNION SELECT m.external_id FROM @model@.merged_customers m WHERE m.customer_id = v_id) x, @model@.consents c
        WHERE c.customer_id = v_id AND NOT c.granted AND (upper_inf(c.during) OR upper(c.during) > clock_timestamp());
    UPDATE @model@.customers c SET referred_by = NULL, referral_confirmed = NULL WHERE c.referred_by = v_id;
    -- What others have with a case of theirs stays without it.
    UPDATE @model@.cases k SET reopened_from = NULL FROM @model@.cases o WHERE o.case_id = k.reopened_from AND v_id IN (k.customer_id, o.customer_id);
    FOREACH v_table IN ARRAY '{contacts,evaluations,follow_ups}'::text[] LOOP
        EXECUTE format('UPDATE %1$s.%2$I t SET case_id = NULL FROM %1$s.cases k WHERE k.case_id = t.case_id AND k.customer_id = $1
            AND t.customer_id IS DISTINCT FROM $1', @model@.own_schema(), v_table) USING v_id;
    END LOOP;
    FOREACH v_table IN ARRAY '{requests,refusals,follow_ups,departures,evaluations,consents,contacts,cases,merged_customers,forgotten_journeys,customers}'::text[] LOOP
        EXECUTE format('DELETE FROM %s.%I t WHERE t.customer_id = $1', @model@.own_schema(), v_table) USING v_id;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        v_counts := v_counts || jsonb_build_object(v_table, v_n);
    END LOOP;
    RETURN v_counts;
END $model$;
COMMENT ON FUNCTION erase_customer(bigint) IS
    'empties a person from every table, journeys, refusals and requests included, and says how many rows went; who came by their recommendation keeps no trace of it; of the external_id a salted hash stays with the opt-outs, so that whoever comes back is still opted out; 55006 while a case is open';

CREATE OR REPLACE FUNCTION merge_customers(keep bigint, other bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_keep @model@.customers%ROWTYPE;
    v_other @model@.customers%ROWTYPE;
    v_table text;
    v_same record;
    v_new bigint;
    v_taken bigint[];
    v_takes boolean;
BEGIN
    IF keep IS NULL OR other IS NULL OR keep = other THEN
        RAISE EXCEPTION 'customer % cannot be merged into %', other, keep
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name two customers.';
    END IF;
    -- In one order, whoever merges whom.
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = least(keep, other);
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = greatest(keep, other);
    SELECT * INTO v_keep FROM @model@.customers c WHERE c.customer_id = keep;
    SELECT * INTO v_other FROM @model@.customers c WHERE c.customer_id = other;
    IF v_keep.customer_id IS NULL OR v_other.customer_id IS NULL THEN
        RAISE EXCEPTION 'there is no customer %', CASE WHEN v_keep.customer_id IS NULL THEN keep ELSE other END
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- One customer's contacts have ids of their own each.
    v_taken := ARRAY(SELECT k.id FROM @model@.contacts k WHERE k.customer_id = keep
        UNION SELECT c.id FROM @model@.forgotten_journeys f, @extschema@.contacts(f.journey::@extschema@.journey) c WHERE f.customer_id = keep AND c.id IS NOT NULL);
    UPDATE @model@.forgotten_journeys f SET journey = (SELECT @extschema@.journey_agg(@extschema@.contact_record(c.touchpoint, c.occurred_at, score => c.score,
            expected => c.expected, cost => c.cost, duration => c.duration, value => c.value, initiator => c.initiator,
            id => CASE WHEN c.id = ANY (v_taken) THEN nextval(@model@.contact_ids()) ELSE c.id END))::text FROM @extschema@.contacts(f.journey::@extschema@.journey) c)
        WHERE f.customer_id = other AND EXISTS (SELECT FROM @extschema@.contacts(f.journey::@extschema@.journey) c WHERE c.id = ANY (v_taken));
    FOR v_same IN SELECT o.occurred_at, o.id FROM @model@.contacts o WHERE o.customer_id = other AND o.id = ANY (v_taken) LOOP
        UPDATE @model@.contacts c SET id = DEFAULT WHERE c.occurred_at = v_same.occurred_at AND c.id = v_same.id AND c.customer_id = other
            RETURNING c.id INTO v_new;
        UPDATE @model@.follow_ups f SET contact_id = v_new WHERE f.customer_id = other AND f.contact_at = v_same.occurred_at AND f.contact_id = v_same.id;
        UPDATE @model@.follow_ups f SET done_contact_id = v_new WHERE f.customer_id = other AND f.done_contact_id = v_same.id;
        UPDATE @model@.refusals r SET contact_id = v_new WHERE r.customer_id = other AND r.contact_at = v_same.occurred_at AND r.contact_id = v_same.id;
    END LOOP;
    -- One birthday is followed up once.
    DELETE FROM @model@.follow_ups f WHERE f.customer_id = other AND f.contact_id IS NULL AND f.case_id IS NULL AND EXISTS (
        SELECT FROM @model@.follow_ups k WHERE k.customer_id = keep AND k.contact_id IS NULL AND k.case_id IS NULL AND k.rule_id = f.rule_id AND k.due_at = f.due_at);
    FOREACH v_table IN ARRAY '{contacts,cases,evaluations,departures,follow_ups,refusals,requests,merged_customers,consents}'::text[] LOOP
        EXECUTE format('UPDATE %s.%I t SET customer_id = $1 WHERE t.customer_id = $2', @model@.own_schema(), v_table) USING keep, other;
    END LOOP;
    INSERT INTO @model@.forgotten_journeys AS f (customer_id, journey) SELECT keep, o.journey FROM @model@.forgotten_journeys o WHERE o.customer_id = other
        ON CONFLICT (customer_id) DO UPDATE SET journey = (f.journey::@extschema@.journey OPERATOR(@extschema@.||) excluded.journey::@extschema@.journey)::text;
    DELETE FROM @model@.forgotten_journeys f WHERE f.customer_id = other;
    UPDATE @model@.customers c SET referred_by = nullif(keep, c.customer_id) WHERE c.referred_by = other;
    DELETE FROM @model@.customers c WHERE c.customer_id = other;
    -- Who is or was a customer is no prospect; of both, what came last.
    v_takes := v_other.relation IN ('customer', 'former')
        AND (v_keep.relation NOT IN ('customer', 'former') OR v_other.relation <> v_keep.relation AND v_other.relation_since > v_keep.relation_since);
    UPDATE @model@.customers c SET name = coalesce(c.name, v_other.name), needs = coalesce(c.needs, v_other.needs),
            profile = v_other.profile || c.profile, preferred_channel = coalesce(c.preferred_channel, v_other.preferred_channel),
            owner_id = coalesce(c.owner_id, v_other.owner_id), referred_by = nullif(coalesce(nullif(c.referred_by, other), v_other.referred_by), keep),
            referral_confirmed = coalesce(c.referral_confirmed, v_other.referral_confirmed),
            external_id = coalesce(c.external_id, v_other.external_id), timezone = coalesce(c.timezone, v_other.timezone),
            -- hours of the other's clock say nothing on another
            hours_from = CASE WHEN c.hours_from IS NULL AND coalesce(c.timezone, v_other.timezone) = v_other.timezone THEN v_other.hours_from ELSE c.hours_from END,
            hours_to = CASE WHEN c.hours_from IS NULL AND coalesce(c.timezone, v_other.timezone) = v_other.timezone THEN v_other.hours_to ELSE c.hours_to END,
            data_checked_at = coalesce(c.data_checked_at, v_other.data_checked_at),
            relation = CASE WHEN v_takes THEN v_other.relation ELSE c.relation END,
            relation_since = CASE WHEN v_takes THEN v_other.relation_since ELSE c.relation_since END
        WHERE c.customer_id = keep;
    INSERT INTO @model@.merged_customers (external_id, customer_id)
        SELECT v_other.external_id, keep WHERE v_keep.external_id IS NOT NULL AND v_other.external_id IS NOT NULL;
END $model$;
COMMENT ON FUNCTION merge_customers(bigint, bigint) IS
    'makes one customer of two: all that is recorded of the other goes to the one that is kept, whose own data stand where both have some; opt-outs of either hold, caps count the contacts of both, both external_ids lead to the one that is kept';

CREATE OR REPLACE FUNCTION forget_contacts(before timestamptz, keep_journeys boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_n bigint;
BEGIN
    IF before IS NULL OR NOT isfinite(before) OR keep_journeys IS NULL THEN
        RAISE EXCEPTION 'contacts are forgotten up to a time, and journeys with them or not'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write forget_contacts(now() - interval ''3 years'', keep_journeys => true).';
    END IF;
    IF keep_journeys THEN
        -- What came between would be in neither.
        LOCK TABLE @model@.contacts IN SHARE ROW EXCLUSIVE MODE;
        INSERT INTO @model@.forgotten_journeys AS f (customer_id, journey)
            SELECT s.customer_id, s.j::text FROM (
                SELECT j.customer_id, @extschema@.slice(j.journey, tstzrange(NULL, before)) AS j FROM @model@.journeys j
            ) s WHERE @extschema@.contact_count(s.j) > 0
            ON CONFLICT (customer_id) DO UPDATE SET journey = (f.journey::@extschema@.journey OPERATOR(@extschema@.||) excluded.journey::@extschema@.journey)::text;
    END IF;
    DELETE FROM @model@.contacts c WHERE c.occurred_at < before;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    DELETE FROM @model@.refusals r WHERE r.occurred_at < before;
    DELETE FROM @model@.requests r WHERE r.asked_at < before;
    DELETE FROM @model@.follow_ups f WHERE f.status <> 'open' AND f.due_at < before;
    RETURN v_n;
END $model$;
COMMENT ON FUNCTION forget_contacts(timestamptz, boolean) IS
    'deletes contacts, refusals, requests and settled follow-ups from before a time, and says how many contacts; journeys lose them, or with keep_journeys keep them in forgotten_journeys, where view whole_journeys adds them';
