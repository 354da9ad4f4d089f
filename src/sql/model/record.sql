-- Asking leave, recording contacts, scheduling follow-ups.

CREATE OR REPLACE FUNCTION contact_kind(purpose text, area text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_kind text;
BEGIN
    IF contact_kind.area = 'marketing' OR coalesce(contact_kind.purpose, contact_kind.area) IS NULL THEN
        RETURN 'marketing';
    END IF;
    SELECT p.kind INTO v_kind FROM @model@.purposes p WHERE p.purpose = coalesce(contact_kind.purpose, contact_kind.area);
    RETURN coalesce(v_kind, 'marketing');
END $model$;
COMMENT ON FUNCTION contact_kind(text, text) IS
    'marketing, service or transactional: what a purpose is, or where none is given the area of the touchpoint; a touchpoint of area marketing is marketing whatever the purpose, and so is what nobody knows';

CREATE OR REPLACE FUNCTION consent_problem(customer_id bigint, channel text, purpose text, kind text, product text, at timestamptz)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_refused boolean;
    v_granted boolean;
    v_since timestamptz;
    v_left timestamptz;
    v_reasons text[];
BEGIN
    -- Agreeing to what is no marketing agrees to none, whatever a contact says that it is for; a purpose that nobody knows is marketing.
    SELECT coalesce(bool_or(NOT c.granted AND (c.purpose IN (consent_problem.purpose, consent_problem.kind)
                OR consent_problem.kind = 'marketing' AND (c.purpose IS NULL OR p.kind IS NULL))), false),
            coalesce(bool_or(c.granted AND c.for_it), false), max(lower(c.during)) FILTER (WHERE c.granted AND c.for_it)
        INTO v_refused, v_granted, v_since
        FROM (SELECT o.*, o.purpose IS NULL OR o.purpose = 'marketing' OR o.purpose = consent_problem.purpose
                    AND coalesce((SELECT k.kind FROM @model@.purposes k WHERE k.purpose = o.purpose), 'marketing') = 'marketing' AS for_it
                FROM @model@.consents o) c
            LEFT JOIN @model@.purposes p ON p.purpose = c.purpose
        WHERE c.customer_id = consent_problem.customer_id AND c.during @> consent_problem.at
            AND (c.channel IS NULL OR c.channel = consent_problem.channel)
            AND (c.product IS NULL OR c.product = consent_problem.product);
    IF v_refused THEN
        RETURN 'opted out';
    END IF;
    IF consent_problem.kind <> 'marketing' THEN
        RETURN NULL;
    END IF;
    -- Who is gone is gone from all products.
    SELECT max(d.at) FILTER (WHERE d.product IS NULL OR d.product = consent_problem.product), array_agg(d.reason) INTO v_left, v_reasons FROM @model@.departures d
        WHERE d.customer_id = consent_problem.customer_id AND d.at <= consent_problem.at;
    IF v_reasons IS NOT NULL AND EXISTS (SELECT FROM @model@.departure_reasons r WHERE r.reason = ANY (v_reasons) AND r.final) THEN
        RETURN 'gone';
    END IF;
    IF v_left IS NOT NULL THEN
        IF v_since > v_left IS NOT TRUE AND NOT EXISTS (
                SELECT FROM @model@.contacts c WHERE c.customer_id = consent_problem.customer_id AND c.value > 0
                    AND c.occurred_at > v_left AND c.occurred_at <= consent_problem.at) THEN
            RETURN 'left';
        END IF;
    END IF;
    RETURN CASE WHEN NOT v_granted THEN 'no consent' END;
END $model$;
COMMENT ON FUNCTION consent_problem(bigint, text, text, text, text, timestamptz) IS
    'why consent forbids a contact: opted out, gone (died), left (and neither agreed nor bought since), no consent; NULL = it does not. An opt-out beats everything of its purpose and channel; one that names no purpose is from marketing';

CREATE OR REPLACE FUNCTION customer_rules(rules jsonb[], pass_quiet boolean, timezone text, hours_from time, hours_to time) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    IF hours_from IS NOT NULL THEN
        rules := array_append(rules, jsonb_build_object('quiet', jsonb_build_object('from', to_char(hours_to, 'HH24:MI'),
            'to', to_char(hours_from, 'HH24:MI'))));
    END IF;
    FOR i IN 1 .. coalesce(cardinality(rules), 0) LOOP
        IF pass_quiet THEN
            rules[i] := rules[i] - 'quiet';
        ELSIF jsonb_typeof(rules[i] -> 'quiet') = 'array' THEN
            rules[i] := jsonb_set(rules[i], '{quiet}', (
                SELECT coalesce(jsonb_agg(q.w || jsonb_build_object('timezone', timezone) ORDER BY q.n), '[]')
                FROM jsonb_array_elements(rules[i] -> 'quiet') WITH ORDINALITY q(w, n)));
        ELSIF rules[i] ? 'quiet' THEN
            rules[i] := jsonb_set(rules[i], '{quiet,timezone}', to_jsonb(timezone));
        END IF;
    END LOOP;
    RETURN rules;
END $model$;
COMMENT ON FUNCTION customer_rules(jsonb[], boolean, text, time, time) IS
    'policies as they are for a customer: quiet hours in the customer''s time zone, and the hours that the customer prefers; or without any hours, where they do not count';

CREATE OR REPLACE FUNCTION rules_verdict(journey @extschema@.journey, reduced @extschema@.journey, touchpoint @extschema@.touchpoint, at timestamptz,
    rules jsonb[], whole integer, OUT reasons text[], OUT next_allowed_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_verdict @extschema@.touchpoint_verdict;
    v_moved boolean := false;
BEGIN
    reasons := '{}';
    FOR i IN 1 .. coalesce(cardinality(rules), 0) LOOP
        v_verdict := @extschema@.can_contact(CASE WHEN i <= whole THEN journey ELSE reduced END, touchpoint, at,
            rules[i]::@extschema@.contact_policy);
        IF NOT v_verdict.allowed THEN
            IF NOT v_verdict.reason = ANY (reasons) THEN
                reasons := reasons || v_verdict.reason;
            END IF;
            next_allowed_at := greatest(next_allowed_at, v_verdict.next_allowed_at);
        END IF;
    END LOOP;
    FOR v_round IN 1 .. 1000 LOOP
        EXIT WHEN next_allowed_at IS NULL;
        v_moved := false;
        FOR i IN 1 .. cardinality(rules) LOOP
            v_verdict := @extschema@.can_contact(CASE WHEN i <= whole THEN journey ELSE reduced END, touchpoint, next_allowed_at,
                rules[i]::@extschema@.contact_policy);
            IF NOT v_verdict.allowed THEN
                next_allowed_at := v_verdict.next_allowed_at;
                v_moved := true;
                EXIT WHEN next_allowed_at IS NULL;
            END IF;
        END LOOP;
        EXIT WHEN NOT v_moved;
    END LOOP;
    IF v_moved THEN
        next_allowed_at := NULL;
    END IF;
END $model$;
COMMENT ON FUNCTION rules_verdict(@extschema@.journey, @extschema@.journey, @extschema@.touchpoint, timestamptz, jsonb[], integer) IS
    'what all rules say, the first whole of them of one journey and the others of another, and the first time that all allow';

CREATE OR REPLACE FUNCTION breaks_promise(journey @extschema@.journey, touchpoint @extschema@.touchpoint, at timestamptz, rules jsonb[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
BEGIN
    RETURN EXISTS (
        SELECT FROM unnest($4) AS r(rule), LATERAL (SELECT (r.rule - '{quiet,blackout}'::text[])::@extschema@.contact_policy AS p) q,
            @extschema@.contacts(@extschema@.slice($1, tstzrange($3, NULL, '()'))) AS c,
            LATERAL (SELECT @extschema@.slice($1, tstzrange(NULL, c.occurred_at, '()')) AS j) AS b
        WHERE coalesce(c.initiator, 'company') = 'company'
            AND (@extschema@.can_contact(b.j, c.touchpoint, c.occurred_at, q.p)).allowed
            AND NOT (@extschema@.can_contact(b.j OPERATOR(@extschema@.||) @extschema@.contact_record($2, $3, initiator => 'company'),
                c.touchpoint, c.occurred_at, q.p)).allowed);
END $model$;
COMMENT ON FUNCTION breaks_promise(@extschema@.journey, @extschema@.touchpoint, timestamptz, jsonb[]) IS
    'would a contact that is put before others break a rule that they kept?';

CREATE OR REPLACE FUNCTION plan_problems(plan_id bigint, customer_id bigint, at timestamptz, cost float8) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_plan @model@.contact_plans%ROWTYPE;
    v_problems text[] := '{}';
BEGIN
    SELECT * INTO v_plan FROM @model@.contact_plans p WHERE p.plan_id = plan_problems.plan_id;
    IF NOT FOUND THEN
        RETURN '{unknown plan}';
    END IF;
    IF (v_plan.active AND v_plan.during @> plan_problems.at) IS NOT TRUE THEN
        v_problems := v_problems || 'plan not running'::text;
    END IF;
    IF v_plan.audience IS NOT NULL THEN
        PERFORM FROM @model@.audiences a, @model@.customers u
            WHERE a.audience = v_plan.audience AND u.customer_id = plan_problems.customer_id
                AND coalesce(u.relation = a.relation, true) AND u.profile @> a.profile;
        IF NOT FOUND THEN
            v_problems := v_problems || 'not in the plan''s audience'::text;
        END IF;
    END IF;
    IF v_plan.budget IS NOT NULL THEN
        -- what has no cost of its own costs what its channel does, and a budget may be spent to the last cent
        IF v_plan.budget * (1 + 1e-9) < coalesce(plan_problems.cost, 0)
                + (SELECT coalesce(sum(coalesce(c.cost, h.unit_cost)), 0) FROM @model@.contacts c LEFT JOIN @model@.touchpoints t ON t.touchpoint = c.touchpoint
                    LEFT JOIN @model@.channels h ON h.channel = t.channel WHERE c.plan_id = v_plan.plan_id) THEN
            v_problems := v_problems || 'plan over budget'::text;
        END IF;
    END IF;
    RETURN v_problems;
END $model$;
COMMENT ON FUNCTION plan_problems(bigint, bigint, timestamptz, float8) IS
    'why a plan does not make this contact: there is none, it does not run then, the customer is not of its audience, what was spent and this would be more than its budget';

CREATE OR REPLACE FUNCTION may_contact(customer_id bigint, touchpoint text, at timestamptz DEFAULT clock_timestamp(),
    purpose text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL, follow_up_id bigint DEFAULT NULL,
    cost float8 DEFAULT NULL, OUT allowed boolean, OUT reason text, OUT next_allowed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $model$
#variable_conflict use_column
DECLARE
    v_touchpoint @extschema@.touchpoint := touchpoint::@extschema@.touchpoint;
    v_at timestamptz := at;
    v_area text;
    v_channel text;
    v_kind text;
    v_cost float8;
    v_product text := product;
    v_journey @extschema@.journey;
    v_reduced @extschema@.journey;
    v_rules jsonb[];
    v_whole integer;
    v_causes bigint[];
    v_zone text;
    v_from time;
    v_to time;
    v_problem text;
    v_last timestamptz;
    v_until timestamptz;
    v_later jsonb[];
    v_excused boolean := false;
    v_fixed text[] := '{}';
    v_reasons text[] := '{}';
    v_verdict @extschema@.touchpoint_verdict;
    v_whys record;
BEGIN
    allowed := false;
    IF v_touchpoint IS NULL OR v_at IS NULL OR NOT isfinite(v_at) THEN
        RAISE EXCEPTION 'touchpoint and time of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT t.area, t.channel, coalesce(may_contact.cost, h.unit_cost) INTO v_area, v_channel, v_cost
        FROM @model@.touchpoints t LEFT JOIN @model@.channels h ON h.channel = t.channel
        WHERE t.touchpoint = v_touchpoint::text AND t.catalogued;
    IF NOT FOUND THEN
        v_channel := @extschema@.channel(v_touchpoint);
        IF v_channel IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.channels c WHERE c.channel = v_channel) THEN
            reason := 'channel not in the catalogue';
        ELSE
            reason := 'touchpoint not in the catalogue';
        END IF;
        RETURN;
    END IF;
    SELECT u.timezone, u.hours_from, u.hours_to, j.journey INTO v_zone, v_from, v_to, v_journey
        FROM @model@.customers u LEFT JOIN @model@.journeys j ON j.customer_id = u.customer_id
        WHERE u.customer_id = may_contact.customer_id;
    IF NOT FOUND THEN
        reason := 'unknown customer';
        RETURN;
    END IF;

    IF may_contact.plan_id IS NOT NULL THEN
        v_fixed := @model@.plan_problems(may_contact.plan_id, may_contact.customer_id, v_at, v_cost);
        v_product := coalesce(v_product, (SELECT p.product FROM @model@.contact_plans p WHERE p.plan_id = may_contact.plan_id));
    END IF;
    v_kind := CASE WHEN v_area = 'marketing' THEN v_area ELSE @model@.contact_kind(may_contact.purpose, v_area) END;
    SELECT array_agg(p.rule ORDER BY p.policy) INTO v_rules
        FROM @model@.policies p WHERE p.active AND (p.channel IS NULL OR p.channel = v_channel);
    IF v_kind = 'transactional' OR v_zone IS NOT NULL THEN
        v_rules := @model@.customer_rules(v_rules, v_kind = 'transactional', v_zone, v_from, v_to);
    END IF;
    v_whole := coalesce(cardinality(v_rules), 0);
    v_problem := @model@.consent_problem(may_contact.customer_id, v_channel, coalesce(may_contact.purpose, v_area, 'marketing'),
        v_kind, v_product, v_at);
    IF v_problem = 'no consent' THEN
        -- exempt is what a cool-down after anything does not hold back
        FOR i IN 1 .. v_whole LOOP
            CONTINUE WHEN NOT v_rules[i] ? 'exempt';
            v_verdict := @extschema@.can_contact('{x@2000-01-01T00:00:00Z}'::@extschema@.journey, v_touchpoint, '2000-01-01 00:00+00',
                (jsonb_build_object('exempt', v_rules[i] -> 'exempt')
                    || '{"cooldown": [{"after": "*", "wait": "1 day"}]}')::@extschema@.contact_policy);
            IF v_verdict.allowed THEN
                v_problem := NULL;
                v_excused := true;
                EXIT;
            END IF;
        END LOOP;
    END IF;
    v_fixed := array_remove(v_fixed || v_problem, NULL);

    -- A follow-up that is due is what the cool-down of its cause waits for.
    IF may_contact.follow_up_id IS NOT NULL AND v_whole > 0 THEN
        SELECT CASE WHEN f.contact_id IS NOT NULL THEN ARRAY[f.contact_id]
                ELSE (SELECT array_agg(c.id) FROM @model@.contacts c WHERE c.case_id = f.case_id) END
            INTO v_causes FROM @model@.follow_ups f
            WHERE f.follow_up_id = may_contact.follow_up_id AND f.customer_id = may_contact.customer_id
                AND f.status = 'open' AND f.due_at <= v_at;
        IF v_causes IS NOT NULL THEN
            v_reduced := @extschema@.remove_contacts(v_journey, v_causes);
            SELECT array_agg(r.rule - 'cooldown' ORDER BY r.n) || array_agg(r.rule - '{caps,min_gap,quiet,blackout}'::text[] ORDER BY r.n)
                INTO v_rules FROM unnest(v_rules) WITH ORDINALITY AS r(rule, n);
        END IF;
    END IF;
    -- All reasons, and the time to wait for, are asked only where a rule refuses.
    FOR i IN 1 .. coalesce(cardinality(v_rules), 0) LOOP
        v_verdict := @extschema@.can_contact(CASE WHEN i <= v_whole THEN v_journey ELSE v_reduced END, v_touchpoint, v_at,
            v_rules[i]::@extschema@.contact_policy);
        CONTINUE WHEN v_verdict.allowed;
        IF v_kind <> 'transactional' THEN
            -- What a customer has just asked for may be answered at any hour, for an hour.
            SELECT max(c.occurred_at) + interval '1 hour' INTO v_until FROM @model@.contacts c WHERE c.customer_id = may_contact.customer_id
                AND c.initiator = 'customer' AND c.occurred_at <= v_at AND c.occurred_at > v_at - interval '1 hour';
            IF v_until IS NOT NULL THEN
                v_later := v_rules;
                v_rules := @model@.customer_rules(v_rules, true, NULL, NULL, NULL);
            END IF;
        END IF;
        v_whys := @model@.rules_verdict(v_journey, v_reduced, v_touchpoint, v_at, v_rules, v_whole);
        v_reasons := v_whys.reasons;
        next_allowed_at := v_whys.next_allowed_at;
        IF next_allowed_at >= v_until THEN
            v_whys := @model@.rules_verdict(v_journey, v_reduced, v_touchpoint, v_at, v_later, v_whole);
            next_allowed_at := v_whys.next_allowed_at;
        END IF;
        EXIT;
    END LOOP;
    v_last := @extschema@.last_at(v_journey);
    IF v_last > v_at AND @model@.breaks_promise(v_journey, v_touchpoint, v_at, v_rules) THEN
        v_reasons := v_reasons || 'too close before a later contact'::text;
    END IF;
    -- No time helps against a missing consent, and one before the last contact is not looked into.
    IF v_fixed <> '{}' OR next_allowed_at < v_last THEN
        next_allowed_at := NULL;
    END IF;
    -- By then consent or plan may have ended.
    IF next_allowed_at IS NOT NULL AND (NOT v_excused AND @model@.consent_problem(may_contact.customer_id, v_channel,
                coalesce(may_contact.purpose, v_area, 'marketing'), v_kind, v_product, next_allowed_at) IS NOT NULL
            OR may_contact.plan_id IS NOT NULL
                AND @model@.plan_problems(may_contact.plan_id, may_contact.customer_id, next_allowed_at, v_cost) <> '{}') THEN
        next_allowed_at := NULL;
    END IF;
    v_reasons := v_fixed || v_reasons;
    allowed := v_reasons = '{}';
    reason := nullif(array_to_string(v_reasons, ', '), '');
END $model$;
COMMENT ON FUNCTION may_contact(bigint, text, timestamptz, text, text, bigint, bigint, float8) IS
    'may the company contact this customer at this touchpoint and time, for this purpose? Consent, the plan (time, audience, budget) and all active policies must agree; quiet hours go by the customer''s time zone and do not hold for transactional purposes and within an hour of a contact that the customer started; a follow-up that is due passes the cool-down of what it follows; looks only, record_contact() asks again under the customer''s lock';

CREATE OR REPLACE FUNCTION schedule_case_follow_ups(case_id bigint) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_ids bigint[];
BEGIN
    WITH due AS (
        SELECT k.case_id, k.customer_id, r.rule_id, r.channel, r.purpose, r.owner_id,
            (coalesce(k.closed_at, k.ends_at) AT TIME ZONE 'UTC' + r.wait) AT TIME ZONE 'UTC' AS due_at
        FROM @model@.cases k JOIN @model@.follow_up_rules r ON r.base = 'case_end' AND r.active
        WHERE k.case_id = schedule_case_follow_ups.case_id AND coalesce(k.closed_at, k.ends_at) IS NOT NULL
            AND EXISTS (SELECT FROM @model@.contacts c WHERE c.case_id = k.case_id
                AND c.touchpoint::@extschema@.touchpoint OPERATOR(@extschema@.~) r.touchpoint)
    ), written AS (
        INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, due_at, channel, purpose, owner_id)
        SELECT customer_id, rule_id, case_id, due_at, channel, purpose, owner_id FROM due
        ON CONFLICT (case_id, rule_id) WHERE contact_id IS NULL AND rule_id IS NOT NULL
            DO UPDATE SET due_at = excluded.due_at WHERE f.status = 'open' AND f.due_at <> excluded.due_at
        RETURNING f.follow_up_id
    )
    SELECT coalesce(array_agg(follow_up_id), '{}') INTO v_ids FROM written;
    RETURN v_ids;
END $model$;
COMMENT ON FUNCTION schedule_case_follow_ups(bigint) IS
    'writes the follow-ups that are due some time after a case ends, or moves the open ones when its end has moved; returns those written or moved';

CREATE OR REPLACE FUNCTION bad_fields(customer_id bigint, case_id bigint, plan_id bigint, product text, employee_id bigint,
    place text, goal text, follow_up_id bigint, score float8, expected float8, cost float8, duration interval, value float8,
    feedback_verdict text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_bad jsonb := '{}';
    v_low float8;
    v_high float8;
BEGIN
    IF num_nonnulls(case_id, plan_id, product, employee_id, place, goal, follow_up_id) > 0 THEN
        SELECT coalesce(jsonb_object_agg(r.name, r.value) FILTER (WHERE r.value IS NOT NULL AND NOT r.good), '{}') INTO v_bad FROM (VALUES
            ('case_id', $2::text, EXISTS (SELECT FROM @model@.cases k WHERE k.case_id = $2 AND k.customer_id = $1)),
            ('plan_id', $3::text, EXISTS (SELECT FROM @model@.contact_plans p WHERE p.plan_id = $3)),
            ('product', $4, EXISTS (SELECT FROM @model@.products p WHERE p.product = $4)),
            ('employee_id', $5::text, EXISTS (SELECT FROM @model@.employees e WHERE e.employee_id = $5)),
            ('place', $6, EXISTS (SELECT FROM @model@.places p WHERE p.place = $6)),
            ('goal', $7, EXISTS (SELECT FROM @model@.goals g WHERE g.goal = $7)),
            ('follow_up_id', $8::text, EXISTS (SELECT FROM @model@.follow_ups f
                WHERE f.follow_up_id = $8 AND f.customer_id = $1 AND f.status = 'open'))
        ) AS r(name, value, good);
    END IF;
    IF num_nonnulls(score, expected) > 0 THEN
        SELECT s.scale_low, s.scale_high INTO v_low, v_high FROM @model@.settings s;
        IF NOT score BETWEEN v_low AND v_high THEN
            v_bad := v_bad || jsonb_build_object('score', score::text);
        END IF;
        IF NOT expected BETWEEN v_low AND v_high THEN
            v_bad := v_bad || jsonb_build_object('expected', expected::text);
        END IF;
    END IF;
    IF NOT (cost >= 0 AND cost < 'Infinity') THEN
        v_bad := v_bad || jsonb_build_object('cost', cost::text);
    END IF;
    IF NOT (duration >= '0'::interval AND extract(year FROM duration) = 0 AND extract(month FROM duration) = 0) THEN
        v_bad := v_bad || jsonb_build_object('duration', duration::text);
    END IF;
    IF NOT abs(value) < 'Infinity' THEN
        v_bad := v_bad || jsonb_build_object('value', value::text);
    END IF;
    IF NOT feedback_verdict IN ('true', 'false', 'unclear') THEN
        v_bad := v_bad || jsonb_build_object('feedback_verdict', feedback_verdict);
    END IF;
    RETURN v_bad;
END $model$;
COMMENT ON FUNCTION bad_fields(bigint, bigint, bigint, text, bigint, text, text, bigint, float8, float8, float8, interval, float8, text) IS
    'what of a contact cannot be kept, as it was given: references to what is not there, scores off the scale, costs and durations below 0, numbers that are none, unknown verdicts';

CREATE OR REPLACE FUNCTION catalogue_contact(touchpoint @extschema@.touchpoint, initiator text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    v_stage text := @extschema@.stage(touchpoint);
BEGIN
    INSERT INTO @model@.channels (channel, controllable, catalogued)
        SELECT n, false, false FROM @extschema@.channel(catalogue_contact.touchpoint) n WHERE n IS NOT NULL ON CONFLICT DO NOTHING;
    -- Somebody else's new stage may take the place that was free: then take the next.
    WHILE v_stage IS NOT NULL AND NOT EXISTS (SELECT FROM @model@.stages s WHERE s.stage = v_stage) LOOP
        INSERT INTO @model@.stages (stage, ordinal, catalogued)
            SELECT v_stage, coalesce(max(s.ordinal), 0) + 1, false FROM @model@.stages s ON CONFLICT DO NOTHING;
    END LOOP;
    INSERT INTO @model@.touchpoints (touchpoint, initiator, catalogued)
        VALUES (catalogue_contact.touchpoint::text, catalogue_contact.initiator, false) ON CONFLICT DO NOTHING;
END $model$;
COMMENT ON FUNCTION catalogue_contact(@extschema@.touchpoint, text) IS
    'what customers start is recorded wherever it was: such a touchpoint, channel and stage wait to be catalogued, in view uncatalogued';

CREATE OR REPLACE FUNCTION told_before(request_id text, customer_id bigint, touchpoint text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_was @model@.requests%ROWTYPE;
BEGIN
    -- Waits for a transaction that has the same request under way.
    INSERT INTO @model@.requests (request_id, customer_id, touchpoint)
        VALUES (told_before.request_id, told_before.customer_id, told_before.touchpoint) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO v_was FROM @model@.requests r WHERE r.request_id = told_before.request_id;
    IF v_was.customer_id IS DISTINCT FROM told_before.customer_id OR v_was.touchpoint <> told_before.touchpoint THEN
        RAISE EXCEPTION 'request "%" was made for another contact', told_before.request_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give each contact a request_id of its own.';
    END IF;
    RETURN v_was.answer;
END $model$;
COMMENT ON FUNCTION told_before(text, bigint, text) IS
    'what the same request was answered; NULL for a new one, which is now taken';

CREATE OR REPLACE FUNCTION schedule_follow_ups(customer_id bigint, case_id bigint, contact_at timestamptz,
    contact_id bigint, duration interval, rules bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_ids bigint[] := '{}';
BEGIN
    IF rules IS NOT NULL THEN
        WITH written AS (
            INSERT INTO @model@.follow_ups AS f (customer_id, rule_id, case_id, contact_at, contact_id, due_at, channel, purpose, owner_id)
            SELECT schedule_follow_ups.customer_id, r.rule_id, schedule_follow_ups.case_id, schedule_follow_ups.contact_at,
                schedule_follow_ups.contact_id,
                (schedule_follow_ups.contact_at AT TIME ZONE 'UTC' + coalesce(schedule_follow_ups.duration, '0') + r.wait) AT TIME ZONE 'UTC',
                r.channel, r.purpose, r.owner_id
            FROM @model@.follow_up_rules r WHERE r.rule_id = ANY (rules)
            ORDER BY r.rule_id
            RETURNING f.follow_up_id
        )
        SELECT coalesce(array_agg(w.follow_up_id), '{}') INTO v_ids FROM written w;
    END IF;
    IF schedule_follow_ups.case_id IS NOT NULL THEN
        v_ids := v_ids || @model@.schedule_case_follow_ups(schedule_follow_ups.case_id);
    END IF;
    RETURN v_ids;
END $model$;
COMMENT ON FUNCTION schedule_follow_ups(bigint, bigint, timestamptz, bigint, interval, bigint[]) IS
    'writes the follow-ups of a contact by the given rules, and those of its case; returns those written or moved';

CREATE OR REPLACE FUNCTION schedule_anniversaries(until timestamptz DEFAULT now() + interval '30 days') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
DECLARE
    v_written bigint;
BEGIN
    INSERT INTO @model@.follow_ups (customer_id, rule_id, due_at, channel, purpose, owner_id)
    SELECT u.customer_id, r.rule_id, d.due_at, r.channel, r.purpose, coalesce(r.owner_id, u.owner_id)
    FROM @model@.follow_up_rules r
        JOIN @model@.customers u ON u.profile ->> r.profile_date ~ '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$',
        -- the date of a year may be followed up in the one before or after
        generate_series(extract(year FROM now() AT TIME ZONE 'UTC' - r.wait)::integer - 1, extract(year FROM until AT TIME ZONE 'UTC' - r.wait)::integer + 1) AS y(year),
        LATERAL (SELECT ((make_date(y.year, substr(u.profile ->> r.profile_date, 6, 2)::integer, 1)
            + least(substr(u.profile ->> r.profile_date, 9, 2)::integer, extract(day FROM make_date(y.year,
                substr(u.profile ->> r.profile_date, 6, 2)::integer, 1) + interval '1 month' - interval '1 day')::integer) - 1)::timestamp
            + r.wait) AT TIME ZONE coalesce(u.timezone, 'UTC') AS due_at) d
    WHERE r.base = 'anniversary' AND r.active AND d.due_at > now() AND d.due_at <= until
        AND y.year > substr(u.profile ->> r.profile_date, 1, 4)::integer
        AND @model@.consent_problem(u.customer_id, r.channel, coalesce(r.purpose, 'marketing'),
            @model@.contact_kind(r.purpose, NULL), NULL, d.due_at) IS NULL
    ON CONFLICT (customer_id, rule_id, due_at) WHERE contact_id IS NULL AND case_id IS NULL AND rule_id IS NOT NULL DO NOTHING;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    RETURN v_written;
END $model$;
COMMENT ON FUNCTION schedule_anniversaries(timestamptz) IS
    'writes the follow-ups of rules whose base is anniversary, up to that time: each year on the date (YYYY-MM-DD) that the customer''s profile has under profile_date, plus wait; 29 February is the 28th in other years; whom consent forbids it is left out; call it once a day';

CREATE OR REPLACE FUNCTION record_contact(customer_id bigint, touchpoint text, occurred_at timestamptz DEFAULT NULL,
    score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL,
    value float8 DEFAULT NULL, initiator text DEFAULT 'company', purpose text DEFAULT NULL, goal text DEFAULT NULL,
    content text DEFAULT NULL, theme text DEFAULT NULL, product text DEFAULT NULL, plan_id bigint DEFAULT NULL,
    case_id bigint DEFAULT NULL, employee_id bigint DEFAULT NULL, place text DEFAULT NULL, feedback text DEFAULT NULL,
    feedback_verdict text DEFAULT NULL, evaluation text DEFAULT NULL, incentive text DEFAULT NULL,
    goal_reached boolean DEFAULT NULL, result text DEFAULT NULL, follow_up_id bigint DEFAULT NULL, request_id text DEFAULT NULL,
    OUT recorded boolean, OUT reason text, OUT next_allowed_at timestamptz, OUT contact_at timestamptz,
    OUT contact_id bigint, OUT refusal_id bigint, OUT follow_ups bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $model$
#variable_conflict use_variable
DECLARE
    v_touchpoint @extschema@.touchpoint;
    v_key text;
    v_now timestamptz;
    v_gated boolean;
    v_known boolean;
    v_announce boolean;
    v_complaint boolean;
    v_unit_cost float8;
    v_plan @model@.contact_plans%ROWTYPE;
    v_rule_done bigint;
    v_rules bigint[];
    v_may record;
    v_detail jsonb := '{}';
    v_bad jsonb;
    v_answer jsonb;
BEGIN
    recorded := true;
    follow_ups := '{}';
    IF initiator IS NULL OR initiator NOT IN ('company', 'customer', 'third_party') THEN
        RAISE EXCEPTION 'unknown initiator "%"', initiator
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write company, customer or third_party.';
    END IF;
    IF touchpoint IS NULL THEN
        RAISE EXCEPTION 'the touchpoint of a contact must be given'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF initiator = 'company' THEN
        v_touchpoint := touchpoint::@extschema@.touchpoint;
    ELSE
        BEGIN
            v_touchpoint := touchpoint::@extschema@.touchpoint;
        EXCEPTION WHEN data_exception OR syntax_error OR program_limit_exceeded THEN
            -- What a customer says is not lost to how somebody writes where it was.
            v_touchpoint := @extschema@.touchpoint(NULL, coalesce(nullif(left(btrim(regexp_replace(touchpoint, '[[:cntrl:]]+', ' ', 'g')), 60), ''), '?'));
            v_detail := v_detail || jsonb_build_object('touchpoint', touchpoint);
        END;
    END IF;
    v_key := v_touchpoint::text;
    IF request_id IS NOT NULL THEN
        v_answer := @model@.told_before(request_id, customer_id, v_key);
        IF v_answer IS NOT NULL THEN
            SELECT a.recorded, a.reason, a.next_allowed_at, a.contact_at, a.contact_id, a.refusal_id, a.follow_ups
                INTO recorded, reason, next_allowed_at, contact_at, contact_id, refusal_id, follow_ups
                FROM jsonb_to_record(v_answer) AS a(recorded boolean, reason text, next_allowed_at timestamptz,
                    contact_at timestamptz, contact_id bigint, refusal_id bigint, follow_ups bigint[]);
            RETURN;
        END IF;
    END IF;
    SELECT s.announce, t.touchpoint IS NOT NULL, t.complaint, h.unit_cost INTO v_announce, v_known, v_complaint, v_unit_cost
        FROM @model@.settings s LEFT JOIN @model@.touchpoints t ON t.touchpoint = v_key
            LEFT JOIN @model@.channels h ON h.channel = t.channel;
    -- Whoever types a complaint in, the customer started it.
    IF v_complaint AND initiator = 'company' THEN
        initiator := 'customer';
    END IF;
    v_gated := initiator = 'company';
    IF v_gated AND NOT isfinite(occurred_at) THEN
        RAISE EXCEPTION 'the time of a contact must be finite'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- One call a customer at a time: an update, so that a transaction with an older snapshot is
    -- told that it cannot know (40001), where a lock alone would let it count without the newest.
    UPDATE @model@.customers c SET contact_calls = c.contact_calls + 1 WHERE c.customer_id = record_contact.customer_id;
    IF NOT FOUND AND v_gated THEN
        recorded := false;
        reason := 'unknown customer';
    ELSIF NOT FOUND AND customer_id IS NOT NULL THEN
        v_detail := v_detail || jsonb_build_object('customer_id', customer_id::text);
        customer_id := NULL;
    END IF;
    v_now := clock_timestamp();
    occurred_at := coalesce(occurred_at, v_now);
    IF occurred_at > v_now OR NOT isfinite(occurred_at) THEN
        IF recorded AND v_gated THEN
            recorded := false;
            reason := 'in the future';
        ELSIF NOT v_gated THEN
            v_detail := v_detail || jsonb_build_object('occurred_at', occurred_at::text);
            occurred_at := v_now;
        END IF;
    END IF;
    -- What a customer starts is not lost to a wrong word beside it: that goes to refusals.detail.
    IF NOT v_gated THEN
        v_bad := @model@.bad_fields(customer_id, case_id, plan_id, product, employee_id, place, goal, follow_up_id,
            score, expected, cost, duration, value, feedback_verdict);
        v_detail := v_detail || v_bad;
        IF v_bad <> '{}' THEN
            case_id := CASE WHEN NOT v_bad ? 'case_id' THEN case_id END;
            plan_id := CASE WHEN NOT v_bad ? 'plan_id' THEN plan_id END;
            product := CASE WHEN NOT v_bad ? 'product' THEN product END;
            employee_id := CASE WHEN NOT v_bad ? 'employee_id' THEN employee_id END;
            place := CASE WHEN NOT v_bad ? 'place' THEN place END;
            goal := CASE WHEN NOT v_bad ? 'goal' THEN goal END;
            follow_up_id := CASE WHEN NOT v_bad ? 'follow_up_id' THEN follow_up_id END;
            score := CASE WHEN NOT v_bad ? 'score' THEN score END;
            expected := CASE WHEN NOT v_bad ? 'expected' THEN expected END;
            cost := CASE WHEN NOT v_bad ? 'cost' THEN cost END;
            duration := CASE WHEN NOT v_bad ? 'duration' THEN duration END;
            value := CASE WHEN NOT v_bad ? 'value' THEN value END;
            feedback_verdict := CASE WHEN NOT v_bad ? 'feedback_verdict' THEN feedback_verdict END;
        END IF;
        IF v_detail <> '{}' THEN
            reason := 'recorded without ' || (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(v_detail) k);
        END IF;
    END IF;
    IF plan_id IS NOT NULL THEN
        IF v_gated THEN
            -- One call a plan at a time too, where there is a budget to share.
            UPDATE @model@.contact_plans p SET contact_calls = p.contact_calls + 1
                WHERE p.plan_id = record_contact.plan_id AND p.budget IS NOT NULL;
        END IF;
        SELECT * INTO v_plan FROM @model@.contact_plans p WHERE p.plan_id = record_contact.plan_id;
        product := coalesce(product, v_plan.product);
    END IF;
    IF recorded AND v_gated AND case_id IS NOT NULL THEN
        PERFORM FROM @model@.cases k WHERE k.case_id = record_contact.case_id AND k.customer_id = record_contact.customer_id;
        IF NOT FOUND THEN
            recorded := false;
            reason := 'not a case of this customer';
        END IF;
    END IF;
    IF recorded AND v_gated THEN
        v_may := @model@.may_contact(customer_id, v_key, occurred_at, purpose, product, plan_id, follow_up_id, cost);
        recorded := v_may.allowed;
        reason := v_may.reason;
        next_allowed_at := v_may.next_allowed_at;
    END IF;
    IF recorded THEN
        IF v_known IS NOT TRUE THEN
            PERFORM @model@.catalogue_contact(v_touchpoint, initiator);
            SELECT h.unit_cost INTO v_unit_cost FROM @model@.channels h WHERE h.channel = @extschema@.channel(v_touchpoint);
        END IF;
        INSERT INTO @model@.contacts AS c
                (occurred_at, customer_id, touchpoint, score, expected, cost, duration, value, initiator, case_id, plan_id,
                 product, employee_id, place, purpose, goal, content, theme, feedback, feedback_verdict, evaluation,
                 incentive, goal_reached, result)
            VALUES (occurred_at, customer_id, v_key, score, expected, coalesce(cost, v_unit_cost), duration, value, initiator,
                case_id, plan_id, product, employee_id, coalesce(place, v_plan.place), purpose, coalesce(goal, v_plan.goal),
                coalesce(content, v_plan.content), coalesce(theme, v_plan.theme), feedback, feedback_verdict, evaluation,
                incentive, goal_reached, result)
            RETURNING c.occurred_at, c.id INTO contact_at, contact_id;
        IF follow_up_id IS NOT NULL THEN
            UPDATE @model@.follow_ups f SET done_at = occurred_at, done_contact_id = contact_id, status = 'done'
                WHERE f.follow_up_id = record_contact.follow_up_id AND f.customer_id = record_contact.customer_id AND f.status = 'open'
                RETURNING f.rule_id INTO v_rule_done;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'customer % has no open follow-up %', customer_id, follow_up_id
                    USING ERRCODE = 'invalid_parameter_value', HINT = 'View follow_ups_due lists the open ones.';
            END IF;
        END IF;
        IF customer_id IS NOT NULL THEN
            -- A follow-up that is done asks for no other by the same rule: it would never end.
            SELECT array_agg(r.rule_id) INTO v_rules FROM @model@.follow_up_rules r
                WHERE r.active AND r.base = 'contact' AND r.rule_id IS DISTINCT FROM v_rule_done
                    AND v_touchpoint OPERATOR(@extschema@.~) r.touchpoint;
            IF v_rules IS NOT NULL OR case_id IS NOT NULL THEN
                follow_ups := @model@.schedule_follow_ups(customer_id, case_id, contact_at, contact_id, duration, v_rules);
            END IF;
        END IF;
    END IF;
    IF NOT recorded OR v_detail <> '{}' THEN
        INSERT INTO @model@.refusals AS r (customer_id, touchpoint, occurred_at, purpose, plan_id, employee_id, reason,
                next_allowed_at, detail, contact_at, contact_id)
            VALUES (customer_id, v_key, occurred_at, purpose, plan_id, employee_id, reason,
                next_allowed_at, nullif(v_detail, '{}'), contact_at, contact_id)
            RETURNING r.refusal_id INTO refusal_id;
    END IF;
    IF request_id IS NOT NULL THEN
        UPDATE @model@.requests q SET answer = jsonb_build_object('recorded', recorded, 'reason', reason,
                'next_allowed_at', next_allowed_at, 'contact_at', contact_at,
                'contact_id', contact_id, 'refusal_id', refusal_id,
                'follow_ups', to_jsonb(follow_ups))
            WHERE q.request_id = record_contact.request_id;
    END IF;
    IF v_announce THEN
        PERFORM pg_notify('@model@', jsonb_strip_nulls(jsonb_build_object('customer_id', customer_id,
            'contact_id', contact_id, 'refusal_id', refusal_id))::text);
    END IF;
END $model$;
COMMENT ON FUNCTION record_contact(bigint, text, timestamptz, float8, float8, float8, interval, float8, text, text, text, text,
    text, text, bigint, bigint, bigint, text, text, text, text, text, boolean, text, bigint, text) IS
    'records a contact and schedules its follow-ups, or refuses it, writes down the refusal and says why and when it would be allowed; what customers and third parties start, and every complaint (a touchpoint that the catalogue calls one), is always recorded, if need be without what cannot be kept, which goes to refusals.detail; a customer nobody knows is a visitor; the same request_id again answers as the first time and records nothing; without a time it is now; takes the customer''s lock until the transaction ends; tells each listener of the channel named like the schema, with ids only, which a transaction to be prepared cannot, unless settings.announce is false';
