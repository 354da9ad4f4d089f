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
