-- Views that answer what the practice asks.

CREATE VIEW judged_contacts AS
SELECT c.id, c.occurred_at, c.customer_id, c.touchpoint, c.score, c.expected, c.cost, c.duration, c.value, c.initiator, c.case_id,
    c.plan_id, c.product, c.employee_id, c.place, c.purpose, c.goal, c.content, c.theme, c.feedback, c.feedback_verdict,
    c.evaluation, c.incentive, c.goal_reached, c.result, r.customer_reason, r.goal_reason, r.feedback_reason, r.unknown_reason,
    CASE WHEN c.initiator <> 'customer' AND num_nonnulls(r.customer_reason, r.goal_reason, r.feedback_reason) > 0 THEN 'invalid'
        WHEN num_nonnulls(r.customer_reason, r.goal_reason, r.feedback_reason, r.unknown_reason) > 0 THEN 'not known'
        ELSE 'valid' END AS verdict,
    c.initiator = 'customer' OR num_nonnulls(r.customer_reason, r.goal_reason, r.feedback_reason) = 0 AS counts
FROM contacts c
    JOIN (touchpoints t LEFT JOIN channels h ON h.channel = t.channel) ON t.touchpoint = c.touchpoint
    LEFT JOIN (contact_plans p JOIN touchpoints pt ON pt.touchpoint = p.touchpoint) ON p.plan_id = c.plan_id
    LEFT JOIN customers u ON u.customer_id = c.customer_id AND u.relation = 'former'
    LEFT JOIN (SELECT d.customer_id, max(d.at) AS at FROM departures d GROUP BY d.customer_id) d ON d.customer_id = u.customer_id
    LEFT JOIN goals g ON g.goal = coalesce(c.goal, p.goal, t.goal),
    LATERAL (SELECT
        CASE WHEN c.occurred_at >= coalesce(d.at, u.relation_since) THEN 'no longer a customer' END AS customer_reason,
        CASE WHEN g.strength IS NOT NULL AND h.strengths <> '{}' AND NOT g.strength = ANY (h.strengths)
                THEN 'channel does not fit the goal'
            WHEN p.plan_id IS NOT NULL AND h.channel IS DISTINCT FROM pt.channel THEN 'channel is not the plan''s'
            WHEN c.theme <> p.theme THEN 'theme is not the plan''s'
        END AS goal_reason,
        CASE WHEN t.direction <> 'two_way' THEN NULL
            WHEN c.feedback_verdict = 'false' THEN 'feedback judged false'
            WHEN c.feedback IS NULL AND c.score IS NULL THEN 'no feedback'
        END AS feedback_reason,
        CASE WHEN g.goal IS NULL THEN 'no goal'
            WHEN g.strength IS NOT NULL AND h.strengths = '{}' THEN 'no strengths of the channel'
            WHEN coalesce(c.content, p.content, t.content) IS NULL THEN 'no content'
        END AS unknown_reason) r;
COMMENT ON VIEW judged_contacts IS
    'every contact, with the reasons why it does not count, or why that is not known, and the verdict: valid, invalid, not known; what the customer starts is never invalid; counts says of each whether it is not invalid';

CREATE VIEW contact_validity AS
SELECT c.occurred_at, c.id, c.customer_id, c.touchpoint,
    c.customer_reason IS NULL AS customer_ok, c.customer_reason,
    CASE WHEN c.goal_reason IS NOT NULL THEN false WHEN c.unknown_reason IS NULL THEN true END AS goal_ok,
    coalesce(c.goal_reason, c.unknown_reason) AS goal_reason,
    c.feedback_reason IS NULL AS feedback_ok, c.feedback_reason,
    CASE c.verdict WHEN 'valid' THEN true WHEN 'invalid' THEN false END AS valid, c.verdict
FROM judged_contacts c;
COMMENT ON VIEW contact_validity IS
    'does a contact count? Three tests, each with its reason: it met an existing or potential customer; it had a goal, and a channel and content that fit; where the touchpoint is two-way, it brought feedback that is not judged false. The verdict is valid, invalid, or not known where the catalogue lacks what the test asks; the other views use all that is not invalid';

CREATE VIEW weighed_contacts AS
WITH expectations AS NOT MATERIALIZED (
    SELECT e.touchpoint, e.customer_id, e.at, e.evaluation_id,
        CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END AS expected
    FROM evaluations e
    WHERE CASE WHEN e.measure = 'expected' THEN e.score ELSE e.expected END IS NOT NULL AND e.touchpoint IS NOT NULL
)
SELECT c.id, c.occurred_at, c.customer_id, c.touchpoint, c.score, c.expected, c.cost, c.duration, c.value, c.initiator, c.case_id,
    c.plan_id, c.product, c.employee_id, c.place, c.purpose, c.goal, c.content, c.theme, c.feedback, c.feedback_verdict,
    c.evaluation, c.incentive, c.goal_reached, c.result, coalesce(c.expected,
    -- of expectations in order of time, how many were before the contact is the place of the latest
    o.expected[width_bucket(c.occurred_at, o.at)], s.expected[width_bucket(c.occurred_at, s.at)],
    a.expected[width_bucket(c.occurred_at, a.at)], a.expected[cardinality(a.at)]) AS expected_or_evaluated,
    c.verdict, c.counts
FROM judged_contacts c
    LEFT JOIN (
        SELECT e.touchpoint, e.customer_id, array_agg(e.at ORDER BY e.at, e.evaluation_id) AS at, array_agg(e.expected ORDER BY e.at, e.evaluation_id) AS expected
        FROM expectations e WHERE e.customer_id IS NOT NULL GROUP BY e.touchpoint, e.customer_id
    ) o ON o.touchpoint = c.touchpoint AND o.customer_id = c.customer_id
    LEFT JOIN (
        SELECT e.touchpoint, array_agg(e.at ORDER BY e.at, e.evaluation_id) AS at, array_agg(e.expected ORDER BY e.at, e.evaluation_id) AS expected
        FROM expectations e WHERE e.customer_id IS NULL GROUP BY e.touchpoint
    ) s ON s.touchpoint = c.touchpoint
    LEFT JOIN (
        SELECT e.touchpoint, array_agg(e.at ORDER BY e.at, e.evaluation_id) AS at, array_agg(e.expected ORDER BY e.at, e.evaluation_id) AS expected
        FROM expectations e GROUP BY e.touchpoint
    ) a ON a.touchpoint = c.touchpoint;
COMMENT ON VIEW weighed_contacts IS
    'every contact with its verdict; expected_or_evaluated falls back to the latest expectation that was evaluated at this touchpoint before the contact: this customer''s own, else that of a survey without customers, else anybody''s; where none was before, to the latest of all';

CREATE VIEW valid_contacts AS
SELECT w.id, w.occurred_at, w.customer_id, w.touchpoint, w.score, w.expected, w.cost, w.duration, w.value, w.initiator, w.case_id,
    w.plan_id, w.product, w.employee_id, w.place, w.purpose, w.goal, w.content, w.theme, w.feedback, w.feedback_verdict,
    w.evaluation, w.incentive, w.goal_reached, w.result, w.expected_or_evaluated
FROM weighed_contacts w WHERE w.counts;
COMMENT ON VIEW valid_contacts IS 'the contacts that count: all that are not invalid, with what was expected of them';

CREATE VIEW customer_scores AS
SELECT c.customer_id, (c.s).*, c.left_out
FROM (
    SELECT v.customer_id, count(*) FILTER (WHERE NOT v.counts AND v.score IS NOT NULL) AS left_out,
        @extschema@.score_summary(v.score, v.occurred_at, o.neutral) FILTER (WHERE v.counts) AS s
    FROM judged_contacts v CROSS JOIN settings o WHERE v.customer_id IS NOT NULL GROUP BY v.customer_id
) c;
COMMENT ON VIEW customer_scores IS
    'what each customer remembers of all their contacts that count: peak-end and all other scores; case_scores and visit_scores tell single stories';

CREATE VIEW touchpoint_gaps AS
SELECT g.touchpoint, g.contacts, @extschema@.gap_count(g.s) AS pairs, @extschema@.mean_expected(g.s) AS expected,
    @extschema@.mean_perceived(g.s) AS perceived, @extschema@.mean_gap(g.s) AS gap,
    @extschema@.gap_ci_low(g.s) AS gap_low, @extschema@.gap_ci_high(g.s) AS gap_high,
    @extschema@.gap_p_value(g.s) AS p_value, @extschema@.gap_shortfall_share(g.s) AS shortfall_share,
    @extschema@.rate_ci_low(g.short) AS shortfall_low, @extschema@.rate_ci_high(g.short) AS shortfall_high, g.left_out
FROM (
    SELECT w.touchpoint, count(*) FILTER (WHERE w.counts) AS contacts,
        count(*) FILTER (WHERE NOT w.counts) AS left_out,
        @extschema@.gap_agg(w.expected_or_evaluated, w.score) FILTER (WHERE w.counts) AS s,
        @extschema@.rate_agg(w.score < w.expected_or_evaluated) FILTER (WHERE w.counts) AS short
    FROM weighed_contacts w GROUP BY w.touchpoint
) g JOIN touchpoints t ON t.touchpoint = g.touchpoint LEFT JOIN stages o ON o.stage = t.stage
ORDER BY o.ordinal, g.touchpoint;
COMMENT ON VIEW touchpoint_gaps IS
    'experience less expectation at each touchpoint in order of stages, negative is a shortfall, with its interval; where a contact has no expectation, the latest evaluated one stands in; left_out counts contacts that are invalid';

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
SELECT r.channel, r.contacts, r.known, r.goals_reached, r.left_out, r.cost_per_contact, r.efficiency, r.efficiency_low, r.efficiency_high,
    r.measured, r.ease, r.convenience,
    @extschema@.channel_score(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS score,
    @extschema@.channel_rank(r.cost_per_contact, r.efficiency, r.ease, r.convenience) OVER () AS rank
FROM (
    SELECT h.channel, coalesce(s.contacts, 0) AS contacts, coalesce(s.known, 0) AS known, coalesce(s.goals_reached, 0) AS goals_reached,
        coalesce(s.left_out, 0) AS left_out, coalesce(s.known, 0) >= 30 AS measured, h.ease, h.convenience,
        CASE WHEN s.contacts > 0 THEN (s.cost + (s.contacts - s.costed) * coalesce(h.unit_cost, 0) + h.fixed_cost * m.months) / s.contacts
            ELSE h.unit_cost END AS cost_per_contact,
        CASE WHEN s.known >= 30 THEN @extschema@.rate(s.reached) ELSE h.efficiency END AS efficiency,
        CASE WHEN s.known >= 30 THEN @extschema@.rate_ci_low(s.reached) END AS efficiency_low,
        CASE WHEN s.known >= 30 THEN @extschema@.rate_ci_high(s.reached) END AS efficiency_high
    FROM channels h LEFT JOIN (
        SELECT t.channel, count(*) AS contacts, coalesce(sum(c.cost), 0) AS cost, count(c.cost) AS costed,
            count(*) FILTER (WHERE c.goal_reached AND c.counts) AS goals_reached,
            count(c.goal_reached) FILTER (WHERE c.counts) AS known,
            count(*) FILTER (WHERE NOT c.counts) AS left_out,
            @extschema@.rate_agg(c.goal_reached) FILTER (WHERE c.counts) AS reached
        FROM judged_contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
        GROUP BY t.channel
    ) s ON s.channel = h.channel LEFT JOIN (
        SELECT x.channel, count(*) AS months
        FROM (SELECT t.channel, date_trunc('month', c.occurred_at, 'UTC') FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint GROUP BY 1, 2) x
        GROUP BY x.channel
    ) m ON m.channel = h.channel
    WHERE h.catalogued
) r;
COMMENT ON VIEW channel_ranking IS
    'channels by low cost, high efficiency, ease and convenience: all contacts and the fixed cost of each month with contacts are charged; efficiency is the share of goals reached where that is known, with its interval, from 30 such contacts on; below, the one entered by hand serves';

CREATE VIEW channel_mix AS
SELECT n.strength, coalesce(s.channels, '{}') AS channels, coalesce(s.contacts, 0) AS contacts,
    coalesce(s.impressions, 0) AS impressions, s.channels IS NOT NULL AS covered,
    coalesce(s.contacts, 0) + coalesce(s.impressions, 0) > 0 AS used
FROM unnest('{awareness,image,trust,purchase,loyalty}'::text[]) WITH ORDINALITY n(strength, ordinal)
    LEFT JOIN (
        SELECT x.strength, array_agg(h.channel ORDER BY h.channel) AS channels,
            sum(c.contacts)::bigint AS contacts, sum(m.impressions)::bigint AS impressions
        FROM channels h CROSS JOIN unnest(h.strengths) x(strength)
            LEFT JOIN (SELECT t.channel, sum(n.contacts) AS contacts
                FROM (SELECT c.touchpoint, count(*) AS contacts FROM contacts c GROUP BY c.touchpoint) n JOIN touchpoints t ON t.touchpoint = n.touchpoint
                GROUP BY t.channel) c ON c.channel = h.channel
            LEFT JOIN (SELECT t.channel, sum(m.impressions) AS impressions FROM mass_contacts m JOIN touchpoints t ON t.touchpoint = m.touchpoint
                GROUP BY t.channel) m ON m.channel = h.channel
        GROUP BY x.strength
    ) s ON s.strength = n.strength
ORDER BY n.ordinal;
COMMENT ON VIEW channel_mix IS 'does the mix of channels cover every strength, and is what covers it used?';

CREATE VIEW key_touchpoints AS
WITH judged AS MATERIALIZED (
    SELECT v.customer_id, v.touchpoint, v.occurred_at, v.id, v.value > 0 AS bought, v.goal_reached OR v.feedback IS NOT NULL AS responded, v.counts
    FROM judged_contacts v
), way AS (
    -- A purchase goes by a name of its own, so that its touchpoint counts only for those who met it before.
    SELECT v.customer_id, @extschema@.journey_agg(CASE WHEN v.bought THEN @extschema@.touchpoint(NULL, '(purchase)')
            ELSE v.touchpoint::@extschema@.touchpoint END, v.occurred_at, NULL, NULL, NULL, NULL, NULL, NULL, v.id) AS journey
    FROM judged v WHERE v.counts AND v.customer_id IS NOT NULL GROUP BY v.customer_id
), effect AS (
    SELECT (e).* FROM (
        SELECT unnest(@extschema@.conversion_effect_agg(p.path, 'touchpoint', p.converted)) AS e
        FROM way w, @extschema@.conversion_paths(w.journey, '"(purchase)"', (SELECT lookback FROM settings)) p
        WHERE p.conversion = 1
    ) x
), prospects AS (
    SELECT x.touchpoint, sum(x.reached)::bigint AS reached, sum(x.responded)::bigint AS responded
    FROM (
        SELECT v.touchpoint, count(DISTINCT v.customer_id) AS reached,
            count(DISTINCT v.customer_id) FILTER (WHERE v.responded) AS responded
        FROM judged v JOIN customers u USING (customer_id) LEFT JOIN (
            SELECT b.customer_id, min(b.occurred_at) AS at FROM judged b WHERE b.bought GROUP BY b.customer_id
        ) f ON f.customer_id = v.customer_id
        WHERE v.counts AND (u.relation IN ('prospect', 'competitor') OR v.occurred_at < f.at)
        GROUP BY v.touchpoint
        UNION ALL
        SELECT m.touchpoint, m.impressions, least(coalesce(m.responses, 0), m.impressions) FROM mass_contacts m
    ) x GROUP BY x.touchpoint
), invalid AS (
    SELECT v.touchpoint, count(*) AS left_out FROM judged v WHERE NOT v.counts GROUP BY v.touchpoint
)
SELECT 'buyers' AS whom, e.part AS touchpoint, e.with_count AS reached, e.with_converted AS moved,
    e.with_converted::float8 / nullif(e.with_count, 0) AS rate, e.without_count, e.without_converted,
    e.odds_ratio, e.ci_low AS odds_low, e.ci_high AS odds_high, e.p_value, e.q_value,
    rank() OVER (ORDER BY e.ci_low DESC NULLS LAST, e.odds_ratio DESC NULLS LAST, e.with_converted DESC) AS rank, coalesce(i.left_out, 0) AS left_out
FROM effect e LEFT JOIN invalid i ON i.touchpoint = e.part
UNION ALL
SELECT 'prospects', p.touchpoint, p.reached, p.responded, p.responded::float8 / nullif(p.reached, 0), NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    rank() OVER (ORDER BY p.reached DESC, p.responded DESC), coalesce(i.left_out, 0)
FROM prospects p LEFT JOIN invalid i ON i.touchpoint = p.touchpoint;
COMMENT ON VIEW key_touchpoints IS
    'what decides. buyers: customers who met the touchpoint before their first purchase, no longer ago than settings.lookback (reached), those of them who bought (moved), and how the odds of buying differ from those who did not meet it, with interval, p and q; ranked by the lower bound; association, not cause. prospects: people that the touchpoint carries the message to (reached) and that answered (moved)';

CREATE VIEW moments_of_truth AS
WITH moment AS (
    SELECT j.customer_id, m.moment, m.touchpoint::text AS touchpoint, m.score
    FROM (
        SELECT v.customer_id, @extschema@.journey_agg(v.touchpoint::@extschema@.touchpoint, v.occurred_at, v.score) AS journey
        FROM judged_contacts v WHERE v.counts AND v.customer_id IS NOT NULL AND v.score IS NOT NULL GROUP BY v.customer_id
    ) j CROSS JOIN settings o, @extschema@.moments_of_truth(j.journey, o.neutral) m
    WHERE m.moment IN ('peak', 'end')
), found AS (
    SELECT m.touchpoint, m.moment, count(*) AS n, @extschema@.mean_agg(m.score) AS scores,
        rank() OVER (PARTITION BY m.moment ORDER BY count(*) DESC) AS place
    FROM moment m GROUP BY m.touchpoint, m.moment
), invalid AS (
    SELECT v.touchpoint, count(*) AS n FROM judged_contacts v WHERE NOT v.counts AND v.score IS NOT NULL GROUP BY v.touchpoint
)
SELECT t.touchpoint, t.designed_as, coalesce(p.n, 0) AS peaks, coalesce(e.n, 0) AS ends,
    @extschema@.mean(p.scores) AS peak_score, @extschema@.mean_ci_low(p.scores) AS peak_low, @extschema@.mean_ci_high(p.scores) AS peak_high,
    @extschema@.mean(e.scores) AS end_score, @extschema@.mean_ci_low(e.scores) AS end_low, @extschema@.mean_ci_high(e.scores) AS end_high,
    CASE WHEN t.designed_as IS NULL THEN 'not designed'
        WHEN d.place IS DISTINCT FROM 1 OR @extschema@.mean_ci_high(d.scores) <= s.neutral OR @extschema@.mean(d.scores) <= s.neutral
            THEN 'not what was designed'
        WHEN @extschema@.mean_ci_low(d.scores) > s.neutral THEN 'as designed'
        ELSE 'too few to tell' END AS verdict, coalesce(i.n, 0) AS left_out
FROM settings s, touchpoints t
    LEFT JOIN found p ON p.touchpoint = t.touchpoint AND p.moment = 'peak'
    LEFT JOIN found e ON e.touchpoint = t.touchpoint AND e.moment = 'end'
    LEFT JOIN found d ON d.touchpoint = t.touchpoint AND d.moment = t.designed_as
    LEFT JOIN invalid i ON i.touchpoint = t.touchpoint
    LEFT JOIN stages o ON o.stage = t.stage
WHERE t.designed_as IS NOT NULL OR p.n > 0 OR e.n > 0
ORDER BY o.ordinal, t.touchpoint;
COMMENT ON VIEW moments_of_truth IS
    'touchpoints that were designed as the peak or the end of the journey, and those that customers'' journeys really peak and end at; as designed only where no other is the peak (or end) more often and the mean score there lies above neutral with its interval';

CREATE VIEW customer_archive AS
SELECT u.customer_id, u.name, u.relation, u.needs, u.profile,
    coalesce(u.preferred_channel, f.channel) AS preferred_channel, r.last_contact_at, r.last_touchpoint,
    r.contacts, now() - r.last_purchase_at AS recency, coalesce(r.frequency, 0) AS frequency, coalesce(r.monetary, 0) AS monetary, (r.scores).peak_end,
    coalesce(r.frequency, 0) > 1 AS repurchases,
    coalesce(a.recommended, 0) AS recommended, coalesce(a.confirmed, 0) AS recommendations_confirmed,
    CASE WHEN a.confirmed > 0 THEN 'advocate' WHEN a.recommended > 0 THEN 'recommends'
        WHEN r.frequency > 1 THEN 'repurchases' WHEN r.frequency = 1 THEN 'bought once'
        ELSE 'no purchase yet' END AS value_step
FROM customers u
    LEFT JOIN (
        SELECT c.customer_id, max(c.occurred_at) AS last_contact_at, (array_agg(c.touchpoint ORDER BY c.occurred_at DESC, c.id DESC))[1] AS last_touchpoint,
            count(*) AS contacts, max(c.occurred_at) FILTER (WHERE c.value > 0) AS last_purchase_at,
            count(*) FILTER (WHERE c.value > 0) AS frequency, sum(c.value) AS monetary,
            @extschema@.score_summary(c.score, c.occurred_at, o.neutral) FILTER (WHERE c.counts) AS scores
        FROM judged_contacts c CROSS JOIN settings o WHERE c.customer_id IS NOT NULL GROUP BY c.customer_id
    ) r ON r.customer_id = u.customer_id
    LEFT JOIN (
        SELECT DISTINCT ON (n.customer_id) n.customer_id, n.channel
        FROM (
            SELECT c.customer_id, t.channel, count(*) AS contacts, max(c.occurred_at) AS last_at
            FROM contacts c JOIN touchpoints t ON t.touchpoint = c.touchpoint
            WHERE c.customer_id IS NOT NULL AND c.initiator = 'customer' AND t.channel IS NOT NULL
            GROUP BY c.customer_id, t.channel
        ) n ORDER BY n.customer_id, n.contacts DESC, n.last_at DESC, n.channel
    ) f ON f.customer_id = u.customer_id
    LEFT JOIN (
        SELECT x.referred_by, count(*) AS recommended, count(*) FILTER (WHERE x.referral_confirmed) AS confirmed
        FROM customers x WHERE x.referred_by IS NOT NULL GROUP BY x.referred_by
    ) a ON a.referred_by = u.customer_id;
COMMENT ON VIEW customer_archive IS
    'a customer a row: needs, the channel they prefer or choose most, last contact, recency and frequency of purchases, their money less what was refunded, what they remember, and their value: repurchase, recommendation (confirmed or not), advocacy';
