-- What customers say of each row of a table. VIEW; FROM, AS, KEY: the table, and what contacts know it by; COLUMNS: others of it.
CREATE VIEW @VIEW@ AS
SELECT @AS@.@KEY@, @COLUMNS@, coalesce(s.contacts, 0) AS contacts, coalesce(s.left_out, 0) AS left_out,
    coalesce(@extschema@.mean_count(s.scores), 0) AS scored, @extschema@.mean(s.scores) AS mean_score,
    @extschema@.mean_ci_low(s.scores) AS mean_low, @extschema@.mean_ci_high(s.scores) AS mean_high,
    @extschema@.mean_gap(s.gaps) AS gap, @extschema@.gap_ci_low(s.gaps) AS gap_low, @extschema@.gap_ci_high(s.gaps) AS gap_high
FROM @FROM@ @AS@ LEFT JOIN (
    SELECT w.@KEY@, count(*) FILTER (WHERE w.counts) AS contacts, count(*) FILTER (WHERE NOT w.counts) AS left_out,
        @extschema@.mean_agg(w.score) FILTER (WHERE w.counts) AS scores,
        @extschema@.gap_agg(w.expected_or_evaluated, w.score) FILTER (WHERE w.counts) AS gaps
    FROM weighed_contacts w WHERE w.@KEY@ IS NOT NULL GROUP BY w.@KEY@
) s ON s.@KEY@ = @AS@.@KEY@;
