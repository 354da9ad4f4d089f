-- The SQL of docs/which-channel.md, in order: what stands between its ```sql fences.
SET search_path = public, tp;
SET extra_float_digits = 0;
\set page `awk '/^[[:punct:]][[:punct:]][[:punct:]]sql$/ { on = 1; next } /^[[:punct:]][[:punct:]][[:punct:]]$/ { on = 0 } on' docs/which-channel.md`
:page
DROP TABLE contact, channel_cost, person, kept CASCADE;
