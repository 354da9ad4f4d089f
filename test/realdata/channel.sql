-- Contact type × month of a bank's phone campaign (UCI bank marketing): ranked by cost a success,
-- success rate and contacts needed, with the frontier; each figure checked by plain SQL.
-- psql -v ON_ERROR_STOP=1 -v data=DIRECTORY -f test/realdata/channel.sql, with touchpoint on the search_path
\set ON_ERROR_STOP on
\set file :data '/uci_bank/bank-full.csv.gz'
BEGIN;
CREATE TEMP TABLE bank (age int, job text, marital text, education text, in_default text, balance int, housing text, loan text,
                        contact text, day int, month text, duration int, campaign int, pdays int, previous int, poutcome text, y text);
SELECT format('COPY bank FROM PROGRAM %L (FORMAT csv, HEADER, DELIMITER '';'')', format('gunzip -c %L', :'file')) AS copy \gset
:copy;

-- A contact costs 0.50 to place, a minute of talk 0.30.
CREATE TEMP TABLE choice AS
SELECT contact || ' ' || month AS channel, count(*) AS customers, count(*) FILTER (WHERE y = 'yes') AS successes,
       0.50 * sum(campaign) + 0.30 * sum(duration) / 60 AS cost,
       avg((y = 'yes')::int)::float8 AS success_rate, avg(campaign)::float8 AS contacts_needed
FROM bank GROUP BY contact, month;

CREATE TEMP TABLE ranked AS
SELECT channel, customers, successes, cost_per(cost, successes) AS cost_per_success, success_rate, contacts_needed,
       channel_score(cost_per(cost, successes), success_rate, -contacts_needed) OVER w AS score,
       channel_rank(cost_per(cost, successes), success_rate, -contacts_needed) OVER w AS rank,
       pareto_efficient(ARRAY[cost_per(cost, successes), success_rate, contacts_needed], '{min,max,min}') OVER w AS front,
       cost_effectiveness(cost, successes) OVER w AS frontier
FROM choice WINDOW w AS ();

SELECT rank, channel, customers, successes, round(cost_per_success::numeric, 2) AS cost_per_success, round(success_rate::numeric, 3) AS success_rate,
       round(contacts_needed::numeric, 2) AS contacts_needed, round(score::numeric, 4) AS score, front, (frontier).status, round((frontier).icer::numeric, 2) AS icer
FROM ranked ORDER BY rank, channel;

DO $$
DECLARE
    wrong bigint;
BEGIN
    ASSERT (SELECT count(*) FROM bank WHERE y = 'yes') = 5289 AND (SELECT count(*) FROM bank WHERE y = 'no') = 39922, 'totals';
    ASSERT (SELECT sum(customers) FROM ranked) = 45211 AND (SELECT sum(successes) FROM ranked) = 5289, 'groups';

    -- ranks are those of the score, and the score is TOPSIS written out
    SELECT count(*) INTO wrong FROM (SELECT rank, rank() OVER (ORDER BY score DESC NULLS LAST) AS again FROM ranked) AS r WHERE rank <> again;
    ASSERT wrong = 0, 'ranks';
    WITH v AS (
        SELECT channel, score, cost_per_success / sqrt(sum(cost_per_success ^ 2) OVER ()) AS a, success_rate / sqrt(sum(success_rate ^ 2) OVER ()) AS b,
               -contacts_needed / sqrt(sum(contacts_needed ^ 2) OVER ()) AS c
        FROM ranked WHERE cost_per_success IS NOT NULL
    ), d AS (
        SELECT score, sqrt((a - min(a) OVER ()) ^ 2 + (b - max(b) OVER ()) ^ 2 + (c - max(c) OVER ()) ^ 2) AS best,
               sqrt((a - max(a) OVER ()) ^ 2 + (b - min(b) OVER ()) ^ 2 + (c - min(c) OVER ()) ^ 2) AS worst FROM v
    )
    SELECT count(*) INTO wrong FROM d WHERE abs(score - worst / (best + worst)) > 1e-12;
    ASSERT wrong = 0, 'scores';

    SELECT count(*) INTO wrong FROM ranked AS r
    WHERE cost_per_success IS NOT NULL
      AND front = EXISTS (SELECT FROM ranked AS o
                          WHERE o.cost_per_success <= r.cost_per_success AND o.success_rate >= r.success_rate AND o.contacts_needed <= r.contacts_needed
                            AND (o.cost_per_success < r.cost_per_success OR o.success_rate > r.success_rate OR o.contacts_needed < r.contacts_needed));
    ASSERT wrong = 0, 'front';

    WITH u AS (
        SELECT * FROM choice AS s WHERE NOT EXISTS (
            SELECT FROM choice AS o WHERE o.cost <= s.cost AND o.successes >= s.successes AND (o.cost < s.cost OR o.successes > s.successes))
    ), hand AS (
        SELECT c.channel, CASE WHEN u.channel IS NULL THEN 'dominated'
                               WHEN EXISTS (SELECT FROM u AS a, u AS b WHERE a.cost < c.cost AND c.cost < b.cost
                                            AND (c.cost - a.cost) * (b.successes - a.successes) > (b.cost - a.cost) * (c.successes - a.successes))
                               THEN 'extendedly dominated' ELSE 'efficient' END AS status
        FROM choice AS c LEFT JOIN u USING (channel)
    )
    SELECT count(*) INTO wrong FROM ranked JOIN hand USING (channel) WHERE (frontier).status <> status;
    ASSERT wrong = 0, 'frontier';
END $$;
ROLLBACK;
