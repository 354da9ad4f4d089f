-- What the tables have got since 0.1.0. A refresh runs it on models of any age, so each statement asks first.

CREATE OR REPLACE FUNCTION not_one_of(what text, value text, VARIADIC allowed text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    RAISE EXCEPTION '% cannot be "%"', what, value
        USING ERRCODE = 'check_violation', HINT = format('Allowed: %s.', array_to_string(allowed, ', '));
END $model$;
COMMENT ON FUNCTION not_one_of(text, text, text[]) IS 'what a check says instead of no: the allowed values; everybody may call it';

CREATE OR REPLACE FUNCTION contact_ids() RETURNS regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $model$
    SELECT coalesce(pg_get_serial_sequence(c.oid::regclass::text, 'id')::regclass, (
        SELECT s.oid::regclass FROM pg_attrdef e JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum AND a.attname = 'id'
            JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = e.oid AND d.refclassid = 'pg_class'::regclass
            JOIN pg_class s ON s.oid = d.refobjid
        WHERE e.adrelid = c.oid AND CASE WHEN s.relkind = 'S' THEN has_sequence_privilege(s.oid, 'SELECT') AND has_sequence_privilege(s.oid, 'UPDATE') END LIMIT 1))
    FROM pg_class c WHERE c.oid = to_regclass(format('%I.contacts', '@model@'))
$model$;
COMMENT ON FUNCTION contact_ids() IS 'the sequence that ids of contacts come from, be it their own or one that their default names; NULL where there is none that may be set';

CREATE TABLE IF NOT EXISTS purposes (
    purpose text PRIMARY KEY,
    kind text NOT NULL DEFAULT 'marketing',
    description text
);
INSERT INTO purposes VALUES
    ('marketing', 'marketing', 'offers and whatever makes them known'),
    ('product', 'marketing', 'news of products'),
    ('brand', 'marketing', 'the name and what it stands for'),
    ('service', 'service', 'help with what the customer has'),
    ('complaint', 'service', 'an answer to a complaint'),
    ('contract', 'transactional', 'what a contract asks for'),
    ('delivery', 'transactional', 'when and where it comes'),
    ('payment', 'transactional', 'bills and receipts'),
    ('safety', 'transactional', 'recalls and warnings')
    ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS measures (
    measure text PRIMARY KEY,
    description text
);
INSERT INTO measures VALUES
    ('expected', 'what customers expect'),
    ('understood', 'what managers believe that customers expect'),
    ('specified', 'what standards lay down'),
    ('delivered', 'what audits find'),
    ('promised', 'what advertising promises'),
    ('perceived', 'what customers experience'),
    ('recalled', 'a touchpoint that customers name when asked what they remember'),
    ('loyalty', 'how likely the customer is to stay and to recommend')
    ON CONFLICT DO NOTHING;
-- Nothing said of what a standard could be.
INSERT INTO measures SELECT DISTINCT s.measure FROM service_standards s
    WHERE s.measure <> ALL ('{score,gap,cost,value,duration}') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS requests (
    request_id text PRIMARY KEY,
    customer_id bigint,
    touchpoint text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    answer jsonb
);
CREATE INDEX IF NOT EXISTS requests_customer ON requests (customer_id);

CREATE TABLE IF NOT EXISTS suppressions (
    hash text NOT NULL,
    channel text REFERENCES channels ON UPDATE CASCADE,
    purpose text,
    product text REFERENCES products ON UPDATE CASCADE,
    erased_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS suppressions_hash ON suppressions (hash);

CREATE TABLE IF NOT EXISTS merged_customers (
    external_id text PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    merged_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS merged_customers_customer ON merged_customers (customer_id);

CREATE TABLE IF NOT EXISTS forgotten_journeys (
    customer_id bigint PRIMARY KEY REFERENCES customers,
    journey text NOT NULL
);

ALTER TABLE settings ADD COLUMN IF NOT EXISTS salt text NOT NULL DEFAULT gen_random_uuid()::text,
    ADD COLUMN IF NOT EXISTS lookback interval NOT NULL DEFAULT '90 days' CHECK (lookback > '0'::interval),
    ADD COLUMN IF NOT EXISTS visit_gap interval NOT NULL DEFAULT '2 hours' CHECK (visit_gap > '0'::interval),
    ADD COLUMN IF NOT EXISTS escalate_after interval NOT NULL DEFAULT '2 days' CHECK (escalate_after > '0'::interval),
    ADD COLUMN IF NOT EXISTS announce boolean NOT NULL DEFAULT true;
ALTER TABLE channels ADD COLUMN IF NOT EXISTS catalogued boolean NOT NULL DEFAULT true;
ALTER TABLE stages ADD COLUMN IF NOT EXISTS catalogued boolean NOT NULL DEFAULT true;
-- Every statement that writes reads all checks of its table anew, and each call of record_contact updates its customer:
-- what customers may be, triggers of rules.sql say where it changes.
ALTER TABLE customers ADD COLUMN IF NOT EXISTS external_id text UNIQUE,
    ADD COLUMN IF NOT EXISTS timezone text,
    ADD COLUMN IF NOT EXISTS hours_from time,
    ADD COLUMN IF NOT EXISTS hours_to time,
    ADD COLUMN IF NOT EXISTS data_checked_at timestamptz,
    DROP CONSTRAINT IF EXISTS customers_relation_check, DROP CONSTRAINT IF EXISTS customers_profile_check;
-- What lies on the scale is finite.
ALTER TABLE contacts ALTER customer_id DROP NOT NULL, DROP CONSTRAINT IF EXISTS contacts_score_check,
    DROP CONSTRAINT IF EXISTS contacts_expected_check;
ALTER TABLE departure_reasons ADD COLUMN IF NOT EXISTS final boolean NOT NULL DEFAULT false;
ALTER TABLE refusals ADD COLUMN IF NOT EXISTS detail jsonb, ADD COLUMN IF NOT EXISTS contact_at timestamptz,
    ADD COLUMN IF NOT EXISTS contact_id bigint, ALTER customer_id DROP NOT NULL;
ALTER TABLE contact_plans ADD COLUMN IF NOT EXISTS contact_calls bigint NOT NULL DEFAULT 0;
ALTER TABLE follow_up_rules ADD COLUMN IF NOT EXISTS owner_id bigint REFERENCES employees,
    ADD COLUMN IF NOT EXISTS profile_date text,
    ADD COLUMN IF NOT EXISTS escalate_after interval CHECK (escalate_after > '0'::interval);
ALTER TABLE follow_ups ADD COLUMN IF NOT EXISTS owner_id bigint REFERENCES employees,
    ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'open';
CREATE UNIQUE INDEX IF NOT EXISTS follow_ups_anniversary ON follow_ups (customer_id, rule_id, due_at)
    WHERE contact_id IS NULL AND case_id IS NULL AND rule_id IS NOT NULL;
ALTER TABLE cases ADD COLUMN IF NOT EXISTS reopened_from bigint REFERENCES cases CHECK (reopened_from <> case_id);

-- contacts may be another table by now, partitioned by time: it gets the keys, checks and indexes that it lacks.
DO $model$
DECLARE
    v_home name := (SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid WHERE c.oid = 'contacts'::regclass);
    v_line record;
    v_ids text;
    v_next bigint;
BEGIN
    FOR v_line IN SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'contacts'::regclass AND NOT a.attnotnull
            AND a.attname IN ('id', 'occurred_at', 'touchpoint', 'initiator') LOOP
        EXECUTE format('ALTER TABLE contacts ALTER %I SET NOT NULL', v_line.attname);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'contacts'::regclass AND a.attname = 'initiator' AND a.atthasdef) THEN
        ALTER TABLE contacts ALTER initiator SET DEFAULT 'company';
    END IF;
    IF pg_get_serial_sequence('contacts', 'id') IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'contacts'::regclass AND a.attname = 'id' AND a.atthasdef) THEN
        ALTER TABLE contacts ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;
    END IF;
    -- The ids of what was moved are taken.
    v_ids := contact_ids();
    IF v_ids IS NOT NULL THEN
        EXECUTE format('SELECT last_value + is_called::integer FROM %s', v_ids) INTO v_next;
        PERFORM setval(v_ids, c.top) FROM (SELECT greatest(max(c.id), (SELECT max(k.id) FROM forgotten_journeys f, @extschema@.contacts(f.journey::@extschema@.journey) k)) AS top
            FROM contacts c) c WHERE c.top >= v_next;
    END IF;
    FOR v_line IN SELECT f.name, f.attribute, f.target FROM (VALUES
            ('contacts_customer_id_fkey', 'customer_id', 'customers'), ('contacts_touchpoint_fkey', 'touchpoint', 'touchpoints ON UPDATE CASCADE'),
            ('contacts_case_id_fkey', 'case_id', 'cases'), ('contacts_plan_id_fkey', 'plan_id', 'contact_plans'),
            ('contacts_product_fkey', 'product', 'products ON UPDATE CASCADE'), ('contacts_employee_id_fkey', 'employee_id', 'employees'),
            ('contacts_place_fkey', 'place', 'places ON UPDATE CASCADE'), ('contacts_goal_fkey', 'goal', 'goals ON UPDATE CASCADE')) AS f(name, attribute, target)
        WHERE NOT EXISTS (SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
            WHERE k.conrelid = 'contacts'::regclass AND k.contype = 'f' AND a.attname = f.attribute)
    LOOP
        EXECUTE format('ALTER TABLE contacts ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s', v_line.name, v_line.attribute, v_line.target);
    END LOOP;
    FOR v_line IN SELECT 'contacts_' || c.attribute || '_check' AS name, c.attribute, c.rule, c.allowed FROM (VALUES
            ('occurred_at', 'isfinite(occurred_at)', 'finite times'), ('cost', 'cost >= 0 AND cost < ''Infinity''', '0 and more'),
            ('value', 'abs(value) < ''Infinity''', 'finite numbers'),
            ('duration', 'duration >= ''0''::interval AND date_trunc(''month'', duration) = ''0''::interval', '0 and more, without months and years')) AS c(attribute, rule, allowed)
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = 'contacts'::regclass AND k.conname = 'contacts_' || c.attribute || '_check'
            AND pg_get_constraintdef(k.oid) ~ 'not_one_of')
    LOOP
        EXECUTE format('ALTER TABLE contacts DROP CONSTRAINT IF EXISTS %1$I, ADD CONSTRAINT %1$I CHECK (%2$s OR not_one_of(%3$L, %3$I::text, %4$L))',
            v_line.name, v_line.rule, v_line.attribute, v_line.allowed);
    END LOOP;
    FOR v_line IN SELECT i.name, i.keys, i.rest FROM (VALUES
            ('contacts_pkey', '{occurred_at,id}'::name[], NULL), ('contacts_customer', '{customer_id,occurred_at}', ''),
            ('contacts_touchpoint', '{touchpoint,occurred_at}', ''), ('contacts_case', '{case_id}', 'WHERE case_id IS NOT NULL'),
            ('contacts_plan', '{plan_id}', 'WHERE plan_id IS NOT NULL')) AS i(name, keys, rest)
        WHERE NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = 'contacts'::regclass AND (x.indisunique OR i.rest IS NOT NULL) AND i.keys =
            ARRAY(SELECT a.attname FROM unnest(x.indkey::smallint[]) WITH ORDINALITY k(n, place) JOIN pg_attribute a
                ON a.attrelid = x.indrelid AND a.attnum = k.n ORDER BY k.place))
    LOOP
        -- The table that was contacts keeps the names of its own.
        IF to_regclass(format('%I.%I', v_home, v_line.name)) IS NOT NULL THEN
            v_line.name := NULL;
        END IF;
        EXECUTE CASE WHEN v_line.rest IS NULL THEN format('ALTER TABLE contacts ADD %s PRIMARY KEY (occurred_at, id)', 'CONSTRAINT ' || quote_ident(v_line.name))
            ELSE format('CREATE INDEX %s ON contacts (%s) %s', quote_ident(v_line.name), array_to_string(v_line.keys, ', '), v_line.rest) END;
    END LOOP;
END $model$;

DO $model$
DECLARE
    v_check record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'touchpoints'::regclass AND a.attname = 'complaint') THEN
        ALTER TABLE touchpoints ADD COLUMN complaint boolean NOT NULL DEFAULT false;
        UPDATE touchpoints SET complaint = true WHERE label = 'complaint';
        UPDATE departure_reasons SET final = true WHERE reason = 'death';
        INSERT INTO measures SELECT DISTINCT e.measure FROM evaluations e ON CONFLICT DO NOTHING;
        ALTER TABLE evaluations ADD CONSTRAINT evaluations_measure_fkey FOREIGN KEY (measure) REFERENCES measures ON UPDATE CASCADE;
        UPDATE follow_ups SET status = 'done' WHERE done_at IS NOT NULL;
        -- Purposes that needed no consent stood in each policy.
        INSERT INTO purposes (purpose, kind) SELECT DISTINCT u.purpose, 'service'
            FROM policies p, unnest(p.transactional) AS u(purpose) WHERE u.purpose IS NOT NULL ON CONFLICT DO NOTHING;
        ALTER TABLE policies DROP COLUMN transactional;
        ALTER TABLE settings ADD CONSTRAINT settings_scale_check CHECK (scale_low > '-Infinity' AND scale_high < 'Infinity');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = 'channels'::regclass AND k.conname = 'channels_strengths_check'
            AND pg_get_constraintdef(k.oid) ~ 'not_one_of') THEN
        ALTER TABLE channels DROP CONSTRAINT IF EXISTS channels_strengths_check, ADD CONSTRAINT channels_strengths_check
            CHECK (strengths <@ '{awareness,image,trust,purchase,loyalty}'::text[]
                OR not_one_of('strengths', strengths::text, VARIADIC '{awareness,image,trust,purchase,loyalty}'::text[]));
    END IF;
    FOR v_check IN SELECT v.relation, v.attribute, string_to_array(v.list, ' ') AS allowed,
            v.relation || '_' || v.attribute || '_check' AS name
        FROM (VALUES
            ('audiences', 'relation', 'prospect customer former competitor'),
            ('blueprint_elements', 'lane', 'physical_evidence customer frontstage backstage support'),
            ('contact_plans', 'mode', 'regular ad_hoc'),
            ('contacts', 'feedback_verdict', 'true false unclear'),
            ('contacts', 'initiator', 'company customer third_party'),
            ('follow_up_rules', 'base', 'contact case_end anniversary'),
            ('follow_ups', 'status', 'open done dropped'),
            ('goals', 'strength', 'awareness image trust purchase loyalty'),
            ('purposes', 'kind', 'marketing service transactional'),
            ('service_standards', 'better', 'higher lower'),
            ('touchpoints', 'active_or_passive', 'active passive'),
            ('touchpoints', 'area', 'marketing product service brand'),
            ('touchpoints', 'brand_level', 'promise encounter habit'),
            ('touchpoints', 'business_phase', 'research procurement production sales service'),
            ('touchpoints', 'carrier', 'customer employee environment facility'),
            ('touchpoints', 'designed_as', 'peak end'),
            ('touchpoints', 'direction', 'one_way two_way'),
            ('touchpoints', 'hard_or_soft', 'hard soft'),
            ('touchpoints', 'initiator', 'company customer third_party'),
            ('touchpoints', 'intent', 'arranged spontaneous'),
            ('touchpoints', 'kind', 'physical digital interpersonal event'),
            ('touchpoints', 'method', 'advertising public_relations personnel meeting delegated correspondence alliance intercept'),
            ('touchpoints', 'mode', 'regular ad_hoc')) AS v(relation, attribute, list)
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = v.relation::regclass
            AND k.conname = v.relation || '_' || v.attribute || '_check' AND pg_get_constraintdef(k.oid) ~ 'not_one_of')
    LOOP
        IF v_check.attribute = 'method' THEN
            v_check.allowed := array_replace(v_check.allowed, 'public_relations', 'public relations');
        END IF;
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT IF EXISTS %2$I, ADD CONSTRAINT %2$I CHECK
            (%3$I = ANY (%4$L::text[]) OR not_one_of(%3$L, %3$I, VARIADIC %4$L::text[]))',
            v_check.relation, v_check.name, v_check.attribute, v_check.allowed);
    END LOOP;
END $model$;
