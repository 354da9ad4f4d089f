-- By case, visit, employee, place; coverage, recall, consistency, standards; what to do next.

CREATE VIEW case_scores AS
SELECT k.case_id, k.customer_id, k.kind, k.product, k.outcome, s.contacts, s.left_out, (s.s).*
FROM cases k JOIN (
    SELECT v.case_id, count(*) FILTER (WHERE v.counts) AS contacts, count(*) FILTER (WHERE NOT v.counts) AS left_out,
        @extschema@.score_summary(v.score, v.occurred_at, o.neutral) FILTER (WHERE v.counts) AS s
    FROM judged_contacts v CROSS JOIN settings o WHERE v.case_id IS NOT NULL GROUP BY v.case_id
) s ON s.case_id = k.case_id;
COMMENT ON VIEW case_scores IS 'what is remembered of each case: peak-end and all other scores over its contacts that count';

CREATE VIEW visit_scores AS
SELECT v.customer_id, v.visit, v.started_at, v.ended_at, v.places, v.contacts, v.left_out, (v.s).*
FROM (
    SELECT n.customer_id, n.visit, min(n.occurred_at) FILTER (WHERE n.counts) AS started_at, max(n.occurred_at) FILTER (WHERE n.counts) AS ended_at,
        array_agg(DISTINCT n.place ORDER BY n.place) FILTER (WHERE n.counts AND n.place IS NOT NULL) AS places,
        count(*) FILTER (WHERE n.counts) AS contacts, count(*) FILTER (WHERE NOT n.counts) AS left_out,
        @extschema@.score_summary(n.score, n.occurred_at, (SELECT neutral FROM settings)) FILTER (WHERE n.counts) AS s
    FROM (
        SELECT f.*, count(*) FILTER (WHERE f.first) OVER (PARTITION BY f.customer_id ORDER BY f.occurred_at, f.id) AS visit
        FROM (
            SELECT c.customer_id, c.occurred_at, c.id, c.place, c.score, c.counts,
                c.counts AND coalesce(c.occurred_at - max(c.occurred_at) FILTER (WHERE c.counts) OVER (PARTITION BY c.customer_id
                        ORDER BY c.occurred_at, c.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                    > (SELECT visit_gap FROM settings), true) AS first
            FROM judged_contacts c WHERE c.customer_id IS NOT NULL
        ) f
    ) n GROUP BY n.customer_id, n.visit
) v;
COMMENT ON VIEW visit_scores IS
    'what is remembered of each visit: contacts that count, of a customer, that begin no more than settings.visit_gap after each other; visit 0 says only how many were left out before the first';

-- include model/scores_of.sql VIEW="employee_scores" FROM="employees" AS="e" KEY="employee_id" COLUMNS="e.name, e.role, e.department, e.partner"
COMMENT ON VIEW employee_scores IS
    'how customers experience whom they meet: mean score and gap with their intervals; where intervals overlap there is no ranking';

-- include model/scores_of.sql VIEW="place_scores" FROM="places" AS="p" KEY="place" COLUMNS="p.part_of"
COMMENT ON VIEW place_scores IS 'how customers experience each place: mean score and gap with their intervals';

CREATE VIEW handovers AS
WITH met AS (
    SELECT c.case_id, c.occurred_at, c.id, c.score, c.counts, e.department,
        lag(e.department) OVER w AS previous, c.counts AND lag(c.counts) OVER w AS both_count
    FROM judged_contacts c JOIN employees e ON e.employee_id = c.employee_id
    WHERE c.case_id IS NOT NULL AND e.department IS NOT NULL
    WINDOW w AS (PARTITION BY c.case_id ORDER BY c.occurred_at, c.id)
)
SELECT h.from_department, h.to_department, count(*) FILTER (WHERE h.counts) AS handovers,
    coalesce(@extschema@.mean_count(@extschema@.mean_agg(h.after - h.before)), 0) AS scored,
    @extschema@.mean(@extschema@.mean_agg(h.before) FILTER (WHERE h.after IS NOT NULL)) AS score_before,
    @extschema@.mean(@extschema@.mean_agg(h.after) FILTER (WHERE h.before IS NOT NULL)) AS score_after,
    @extschema@.mean(@extschema@.mean_agg(h.after - h.before)) AS change,
    @extschema@.mean_ci_low(@extschema@.mean_agg(h.after - h.before)) AS change_low,
    @extschema@.mean_ci_high(@extschema@.mean_agg(h.after - h.before)) AS change_high,
    count(*) FILTER (WHERE NOT h.counts) AS left_out
FROM (
    SELECT lag(m.department) OVER w AS from_department, m.department AS to_department, lag(m.score) OVER w AS before, m.score AS after, true AS counts
    FROM met m WHERE m.counts
    WINDOW w AS (PARTITION BY m.case_id ORDER BY m.occurred_at, m.id)
    UNION ALL
    SELECT m.previous, m.department, NULL::float8 AS before, NULL::float8 AS after, false AS counts FROM met m WHERE NOT m.both_count
) h WHERE h.from_department <> h.to_department
GROUP BY h.from_department, h.to_department;
COMMENT ON VIEW handovers IS
    'within cases, where one department hands a customer over to another: the score before and after, and the change with its interval; contacts that do not count are passed over, and left_out says how many handovers are from or to one';

CREATE VIEW touchpoint_coverage AS
SELECT b.business_phase, k.kind, h.hard_or_soft, a.active_or_passive, coalesce(c.touchpoints, 0) AS touchpoints,
    coalesce(s.contacts, 0) AS contacts, coalesce(@extschema@.mean_count(s.scores), 0) AS scored, @extschema@.mean(s.scores) AS mean_score,
    @extschema@.mean_ci_low(s.scores) AS mean_low, @extschema@.mean_ci_high(s.scores) AS mean_high,
    @extschema@.mean_gap(s.gaps) AS gap, c.touchpoints IS NOT NULL AS covered, coalesce(s.left_out, 0) AS left_out
FROM unnest('{research,procurement,production,sales,service}'::text[]) WITH ORDINALITY b(business_phase, n)
    CROSS JOIN unnest('{physical,digital,interpersonal,event}'::text[]) WITH ORDINALITY k(kind, n)
    CROSS JOIN unnest('{hard,soft}'::text[]) h(hard_or_soft) CROSS JOIN unnest('{active,passive}'::text[]) a(active_or_passive)
    LEFT JOIN (
        SELECT t.business_phase, t.kind, t.hard_or_soft, t.active_or_passive, count(*) AS touchpoints
        FROM touchpoints t WHERE t.catalogued GROUP BY 1, 2, 3, 4
    ) c ON c.business_phase = b.business_phase AND c.kind = k.kind AND c.hard_or_soft = h.hard_or_soft
        AND c.active_or_passive = a.active_or_passive
    LEFT JOIN (
        SELECT t.business_phase, t.kind, t.hard_or_soft, t.active_or_passive, count(*) FILTER (WHERE w.counts) AS contacts,
            count(*) FILTER (WHERE NOT w.counts) AS left_out, @extschema@.mean_agg(w.score) FILTER (WHERE w.counts) AS scores,
            @extschema@.gap_agg(w.expected_or_evaluated, w.score) FILTER (WHERE w.counts) AS gaps
        FROM touchpoints t JOIN weighed_contacts w ON w.touchpoint = t.touchpoint
        WHERE t.catalogued GROUP BY 1, 2, 3, 4
    ) s ON s.business_phase = b.business_phase AND s.kind = k.kind AND s.hard_or_soft = h.hard_or_soft
        AND s.active_or_passive = a.active_or_passive
ORDER BY b.n, k.n, h.hard_or_soft, a.active_or_passive;
COMMENT ON VIEW touchpoint_coverage IS
    'what is catalogued, met and scored in each class: business phase by kind, hard or soft, active or passive; covered is false where nothing is catalogued';

CREATE VIEW stage_experience AS
SELECT o.stage, o.ordinal, o.leaves, k.audience, k.core_need, k.management_support, k.front_line, coalesce(s.customers, 0) AS customers,
    coalesce(s.contacts, 0) AS contacts, coalesce(s.left_out, 0) AS left_out, coalesce(@extschema@.mean_count(s.scores), 0) AS scored,
    @extschema@.mean(s.scores) AS mean_score, @extschema@.mean_ci_low(s.scores) AS mean_low, @extschema@.mean_ci_high(s.scores) AS mean_high,
    @extschema@.mean_gap(s.gaps) AS gap, @extschema@.gap_ci_low(s.gaps) AS gap_low, @extschema@.gap_ci_high(s.gaps) AS gap_high
FROM stages o LEFT JOIN stage_cards k ON k.stage = o.stage LEFT JOIN (
    SELECT t.stage, a.audience, count(DISTINCT w.customer_id) FILTER (WHERE w.counts) AS customers, count(*) FILTER (WHERE w.counts) AS contacts,
        count(*) FILTER (WHERE NOT w.counts) AS left_out, @extschema@.mean_agg(w.score) FILTER (WHERE w.counts) AS scores,
        @extschema@.gap_agg(w.expected_or_evaluated, w.score) FILTER (WHERE w.counts) AS gaps
    FROM weighed_contacts w JOIN touchpoints t ON t.touchpoint = w.touchpoint LEFT JOIN customers u ON u.customer_id = w.customer_id
        LEFT JOIN (stage_cards d JOIN audiences a ON a.audience = d.audience) ON d.stage = t.stage
    WHERE t.stage IS NOT NULL AND (a.audience IS NULL OR coalesce(u.relation = a.relation, true) AND u.profile @> a.profile)
    GROUP BY t.stage, a.audience
) s ON s.stage = o.stage AND s.audience IS NOT DISTINCT FROM k.audience
ORDER BY o.ordinal, k.audience;
COMMENT ON VIEW stage_experience IS
    'each stage as its audiences live it: what the stage''s card says that they need most and what management and the front line have to do, beside how many customers of the audience met it, their scores and gaps with intervals; a stage without cards counts everybody; leaves marks the ways out';

CREATE VIEW recalled_touchpoints AS
WITH named AS (
    SELECT DISTINCT e.customer_id, e.touchpoint FROM evaluations e
    WHERE e.measure = 'recalled' AND e.customer_id IS NOT NULL AND e.touchpoint IS NOT NULL
)
SELECT r.touchpoint, @extschema@.rate_count(r.s) AS asked, r.named, @extschema@.rate(r.s) AS share,
    @extschema@.rate_ci_low(r.s) AS share_low, @extschema@.rate_ci_high(r.s) AS share_high, t.designed_as
FROM (
    SELECT x.touchpoint, count(n.touchpoint) AS named, @extschema@.rate_agg(n.touchpoint IS NOT NULL) AS s
    FROM (SELECT DISTINCT touchpoint FROM named) x CROSS JOIN (SELECT DISTINCT customer_id FROM named) c
        LEFT JOIN named n ON n.touchpoint = x.touchpoint AND n.customer_id = c.customer_id
    GROUP BY x.touchpoint
) r JOIN touchpoints t ON t.touchpoint = r.touchpoint
ORDER BY r.named DESC, r.touchpoint;
COMMENT ON VIEW recalled_touchpoints IS
    'what customers name when they are asked what they remember (evaluations of measure recalled): share of those who named anything, with its interval';

CREATE VIEW content_consistency AS
SELECT x.product, x.theme, count(x.list) AS channels, count(DISTINCT x.list) = 1 AS consistent,
    jsonb_object_agg(x.channel, to_jsonb(x.list)) FILTER (WHERE x.list IS NOT NULL) AS told, sum(x.contacts)::bigint AS contacts, sum(x.left_out)::bigint AS left_out
FROM (
    SELECT y.product, y.theme, y.channel, array_agg(DISTINCT y.content ORDER BY y.content) FILTER (WHERE y.counts) AS list,
        count(*) FILTER (WHERE y.counts) AS contacts, count(*) FILTER (WHERE NOT y.counts) AS left_out
    FROM (
        SELECT c.counts, c.product, coalesce(c.theme, p.theme) AS theme, t.channel, coalesce(c.content, p.content, t.content) AS content
        FROM judged_contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint LEFT JOIN contact_plans p ON p.plan_id = c.plan_id
        WHERE c.initiator = 'company' AND t.channel IS NOT NULL
    ) y WHERE y.theme IS NOT NULL AND y.content IS NOT NULL
    GROUP BY y.product, y.theme, y.channel
) x GROUP BY x.product, x.theme HAVING count(x.list) > 0;
COMMENT ON VIEW content_consistency IS
    'is one theme told alike in every channel? What each channel said of it, and consistent where all said the same';

CREATE VIEW customer_standards AS
SELECT u.customer_id, u.name, u.relation,
    CASE WHEN a.recommended > 0 THEN 'recommends' WHEN b.frequency > 1 THEN 'buys again' WHEN b.frequency = 1 THEN 'bought once' ELSE 'not yet' END AS loyalty,
    e.score AS loyalty_score,
    num_nonnulls(u.name, u.external_id, u.needs, u.preferred_channel, u.timezone, nullif(u.profile, '{}')) / 6.0::float8 AS completeness,
    now() - u.data_checked_at AS data_age, coalesce(b.monetary, 0) AS value, (b.scores).peak_end AS experience, (b.scores).scored
FROM customers u
    LEFT JOIN (SELECT c.customer_id, count(*) FILTER (WHERE c.value > 0) AS frequency, sum(c.value) AS monetary,
            @extschema@.score_summary(c.score, c.occurred_at, o.neutral) FILTER (WHERE c.counts) AS scores
        FROM judged_contacts c CROSS JOIN settings o WHERE c.customer_id IS NOT NULL GROUP BY c.customer_id) b ON b.customer_id = u.customer_id
    LEFT JOIN (SELECT x.referred_by, count(*) AS recommended FROM customers x WHERE x.referred_by IS NOT NULL GROUP BY x.referred_by) a
        ON a.referred_by = u.customer_id
    LEFT JOIN (SELECT DISTINCT ON (e.customer_id) e.customer_id, e.score FROM evaluations e
        WHERE e.customer_id IS NOT NULL AND e.measure = 'loyalty' AND e.score IS NOT NULL
        ORDER BY e.customer_id, e.at DESC, e.evaluation_id DESC) e ON e.customer_id = u.customer_id;
COMMENT ON VIEW customer_standards IS
    'the four standards by which a customer is evaluated: loyalty, completeness and currency of data, value, experience';

CREATE VIEW case_report AS
SELECT k.kind, count(*) AS cases, count(k.closed_at) AS closed,
    @extschema@.rate(@extschema@.rate_agg(k.first_contact)) AS first_contact_share,
    @extschema@.rate_ci_low(@extschema@.rate_agg(k.first_contact)) AS first_contact_low,
    @extschema@.rate_ci_high(@extschema@.rate_agg(k.first_contact)) AS first_contact_high,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY k.closed_at - k.opened_at) AS median_time,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY k.closed_at - k.opened_at) AS time_of_nine_in_ten,
    count(*) FILTER (WHERE k.reopened) AS reopened,
    @extschema@.rate(@extschema@.rate_agg(k.reopened)) AS reopened_share,
    @extschema@.rate_ci_low(@extschema@.rate_agg(k.reopened)) AS reopened_low,
    @extschema@.rate_ci_high(@extschema@.rate_agg(k.reopened)) AS reopened_high,
    count(*) FILTER (WHERE k.closed_at IS NULL AND k.ends_at < now()) AS late
FROM (
    SELECT c.kind, c.opened_at, c.ends_at, c.closed_at,
        CASE WHEN c.closed_at IS NOT NULL THEN r.case_id IS NOT NULL END AS reopened,
        CASE WHEN c.closed_at IS NOT NULL AND n.contacts > 0 THEN n.contacts = 1 AND r.case_id IS NULL END AS first_contact
    FROM cases c
        LEFT JOIN (SELECT DISTINCT x.reopened_from AS case_id FROM cases x WHERE x.reopened_from IS NOT NULL) r ON r.case_id = c.case_id
        LEFT JOIN (SELECT t.case_id, count(*) AS contacts FROM contacts t WHERE t.case_id IS NOT NULL AND t.initiator = 'customer' GROUP BY t.case_id) n
            ON n.case_id = c.case_id
) k GROUP BY k.kind;
COMMENT ON VIEW case_report IS
    'cases by kind: share of the closed that one contact of the customer settled, time to close, share reopened (cases whose reopened_from they are), with intervals, and open ones past their end';

CREATE VIEW incentive_effect AS
SELECT x.touchpoint, x.incentive, @extschema@.rate_count(x.s) AS with_count, @extschema@.rate(x.s) AS with_rate,
    @extschema@.rate_count(w.s) AS without_count, @extschema@.rate(w.s) AS without_rate,
    (d.d).change, (d.d).ci_low, (d.d).ci_high, (d.d).p_value, x.left_out + coalesce(w.left_out, 0) AS left_out
FROM (
    SELECT c.touchpoint, c.incentive, @extschema@.rate_agg(c.goal_reached) FILTER (WHERE c.counts) AS s, count(*) FILTER (WHERE NOT c.counts) AS left_out
    FROM judged_contacts c WHERE c.incentive IS NOT NULL GROUP BY c.touchpoint, c.incentive HAVING bool_or(c.counts)
) x LEFT JOIN (
    SELECT c.touchpoint, @extschema@.rate_agg(c.goal_reached) FILTER (WHERE c.counts) AS s, count(*) FILTER (WHERE NOT c.counts) AS left_out
    FROM judged_contacts c WHERE c.incentive IS NULL GROUP BY c.touchpoint HAVING bool_or(c.counts)
) w ON w.touchpoint = x.touchpoint, LATERAL (SELECT @extschema@.rate_change(w.s, x.s) AS d) d;
COMMENT ON VIEW incentive_effect IS
    'goals reached with an incentive and without one at the same touchpoint, and the difference with its interval; association, unless who got it was drawn by lot';

CREATE VIEW uncatalogued AS
SELECT t.touchpoint, t.channel, t.stage, NOT coalesce(h.catalogued, true) AS new_channel, NOT coalesce(o.catalogued, true) AS new_stage,
    t.initiator, count(c.id) AS contacts, min(c.occurred_at) AS first_at, max(c.occurred_at) AS last_at
FROM touchpoints t LEFT JOIN channels h ON h.channel = t.channel LEFT JOIN stages o ON o.stage = t.stage
    LEFT JOIN contacts c ON c.touchpoint = t.touchpoint
WHERE NOT t.catalogued
GROUP BY t.touchpoint, h.catalogued, o.catalogued;
COMMENT ON VIEW uncatalogued IS
    'touchpoints, channels and stages that customers brought, by a typing error perhaps: describe them and set catalogued, or move their contacts to what was meant';

CREATE VIEW whole_journeys AS
SELECT x.customer_id, @extschema@.rollup(x.journey) AS journey
FROM (SELECT j.customer_id, j.journey FROM journeys j UNION ALL SELECT f.customer_id, f.journey::@extschema@.journey FROM forgotten_journeys f) x
GROUP BY x.customer_id;
COMMENT ON VIEW whole_journeys IS 'each customer''s journey with what forget_contacts() kept of it';

CREATE OR REPLACE FUNCTION plan_worklist(plan_id bigint, at timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (customer_id bigint, name text, allowed boolean, reason text, next_allowed_at timestamptz, p_goal float8, expected_value float8,
    cost float8, net float8, priority bigint, within_budget boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM @model@.contact_plans p WHERE p.plan_id = plan_worklist.plan_id) THEN
        RAISE EXCEPTION 'there is no plan %', plan_worklist.plan_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Table contact_plans holds the plans.';
    END IF;
    RETURN QUERY
    WITH plan AS (
        SELECT p.*, h.channel, h.unit_cost, h.efficiency, d.price, a.audience AS whom, a.relation, a.profile,
            p.budget * (1 + 1e-9) - s.spent AS left_over,
            -- of the plan, so asked once
            nullif(concat_ws(', ', CASE WHEN (p.active AND p.during @> plan_worklist.at) IS NOT TRUE THEN 'plan not running' END,
                CASE WHEN p.budget * (1 + 1e-9) < coalesce(h.unit_cost, 0) + s.spent THEN 'plan over budget' END), '') AS problem
        FROM @model@.contact_plans p JOIN @model@.touchpoints t ON t.touchpoint = p.touchpoint LEFT JOIN @model@.channels h ON h.channel = t.channel
            LEFT JOIN @model@.products d ON d.product = p.product LEFT JOIN @model@.audiences a ON a.audience = p.audience,
            LATERAL (SELECT coalesce(sum(coalesce(c.cost, k.unit_cost)), 0) AS spent FROM @model@.contacts c LEFT JOIN @model@.touchpoints o ON o.touchpoint = c.touchpoint
                LEFT JOIN @model@.channels k ON k.channel = o.channel WHERE c.plan_id = p.plan_id) s
        WHERE p.plan_id = plan_worklist.plan_id
    ), past AS (
        SELECT u.relation, avg(c.goal_reached::integer) AS rate, count(c.goal_reached) AS n
        FROM plan p JOIN @model@.contacts c ON c.touchpoint = p.touchpoint JOIN @model@.customers u ON u.customer_id = c.customer_id
        WHERE c.goal_reached IS NOT NULL GROUP BY u.relation
    ), asked AS (
        SELECT u.customer_id, u.name, m.allowed AND p.problem IS NULL AS allowed, nullif(concat_ws(', ', p.problem, m.reason), '') AS reason,
            CASE WHEN p.problem IS NULL THEN m.next_allowed_at END AS next_allowed_at, u.preferred_channel = p.channel AS prefers,
            CASE WHEN o.n >= 30 THEN o.rate::float8 ELSE p.efficiency END AS chance, p.price, coalesce(p.unit_cost, 0) AS unit_cost, p.left_over
        FROM plan p JOIN @model@.customers u ON p.whom IS NULL OR coalesce(u.relation = p.relation, true) AND u.profile @> p.profile
            LEFT JOIN past o ON o.relation = u.relation,
            LATERAL @model@.may_contact(u.customer_id, p.touchpoint, at, NULL, p.product) m
    ), ranked AS (
        SELECT a.*, a.chance * a.price AS worth, a.chance * a.price - a.unit_cost AS gain,
            row_number() OVER (ORDER BY a.allowed DESC, a.chance * a.price - a.unit_cost DESC NULLS LAST, a.prefers DESC NULLS LAST,
                a.next_allowed_at NULLS LAST, a.customer_id) AS place
        FROM asked a
    )
    SELECT r.customer_id, r.name, r.allowed, r.reason, r.next_allowed_at, r.chance, r.worth, r.unit_cost, r.gain, r.place,
        r.allowed AND coalesce(sum(r.unit_cost) FILTER (WHERE r.allowed) OVER (ORDER BY r.place) <= r.left_over, true)
    FROM ranked r ORDER BY r.place;
END $model$;
COMMENT ON FUNCTION plan_worklist(bigint, timestamptz) IS
    'whom to contact for a plan: each customer of its audience, whether that is allowed at that time, why not and when it would be; the chance of the goal (measured for customers of the same relation at this touchpoint from 30 contacts on, else the channel''s efficiency as entered), times the product''s price, less the channel''s unit cost; best first, those who prefer the channel before others; within_budget as far down as the budget reaches';
