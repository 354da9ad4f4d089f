-- Views to manage by, and the card for the front line.

CREATE VIEW plan_vs_actual AS
SELECT p.plan_id, p.name, p.mode,
    CASE WHEN p.every IS NOT NULL AND isfinite(lower(p.during)) THEN
        floor(extract(epoch FROM least(now(), upper(p.during)) - lower(p.during)) / extract(epoch FROM p.every))::bigint + 1
        END AS rounds_planned,
    coalesce(s.contacts, 0) AS contacts, s.right_customer, s.right_touchpoint, s.right_channel, s.right_time,
    s.right_product, coalesce(s.as_planned, 0) AS as_planned, s.goals_reached, p.budget, coalesce(s.cost, 0) AS cost,
    p.budget - coalesce(s.cost, 0) AS budget_left, coalesce(r.refused, 0) AS refused
FROM contact_plans p
    LEFT JOIN (
        SELECT x.plan_id, count(*) AS contacts, count(*) FILTER (WHERE x.rc) AS right_customer,
            count(*) FILTER (WHERE x.rt) AS right_touchpoint, count(*) FILTER (WHERE x.rh) AS right_channel,
            count(*) FILTER (WHERE x.ra) AS right_time, count(*) FILTER (WHERE x.rp) AS right_product,
            count(*) FILTER (WHERE x.rc AND x.rt AND x.rh AND x.ra AND x.rp) AS as_planned,
            count(*) FILTER (WHERE x.goal_reached) AS goals_reached, sum(x.cost) AS cost
        FROM (
            SELECT c.plan_id, coalesce(c.cost, h.unit_cost) AS cost, c.goal_reached,
                a.audience IS NULL OR coalesce(coalesce(u.relation = a.relation, true) AND u.profile @> a.profile, false) AS rc,
                c.touchpoint = q.touchpoint AS rt, t.channel IS NOT DISTINCT FROM qt.channel AS rh,
                q.during @> c.occurred_at AS ra, q.product IS NULL OR coalesce(c.product = q.product, false) AS rp
            FROM contacts c JOIN contact_plans q USING (plan_id)
                LEFT JOIN customers u ON u.customer_id = c.customer_id
                JOIN touchpoints t ON t.touchpoint = c.touchpoint
                JOIN touchpoints qt ON qt.touchpoint = q.touchpoint
                LEFT JOIN channels h ON h.channel = t.channel
                LEFT JOIN audiences a ON a.audience = q.audience
        ) x GROUP BY x.plan_id
    ) s ON s.plan_id = p.plan_id
    LEFT JOIN (SELECT f.plan_id, count(*) AS refused FROM refusals f WHERE f.contact_id IS NULL GROUP BY f.plan_id) r ON r.plan_id = p.plan_id;
COMMENT ON VIEW plan_vs_actual IS
    'each plan against the contacts made for it: right customer, touchpoint, channel, time and product, all five (as_planned), goals reached, cost within budget, contacts refused; rounds_planned counts the beats of a regular plan so far';

CREATE VIEW standard_breaches AS
SELECT m.standard_id, m.touchpoint, m.measure, m.target, m.better, m.document, m.source, m.at, m.customer_id,
    m.contact_id, m.employee_id, m.value AS measured, m.value - m.target AS difference
FROM (
    SELECT s.standard_id, s.touchpoint, s.measure, s.target, s.better, s.document, 'contact' AS source, c.occurred_at AS at, c.customer_id, c.id AS contact_id, c.employee_id,
        CASE s.measure WHEN 'score' THEN c.score WHEN 'cost' THEN c.cost WHEN 'value' THEN c.value
            WHEN 'gap' THEN c.score - c.expected
            WHEN 'duration' THEN extract(epoch FROM c.duration)::float8 END AS value
    FROM service_standards s JOIN judged_contacts c ON c.touchpoint = s.touchpoint
    WHERE s.measure IN ('cost', 'value', 'duration') OR s.measure IN ('score', 'gap') AND c.counts
    UNION ALL
    SELECT s.standard_id, s.touchpoint, s.measure, s.target, s.better, s.document, 'evaluation' AS source, e.at, e.customer_id,
        NULL::bigint AS contact_id, NULL::bigint AS employee_id, e.score AS value
    FROM service_standards s JOIN evaluations e ON e.touchpoint = s.touchpoint AND e.measure = s.measure
) m
WHERE CASE m.better WHEN 'higher' THEN m.value < m.target ELSE m.value > m.target END;
COMMENT ON VIEW standard_breaches IS
    'contacts (measures score and gap of those that count; cost, value, and duration in seconds) and evaluations (any other measure) that miss a service standard';

CREATE VIEW improvement_effect AS
SELECT i.improvement_id, i.finding, i.touchpoint, i.action, i.done_at, i.cost, i.value_realised,
    @extschema@.roi(i.value_realised, i.cost) AS roi,
    @extschema@.gap_count(e.before) AS pairs_before, @extschema@.gap_count(e.after) AS pairs_after,
    @extschema@.mean_gap(e.before) AS gap_before, @extschema@.mean_gap(e.after) AS gap_after,
    (x.change).change, (x.change).p_value, (x.change).ci_low, (x.change).ci_high, e.left_out
FROM improvements i
    JOIN (
        SELECT m.improvement_id, @extschema@.gap_agg(v.expected_or_evaluated, v.score) FILTER (WHERE v.counts AND v.occurred_at < m.done_at) AS before,
            @extschema@.gap_agg(v.expected_or_evaluated, v.score) FILTER (WHERE v.counts AND v.occurred_at >= m.done_at) AS after,
            count(*) FILTER (WHERE NOT v.counts) AS left_out
        FROM improvements m LEFT JOIN weighed_contacts v ON v.touchpoint = m.touchpoint GROUP BY m.improvement_id
    ) e ON e.improvement_id = i.improvement_id
    LEFT JOIN LATERAL (SELECT @extschema@.gap_change(e.before, e.after) AS change) x ON true;
COMMENT ON VIEW improvement_effect IS
    'did it help? The gap at the touchpoint before and after an improvement was done, the change with its p-value and interval, and the return on its cost';

CREATE VIEW follow_ups_due AS
SELECT f.follow_up_id, f.due_at, now() - f.due_at AS overdue, f.customer_id, u.name,
    coalesce(f.channel, u.preferred_channel) AS channel, f.purpose, f.case_id, f.contact_at, f.contact_id,
    c.touchpoint AS after_touchpoint, c.score AS after_score, coalesce(f.owner_id, u.owner_id) AS owner_id,
    now() - f.due_at >= coalesce(r.escalate_after, (SELECT escalate_after FROM settings)) AS escalated
FROM follow_ups f JOIN customers u USING (customer_id)
    LEFT JOIN contacts c ON c.occurred_at = f.contact_at AND c.id = f.contact_id
    LEFT JOIN follow_up_rules r ON r.rule_id = f.rule_id
WHERE f.status = 'open' AND f.due_at <= now() AND NOT EXISTS (
    SELECT FROM departures d WHERE d.customer_id = f.customer_id AND d.product IS NULL AND d.at >= coalesce(f.contact_at, d.at)
        AND u.relation = 'former')
ORDER BY f.due_at, f.follow_up_id;
COMMENT ON VIEW follow_ups_due IS
    'follow-ups that are due by now and open, of customers who have not left since; the longest overdue first; escalated once they are as old as their rule, or else settings.escalate_after, allows';

CREATE VIEW theme_consistency AS
SELECT x.month, CASE WHEN grouping(x.product) = 1 THEN 'company' ELSE 'product' END AS scope, x.product,
    count(DISTINCT x.theme) AS themes, array_agg(DISTINCT x.theme ORDER BY x.theme) AS list, sum(x.shown)::bigint AS shown,
    count(DISTINCT x.theme) > (SELECT theme_limit FROM settings) AS too_many
FROM (
    SELECT date_trunc('month', c.occurred_at, 'UTC') AS month, c.product, c.theme, 1::bigint AS shown
    FROM contacts c WHERE c.theme IS NOT NULL AND c.initiator = 'company'
    UNION ALL
    SELECT m.month, p.product, p.theme, 0 AS shown
    FROM contact_plans p, LATERAL (
        SELECT date_trunc('month', now(), 'UTC') AS month
    ) m WHERE p.theme IS NOT NULL AND p.active AND p.during && tstzrange(m.month, (m.month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC')
    UNION ALL
    SELECT date_trunc('month', coalesce(nullif(lower(m.period), '-infinity'), nullif(upper(m.period), 'infinity'), now()), 'UTC'),
        NULL::text AS product, m.theme, m.impressions AS shown
    FROM mass_contacts m WHERE m.theme IS NOT NULL AND NOT isempty(m.period)
) x
GROUP BY GROUPING SETS ((x.month), (x.month, x.product))
HAVING grouping(x.product) = 1 OR x.product IS NOT NULL
ORDER BY x.month DESC, 2, x.product;
COMMENT ON VIEW theme_consistency IS
    'the themes that customers are shown in each month (UTC), for the company and each product; running plans count in the present month, mass contacts in that in which they begin; too_many above settings.theme_limit';

CREATE VIEW churn_reasons AS
SELECT r.reason, r.avoidable, count(d.departure_id) AS departures,
    count(d.departure_id)::float8 / nullif(sum(count(d.departure_id)) OVER (), 0) AS share,
    @extschema@.rate_ci_low(w.s) AS share_low, @extschema@.rate_ci_high(w.s) AS share_high,
    count(d.departure_id) FILTER (WHERE d.product IS NULL) AS left_for_good,
    array_agg(DISTINCT d.product ORDER BY d.product) FILTER (WHERE d.product IS NOT NULL) AS products,
    array_agg(DISTINCT d.employee_id ORDER BY d.employee_id) FILTER (WHERE d.employee_id IS NOT NULL) AS employees,
    avg(l.score) AS last_score, count(l.score) AS last_scored,
    @extschema@.mean_ci_low(@extschema@.mean_agg(l.score)) AS last_low, @extschema@.mean_ci_high(@extschema@.mean_agg(l.score)) AS last_high
FROM departure_reasons r LEFT JOIN departures d ON d.reason = r.reason
    LEFT JOIN LATERAL (SELECT @extschema@.rate_agg(x.reason = r.reason) AS s FROM departures x) w ON true
    LEFT JOIN LATERAL (
        SELECT c.score FROM contacts c
        WHERE c.customer_id = d.customer_id AND c.occurred_at <= d.at AND c.score IS NOT NULL
        ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1
    ) l ON true
GROUP BY r.reason, r.avoidable, w.s;
COMMENT ON VIEW churn_reasons IS 'why customers leave: departures by reason, their share, the products and employees named, and the mean last score before they left';

CREATE VIEW service_blueprint AS
SELECT s.blueprint, s.ordinal, s.name AS step, s.touchpoint,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'physical_evidence') AS physical_evidence,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'customer') AS customer,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'frontstage') AS frontstage,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'backstage') AS backstage,
    string_agg(e.line, '; ' ORDER BY e.element_id) FILTER (WHERE e.lane = 'support') AS support,
    count(*) FILTER (WHERE e.fail_point) AS fail_points
FROM blueprint_steps s LEFT JOIN (
    SELECT b.element_id, b.step_id, b.lane, b.fail_point,
        coalesce(b.actor || ': ', '') || b.text || CASE WHEN b.fail_point THEN ' (!)' ELSE '' END AS line
    FROM blueprint_elements b
) e ON e.step_id = s.step_id
GROUP BY s.step_id
ORDER BY s.blueprint, s.ordinal;
COMMENT ON VIEW service_blueprint IS 'the service blueprint: a step a row, a lane a column; (!) marks where it may fail';

CREATE VIEW service_panorama AS
SELECT g.*, coalesce(@extschema@.mean_count(z.means), 0) AS customers, @extschema@.mean(z.means) AS customer_mean,
    @extschema@.mean_ci_low(z.means) AS mean_low, @extschema@.mean_ci_high(z.means) AS mean_high, coalesce(z.left_out, 0) AS left_out
FROM (SELECT coalesce(t.zone, '(none)') AS zone,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'customer') AS customer,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'employee') AS employee,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'environment') AS environment,
    string_agg(t.line, '; ' ORDER BY t.line) FILTER (WHERE t.carrier = 'facility') AS facility,
    count(*) AS touchpoints, sum(t.contacts)::bigint AS contacts, sum(t.total) / nullif(sum(t.scored), 0) AS mean_score,
    coalesce(sum(t.scored), 0)::bigint AS scored
FROM (
    SELECT p.zone, p.carrier, coalesce(s.contacts, 0) AS contacts, s.total, s.scored,
        p.label || CASE WHEN s.scored > 0 THEN ' ' || round((s.total / s.scored)::numeric, 1) ELSE '' END AS line
    FROM touchpoints p LEFT JOIN (
        SELECT v.touchpoint, count(*) AS contacts, sum(v.score) AS total, count(v.score) AS scored
        FROM judged_contacts v WHERE v.counts GROUP BY v.touchpoint
    ) s ON s.touchpoint = p.touchpoint
    WHERE p.zone IS NOT NULL OR p.carrier IS NOT NULL
) t GROUP BY t.zone) g
LEFT JOIN (
    SELECT m.zone, @extschema@.mean_agg(m.mean) FILTER (WHERE m.customer_id IS NOT NULL) AS means, sum(m.left_out)::bigint AS left_out
    FROM (SELECT coalesce(p.zone, '(none)') AS zone, v.customer_id, avg(v.score) FILTER (WHERE v.counts) AS mean, count(*) FILTER (WHERE NOT v.counts) AS left_out
        FROM touchpoints p JOIN judged_contacts v ON v.touchpoint = p.touchpoint
        WHERE p.zone IS NOT NULL OR p.carrier IS NOT NULL
        GROUP BY 1, 2) m
    GROUP BY m.zone
) z ON z.zone = g.zone;
COMMENT ON VIEW service_panorama IS 'the place where the service happens: a zone a row, what carries the experience a column, each touchpoint with its mean score; the interval is of the customers'' means, each customer counted once';

CREATE VIEW consent_status AS
SELECT u.customer_id, c.channel, c.purpose, c.product, c.granted AND NOT o.opted_out AS allowed,
    CASE WHEN NOT c.granted THEN 'opted out' WHEN o.opted_out THEN 'overruled by an opt-out' ELSE 'granted' END AS status,
    lower(c.during) AS since, upper(c.during) AS until, c.source
FROM customers u JOIN consents c ON c.customer_id = u.customer_id AND c.during @> now(), LATERAL (
    SELECT EXISTS (SELECT FROM consents x
        WHERE x.customer_id = c.customer_id AND NOT x.granted AND x.during @> now()
            AND (x.channel IS NULL OR x.channel = c.channel)
            AND (x.purpose = c.purpose OR coalesce(x.purpose, 'marketing') = 'marketing' AND (c.purpose IS NULL
                OR coalesce((SELECT k.kind FROM purposes k WHERE k.purpose = c.purpose), 'marketing') = 'marketing'))
            AND (x.product IS NULL OR x.product = c.product)) AS opted_out
) o;
COMMENT ON VIEW consent_status IS 'consents that hold now, by channel, purpose and product (NULL = any); an opt-out overrules every consent that it covers';

CREATE OR REPLACE FUNCTION customer_card(customer bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $model$
DECLARE
    -- each view before what it reads, as a refresh takes them
    v_consent jsonb := (SELECT coalesce(jsonb_agg(jsonb_build_object('channel', s.channel, 'purpose', s.purpose,
            'product', s.product, 'status', s.status) ORDER BY s.channel, s.purpose, s.product, s.status), '[]')
        FROM @model@.consent_status s WHERE s.customer_id = customer_card.customer);
    v_due jsonb := (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.follow_up_id, 'due_at', f.due_at,
            'purpose', f.purpose) ORDER BY f.due_at, f.follow_up_id), '[]')
        FROM @model@.follow_ups_due f WHERE f.customer_id = customer_card.customer);
BEGIN
    RETURN (SELECT jsonb_build_object(
        'customer', jsonb_build_object('id', u.customer_id, 'name', u.name, 'relation', u.relation, 'needs', u.needs,
            'profile', u.profile, 'owner', (SELECT e.name FROM @model@.employees e WHERE e.employee_id = u.owner_id)),
        'preferred_channel', a.preferred_channel,
        'last_contact', jsonb_build_object('at', a.last_contact_at, 'touchpoint', a.last_touchpoint),
        'value', jsonb_build_object('step', a.value_step, 'purchases', a.frequency, 'money', a.monetary,
            'recommended', a.recommended, 'confirmed', a.recommendations_confirmed),
        'remembers', a.peak_end,
        'products_held', (SELECT coalesce(jsonb_agg(p.product ORDER BY p.product), '[]') FROM (
            SELECT c.product FROM @model@.contacts c
            WHERE c.customer_id = u.customer_id AND c.value > 0 AND c.product IS NOT NULL
            GROUP BY c.product
            HAVING NOT EXISTS (SELECT FROM @model@.departures d WHERE d.customer_id = u.customer_id
                AND (d.product = c.product OR d.product IS NULL) AND d.at >= max(c.occurred_at))) p),
        'open_cases', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.case_id, 'kind', k.kind, 'product', k.product,
                'opened_at', k.opened_at, 'ends_at', k.ends_at) ORDER BY k.opened_at, k.case_id), '[]')
            FROM @model@.cases k WHERE k.customer_id = u.customer_id AND k.closed_at IS NULL),
        'consent', v_consent,
        'offers', (SELECT coalesce(jsonb_agg(DISTINCT p.product), '[]')
            FROM @model@.contact_plans p LEFT JOIN @model@.audiences g ON g.audience = p.audience
                JOIN @model@.touchpoints t ON t.touchpoint = p.touchpoint
            WHERE p.active AND p.during @> now() AND p.product IS NOT NULL
                AND (g.audience IS NULL OR coalesce(u.relation = g.relation, true) AND u.profile @> g.profile)
                AND NOT EXISTS (SELECT FROM @model@.contacts c WHERE c.customer_id = u.customer_id AND c.value > 0 AND c.product = p.product
                    AND NOT EXISTS (SELECT FROM @model@.departures d WHERE d.customer_id = u.customer_id
                        AND (d.product = c.product OR d.product IS NULL) AND d.at >= c.occurred_at))
                AND @model@.consent_problem(u.customer_id, t.channel, coalesce(t.area, 'marketing'), 'marketing', p.product, now()) IS NULL),
        'follow_ups_due', v_due)
    FROM @model@.customer_archive a JOIN @model@.customers u ON u.customer_id = a.customer_id
    WHERE a.customer_id = customer_card.customer);
END $model$;
COMMENT ON FUNCTION customer_card(bigint) IS
    'what the front line sees of a customer: profile, last contact, value, products held, open cases, consent, products of running plans whose audience fits that the customer does not hold and has agreed to hear of, follow-ups due; NULL for an unknown customer';
