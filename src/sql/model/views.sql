-- Views that answer what the practice asks.

CREATE VIEW judged_contacts AS
SELECT c.*,
    CASE WHEN u.relation = 'former' AND c.occurred_at >= coalesce(
            (SELECT max(d.at) FROM departures d WHERE d.customer_id = u.customer_id), u.relation_since)
        THEN 'no longer a customer' END AS customer_reason,
    CASE WHEN g.goal IS NULL THEN 'no goal'
        WHEN g.strength IS NOT NULL AND NOT coalesce(g.strength = ANY (h.strengths), true) THEN 'channel does not fit the goal'
        WHEN p.plan_id IS NOT NULL AND h.channel IS DISTINCT FROM pt.channel THEN 'channel is not the plan''s'
        WHEN coalesce(c.content, p.content, t.content) IS NULL THEN 'no content'
        WHEN c.theme <> p.theme THEN 'theme is not the plan''s'
    END AS goal_reason,
    CASE WHEN t.direction <> 'two_way' THEN NULL
        WHEN c.feedback_verdict = 'false' THEN 'feedback judged false'
        WHEN c.feedback IS NULL AND c.score IS NULL THEN 'no feedback'
    END AS feedback_reason
FROM contacts c
    JOIN customers u ON u.customer_id = c.customer_id
    JOIN touchpoints t ON t.touchpoint = c.touchpoint
    LEFT JOIN channels h ON h.channel = t.channel
    LEFT JOIN contact_plans p ON p.plan_id = c.plan_id
    LEFT JOIN touchpoints pt ON pt.touchpoint = p.touchpoint
    LEFT JOIN goals g ON g.goal = coalesce(c.goal, p.goal, t.goal);
COMMENT ON VIEW judged_contacts IS 'every contact, with the reasons why it does not count';

CREATE VIEW contact_validity AS
SELECT c.occurred_at, c.id, c.customer_id, c.touchpoint,
    c.customer_reason IS NULL AS customer_ok, c.customer_reason,
    c.goal_reason IS NULL AS goal_ok, c.goal_reason,
    c.feedback_reason IS NULL AS feedback_ok, c.feedback_reason,
    c.customer_reason IS NULL AND c.goal_reason IS NULL AND c.feedback_reason IS NULL AS valid
FROM judged_contacts c;
COMMENT ON VIEW contact_validity IS
    'does a contact count? Three tests, each with its reason: it met an existing or potential customer; it had a goal, and a channel and content that fit; where the touchpoint is two-way, it brought feedback that is not judged false';

CREATE VIEW valid_contacts AS
WITH expectations AS NOT MATERIALIZED (
    SELECT e.touchpoint, e.customer_id, e.at, e.evaluation_id,
        CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END AS expected
    FROM evaluations e
    WHERE CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END IS NOT NULL
)
SELECT c.id, c.occurred_at, c.customer_id, c.touchpoint, c.score, c.expected, c.cost, c.duration, c.value, c.initiator, c.case_id,
    c.plan_id, c.product, c.employee_id, c.place, c.purpose, c.goal, c.content, c.theme, c.feedback, c.feedback_verdict,
    c.evaluation, c.incentive, c.goal_reached, c.result, coalesce(c.expected,
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.customer_id = c.customer_id AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.customer_id IS NULL AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint AND e.at <= c.occurred_at
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1),
    (SELECT e.expected FROM expectations e
        WHERE e.touchpoint = c.touchpoint
        ORDER BY e.at DESC, e.evaluation_id DESC LIMIT 1)) AS expected_or_evaluated
FROM judged_contacts c
WHERE c.customer_reason IS NULL AND c.goal_reason IS NULL AND c.feedback_reason IS NULL;
COMMENT ON VIEW valid_contacts IS
    'the contacts that count; expected_or_evaluated falls back to the latest expectation that was evaluated at this touchpoint before the contact: this customer''s own, else that of a survey without customers, else anybody''s; where none was before, to the latest of all';

CREATE VIEW customer_scores AS
SELECT c.customer_id, (c.s).*
FROM (
    SELECT v.customer_id, @extschema@.score_summary(v.score, v.occurred_at, (SELECT neutral FROM settings)) AS s
    FROM valid_contacts v GROUP BY v.customer_id
) c;
COMMENT ON VIEW customer_scores IS 'what each customer remembers: peak-end and all other scores over the contacts that count';

CREATE VIEW touchpoint_gaps AS
SELECT g.touchpoint, g.contacts, @extschema@.gap_count(g.s) AS pairs, @extschema@.mean_expected(g.s) AS expected,
    @extschema@.mean_perceived(g.s) AS perceived, @extschema@.mean_gap(g.s) AS gap,
    @extschema@.gap_ci_low(g.s) AS gap_low, @extschema@.gap_ci_high(g.s) AS gap_high,
    @extschema@.gap_p_value(g.s) AS p_value, @extschema@.gap_shortfall_share(g.s) AS shortfall_share
FROM (
    SELECT touchpoint, count(*) AS contacts, @extschema@.gap_agg(expected_or_evaluated, score) AS s
    FROM valid_contacts GROUP BY touchpoint
) g;
COMMENT ON VIEW touchpoint_gaps IS
    'experience less expectation at each touchpoint, negative is a shortfall; where a contact has no expectation, the latest evaluated one stands in';

CREATE VIEW service_gap_model AS
SELECT r.gap, r.value, r.n, r.owner
FROM (
    SELECT @extschema@.service_gap_agg(
        CASE measure WHEN 'expected' THEN score WHEN 'perceived' THEN expected END, CASE WHEN measure = 'understood' THEN score END,
        CASE WHEN measure = 'specified' THEN score END, CASE WHEN measure = 'delivered' THEN score END,
        CASE WHEN measure = 'promised' THEN score END, CASE WHEN measure = 'perceived' THEN score END) AS m
    FROM evaluations
) a, LATERAL (VALUES
    (1, 'knowledge', (a.m).knowledge, least((a.m).n_understood, (a.m).n_expected), 'strategy'),
    (2, 'standards', (a.m).standards, least((a.m).n_specified, (a.m).n_understood), 'process'),
    (3, 'delivery', (a.m).delivery, least((a.m).n_delivered, (a.m).n_specified), 'people'),
    (4, 'communication', (a.m).communication, least((a.m).n_delivered, (a.m).n_promised), 'marketing'),
    (5, 'customer', (a.m).customer, least((a.m).n_perceived, (a.m).n_expected), 'all of them')
) r(ordinal, gap, value, n, owner)
ORDER BY r.ordinal;
COMMENT ON VIEW service_gap_model IS
    'the five gaps out of evaluations whose measure is expected, understood, specified, delivered, promised or perceived (with what was expected beside it, if asked together); n is the number of evaluations on the thinner side, owner who closes the gap';

CREATE VIEW channel_ranking AS
SELECT r.channel, r.contacts, r.goals_reached, r.cost_per_contact, r.efficiency, r.measured, r.ease, r.convenience,
    @extschema@.channel_score(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS score,
    @extschema@.channel_rank(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS rank
FROM (
    SELECT h.channel, s.contacts, s.goals_reached, s.contacts >= 30 AS measured, h.ease, h.convenience,
        CASE WHEN s.contacts > 0 THEN (s.cost + h.fixed_cost * s.months) / s.contacts ELSE h.unit_cost END AS cost_per_contact,
        CASE WHEN s.contacts >= 30 THEN s.goals_reached::float8 / s.contacts ELSE h.efficiency END AS efficiency
    FROM channels h, LATERAL (
        SELECT count(*) AS contacts, coalesce(sum(coalesce(c.cost, h.unit_cost, 0)), 0) AS cost,
            count(*) FILTER (WHERE c.goal_reached AND c.customer_reason IS NULL AND c.goal_reason IS NULL
                AND c.feedback_reason IS NULL) AS goals_reached,
            count(DISTINCT date_trunc('month', c.occurred_at, 'UTC')) AS months
        FROM judged_contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
        WHERE t.channel = h.channel
    ) s
) r;
COMMENT ON VIEW channel_ranking IS
    'channels by low cost, high efficiency, ease and convenience: all contacts and the fixed cost of each month with contacts are charged, goals count on contacts that count; below 30 contacts the efficiency entered by hand serves';

CREATE VIEW channel_mix AS
SELECT n.strength, coalesce(s.channels, '{}') AS channels, coalesce(s.contacts, 0) AS contacts,
    coalesce(s.impressions, 0) AS impressions, s.channels IS NOT NULL AS covered,
    coalesce(s.contacts, 0) + coalesce(s.impressions, 0) > 0 AS used
FROM unnest('{awareness,image,trust,purchase,loyalty}'::text[]) WITH ORDINALITY n(strength, ordinal)
    LEFT JOIN (
        SELECT x.strength, array_agg(h.channel ORDER BY h.channel) AS channels,
            sum(u.contacts)::bigint AS contacts, sum(u.impressions)::bigint AS impressions
        FROM channels h, unnest(h.strengths) x(strength), LATERAL (
            SELECT (SELECT count(*) FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
                    WHERE t.channel = h.channel) AS contacts,
                (SELECT coalesce(sum(m.impressions), 0) FROM mass_contacts m JOIN touchpoints t ON t.touchpoint = m.touchpoint
                    WHERE t.channel = h.channel) AS impressions
        ) u GROUP BY x.strength
    ) s ON s.strength = n.strength
ORDER BY n.ordinal;
COMMENT ON VIEW channel_mix IS 'does the mix of channels cover every strength, and is what covers it used?';

CREATE VIEW key_touchpoints AS
WITH journey AS (
    -- A customer's contacts up to each purchase; after the last one they lead to none yet.
    SELECT v.customer_id, v.touchpoint, v.occurred_at, v.score, v.value > 0 AS buys,
        count(*) FILTER (WHERE v.value > 0) OVER (PARTITION BY v.customer_id ORDER BY v.occurred_at, v.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS purchase
    FROM valid_contacts v
), path AS (
    SELECT DISTINCT customer_id, purchase, touchpoint,
        bool_or(buys) OVER (PARTITION BY customer_id, purchase) AS bought
    FROM journey
), total AS (
    SELECT count(DISTINCT (customer_id, purchase)) FILTER (WHERE bought) AS bought,
        count(DISTINCT (customer_id, purchase)) AS paths FROM path
), buyers AS (
    SELECT p.touchpoint, count(*) FILTER (WHERE p.bought) AS paths_bought, count(*) AS paths,
        count(*) FILTER (WHERE p.bought)::float8 / count(*) AS rate_with,
        (t.bought - count(*) FILTER (WHERE p.bought))::float8 / nullif(t.paths - count(*), 0) AS rate_without
    FROM path p, total t GROUP BY p.touchpoint, t.bought, t.paths
), prospects AS (
    SELECT x.touchpoint, sum(x.reached)::bigint AS reached, sum(x.responded)::bigint AS responded
    FROM (
        SELECT v.touchpoint, count(DISTINCT v.customer_id) AS reached,
            count(DISTINCT v.customer_id) FILTER (WHERE v.goal_reached OR v.feedback IS NOT NULL) AS responded
        FROM valid_contacts v JOIN customers u USING (customer_id)
        WHERE u.relation IN ('prospect', 'competitor') OR v.occurred_at < (
            SELECT min(b.occurred_at) FROM contacts b WHERE b.customer_id = v.customer_id AND b.value > 0)
        GROUP BY v.touchpoint
        UNION ALL
        SELECT m.touchpoint, m.impressions, coalesce(m.responses, 0) FROM mass_contacts m
    ) x GROUP BY x.touchpoint
)
SELECT 'buyers' AS whom, touchpoint, paths AS reached, paths_bought AS moved, rate_with AS rate,
    rate_with - rate_without AS lift,
    rank() OVER (ORDER BY paths_bought * coalesce(rate_with - rate_without, 0) DESC, paths_bought DESC) AS rank
FROM buyers
UNION ALL
SELECT 'prospects', touchpoint, reached, responded, responded::float8 / nullif(reached, 0), NULL,
    rank() OVER (ORDER BY reached DESC, responded DESC)
FROM prospects;
COMMENT ON VIEW key_touchpoints IS
    'what decides. buyers: ways to a purchase that pass the touchpoint (reached), those that end in one (moved), how much more often than ways that do not pass it (lift). prospects: people that the touchpoint carries the message to (reached) and that answered (moved)';

CREATE VIEW moments_of_truth AS
WITH moment AS (
    SELECT j.customer_id, m.moment, m.touchpoint::text AS touchpoint, m.score
    FROM (
        SELECT v.customer_id, @extschema@.journey_agg(v.touchpoint::@extschema@.touchpoint, v.occurred_at, v.score) AS journey
        FROM valid_contacts v GROUP BY v.customer_id
    ) j, @extschema@.moments_of_truth(j.journey, (SELECT neutral FROM settings)) m
    WHERE m.moment IN ('peak', 'end')
)
SELECT t.touchpoint, t.designed_as,
    count(m.moment) FILTER (WHERE m.moment = 'peak') AS peaks, count(m.moment) FILTER (WHERE m.moment = 'end') AS ends,
    avg(m.score) FILTER (WHERE m.moment = 'peak') AS peak_score, avg(m.score) FILTER (WHERE m.moment = 'end') AS end_score,
    CASE WHEN t.designed_as IS NULL THEN 'not designed'
        WHEN count(m.moment) FILTER (WHERE m.moment = t.designed_as) > 0 THEN 'as designed'
        ELSE 'not what was designed' END AS verdict
FROM touchpoints t LEFT JOIN moment m ON m.touchpoint = t.touchpoint
GROUP BY t.touchpoint, t.designed_as
HAVING t.designed_as IS NOT NULL OR count(m.moment) > 0;
COMMENT ON VIEW moments_of_truth IS
    'touchpoints that were designed as the peak or the end of the journey, and those that customers'' journeys really peak and end at';

CREATE VIEW customer_archive AS
SELECT u.customer_id, u.name, u.relation, u.needs, u.profile,
    coalesce(u.preferred_channel, f.channel) AS preferred_channel, l.last_contact_at, l.last_touchpoint,
    l.contacts, r.recency, r.frequency, r.monetary, s.peak_end,
    r.frequency > 1 AS repurchases,
    coalesce(a.recommended, 0) AS recommended, coalesce(a.confirmed, 0) AS recommendations_confirmed,
    CASE WHEN a.confirmed > 0 THEN 'advocate' WHEN a.recommended > 0 THEN 'recommends'
        WHEN r.frequency > 1 THEN 'repurchases' WHEN r.frequency = 1 THEN 'bought once'
        ELSE 'no purchase yet' END AS value_step
FROM customers u
    LEFT JOIN LATERAL (
        SELECT c.occurred_at AS last_contact_at, c.touchpoint AS last_touchpoint,
            (SELECT count(*) FROM contacts n WHERE n.customer_id = u.customer_id) AS contacts
        FROM contacts c WHERE c.customer_id = u.customer_id ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1
    ) l ON true
    LEFT JOIN LATERAL (
        SELECT now() - max(c.occurred_at) AS recency, count(*) AS frequency, coalesce(sum(c.value), 0) AS monetary
        FROM contacts c WHERE c.customer_id = u.customer_id AND c.value > 0
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT t.channel FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
        WHERE c.customer_id = u.customer_id AND c.initiator = 'customer' AND t.channel IS NOT NULL
        GROUP BY t.channel ORDER BY count(*) DESC, max(c.occurred_at) DESC LIMIT 1
    ) f ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS recommended, count(*) FILTER (WHERE x.referral_confirmed) AS confirmed
        FROM customers x WHERE x.referred_by = u.customer_id
    ) a ON true
    LEFT JOIN customer_scores s ON s.customer_id = u.customer_id;
COMMENT ON VIEW customer_archive IS
    'a customer a row: needs, the channel they prefer or choose most, last contact, recency, frequency and money of purchases, what they remember, and their value: repurchase, recommendation (confirmed or not), advocacy';
