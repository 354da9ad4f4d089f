-- The reference model: made and dropped.

CREATE FUNCTION contact_model_comments() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $text$
settings|how this model is set: one row
settings.one|there is one row
settings.scale_low|lowest score
settings.scale_high|highest score
settings.neutral|the score that is neither good nor bad
settings.theme_limit|more themes than this blur the message
channels|ways to meet customers
channels.channel|name, as in touchpoints
channels.unit_cost|cost of a contact whose cost is not recorded
channels.fixed_cost|cost a month, however many contacts
channels.efficiency|goals reached a contact, as estimated; measured from 30 contacts on
channels.ease|how easy it is for staff, the higher the easier
channels.convenience|how convenient it is to customers, the higher the better
channels.controllable|does the company decide what happens there?
channels.strengths|what it is good for: awareness, image, trust, purchase, loyalty
stages|stages of the customer's way, in order
stages.stage|name, as in touchpoints
stages.ordinal|its place in the order
stages.leaves|does a customer leave the way here (quit, complain)?
audiences|whom plans address
audiences.audience|name
audiences.relation|relation of its customers, NULL = any
audiences.profile|its customers' profiles contain this
audiences.description|who they are
stage_cards|what a stage takes for an audience
stage_cards.stage|the stage
stage_cards.audience|the audience
stage_cards.core_need|what customers need most there
stage_cards.management_support|what management has to provide
stage_cards.front_line|what the front line has to do
goals|what contacts are for
goals.goal|name
goals.strength|the strength that a channel needs to reach it, NULL = any channel will do
goals.description|when it counts as reached
products|what is sold
products.product|name
products.price|list price
products.description|what it is
places|where contacts happen
places.place|name
places.part_of|the place that it is in
places.address|where it is
employees|who meets customers, or stands behind those who do
employees.employee_id|key
employees.name|name
employees.role|role
employees.department|department
employees.partner|the partner company they work for, NULL = ours
touchpoints|where customers and company meet, with the classes that they fall into
touchpoints.touchpoint|[stage:][channel/]label, made of the parts, or the parts of it
touchpoints.channel|the channel, NULL = none
touchpoints.label|the label
touchpoints.stage|the stage of the way, NULL = any
touchpoints.parent|the touchpoint that it is a part of
touchpoints.kind|physical, digital, interpersonal or event
touchpoints.method|advertising, public relations, personnel, meeting, delegated, correspondence, alliance or intercept
touchpoints.hard_or_soft|hard (things) or soft (behaviour)
touchpoints.intent|arranged or spontaneous
touchpoints.active_or_passive|does the company act, or wait to be met?
touchpoints.initiator|who usually starts it
touchpoints.mode|regular or ad_hoc
touchpoints.area|marketing, product, service or brand; marketing needs consent
touchpoints.business_phase|research, procurement, production, sales or service
touchpoints.brand_level|promise, encounter or habit
touchpoints.zone|zone of the place, for the panorama
touchpoints.carrier|what carries the experience: customer, employee, environment or facility
touchpoints.direction|two_way touchpoints should bring feedback
touchpoints.designed_as|designed to be the peak or the end of the journey
touchpoints.goal|what it is for, where contact and plan do not say
touchpoints.content|what is conveyed, where contact and plan do not say
touchpoints.owner_id|who answers for it
touchpoints.catalogued|false: customers found it, nobody has described it yet; the company does not contact here
customers|existing and potential customers
customers.customer_id|key
customers.name|name
customers.relation|prospect, customer, former, or competitor (a competitor's customer)
customers.relation_since|when the relation became what it is
customers.profile|what is known of them, matched by audiences
customers.needs|what they need
customers.preferred_channel|the channel they asked for
customers.owner_id|who looks after them
customers.referred_by|the customer who recommended us
customers.referral_confirmed|did they confirm the recommendation?
customers.contact_calls|calls of record_contact(), whose update is the customer's lock
cases|what a customer has going on: a purchase, a handover, a repair, a complaint
cases.case_id|key
cases.customer_id|the customer
cases.product|the product
cases.kind|purchase, handover, repair, complaint, ...
cases.opened_at|when it was opened
cases.ends_at|when it is due to end
cases.closed_at|when it was closed, NULL = open
cases.outcome|how it ended
contact_plans|contacts that are planned
contact_plans.plan_id|key
contact_plans.name|name
contact_plans.goal|what for
contact_plans.product|which product, NULL = any
contact_plans.audience|whom, NULL = everybody
contact_plans.touchpoint|where
contact_plans.during|when
contact_plans.every|the beat of a regular plan
contact_plans.place|at which place
contact_plans.content|what is conveyed
contact_plans.theme|under which theme
contact_plans.owner_id|who answers for it
contact_plans.budget|what it may cost
contact_plans.mode|regular or ad_hoc
contact_plans.active|is it carried out?
contacts|the contact record: one meeting of a customer and the company
contacts.id|key, with occurred_at, so that the table can be partitioned by time
contacts.occurred_at|when it began
contacts.customer_id|whom
contacts.touchpoint|where
contacts.score|what the customer experienced
contacts.expected|what the customer expected, on the same scale
contacts.cost|what it cost
contacts.duration|how long it took
contacts.value|what it brought in; a purchase where above 0
contacts.initiator|who started it: company, customer or third_party
contacts.case_id|the case that it belongs to
contacts.plan_id|the plan that it carries out
contacts.product|the product that it was about
contacts.employee_id|who met the customer
contacts.place|where it took place
contacts.purpose|what for: decides whether it needs consent; complaint is always recorded
contacts.goal|the goal, where it is not the plan's or the touchpoint's
contacts.content|what was conveyed
contacts.theme|under which theme
contacts.feedback|what the customer said
contacts.feedback_verdict|is the feedback true, false or unclear?
contacts.evaluation|how staff judge the contact
contacts.incentive|what the customer was offered for it
contacts.goal_reached|did it reach its goal?
contacts.result|what came of it
journeys|each customer's contacts as one journey, kept current by triggers
journeys.customer_id|the customer
journeys.journey|their contacts
mass_contacts|contacts with an audience, not with a known customer: advertising, events
mass_contacts.mass_contact_id|key
mass_contacts.touchpoint|where
mass_contacts.audience|whom
mass_contacts.period|when
mass_contacts.impressions|how often it was seen
mass_contacts.responses|how often it was answered
mass_contacts.cost|what it cost
mass_contacts.theme|under which theme
evaluations|what surveys, audits and managers say
evaluations.evaluation_id|key
evaluations.customer_id|the customer, NULL = not of one customer
evaluations.case_id|the case
evaluations.touchpoint|the touchpoint
evaluations.place|the place
evaluations.at|when
evaluations.measure|what was measured; expected, understood, specified, delivered, promised and perceived make the five gaps
evaluations.respondent|who says so: customer, manager, audit, ...
evaluations.score|the measured score
evaluations.expected|what was expected of it
service_standards|what service has to be like
service_standards.standard_id|key
service_standards.touchpoint|where
service_standards.measure|score, gap, cost, value or duration (seconds) of contacts, or a measure of evaluations
service_standards.target|the value to meet
service_standards.better|higher or lower: what keeps the standard
service_standards.document|where it is written
departure_reasons|why customers leave
departure_reasons.reason|name
departure_reasons.avoidable|could the company have kept them?
departure_reasons.description|what falls under it
departures|customers who left, or gave up a product
departures.departure_id|key
departures.customer_id|who
departures.product|which product, NULL = left for good
departures.at|when
departures.reason|why
departures.employee_id|the employee named, if any
departures.remark|what they said
blueprint_steps|steps of a service, in order
blueprint_steps.step_id|key
blueprint_steps.blueprint|the service
blueprint_steps.ordinal|its place in the order
blueprint_steps.name|name
blueprint_steps.touchpoint|where customer and company meet in this step
blueprint_elements|what happens in a step, lane by lane
blueprint_elements.element_id|key
blueprint_elements.step_id|the step
blueprint_elements.lane|physical_evidence, customer, frontstage, backstage or support
blueprint_elements.actor|who does it
blueprint_elements.text|what is seen or done
blueprint_elements.fail_point|may it fail here?
consents|what customers agreed to, and opted out of
consents.consent_id|key
consents.customer_id|who
consents.channel|for this channel, NULL = any
consents.purpose|for this purpose, NULL = any; marketing covers all that needs consent
consents.product|for contacts about this product, NULL = any
consents.during|from when to when
consents.granted|false: an opt-out, which overrules consents
consents.source|where and how it was given
policies|rules for the contacts that the company starts; all that apply must agree
policies.policy|name
policies.channel|for this channel, NULL = every channel
policies.rule|a contact_policy: caps, min_gap, quiet, cooldown, exempt
policies.transactional|purposes that need no consent
policies.active|is it in force?
refusals|contacts that were asked for and refused
refusals.refusal_id|key
refusals.refused_at|when it was refused
refusals.customer_id|whom, known or not
refusals.touchpoint|where, catalogued or not
refusals.occurred_at|the time that was asked for
refusals.purpose|what for
refusals.plan_id|for which plan
refusals.employee_id|who asked
refusals.reason|why it was refused
refusals.next_allowed_at|when it would have been allowed
follow_up_rules|what is followed up, and when
follow_up_rules.rule_id|key
follow_up_rules.touchpoint|contacts at touchpoints that match this glob, or one of several with |
follow_up_rules.wait|how long after
follow_up_rules.base|after the contact, or the case_end
follow_up_rules.channel|by which channel
follow_up_rules.purpose|what for
follow_up_rules.active|is it in force?
follow_ups|what is to be followed up
follow_ups.follow_up_id|key
follow_ups.customer_id|whom
follow_ups.rule_id|by which rule
follow_ups.case_id|in which case
follow_ups.contact_at|after which contact: its time
follow_ups.contact_id|after which contact: its id
follow_ups.due_at|when
follow_ups.channel|by which channel
follow_ups.purpose|what for
follow_ups.done_at|when it was done, NULL = open
follow_ups.done_contact_id|the contact that did it
improvements|what was found and what was done about it
improvements.improvement_id|key
improvements.finding|what was found
improvements.touchpoint|where
improvements.action|what was done
improvements.owner_id|by whom
improvements.done_at|when it was done
improvements.cost|what it cost
improvements.value_realised|what it brought in
channel_mix.channels|the channels that have this strength
channel_mix.contacts|contacts in them
channel_mix.covered|has any channel this strength?
channel_mix.impressions|mass contacts in them
channel_mix.strength|awareness, image, trust, purchase or loyalty
channel_mix.used|has any contact gone through them?
channel_ranking.contacts|all contacts, whether they count or not
channel_ranking.cost_per_contact|cost of all contacts and the fixed cost of each month with contacts, a contact; without contacts the unit cost
channel_ranking.efficiency|goals reached a contact, or the estimate below 30 contacts
channel_ranking.goals_reached|goals reached by contacts that count
channel_ranking.measured|is the efficiency measured?
channel_ranking.rank|1 is the best
channel_ranking.score|closeness to the best of all, 0 to 1
churn_reasons.departures|how often it was named
churn_reasons.employees|employees named with it
churn_reasons.last_score|mean of the last scores before the departures
churn_reasons.left_for_good|departures of customers, not only from a product
churn_reasons.products|products that were given up for it
churn_reasons.reason|the reason
churn_reasons.share|share of all departures
consent_status.allowed|may marketing go this way now?
consent_status.since|from when it holds
consent_status.status|granted, opted out, or overruled by an opt-out
consent_status.until|until when it holds, NULL = no end
contact_validity.customer_ok|did it meet an existing or potential customer?
contact_validity.customer_reason|why not
contact_validity.feedback_ok|did it bring feedback where the touchpoint is two-way?
contact_validity.feedback_reason|why not
contact_validity.goal_ok|had it a goal, and a channel and content that fit?
contact_validity.goal_reason|why not
contact_validity.valid|does it count: all three?
customer_archive.contacts|number of contacts
customer_archive.frequency|number of purchases
customer_archive.last_contact_at|when the last contact was
customer_archive.last_touchpoint|where it was
customer_archive.monetary|money of all purchases
customer_archive.peak_end|what they remember
customer_archive.preferred_channel|the channel they asked for, else the one that they choose most
customer_archive.recency|time since the last purchase
customer_archive.recommendations_confirmed|how many of the recommended confirmed it
customer_archive.recommended|customers they recommended us to
customer_archive.repurchases|did they buy again?
customer_archive.value_step|no purchase yet, bought once, repurchases, recommends, advocate
customer_scores.end_score|score of the last scored contact
customer_scores.highest|highest score
customer_scores.lowest|lowest score
customer_scores.mean|mean score
customer_scores.peak|score furthest from neutral, of equals the later
customer_scores.peak_end|half peak, half end
customer_scores.scored|number of scored contacts
customer_scores.start_score|score of the first scored contact
customer_scores.stddev|sample standard deviation of scores
customer_scores.trend|slope of scores a day
follow_ups_due.after_score|score of the contact to follow up
follow_ups_due.after_touchpoint|where that contact was
follow_ups_due.overdue|for how long it has been due
improvement_effect.change|gap after less gap before
improvement_effect.ci_high|upper bound of the change, 95 %
improvement_effect.ci_low|lower bound of the change, 95 %
improvement_effect.gap_after|mean gap since it was done
improvement_effect.gap_before|mean gap before
improvement_effect.p_value|how probable such a change is by chance
improvement_effect.pairs_after|contacts with score and expectation since
improvement_effect.pairs_before|contacts with score and expectation before
improvement_effect.roi|value realised less cost, over cost
judged_contacts.customer_reason|why it met nobody who is or may become a customer
judged_contacts.feedback_reason|why it brought no feedback that counts
judged_contacts.goal_reason|why goal, channel and content do not fit
key_touchpoints.lift|rate less the rate of ways that do not pass it; buyers only
key_touchpoints.moved|ways that end in a purchase; people that answered
key_touchpoints.rank|1 decides most
key_touchpoints.rate|moved over reached
key_touchpoints.reached|ways to a purchase that pass it; people that it reached
key_touchpoints.whom|buyers or prospects
moments_of_truth.end_score|mean score where it was the end
moments_of_truth.ends|journeys that end here
moments_of_truth.peak_score|mean score where it was the peak
moments_of_truth.peaks|journeys that peak here
moments_of_truth.verdict|as designed, not what was designed, or not designed
plan_vs_actual.as_planned|contacts that are right in all five
plan_vs_actual.budget_left|budget less cost
plan_vs_actual.contacts|contacts made for the plan
plan_vs_actual.cost|what they cost
plan_vs_actual.goals_reached|contacts that reached the goal
plan_vs_actual.refused|contacts for the plan that were refused
plan_vs_actual.right_channel|contacts in the planned channel
plan_vs_actual.right_customer|contacts with the planned audience
plan_vs_actual.right_product|contacts about the planned product
plan_vs_actual.right_time|contacts at the planned time
plan_vs_actual.right_touchpoint|contacts at the planned touchpoint
plan_vs_actual.rounds_planned|beats of a regular plan so far
service_blueprint.step|the step
service_blueprint.backstage|what staff do out of sight
service_blueprint.customer|what the customer does
service_blueprint.fail_points|number of places where it may fail
service_blueprint.frontstage|what staff do in sight
service_blueprint.physical_evidence|what the customer sees
service_blueprint.support|what holds it all up
service_gap_model.gap|knowledge, standards, delivery, communication or customer
service_gap_model.n|evaluations on the thinner side
service_gap_model.owner|who closes it
service_gap_model.value|difference of the means, negative is a shortfall
service_panorama.contacts|contacts that count in this zone
service_panorama.customer|touchpoints carried by customers
service_panorama.employee|touchpoints carried by employees
service_panorama.environment|touchpoints carried by the surroundings
service_panorama.facility|touchpoints carried by facilities
service_panorama.mean_score|mean score in this zone
service_panorama.touchpoints|number of touchpoints
standard_breaches.contact_id|the contact
standard_breaches.customer_id|the customer
standard_breaches.difference|measured less target
standard_breaches.measured|what it was
standard_breaches.source|contact or evaluation
theme_consistency.list|the themes
theme_consistency.scope|company, or product
theme_consistency.shown|how often themes were shown
theme_consistency.themes|number of themes
theme_consistency.too_many|more than settings.theme_limit?
touchpoint_gaps.contacts|contacts that count
touchpoint_gaps.expected|mean expectation
touchpoint_gaps.gap|mean of experience less expectation, negative is a shortfall
touchpoint_gaps.gap_high|upper bound of the gap, 95 %
touchpoint_gaps.gap_low|lower bound of the gap, 95 %
touchpoint_gaps.p_value|how probable such a gap is by chance
touchpoint_gaps.pairs|contacts with score and expectation
touchpoint_gaps.perceived|mean experience
touchpoint_gaps.shortfall_share|share of contacts below what was expected
valid_contacts.expected_or_evaluated|what the customer expected, or the latest expectation evaluated
$text$ $sql$;
COMMENT ON FUNCTION contact_model_comments() IS 'what create_contact_model() writes on tables and columns: name|comment a line';

CREATE FUNCTION create_contact_model(schema name, scale_low float8 DEFAULT 1, scale_high float8 DEFAULT 5, neutral float8 DEFAULT 3)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
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

CREATE FUNCTION drop_contact_model(schema name, even_with_contacts boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
    home oid;
    has boolean;
    tables text[];
    views constant text[] := '{judged_contacts,contact_validity,valid_contacts,customer_scores,touchpoint_gaps,service_gap_model,channel_ranking,channel_mix,key_touchpoints,moments_of_truth,customer_archive,plan_vs_actual,standard_breaches,improvement_effect,follow_ups_due,theme_consistency,churn_reasons,service_blueprint,service_panorama,consent_status}';
    functions constant text[] := '{customer_card,record_contact,may_contact,schedule_case_follow_ups,cases_follow_ups,customers_relation,touchpoints_key}';
    list text;
BEGIN
    SELECT s.oid INTO home FROM pg_namespace s WHERE s.nspname = schema;
    IF home IS NULL OR to_regclass(format('%I.contacts', schema)) IS NULL
        OR NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = home AND p.proname = 'record_contact') THEN
        RAISE EXCEPTION 'there is no contact model in schema "%"', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'create_contact_model() makes one.';
    END IF;
    EXECUTE format('LOCK TABLE %I.contacts IN ACCESS EXCLUSIVE MODE', schema);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.contacts)', schema) INTO has;
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
