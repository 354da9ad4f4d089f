-- What keeps the tables right. Run again by a refresh, so each statement replaces what was there.

-- A touchpoint is its text and its parts; whichever are given make the other.
CREATE OR REPLACE FUNCTION touchpoints_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    t @extschema@.touchpoint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.touchpoint = OLD.touchpoint OR NEW.label IS NOT NULL THEN
        t := @extschema@.touchpoint(NEW.channel, NEW.label, NEW.stage);
        IF TG_OP = 'INSERT' AND NEW.touchpoint::@extschema@.touchpoint::text <> t::text THEN
            RAISE EXCEPTION 'touchpoint "%" is not made of its channel, label and stage: "%"', NEW.touchpoint, t
                USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave out the touchpoint, or its parts.';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.label IS NULL OR TG_OP = 'UPDATE' AND NEW.touchpoint <> OLD.touchpoint THEN
        t := NEW.touchpoint::@extschema@.touchpoint;
        NEW.channel := @extschema@.channel(t);
        NEW.label := @extschema@.label(t);
        NEW.stage := @extschema@.stage(t);
    END IF;
    NEW.touchpoint := t::text;
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION touchpoints_key() IS 'keeps the text of a touchpoint and its parts the same';
CREATE OR REPLACE TRIGGER touchpoints_key BEFORE INSERT OR UPDATE OF touchpoint, channel, label, stage ON touchpoints
    FOR EACH ROW EXECUTE FUNCTION touchpoints_key();
COMMENT ON TRIGGER touchpoints_key ON touchpoints IS 'text from parts, or parts from text';

CREATE OR REPLACE FUNCTION customers_relation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    NEW.relation_since := now();
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION customers_relation() IS 'dates a change of relation';
CREATE OR REPLACE TRIGGER customers_relation BEFORE UPDATE OF relation ON customers FOR EACH ROW
    WHEN (NEW.relation <> OLD.relation AND NEW.relation_since = OLD.relation_since)
    EXECUTE FUNCTION customers_relation();
COMMENT ON TRIGGER customers_relation ON customers IS 'a new relation counts from now unless relation_since says otherwise';

CREATE OR REPLACE FUNCTION customers_values() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    IF NEW.relation <> ALL ('{prospect,customer,former,competitor}') THEN
        PERFORM @model@.not_one_of('relation', NEW.relation, 'prospect', 'customer', 'former', 'competitor');
    END IF;
    RAISE EXCEPTION 'profile of customer % is not a JSON object', NEW.customer_id
        USING ERRCODE = 'check_violation', HINT = 'Write an object, such as {"segment": "family"}.';
END $model$;
COMMENT ON FUNCTION customers_values() IS 'a relation is one of four, a profile is an object';
CREATE OR REPLACE TRIGGER customers_values BEFORE INSERT OR UPDATE OF relation, profile ON customers FOR EACH ROW
    WHEN (NEW.relation <> ALL ('{prospect,customer,former,competitor}') OR jsonb_typeof(NEW.profile) <> 'object')
    EXECUTE FUNCTION customers_values();
COMMENT ON TRIGGER customers_values ON customers IS 'a relation is one of four, a profile is an object';

CREATE OR REPLACE FUNCTION customers_hours() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    PERFORM timestamptz '2000-01-01Z' AT TIME ZONE NEW.timezone;
    -- The gate takes minutes of a zone that shifts its clocks by rules it knows.
    IF NEW.timezone IS NOT NULL THEN
        PERFORM jsonb_build_object('quiet', jsonb_build_object('from', '00:00', 'to', '01:00', 'timezone', NEW.timezone))::@extschema@.contact_policy;
    END IF;
    IF num_nonnulls(NEW.hours_from, NEW.hours_to) > 0
        AND (num_nonnulls(NEW.hours_from, NEW.hours_to, NEW.timezone) < 3 OR mod(extract(epoch FROM NEW.hours_from - NEW.hours_to), 86400) = 0
            OR date_trunc('minute', NEW.hours_from - time '00:00') <> NEW.hours_from - time '00:00'
            OR date_trunc('minute', NEW.hours_to - time '00:00') <> NEW.hours_to - time '00:00') THEN
        RAISE EXCEPTION 'hours of customer % cannot be from % to % in time zone %', NEW.customer_id, NEW.hours_from, NEW.hours_to, NEW.timezone
            USING ERRCODE = 'check_violation', HINT = 'Give hours_from, an hours_to that differs, both in whole minutes, and a timezone; or neither of the hours.';
    END IF;
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION customers_hours() IS 'a time zone is one that the server knows, and preferred hours are two in a time zone';
CREATE OR REPLACE TRIGGER customers_hours BEFORE INSERT OR UPDATE OF timezone, hours_from, hours_to ON customers FOR EACH ROW
    WHEN (NEW.timezone IS NOT NULL OR NEW.hours_from IS NOT NULL OR NEW.hours_to IS NOT NULL) EXECUTE FUNCTION customers_hours();
COMMENT ON TRIGGER customers_hours ON customers IS 'preferred hours are two in a time zone that the server knows';

CREATE OR REPLACE FUNCTION known_measure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_measures text[] := ARRAY(SELECT m.measure FROM @model@.measures m ORDER BY m.measure);
BEGIN
    IF TG_TABLE_NAME = 'service_standards' THEN
        v_measures := '{score,gap,cost,value,duration}'::text[] || v_measures;
        -- A foreign key cannot say this: so that nobody takes the measure away meanwhile.
        PERFORM FROM @model@.measures m WHERE m.measure = NEW.measure FOR KEY SHARE;
    END IF;
    IF NEW.measure <> ALL (v_measures) THEN
        PERFORM @model@.not_one_of('measure', NEW.measure, VARIADIC v_measures);
    END IF;
    RETURN NEW;
END $model$;
COMMENT ON FUNCTION known_measure() IS 'a measure is one of table measures; a standard may also be of what contacts have';
CREATE OR REPLACE TRIGGER known_measure BEFORE INSERT OR UPDATE OF measure ON evaluations FOR EACH ROW EXECUTE FUNCTION known_measure();
COMMENT ON TRIGGER known_measure ON evaluations IS 'a measure is one of table measures, and who errs is told which there are';
CREATE OR REPLACE TRIGGER known_measure BEFORE INSERT OR UPDATE OF measure ON service_standards FOR EACH ROW EXECUTE FUNCTION known_measure();
COMMENT ON TRIGGER known_measure ON service_standards IS 'what nobody measures is never breached: a measure is score, gap, cost, value, duration, or one of table measures';

CREATE OR REPLACE FUNCTION measures_standards() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_standards text;
BEGIN
    -- What contacts have is there without a measure of that name.
    IF OLD.measure = ANY ('{score,gap,cost,value,duration}') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        UPDATE @model@.service_standards s SET measure = NEW.measure WHERE s.measure = OLD.measure;
        RETURN NULL;
    END IF;
    SELECT string_agg(s.standard_id || ' at ' || s.touchpoint, ', ' ORDER BY s.standard_id) INTO v_standards
        FROM @model@.service_standards s WHERE s.measure = OLD.measure;
    IF v_standards IS NOT NULL THEN
        RAISE EXCEPTION 'measure "%" has service standards: %', OLD.measure, v_standards
            USING ERRCODE = 'foreign_key_violation', HINT = 'Delete them first, or give them another measure.';
    END IF;
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION measures_standards() IS 'standards go with a measure that gets another name, and keep one from being deleted';
CREATE OR REPLACE TRIGGER measures_renamed AFTER UPDATE OF measure ON measures FOR EACH ROW
    WHEN (NEW.measure <> OLD.measure) EXECUTE FUNCTION measures_standards();
COMMENT ON TRIGGER measures_renamed ON measures IS 'standards go with a measure that gets another name';
CREATE OR REPLACE TRIGGER measures_deleted AFTER DELETE ON measures FOR EACH ROW EXECUTE FUNCTION measures_standards();
COMMENT ON TRIGGER measures_deleted ON measures IS 'a measure that a standard names stays';

CREATE OR REPLACE FUNCTION departures_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    UPDATE @model@.customers c SET relation = 'former', relation_since = NEW.at
        WHERE c.customer_id = NEW.customer_id AND c.relation <> 'former'
            AND (NEW.product IS NULL OR EXISTS (SELECT FROM @model@.departure_reasons r WHERE r.reason = NEW.reason AND r.final)) AND NOT EXISTS (
            SELECT FROM @model@.contacts p WHERE p.customer_id = NEW.customer_id AND p.value > 0 AND p.occurred_at > NEW.at);
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION departures_end() IS 'who leaves for good is a former customer';
CREATE OR REPLACE TRIGGER departures_end AFTER INSERT ON departures FOR EACH ROW EXECUTE FUNCTION departures_end();
COMMENT ON TRIGGER departures_end ON departures IS 'a departure from all products, or for good, ends the relation';

CREATE OR REPLACE FUNCTION contacts_buyers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    IF EXISTS (SELECT FROM bought n WHERE n.value > 0) THEN
        UPDATE @model@.customers c SET relation = 'customer', relation_since = b.at
            FROM (SELECT n.customer_id, max(n.occurred_at) AS at FROM bought n WHERE n.value > 0 GROUP BY n.customer_id) b
            WHERE c.customer_id = b.customer_id AND c.relation <> 'customer'
                AND (c.relation <> 'former' OR b.at > c.relation_since);
    END IF;
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION contacts_buyers() IS 'who buys is a customer';
CREATE OR REPLACE TRIGGER contacts_buyers AFTER INSERT ON contacts REFERENCING NEW TABLE AS bought FOR EACH STATEMENT
    EXECUTE FUNCTION contacts_buyers();
COMMENT ON TRIGGER contacts_buyers ON contacts IS 'a purchase makes a customer';

CREATE OR REPLACE FUNCTION suppression_of(external_id text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $model$
    SELECT encode(sha256(convert_to(s.salt || external_id, 'UTF8')), 'hex') FROM @model@.settings s
$model$;
COMMENT ON FUNCTION suppression_of(text) IS 'what is kept of the external_id of somebody who was erased: a salted hash';

CREATE OR REPLACE FUNCTION customers_suppressed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    IF NOT EXISTS (SELECT FROM @model@.suppressions) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO @model@.consents (customer_id, channel, purpose, product, granted, source)
            SELECT n.customer_id, s.channel, s.purpose, s.product, false, 'opted out before being erased'
            FROM came n JOIN @model@.suppressions s ON s.hash = @model@.suppression_of(n.external_id);
    ELSE
        INSERT INTO @model@.consents (customer_id, channel, purpose, product, granted, source)
            SELECT NEW.customer_id, s.channel, s.purpose, s.product, false, 'opted out before being erased'
            FROM @model@.suppressions s WHERE s.hash = @model@.suppression_of(NEW.external_id);
    END IF;
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION customers_suppressed() IS 'who comes back after being erased is still opted out of what they were';
CREATE OR REPLACE TRIGGER customers_suppressed AFTER UPDATE OF external_id ON customers FOR EACH ROW
    WHEN (NEW.external_id IS NOT NULL) EXECUTE FUNCTION customers_suppressed();
COMMENT ON TRIGGER customers_suppressed ON customers IS 'opt-outs outlive an erasure';
CREATE OR REPLACE TRIGGER customers_suppressed_new AFTER INSERT ON customers REFERENCING NEW TABLE AS came FOR EACH STATEMENT
    EXECUTE FUNCTION customers_suppressed();
COMMENT ON TRIGGER customers_suppressed_new ON customers IS 'opt-outs outlive an erasure';

CREATE OR REPLACE FUNCTION settings_scale() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS $model$
DECLARE
    v_column record;
    v_broken boolean;
BEGIN
    FOR v_column IN SELECT t.name AS relation, a.name AS attribute
            FROM (VALUES ('contacts'), ('evaluations')) AS t(name), (VALUES ('score'), ('expected')) AS a(name) LOOP
        EXECUTE format('ALTER TABLE %7$I.%1$I DROP CONSTRAINT IF EXISTS %3$I, ADD CONSTRAINT %3$I CHECK
            (%2$I BETWEEN %4$L::float8 AND %5$L::float8 OR %7$I.not_one_of(%2$L, %2$I::text, %6$L)) NOT VALID', v_column.relation,
            v_column.attribute, v_column.relation || '_' || v_column.attribute || '_scale', NEW.scale_low, NEW.scale_high,
            NEW.scale_low || ' to ' || NEW.scale_high, TG_TABLE_SCHEMA);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE NOT (%I BETWEEN $1 AND $2))', TG_TABLE_SCHEMA, v_column.relation, v_column.attribute)
            INTO v_broken USING NEW.scale_low, NEW.scale_high;
        IF NOT v_broken THEN
            EXECUTE format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', TG_TABLE_SCHEMA, v_column.relation,
                v_column.relation || '_' || v_column.attribute || '_scale');
        END IF;
    END LOOP;
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION settings_scale() IS
    'keeps scores, expectations and evaluations on the scale; what was there before and lies off it stays, and the constraint stays NOT VALID';
CREATE OR REPLACE TRIGGER settings_scale AFTER INSERT OR UPDATE OF scale_low, scale_high ON settings FOR EACH ROW
    EXECUTE FUNCTION settings_scale();
COMMENT ON TRIGGER settings_scale ON settings IS 'the scale is that of contacts and evaluations';

CREATE OR REPLACE FUNCTION cases_follow_ups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    PERFORM @model@.schedule_case_follow_ups(NEW.case_id);
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION cases_follow_ups() IS 'schedules follow-ups when the end of a case changes';
CREATE OR REPLACE TRIGGER cases_follow_ups AFTER UPDATE OF ends_at, closed_at ON cases
    FOR EACH ROW EXECUTE FUNCTION cases_follow_ups();
COMMENT ON TRIGGER cases_follow_ups ON cases IS 'follow-ups go by the end of the case';
