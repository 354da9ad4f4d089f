-- Asking leave, recording contacts, scheduling follow-ups.

CREATE FUNCTION may_contact(customer_id bigint, touchpoint text, at timestamptz DEFAULT clock_timestamp(),
    purpose text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL,
    OUT allowed boolean, OUT reason text, OUT next_allowed_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_touchpoint @extschema@.touchpoint := touchpoint::@extschema@.touchpoint;
    v_at timestamptz := at;
    v_area text;
    v_channel text;
    v_purpose text;
    v_product text := product;
    v_marketing boolean;
    v_granted boolean;
    v_refused boolean;
    v_journey @extschema@.journey;
    v_rules jsonb[];
    v_verdict @extschema@.touchpoint_verdict;
    v_rule jsonb;
    v_last timestamptz;
    v_moved boolean;
    v_running boolean;
    v_planned text;
    v_reasons text[] := '{}';
BEGIN
    allowed := false;
    IF may_contact.customer_id IS NULL OR v_touchpoint IS NULL OR v_at IS NULL OR NOT isfinite(v_at) THEN
        RAISE EXCEPTION 'customer, touchpoint and time of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT t.area, t.channel INTO v_area, v_channel
        FROM @model@.touchpoints t WHERE t.touchpoint = v_touchpoint::text AND t.catalogued;
    IF NOT FOUND THEN
        v_channel := @extschema@.channel(v_touchpoint);
        IF v_channel IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.channels c WHERE c.channel = v_channel) THEN
            reason := 'channel not in the catalogue';
        ELSE
            reason := 'touchpoint not in the catalogue';
        END IF;
        RETURN;
    END IF;
    SELECT j.journey INTO v_journey FROM @model@.journeys j WHERE j.customer_id = may_contact.customer_id;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM @model@.customers c WHERE c.customer_id = may_contact.customer_id) THEN
        reason := 'unknown customer';
        RETURN;
    END IF;

    IF may_contact.plan_id IS NOT NULL THEN
        SELECT p.product, p.active AND p.during @> v_at INTO v_planned, v_running
            FROM @model@.contact_plans p WHERE p.plan_id = may_contact.plan_id;
        v_product := coalesce(v_product, v_planned);
        IF v_running IS NOT TRUE THEN
            v_reasons := v_reasons || 'plan not running'::text;
        END IF;
    END IF;

    -- Consent: a contact is marketing unless its purpose is known to be something else.
    v_purpose := coalesce(may_contact.purpose, v_area, 'marketing');
    SELECT array_agg(p.rule ORDER BY p.policy), v_area IS NOT DISTINCT FROM 'marketing' OR v_purpose = 'marketing'
            OR NOT coalesce(bool_or(v_purpose = ANY (p.transactional)), false)
        INTO v_rules, v_marketing
        FROM @model@.policies p WHERE p.active AND (p.channel IS NULL OR p.channel = v_channel);
    IF v_marketing AND NOT EXISTS (
            -- exempt is what a cool-down after anything does not hold back
            SELECT FROM unnest(v_rules) AS r(rule)
            WHERE r.rule ? 'exempt' AND (@extschema@.can_contact('{x@2000-01-01T00:00:00Z}'::@extschema@.journey, v_touchpoint,
                '2000-01-01 00:00+00', (jsonb_build_object('exempt', r.rule -> 'exempt') ||
                '{"cooldown": [{"after": "*", "wait": "1 day"}]}')::@extschema@.contact_policy)).allowed) THEN
        SELECT bool_or(c.granted), bool_or(NOT c.granted) INTO v_granted, v_refused
            FROM @model@.consents c
            WHERE c.customer_id = may_contact.customer_id AND c.during @> v_at
                AND (c.channel IS NULL OR c.channel = v_channel)
                AND (c.purpose IS NULL OR c.purpose IN (v_purpose, 'marketing'))
                AND (c.product IS NULL OR c.product = v_product);
        IF coalesce(v_refused, false) THEN
            v_reasons := v_reasons || 'opted out'::text;
        ELSIF NOT coalesce(v_granted, false) THEN
            v_reasons := v_reasons || 'no consent'::text;
        END IF;
    END IF;

    -- Policies: all that apply must agree, and so they must on the next time.
    IF v_rules IS NOT NULL THEN
        FOREACH v_rule IN ARRAY v_rules LOOP
            v_verdict := @extschema@.can_contact(v_journey, v_touchpoint, v_at, v_rule::@extschema@.contact_policy);
            IF NOT v_verdict.allowed THEN
                IF NOT v_verdict.reason = ANY (v_reasons) THEN
                    v_reasons := v_reasons || v_verdict.reason;
                END IF;
                next_allowed_at := greatest(next_allowed_at, v_verdict.next_allowed_at);
            END IF;
        END LOOP;
        -- A contact that is put before others must not break a promise that they kept.
        v_last := @extschema@.last_at(v_journey);
        IF v_last > v_at THEN
            FOREACH v_rule IN ARRAY v_rules LOOP
                IF EXISTS (
                        SELECT FROM @extschema@.contacts(@extschema@.slice(v_journey, tstzrange(v_at, NULL, '()'))) AS c,
                            LATERAL (SELECT @extschema@.slice(v_journey, tstzrange(NULL, c.occurred_at, '()')) AS j) AS b
                        WHERE coalesce(c.initiator, 'company') = 'company'
                            AND (@extschema@.can_contact(b.j, c.touchpoint, c.occurred_at,
                                (v_rule - '{quiet,blackout}'::text[])::@extschema@.contact_policy)).allowed
                            AND NOT (@extschema@.can_contact(
                                b.j OPERATOR(@extschema@.||) @extschema@.contact_record(v_touchpoint, v_at, initiator => 'company'),
                                c.touchpoint, c.occurred_at, (v_rule - '{quiet,blackout}'::text[])::@extschema@.contact_policy)).allowed) THEN
                    v_reasons := v_reasons || 'too close before a later contact'::text;
                    EXIT;
                END IF;
            END LOOP;
        END IF;
        IF next_allowed_at IS NOT NULL THEN
            FOR round IN 1 .. 32 LOOP
                v_moved := false;
                FOREACH v_rule IN ARRAY v_rules LOOP
                    v_verdict := @extschema@.can_contact(v_journey, v_touchpoint, next_allowed_at,
                        v_rule::@extschema@.contact_policy);
                    IF NOT v_verdict.allowed THEN
                        next_allowed_at := v_verdict.next_allowed_at;
                        v_moved := true;
                    END IF;
                END LOOP;
                EXIT WHEN NOT v_moved OR next_allowed_at IS NULL;
            END LOOP;
            IF v_moved THEN
                next_allowed_at := NULL;
            END IF;
        END IF;
    END IF;
    -- No time helps against a missing consent, and one before the last contact is not looked into.
    IF v_reasons && '{opted out,no consent,plan not running}'::text[] OR next_allowed_at < v_last THEN
        next_allowed_at := NULL;
    END IF;
    allowed := v_reasons = '{}';
    reason := nullif(array_to_string(v_reasons, ', '), '');
END $model$;
COMMENT ON FUNCTION may_contact(bigint, text, timestamptz, text, text, bigint) IS
    'may the company contact this customer at this touchpoint and time, for this purpose? Consent, the plan and all active policies must agree; looks only, record_contact() asks again under the customer''s lock';

CREATE FUNCTION schedule_case_follow_ups(case_id bigint) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_ids bigint[];
BEGIN
    WITH due AS (
        SELECT k.case_id, k.customer_id, r.rule_id, r.channel, r.purpose, 
            (coalesce(k.closed_at, k.ends_at) AT TIME ZONE 'UTC' + r.wait) AT TIME ZONE 'UTC' AS due_at
        FROM @model@.cases k JOIN @model@.follow_up_rules r ON r.base = 'case_end' AND r.active
        WHERE k.case_id = schedule_case_follow_ups.case_id AND coalesce(k.closed_at, k.ends_at) IS NOT NULL
            AND EXISTS (SELECT FROM @model@.contacts c WHERE c.case_id = k.case_id
                AND c.touchpoint::@extschema@.touchpoint OPERATOR(@extschema@.~) r.touchpoint)
    ), written AS (
        INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, due_at, channel, purpose)
        SELECT customer_id, rule_id, case_id, due_at, channel, purpose FROM due
        ON CONFLICT (case_id, rule_id) WHERE contact_id IS NULL AND rule_id IS NOT NULL
            DO UPDATE SET due_at = excluded.due_at WHERE f.done_at IS NULL AND f.due_at <> excluded.due_at
        RETURNING f.follow_up_id
    )
    SELECT coalesce(array_agg(follow_up_id), '{}') INTO v_ids FROM written;
    RETURN v_ids;
END $model$;
COMMENT ON FUNCTION schedule_case_follow_ups(bigint) IS
    'writes the follow-ups that are due some time after a case ends, or moves the open ones when its end has moved; returns those written or moved';

CREATE FUNCTION cases_follow_ups() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    PERFORM @model@.schedule_case_follow_ups(NEW.case_id);
    RETURN NULL;
END $model$;
COMMENT ON FUNCTION cases_follow_ups() IS 'schedules follow-ups when the end of a case changes';
CREATE TRIGGER cases_follow_ups AFTER UPDATE OF ends_at, closed_at ON cases
    FOR EACH ROW EXECUTE FUNCTION cases_follow_ups();
COMMENT ON TRIGGER cases_follow_ups ON cases IS 'follow-ups go by the end of the case';

CREATE FUNCTION unknown_references(customer_id bigint, case_id bigint, plan_id bigint, product text, employee_id bigint,
    place text, goal text, follow_up_id bigint) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $model$
    SELECT coalesce(array_agg(r.name ORDER BY r.place), '{}') FROM (VALUES
        (1, 'case', $2 IS NULL OR EXISTS (SELECT FROM @model@.cases k WHERE k.case_id = $2 AND k.customer_id = $1)),
        (2, 'plan', $3 IS NULL OR EXISTS (SELECT FROM @model@.contact_plans p WHERE p.plan_id = $3)),
        (3, 'product', $4 IS NULL OR EXISTS (SELECT FROM @model@.products p WHERE p.product = $4)),
        (4, 'employee', $5 IS NULL OR EXISTS (SELECT FROM @model@.employees e WHERE e.employee_id = $5)),
        (5, 'place', $6 IS NULL OR EXISTS (SELECT FROM @model@.places p WHERE p.place = $6)),
        (6, 'goal', $7 IS NULL OR EXISTS (SELECT FROM @model@.goals g WHERE g.goal = $7)),
        (7, 'open follow-up', $8 IS NULL OR EXISTS (SELECT FROM @model@.follow_ups f
            WHERE f.follow_up_id = $8 AND f.customer_id = $1 AND f.done_at IS NULL))
    ) AS r(place, name, known) WHERE NOT r.known
$model$;
COMMENT ON FUNCTION unknown_references(bigint, bigint, bigint, text, bigint, text, text, bigint) IS
    'which of what a contact refers to is not there: case and open follow-up of this customer, plan, product, employee, place, goal';

CREATE FUNCTION record_contact(customer_id bigint, touchpoint text, occurred_at timestamptz DEFAULT NULL,
    score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL,
    value float8 DEFAULT NULL, initiator text DEFAULT 'company', purpose text DEFAULT NULL, goal text DEFAULT NULL,
    content text DEFAULT NULL, theme text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL,
    case_id bigint DEFAULT NULL, employee_id bigint DEFAULT NULL, place text DEFAULT NULL, feedback text DEFAULT NULL,
    feedback_verdict text DEFAULT NULL, evaluation text DEFAULT NULL, incentive text DEFAULT NULL,
    goal_reached boolean DEFAULT NULL, result text DEFAULT NULL, follow_up_id bigint DEFAULT NULL,
    OUT recorded boolean, OUT reason text, OUT next_allowed_at timestamptz, OUT contact_at timestamptz,
    OUT contact_id bigint, OUT refusal_id bigint, OUT follow_ups bigint[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_touchpoint @extschema@.touchpoint := touchpoint::@extschema@.touchpoint;
    v_key text;
    v_now timestamptz;
    v_at timestamptz := occurred_at;
    v_initiator text := initiator;
    v_gated boolean;
    v_plan @model@.contact_plans%ROWTYPE;
    v_product text := product;
    v_rule_done bigint;
    v_allowed boolean := true;
    v_unknown text[] := '{}';
BEGIN
    IF record_contact.customer_id IS NULL OR v_touchpoint IS NULL OR NOT isfinite(v_at) THEN
        RAISE EXCEPTION 'customer, touchpoint and a finite time of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_key := v_touchpoint::text;
    -- Whoever types a complaint in, the customer started it.
    IF record_contact.purpose = 'complaint' OR @extschema@.label(v_touchpoint) = 'complaint' THEN
        v_initiator := 'customer';
    END IF;
    IF v_initiator IS NULL OR v_initiator NOT IN ('company', 'customer', 'third_party') THEN
        RAISE EXCEPTION 'unknown initiator "%"', v_initiator
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write company, customer or third_party.';
    END IF;
    v_gated := v_initiator = 'company';

    -- One call a customer at a time: an update, so that a transaction with an older snapshot is
    -- told that it cannot know (40001), where a lock alone would let it count without the newest.
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = record_contact.customer_id;
    IF NOT FOUND THEN
        v_allowed := false;
        reason := 'unknown customer';
    END IF;
    v_now := clock_timestamp();
    v_at := coalesce(v_at, v_now);

    IF v_allowed AND v_at > v_now THEN
        IF v_gated THEN
            v_allowed := false;
            reason := 'in the future';
        ELSE
            v_at := v_now;
            reason := 'the time was in the future: recorded as now';
        END IF;
    END IF;
    -- What a customer starts is not lost to a wrong word beside it: that is left out, and said.
    IF v_allowed AND NOT v_gated THEN
        v_unknown := @model@.unknown_references(record_contact.customer_id, record_contact.case_id, record_contact.plan_id,
            v_product, record_contact.employee_id, record_contact.place, record_contact.goal, record_contact.follow_up_id);
        record_contact.case_id := CASE WHEN 'case' <> ALL (v_unknown) THEN record_contact.case_id END;
        record_contact.plan_id := CASE WHEN 'plan' <> ALL (v_unknown) THEN record_contact.plan_id END;
        v_product := CASE WHEN 'product' <> ALL (v_unknown) THEN v_product END;
        record_contact.employee_id := CASE WHEN 'employee' <> ALL (v_unknown) THEN record_contact.employee_id END;
        record_contact.place := CASE WHEN 'place' <> ALL (v_unknown) THEN record_contact.place END;
        record_contact.goal := CASE WHEN 'goal' <> ALL (v_unknown) THEN record_contact.goal END;
        record_contact.follow_up_id := CASE WHEN 'open follow-up' <> ALL (v_unknown) THEN record_contact.follow_up_id END;
        IF v_unknown <> '{}' THEN
            reason := concat_ws('; ', reason, 'unknown ' || array_to_string(v_unknown, ', ') || ': recorded without');
        END IF;
    END IF;
    IF record_contact.plan_id IS NOT NULL THEN
        SELECT * INTO v_plan FROM @model@.contact_plans p WHERE p.plan_id = record_contact.plan_id;
        v_product := coalesce(v_product, v_plan.product);
    END IF;
    IF v_allowed AND v_gated AND record_contact.case_id IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.cases k
            WHERE k.case_id = record_contact.case_id AND k.customer_id = record_contact.customer_id) THEN
        v_allowed := false;
        reason := 'not a case of this customer';
    END IF;
    IF v_allowed AND v_gated THEN
        SELECT m.allowed, m.reason, m.next_allowed_at INTO v_allowed, reason, next_allowed_at
            FROM @model@.may_contact(record_contact.customer_id, v_key, v_at, record_contact.purpose, v_product,
                record_contact.plan_id) m;
    END IF;
    follow_ups := '{}';
    IF NOT v_allowed THEN
        recorded := false;
        INSERT INTO @model@.refusals AS r
                (customer_id, touchpoint, occurred_at, purpose, plan_id, employee_id, reason, next_allowed_at)
            VALUES (record_contact.customer_id, v_key, v_at, record_contact.purpose, record_contact.plan_id,
                record_contact.employee_id, record_contact.reason, record_contact.next_allowed_at)
            RETURNING r.refusal_id INTO refusal_id;
        RETURN;
    END IF;

    -- What customers start is recorded wherever it was: such a touchpoint waits to be catalogued.
    IF NOT v_gated AND NOT EXISTS (SELECT FROM @model@.touchpoints t WHERE t.touchpoint = v_key) THEN
        INSERT INTO @model@.channels (channel, controllable)
            SELECT n, false FROM @extschema@.channel(v_touchpoint) n WHERE n IS NOT NULL ON CONFLICT DO NOTHING;
        -- Somebody else's new stage may take the place that was free: then take the next.
        WHILE @extschema@.stage(v_touchpoint) IS NOT NULL AND NOT EXISTS (
                SELECT FROM @model@.stages s WHERE s.stage = @extschema@.stage(v_touchpoint)) LOOP
            INSERT INTO @model@.stages (stage, ordinal)
                SELECT @extschema@.stage(v_touchpoint), coalesce(max(s.ordinal), 0) + 1 FROM @model@.stages s
                ON CONFLICT DO NOTHING;
        END LOOP;
        INSERT INTO @model@.touchpoints (touchpoint, initiator, catalogued)
            VALUES (v_key, v_initiator, false) ON CONFLICT DO NOTHING;
    END IF;

    INSERT INTO @model@.contacts AS c
            (occurred_at, customer_id, touchpoint, score, expected, cost, duration, value, initiator, case_id, plan_id,
             product, employee_id, place, purpose, goal, content, theme, feedback, feedback_verdict, evaluation,
             incentive, goal_reached, result)
        VALUES (v_at, record_contact.customer_id, v_key, record_contact.score, record_contact.expected,
            coalesce(record_contact.cost, (SELECT k.unit_cost FROM @model@.channels k
                WHERE k.channel = @extschema@.channel(v_touchpoint))),
            record_contact.duration, record_contact.value, v_initiator, record_contact.case_id, record_contact.plan_id,
            v_product, record_contact.employee_id,
            coalesce(record_contact.place, v_plan.place), record_contact.purpose,
            coalesce(record_contact.goal, v_plan.goal), coalesce(record_contact.content, v_plan.content),
            coalesce(record_contact.theme, v_plan.theme), record_contact.feedback, record_contact.feedback_verdict,
            record_contact.evaluation, record_contact.incentive, record_contact.goal_reached, record_contact.result)
        RETURNING c.occurred_at, c.id INTO contact_at, contact_id;
    recorded := true;

    IF record_contact.follow_up_id IS NOT NULL THEN
        UPDATE @model@.follow_ups f SET done_at = v_at, done_contact_id = record_contact.contact_id
            WHERE f.follow_up_id = record_contact.follow_up_id AND f.customer_id = record_contact.customer_id
                AND f.done_at IS NULL
            RETURNING f.rule_id INTO v_rule_done;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'customer % has no open follow-up %', record_contact.customer_id, record_contact.follow_up_id
                USING ERRCODE = 'invalid_parameter_value', HINT = 'View follow_ups_due lists the open ones.';
        END IF;
    END IF;
    -- A follow-up that is done asks for no other by the same rule: it would never end.
    WITH written AS (
        INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, contact_at, contact_id, due_at, channel, purpose)
        SELECT record_contact.customer_id, r.rule_id, record_contact.case_id, contact_at, contact_id,
            (v_at AT TIME ZONE 'UTC' + coalesce(record_contact.duration, '0') + r.wait) AT TIME ZONE 'UTC', r.channel, r.purpose
        FROM @model@.follow_up_rules r
        WHERE r.active AND r.base = 'contact' AND r.rule_id IS DISTINCT FROM v_rule_done
            AND v_touchpoint OPERATOR(@extschema@.~) r.touchpoint
        ORDER BY r.rule_id
        RETURNING f.follow_up_id
    )
    SELECT coalesce(array_agg(w.follow_up_id), '{}') INTO follow_ups FROM written w;
    IF record_contact.case_id IS NOT NULL THEN
        follow_ups := follow_ups || @model@.schedule_case_follow_ups(record_contact.case_id);
    END IF;
END $model$;
COMMENT ON FUNCTION record_contact(bigint, text, timestamptz, float8, float8, float8, interval, float8, text, text, text, text,
    text, text, bigint, bigint, bigint, text, text, text, text, text, boolean, text, bigint) IS
    'records a contact and schedules its follow-ups, or refuses it, writes down the refusal and says why and when it would be allowed; what customers and third parties start, and every complaint, is always recorded, if need be without what is unknown, as reason then says; without a time it is now; takes the customer''s lock until the transaction ends';
