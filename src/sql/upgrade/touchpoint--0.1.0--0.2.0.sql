\echo Use "ALTER EXTENSION touchpoint UPDATE TO '0.2.0'" to load this file. \quit

-- What 0.2.0 has otherwise than 0.1.0; src/sql/upgrade.awk fills in the statements from the install script, and
-- test/upgrade/README.md tells how to add to this. The server runs it with the extension's schema alone on the
-- search_path, behind its own and before pg_temp. So the rule here is: make, replace, alter and comment on objects by
-- their exact names and arguments, which nobody else's object can have; what evaluates an expression sets a
-- search_path of its own first.

-- The planner's estimate of touchpoint ~ text
-- new FUNCTION touchpoint_matches_sel(
ALTER OPERATOR ~ (touchpoint, text) SET (RESTRICT = touchpoint_matches_sel);

-- Sums without rounding: states are open while they grow, and larger
-- again FUNCTION gap_summary_accum(
-- again FUNCTION gap_summary_merge(
-- new FUNCTION gap_summary_final(
-- again AGGREGATE gap_agg(
-- again AGGREGATE rollup(gap_summary)
-- again FUNCTION driver_summary_accum(
-- again FUNCTION driver_summary_merge(
-- new FUNCTION driver_summary_final(
-- again AGGREGATE driver_agg(
-- again AGGREGATE rollup(driver_summary)
-- again AGGREGATE score_summary(

-- Identity
-- new FUNCTION contact_id(
-- new FUNCTION remove_contacts(
-- new FUNCTION replace_contacts(
-- new FUNCTION journey_difference(
-- new OPERATOR - (LEFTARG = journey,
-- new FUNCTION tied_contacts(

-- Properties
-- drop FUNCTION @extschema@.contact_record(@extschema@.touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint)
-- new FUNCTION contact_record(touchpoint touchpoint
-- drop FUNCTION @extschema@.contacts(@extschema@.journey)
-- new FUNCTION contacts(
-- new FUNCTION properties(
-- new FUNCTION property(
-- new FUNCTION journey_agg_row(internal, touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb)
-- new AGGREGATE journey_agg(touchpoint, timestamptz, float8, float8, float8, interval, float8, text, bigint, jsonb)

-- Steps: the argument has its name, and matches may overlap
-- drop FUNCTION @extschema@.keep(@extschema@.journey, text)
-- new FUNCTION keep(
-- drop FUNCTION @extschema@.discard(@extschema@.journey, text)
-- new FUNCTION discard(
-- drop FUNCTION @extschema@.adjust_scores(@extschema@.journey, text, float8, float8, float8)
-- new FUNCTION adjust_scores(
-- drop FUNCTION @extschema@.match_count(@extschema@.journey, @extschema@.journey_pattern)
-- new FUNCTION match_count(
-- drop FUNCTION @extschema@.matches(@extschema@.journey, @extschema@.journey_pattern)
-- new FUNCTION matches(
-- again FUNCTION collapse_repeats(
-- again FUNCTION first_occurrences(
-- new FUNCTION times_between(
-- new FUNCTION time_in_state(

-- The gate
-- new FUNCTION next_best_contacts(

-- The contact model
-- again FUNCTION contact_model_tables(
-- again FUNCTION contact_model_record(
-- again FUNCTION contact_model_views(
-- again FUNCTION contact_model_management(
-- again FUNCTION contact_model_comments(
-- again FUNCTION create_contact_model(
-- new FUNCTION contact_model_filled(
-- again FUNCTION drop_contact_model(

-- Live journeys
-- drop FUNCTION @extschema@.maintain_journeys(regclass, name, text[], text, text, text, text, text, text, text, text, text)
-- new FUNCTION maintain_journeys(

-- comments
