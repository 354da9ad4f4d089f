-- Views of plain columns over a table of contacts or of journeys, for tools that know no types but the server's.

CREATE FUNCTION bi_columns(source regclass, mapping jsonb) RETURNS TABLE(field text, name name, declared regtype, base regtype)
LANGUAGE sql STABLE ROWS 8 SET search_path = pg_catalog, pg_temp AS $fn$
    WITH RECURSIVE typed AS (
        SELECT f.field, a.attname AS name, a.atttypid AS declared, a.atttypid AS base
        FROM (SELECT m.key AS field, m.value #>> '{}' AS name FROM jsonb_each(mapping) m
              WHERE m.key <> ALL ('{properties,neutral,conversion,lookback,funnel,within,timezone}')
              UNION ALL SELECT 'properties', p.name FROM jsonb_array_elements_text(coalesce(mapping -> 'properties', '[]')) p (name)) f
            JOIN pg_attribute a ON a.attrelid = source AND a.attname = f.name AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT d.field, d.name, d.declared, t.typbasetype FROM typed d JOIN pg_type t ON t.oid = d.base WHERE t.typtype = 'd')
    SELECT d.field, d.name, d.declared, d.base FROM typed d JOIN pg_type t ON t.oid = d.base WHERE t.typtype <> 'd'
$fn$;
COMMENT ON FUNCTION bi_columns(regclass, jsonb) IS
    'the columns that a mapping of create_bi_views() names: field, column, its type, and the type beneath its domains';

CREATE FUNCTION bi_mapping_check(source regclass, mapping jsonb) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    columns constant text[] := '{customer,journey,occurred_at,touchpoint,channel,label,stage,score,expected,cost,duration,value,initiator,id}';
    settings constant text[] := '{properties,neutral,conversion,lookback,funnel,within,timezone}';
    missing text;
    v_key text;
    v_value jsonb;
    column_name text;
    column_type text;
    wanted text;
    conversion text;
BEGIN
    IF source IS NULL OR jsonb_typeof(mapping) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'views need a table and a mapping of fields to its columns, not %', coalesce(mapping::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Write {"customer": "column", "occurred_at": "column", "touchpoint": "column", ...}.';
    END IF;
    IF (SELECT c.relkind NOT IN ('r', 'p', 'v', 'm', 'f') FROM pg_class c WHERE c.oid = source) THEN
        RAISE EXCEPTION '% is no table or view', source USING ERRCODE = 'wrong_object_type';
    END IF;
    FOR v_key, v_value IN SELECT m.key, m.value FROM jsonb_each(mapping) m LOOP
        IF v_key <> ALL (columns || settings) THEN
            RAISE EXCEPTION 'unknown field "%" in the mapping', v_key USING ERRCODE = 'invalid_parameter_value',
                HINT = format('Columns: %s. Settings: %s.', array_to_string(columns, ', '), array_to_string(settings, ', '));
        ELSIF jsonb_typeof(v_value) <> (CASE WHEN v_key = 'neutral' THEN 'number' WHEN v_key IN ('funnel', 'properties') THEN 'array' ELSE 'string' END)
            AND NOT (v_key = 'neutral' AND v_value = 'null') THEN
            RAISE EXCEPTION 'field "%" of the mapping cannot be %', v_key, v_value USING ERRCODE = 'invalid_parameter_value',
                HINT = CASE v_key WHEN 'neutral' THEN 'Write the score that is neither good nor bad, such as 3, or null.'
                    WHEN 'funnel' THEN 'Write an array of steps, such as ["web/cart", "web/pay"].'
                    WHEN 'properties' THEN 'Write an array of columns, such as ["campaign", "order_no"].'
                    WHEN 'conversion' THEN 'Write a step, such as "shop/order".' ELSE 'Write a string.' END;
        END IF;
    END LOOP;
    IF jsonb_array_length(mapping -> 'properties') > 64 THEN
        RAISE EXCEPTION 'a contact has at most 64 properties, not %', jsonb_array_length(mapping -> 'properties')
            USING ERRCODE = 'program_limit_exceeded', HINT = 'Name the columns that views are to be filtered by.';
    END IF;
    missing := CASE WHEN NOT mapping ? 'customer' THEN 'customer' WHEN mapping ? 'journey' THEN NULL
        WHEN NOT mapping ? 'occurred_at' THEN 'occurred_at'
        WHEN NOT mapping ? 'touchpoint' AND NOT mapping ?& '{channel,label}' THEN 'touchpoint'
        END;
    missing := coalesce(missing, CASE WHEN mapping ?| '{score,journey}' AND NOT mapping ? 'neutral' THEN 'neutral'
        WHEN mapping ? 'funnel' AND NOT mapping ? 'within' THEN 'within' WHEN mapping ? 'within' AND NOT mapping ? 'funnel' THEN 'funnel'
        WHEN mapping ? 'lookback' AND NOT mapping ? 'conversion' THEN 'conversion' END);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'the mapping lacks "%"', missing USING ERRCODE = 'invalid_parameter_value',
            HINT = CASE missing WHEN 'neutral' THEN 'Write the score that is neither good nor bad, such as 3, or null where there are no scores.'
                WHEN 'funnel' THEN 'Write its steps, or leave "within" out.'
                WHEN 'conversion' THEN 'Write a step, or leave "lookback" out.'
                WHEN 'within' THEN 'Write how long a run of the funnel may take, such as "7 days".'
                WHEN 'touchpoint' THEN 'Name its column, or those of channel and label.'
                ELSE 'Name its column.' END;
    END IF;
    IF mapping ? 'journey' AND mapping ?| (columns[3:] || '{properties}') OR mapping ? 'touchpoint' AND mapping ?| '{channel,label,stage}' THEN
        RAISE EXCEPTION 'the mapping tells % twice', CASE WHEN mapping ? 'journey' THEN 'contacts' ELSE 'touchpoints' END
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Name a journey, or occurred_at with touchpoint, or occurred_at with channel and label.';
    END IF;
    SELECT c.name INTO missing
    FROM (SELECT m.value #>> '{}' AS name FROM jsonb_each(mapping) m WHERE m.key = ANY (columns)
          UNION ALL SELECT p #>> '{}' FROM jsonb_array_elements(coalesce(mapping -> 'properties', '[]')) p) c
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = source AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'column "%" of % does not exist', missing, source USING ERRCODE = 'undefined_column',
            HINT = format('Its columns: %s.', (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a
                WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped));
    END IF;
    SELECT c.field, c.name, format_type(c.declared, NULL),
        CASE c.field WHEN 'duration' THEN 'interval' WHEN 'occurred_at' THEN 'timestamptz' WHEN 'journey' THEN 'journey' WHEN 'properties' THEN 'single values' ELSE 'float8' END,
        CASE WHEN c.field = 'duration' THEN format('make_interval(secs => %I)', c.name)
            WHEN c.field = 'occurred_at' THEN format('to_timestamp(%I)', c.name)
            WHEN c.field = 'journey' THEN format('%I::text::journey', c.name)
            WHEN c.field = 'properties' THEN CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN format('array_to_string(%I, '','')', c.name)
                WHEN c.base IN ('json'::regtype, 'jsonb'::regtype) THEN format('%I ->> ''key''', c.name)
                ELSE coalesce((SELECT format('(%I).%I', c.name, a.attname) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                    ORDER BY a.attnum LIMIT 1), format('%I::text', c.name)) END
            WHEN c.base = 'boolean'::regtype THEN format('%I::integer', c.name)
            WHEN c.base = 'interval'::regtype THEN format('extract(epoch FROM %I)', c.name)
            WHEN c.base = 'money'::regtype THEN format('%I::numeric', c.name) ELSE format('%I::text::float8', c.name) END
        INTO missing, column_name, column_type, wanted, conversion
    FROM @extschema@.bi_columns(source, mapping) c JOIN pg_type t ON t.oid = c.base
    WHERE CASE WHEN c.field = 'properties' THEN t.typtype = 'c' OR t.typsubscript = 'array_subscript_handler'::regproc OR c.base IN ('json'::regtype, 'jsonb'::regtype)
            -- jsonb_build_object() takes a type to JSON by its cast, where it has one
            OR c.base <> '@extschema@.touchpoint'::regtype
                AND EXISTS (SELECT FROM pg_cast k WHERE k.castsource = c.base AND k.casttarget = 'json'::regtype AND k.castmethod = 'f')
        WHEN t.typcategory = 'S' THEN false
        WHEN c.field = 'occurred_at' THEN t.typcategory <> 'D' OR c.base IN ('time'::regtype, 'timetz'::regtype)
        WHEN c.field = 'duration' THEN t.typcategory <> 'T' AND c.base <> 'time'::regtype
        WHEN c.field = 'journey' THEN c.base <> '@extschema@.journey'::regtype
            AND NOT EXISTS (SELECT FROM pg_cast k WHERE k.castsource = c.base AND k.casttarget = '@extschema@.journey'::regtype)
        WHEN c.field IN ('score', 'expected', 'cost', 'value') THEN t.typcategory <> 'N' OR c.base = 'money'::regtype ELSE false END
    ORDER BY c.field, c.name LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'column "%" of % is of type %, and "%" wants %', column_name, source, column_type, missing, wanted
            USING ERRCODE = 'datatype_mismatch', HINT = format('Map a view that converts it, such as %s.', conversion);
    END IF;
    IF (SELECT c.relpersistence = 't' FROM pg_class c WHERE c.oid = source) THEN
        RAISE EXCEPTION '% is a temporary table, and the views stay', source USING ERRCODE = 'wrong_object_type', HINT = 'Make it a table.';
    END IF;
    PERFORM FROM @extschema@.conversion_paths('{}', coalesce(mapping ->> 'conversion', '*'), (mapping ->> 'lookback')::interval);
    PERFORM (mapping ->> 'neutral')::float8, (mapping ->> 'within')::interval, now() AT TIME ZONE coalesce(mapping ->> 'timezone', 'UTC'),
        CASE WHEN mapping ? 'funnel' THEN
            @extschema@.window_funnel('{}', ARRAY(SELECT jsonb_array_elements_text(mapping -> 'funnel')), (mapping ->> 'within')::interval) END;
END $fn$;
COMMENT ON FUNCTION bi_mapping_check(regclass, jsonb) IS
    'nothing, or what is wrong with the mapping of create_bi_views(): 22023 for fields that are unknown, missing or of another kind, empty funnels, unknown time zones, and times that are negative or hold months, 42703 for columns that are not there, 42804 for columns of other types and properties that are arrays, composite or JSON, 42809 for what is no lasting table or view, 54000 for more than 64 properties; 22P02, 42601, 54000 and 22003 for a step that is malformed or too large, 22007, 22008 and 22015 for a lookback or within that is no interval, 22003 for a neutral out of range';

CREATE FUNCTION bi_base(source regclass, mapping jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    base text;
    col constant jsonb := (SELECT jsonb_object_agg(c.field, format(CASE WHEN t.typcategory = 'S' THEN 'nullif(s.%I, '''')' ELSE 's.%I' END, c.name))
        FROM @extschema@.bi_columns(source, mapping) c JOIN pg_type t ON t.oid = c.base WHERE c.field <> 'properties');
    customer constant text := (col ->> 'customer') || '::text';
    -- a time without an offset is one of the mapping's time zone, whoever reads it
    at constant text := (SELECT format(CASE WHEN c.base IN ('date'::regtype, 'timestamp'::regtype) THEN '(%1$s::timestamp AT TIME ZONE %2$L)'
            WHEN t.typcategory = 'S' THEN 'CASE WHEN %1$s::text COLLATE "C" ~ %3$L THEN %1$s::timestamp AT TIME ZONE %2$L ELSE %1$s::timestamptz END'
            ELSE '%1$s::timestamptz' END, col ->> c.field, coalesce(mapping ->> 'timezone', 'UTC'),
            '^ *[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([Tt ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?( *[AaPp][Mm])?)? *$')
        FROM @extschema@.bi_columns(source, mapping) c JOIN pg_type t ON t.oid = c.base WHERE c.field = 'occurred_at');
    touchpoint constant text := coalesce((col ->> 'touchpoint') || '::text::@extschema@.touchpoint',
        format('@extschema@.touchpoint(%s::text, %s::text, %s::text)', col ->> 'channel', col ->> 'label', coalesce(col ->> 'stage', 'NULL')));
    score constant text := coalesce(col ->> 'score', 'NULL') || '::float8';
    coverage text;
    more text;
BEGIN
    -- what repeats an id of the same customer is seen only where the journeys are made
    coverage := 'SELECT t.rows, t.used, t.without_customer, t.without_time, t.without_touchpoint, t.contacts - j.contacts AS repeated, j.contacts, j.scored, t.first_at, t.last_at
        FROM (%s) t, (SELECT coalesce(sum(@extschema@.contact_count(b.journey)), 0)::bigint AS contacts, coalesce(sum(@extschema@.scored_count(b.journey)), 0)::bigint AS scored FROM (%s) b) j';
    IF mapping ? 'journey' THEN
        base := (col ->> 'journey') || '::@extschema@.journey';
        more := format('SELECT %s AS customer, @extschema@.rollup(%s) AS journey FROM %s s WHERE %1$s IS NOT NULL AND %2$s IS NOT NULL GROUP BY 1',
            customer, base, source);
        RETURN ARRAY[more,
            format(coverage, format('SELECT count(*) AS rows, count(*) FILTER (WHERE %s IS NOT NULL AND %s IS NOT NULL) AS used, count(*) FILTER (WHERE %1$s IS NULL) AS without_customer,
                    NULL::bigint AS without_time, count(*) FILTER (WHERE %2$s IS NULL) AS without_touchpoint,
                    coalesce(sum(@extschema@.contact_count(%2$s)) FILTER (WHERE %1$s IS NOT NULL), 0)::bigint AS contacts,
                    min(@extschema@.first_at(%2$s)) AS first_at, max(@extschema@.last_at(%2$s)) AS last_at FROM %3$s s', customer, base, source), more)];
    END IF;
    SELECT string_agg(format(', %I => %s%s', m.key, m.value #>> '{}', CASE m.key WHEN 'initiator' THEN '::text' WHEN 'duration' THEN '::interval' ELSE '::float8' END), '' ORDER BY m.key)
        INTO more FROM jsonb_each(col) m WHERE m.key IN ('score', 'expected', 'cost', 'duration', 'value', 'initiator');
    IF mapping ? 'id' THEN
        more := concat(more, format(CASE WHEN c.base IN ('bigint'::regtype, 'integer'::regtype, 'smallint'::regtype) THEN ', id => s.%I::bigint'
            WHEN c.base = 'uuid'::regtype THEN ', id => @extschema@.contact_id(s.%I::uuid)' ELSE ', id => @extschema@.contact_id(nullif(s.%I::text, ''''))' END, c.name))
        FROM @extschema@.bi_columns(source, mapping) c WHERE c.field = 'id';
    END IF;
    IF jsonb_array_length(mapping -> 'properties') > 0 THEN
        more := concat(more, ', properties => ', (SELECT string_agg(o.object, ' || ') FROM        -- a function takes 100 arguments
            (SELECT format('jsonb_build_object(%s)', string_agg(format('%L, s.%I', p.name, p.name), ', ')) AS object
             FROM jsonb_array_elements_text(mapping -> 'properties') WITH ORDINALITY p (name, n) GROUP BY (p.n - 1) / 50) o));
    END IF;
    base := format('SELECT %s AS customer, @extschema@.journey_agg(@extschema@.contact_record(%s, %s%s)) AS journey FROM %s s
            WHERE %1$s IS NOT NULL AND isfinite(%3$s) AND %2$s IS NOT NULL GROUP BY 1', customer, touchpoint, at, more, source);
    more := format('SELECT count(*) AS rows, count(*) FILTER (WHERE %s IS NOT NULL AND isfinite(%s) AND %s IS NOT NULL) AS used, count(*) FILTER (WHERE %1$s IS NULL) AS without_customer,
            count(*) FILTER (WHERE isfinite(%2$s) IS NOT true) AS without_time, count(*) FILTER (WHERE %3$s IS NULL) AS without_touchpoint,
            count(*) FILTER (WHERE %1$s IS NOT NULL AND isfinite(%2$s) AND %3$s IS NOT NULL) AS contacts,
            count(%5$s) FILTER (WHERE %1$s IS NOT NULL AND isfinite(%2$s) AND %3$s IS NOT NULL) AS scored,
            min(%2$s) FILTER (WHERE isfinite(%2$s)) AS first_at, max(%2$s) FILTER (WHERE isfinite(%2$s)) AS last_at FROM %4$s s', customer, at, touchpoint, source, score);
    RETURN ARRAY[base, CASE WHEN mapping ? 'id' THEN format(coverage, more, base)
        ELSE format('SELECT t.rows, t.used, t.without_customer, t.without_time, t.without_touchpoint, 0::bigint AS repeated, t.contacts, t.scored, t.first_at, t.last_at FROM (%s) t', more) END];
END $fn$;
COMMENT ON FUNCTION bi_base(regclass, jsonb) IS
    'the queries of bi_base and bi_coverage, as SQL text, of a mapping that bi_mapping_check() let pass';

CREATE FUNCTION create_bi_views(schema name, source regclass, mapping jsonb) RETURNS TABLE(view name, rows_are text)
LANGUAGE plpgsql ROWS 12 SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    base text[];
    there text;
    body text;
BEGIN
    IF schema IS NULL THEN
        RAISE EXCEPTION 'a schema must be given' USING ERRCODE = 'null_value_not_allowed', HINT = 'Write the schema that the views go to; it is made where it is not there.';
    END IF;
    PERFORM @extschema@.bi_mapping_check(source, mapping);
    IF NOT has_table_privilege(source, 'SELECT') THEN
        RAISE EXCEPTION 'permission denied to read %', source USING ERRCODE = 'insufficient_privilege',
            HINT = 'The views read it as whoever makes them.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = schema) THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    END IF;
    SELECT c.relname INTO there FROM pg_class c WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = schema)
        AND c.relname IN ('bi_base', 'bi_coverage', 'bi_journeys', 'bi_contacts', 'bi_touchpoints', 'bi_channels', 'bi_transitions', 'bi_paths', 'bi_retention',
            'bi_journey_map', 'bi_funnel', 'bi_attribution') ORDER BY c.relname LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'relation "%" is in schema "%" already', there, schema USING ERRCODE = 'duplicate_table',
            HINT = 'Take another schema, or drop the views that are there: DROP VIEW bi_base, bi_coverage CASCADE.';
    END IF;
    base := @extschema@.bi_base(source, mapping);
    FOR view, rows_are, body IN SELECT v.name, v.about, v.sql FROM (VALUES
        ('bi_base', 'a customer: the journey that the other views read; keep it as a materialized view or a live table where it is large', base[1]),
        ('bi_coverage', 'the table: its rows, those used, and those left out and why; those that repeat an id; contacts, and how many have a score', base[2]),
        ('bi_journeys', 'a customer: contacts, first and last, days between, scores remembered (peak_end), cost, value, channels in order', $v$
            SELECT b.customer, @extschema@.contact_count(b.journey) AS contacts, @extschema@.first_at(b.journey) AS first_at, @extschema@.last_at(b.journey) AS last_at,
                extract(epoch FROM @extschema@.throughput_time(b.journey))::float8 / 86400 AS days, @extschema@.scored_count(b.journey) AS scored,
                @extschema@.mean_score(b.journey) AS mean_score, %8$s AS peak, @extschema@.end_score(b.journey) AS end_score,
                %9$s AS peak_end, @extschema@.mean_gap(@extschema@.journey_gap(b.journey)) AS gap,
                @extschema@.total_cost(b.journey) AS cost, @extschema@.total_value(b.journey) AS value, @extschema@.variant(b.journey, 'channel', true) AS channels
            FROM %1$s b$v$),
        ('bi_contacts', 'a contact: its touchpoint and parts, day, score, expectation and gap, cost, seconds, value, who began', $v$
            SELECT b.customer, c."position", c.occurred_at, (c.occurred_at AT TIME ZONE %3$s)::date AS day, c.touchpoint::text AS touchpoint, c.stage, c.channel, c.label,
                c.score, c.expected, c.gap, c.cost, extract(epoch FROM c.duration)::float8 AS seconds, c.value, c.initiator, c.id AS contact_id, c.properties
            FROM %1$s b, @extschema@.contacts(b.journey) c$v$),
        ('bi_touchpoints', 'a touchpoint: contacts, customers, and what these gave it on average, with a 95 % interval; each customer counts once', $v$
            SELECT s.touchpoint, s.stage, s.channel, s.label, s.contacts, s.customers, @extschema@.mean_count(s.score) AS scored, @extschema@.mean(s.score) AS mean_score,
                @extschema@.mean_ci_low(s.score) AS score_low, @extschema@.mean_ci_high(s.score) AS score_high, @extschema@.gap_count(s.gap) AS pairs, @extschema@.mean_gap(s.gap) AS gap,
                s.cost, s.value
            FROM (SELECT p.touchpoint, p.stage, p.channel, p.label, sum(p.contacts)::bigint AS contacts, count(*) AS customers, @extschema@.mean_agg(p.score) AS score,
                         @extschema@.gap_agg(p.pair_expected, p.pair_score) AS gap, sum(p.cost) AS cost, sum(p.value) AS value
                  FROM (SELECT b.customer, c.touchpoint::text AS touchpoint, c.stage, c.channel, c.label, count(*) AS contacts, avg(c.score) AS score,
                               avg(c.expected) FILTER (WHERE c.score IS NOT NULL) AS pair_expected, avg(c.score) FILTER (WHERE c.expected IS NOT NULL) AS pair_score,
                               sum(c.cost) AS cost, sum(c.value) AS value
                        FROM %1$s b, @extschema@.contacts(b.journey) c GROUP BY 1, 2, 3, 4, 5) p GROUP BY 1, 2, 3, 4) s$v$),
        ('bi_channels', 'a channel: contacts, customers, cost, value, seconds, cost a contact, value returned for each unit of cost', $v$
            SELECT c.channel, sum(c.contacts)::bigint AS contacts, count(*) AS customers, sum(c.cost) AS cost, sum(c.value) AS value, sum(c.seconds) AS seconds,
                @extschema@.cost_per(sum(c.cost), sum(c.contacts)) AS cost_per_contact, @extschema@.roas(sum(c.value), sum(c.cost)) AS roas
            FROM %1$s b, @extschema@.channel_costs(b.journey) c GROUP BY c.channel$v$),
        ('bi_transitions', 'a touchpoint and the next: how often, with what probability, after how many seconds on average', $v$
            SELECT t.source, t.target, t.count, t.probability, extract(epoch FROM t.mean_time)::float8 AS mean_seconds
            FROM @extschema@.transitions((SELECT @extschema@.flow_agg(b.journey, 'touchpoint') FROM %1$s b)) t$v$),
        ('bi_paths', 'a step of the way from the first contact on: journeys that go from one touchpoint to the next, and the median seconds between', $v$
            SELECT l.level, l.source, l.target, l.count, extract(epoch FROM l.median_time)::float8 AS median_seconds
            FROM unnest((SELECT @extschema@.level_flow_agg(b.journey, 'touchpoint', 5, NULL, 10) FROM %1$s b)) l$v$),
        ('bi_retention', 'a month and one after it: customers of that month who came back, with a 95 % interval', $v$
            SELECT (r.cohort AT TIME ZONE %3$s)::date AS cohort, r.period, r.entered, r.returned, r.share, r.ci_low, r.ci_high, r.complete
            FROM unnest((SELECT @extschema@.retention_agg(b.journey, 'month', 12, '*', '*', %3$s) FROM %1$s b)) r$v$),
        ('bi_journey_map', 'a touchpoint in the typical order: customers, mean score with a 95 % interval, expectation, peaks and ends', $v$
            SELECT m."position", m.part AS touchpoint, m.stage, m.customers, m.mean, m.ci_low, m.ci_high, m.expected, m.peaks, m.ends, m.mean_position
            FROM unnest((SELECT @extschema@.journey_map_agg(b.journey, 'touchpoint', %2$s) FROM %1$s b)) m$v$),
        ('bi_funnel', 'a step of the funnel: customers who reached it, went on or stopped, with a 95 % interval, and the median seconds from the step before', $v$
            SELECT f.step, f.touchpoint, f.entered, f.converted, f.drop_off, f.step_conversion, f.conversion_ci_low AS ci_low, f.conversion_ci_high AS ci_high,
                f.overall_conversion, extract(epoch FROM f.median_time)::float8 AS median_seconds
            FROM unnest((SELECT @extschema@.funnel_agg(b.journey, %4$s, %5$s) FROM %1$s b)) f$v$),
        ('bi_attribution', 'a channel by one model: the conversions and the value that it is given credit for', $v$
            SELECT a.model, u.part AS channel, u.conversions, u.value
            FROM unnest('{first_touch,last_touch,linear,time_decay}'::text[]) a (model),
                LATERAL unnest((SELECT @extschema@.attribution_agg(b.journey, a.model, 'channel', %6$s, %7$s, interval '7 days', false) FROM %1$s b)) u
            UNION ALL
            SELECT 'markov', m.part, m.conversions, m.value
            FROM @extschema@.markov_attribution((SELECT @extschema@.flow_agg(b.journey, 'channel', %6$s, %7$s, false) FROM %1$s b)) m$v$)
        ) v (name, about, sql)
        WHERE CASE v.name WHEN 'bi_funnel' THEN mapping ? 'funnel' WHEN 'bi_attribution' THEN mapping ? 'conversion'
            WHEN 'bi_journey_map' THEN jsonb_typeof(mapping -> 'neutral') = 'number' ELSE true END
    LOOP
        IF view NOT IN ('bi_base', 'bi_coverage') THEN
            body := format(body, format('%I.bi_base', schema), coalesce(mapping ->> 'neutral', 'NULL') || '::float8', quote_literal(coalesce(mapping ->> 'timezone', 'UTC')),
                format('%L::text[]', ARRAY(SELECT jsonb_array_elements_text(mapping -> 'funnel'))), quote_nullable(mapping ->> 'within') || '::interval',
                quote_nullable(mapping ->> 'conversion'), quote_nullable(mapping ->> 'lookback') || '::interval',
                CASE WHEN mapping ->> 'neutral' IS NULL THEN 'NULL::float8' ELSE format('@extschema@.peak_score(b.journey, %s)', mapping ->> 'neutral') END,
                CASE WHEN mapping ->> 'neutral' IS NULL THEN 'NULL::float8' ELSE format('@extschema@.peak_end_score(b.journey, %s)', mapping ->> 'neutral') END);
        END IF;
        EXECUTE format('CREATE VIEW %I.%I AS %s', schema, view, body);
        EXECUTE format('COMMENT ON VIEW %I.%I IS %L', schema, view, 'a row is ' || rows_are);
        RETURN NEXT;
    END LOOP;
END $fn$;
COMMENT ON FUNCTION create_bi_views(name, regclass, jsonb) IS
    'makes views of plain columns (text, numbers, times) over a table of contacts or journeys, in a schema that is made where it is not there, and says what a row of each is. The mapping names columns: customer, occurred_at and touchpoint (or channel, label, stage), perhaps score, expected, cost, duration, value, initiator, id (an empty one is none), or a journey instead; and settings: properties (an array of columns), neutral (a score; wanted with score and journey, null for none), conversion (a step) and lookback for bi_attribution, funnel (an array of steps) and within for bi_funnel, timezone of days and months, and of dates and times without an offset (UTC). The views read the table as whoever makes them, but functions of a view, of a row policy or of a cast run as whoever reads: trust its owner. A text that is no number or no time fails when it is read. 22004 without a schema; what bi_mapping_check() raises for a mapping that is wrong: 22023, 42703, 42804, 42809, 54000, 22003, 22007, 22008, 22015, 22P02, 42601; 42501 for a table that the caller may not read, and where the caller may not make the schema or its views; 42939 for a new schema called pg_*; 42P07 for a view that is there';
