-- Pictures: text that a browser shows.

CREATE FUNCTION journey_svg(journey, neutral float8 DEFAULT NULL, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION journey_svg(journey, neutral float8, width integer) IS
    'one journey as SVG: the curve of scores, the expected one dashed, gaps shaded, peak (where neutral is given, else highest and lowest) and end marked, stages as bands, channels as lanes, long pauses broken; width in px; 22023 for a width outside 320 to 4000, 22003 for a neutral of NaN or infinity';

CREATE FUNCTION funnel_svg(touchpoint_funnel_step[], width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION funnel_svg(touchpoint_funnel_step[], width integer) IS
    'what funnel_agg gives as SVG: a bar a step, who went on with a 95 % interval, median times; width in px; 22023 for a width outside 320 to 4000, more than 64 steps, negative counts and shares outside 0 to 1';

CREATE FUNCTION retention_svg(touchpoint_retention[], width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION retention_svg(touchpoint_retention[], width integer) IS
    'what retention_agg gives as SVG: a heat map of the share that came back, in percent, a cohort a row (the last 60), a period a column (the first 36); width in px; 22023 for a width outside 320 to 4000, negative counts and shares outside 0 to 1';

CREATE FUNCTION sankey_svg(touchpoint_level[], width integer DEFAULT 960, height integer DEFAULT 540) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION sankey_svg(touchpoint_level[], width integer, height integer) IS
    'what level_flow_agg gives as SVG: paths step by step, ribbons as wide as journeys are many, few crossings; px; 22023 for a width outside 320 to 4000, a height outside 200 to 4000, negative counts, more than 10,000 ribbons';

CREATE FUNCTION flow_svg(journey_flow, top integer DEFAULT 20, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION flow_svg(journey_flow, top integer, width integer) IS
    'the commonest transitions of a flow as SVG, in layers: arrows as thick as they are frequent, with counts and mean times, in bold where most time passes in all, those that go back upwards; width in px; 22023 for a width outside 320 to 4000 and a top outside 1 to 100';

CREATE FUNCTION flow_mermaid(journey_flow, top integer DEFAULT 20) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_mermaid(journey_flow, top integer) IS
    'the commonest transitions of a flow as a Mermaid flowchart; 22023 for a top outside 1 to 100';

CREATE FUNCTION flow_dot(journey_flow, top integer DEFAULT 20) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_dot(journey_flow, top integer) IS
    'the commonest transitions of a flow as a Graphviz digraph; 22023 for a top outside 1 to 100';

CREATE FUNCTION journey_mermaid(journey, low float8, high float8) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION journey_mermaid(journey, low float8, high float8) IS
    'one journey as Mermaid''s user journey: stages as sections, channels as actors, scores from low to high as 1 to 5; contacts without a score stand as comments; 22023 unless low < high, 22003 for NaN and infinity';

CREATE FUNCTION quadrant_svg(labels text[], importance float8[], performance float8[], width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION quadrant_svg(labels text[], importance float8[], performance float8[], width integer) IS
    'importance and performance as SVG, with cuts at their means and the quadrants named (none where all are equal in one of them); points of which one is NULL are left out; width in px; 22023 for a width outside 320 to 4000, arrays of different length, more than 1,000 points; 22003 for NaN and infinity';

CREATE FUNCTION frontier_svg(labels text[], cost float8[], effect float8[], width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION frontier_svg(labels text[], cost float8[], effect float8[], width integer) IS
    'cost and effect as SVG, with the efficient line of cost_effectiveness; points of which one is NULL are left out; width in px; 22023 for a width outside 320 to 4000, arrays of different length, more than 1,000 points; 22003 for NaN, infinity and what overflows';

CREATE FUNCTION control_svg(labels text[], "values" float8[], width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION control_svg(labels text[], "values" float8[], width integer) IS
    'a control chart of individual values as SVG, with centre, limits and the signals of control_chart; NULL values are left out; width in px; 22023 for a width outside 320 to 4000, arrays of different length, more than 1,000 values; 22003 for NaN, infinity and what overflows';

CREATE FUNCTION blueprint_svg(schema name, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION blueprint_svg(schema name, width integer) IS
    'the service blueprints of the contact model in a schema as SVG: steps by lanes, lines of interaction and visibility, fail points, mean scores lived; the caller must have SELECT on the views, which are read as their owner; width in px; 22023 for a width outside 320 to 4000, 3F000 and 42P01 where there is no model, 42501 without rights';

CREATE FUNCTION panorama_svg(schema name, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION panorama_svg(schema name, width integer) IS
    'the service panorama of the contact model in a schema as SVG: zones by what carries the experience, with mean scores; the caller must have SELECT on the views, which are read as their owner; width in px; 22023 for a width outside 320 to 4000, 3F000 and 42P01 where there is no model, 42501 without rights';

CREATE FUNCTION html_table(query text) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION html_table(query text) IS
    'the rows of a query as an HTML table, escaped; runs as the caller in a read-only transaction: 25006 for what changes or locks rows, in the query or in a function that it calls (temporary tables apart); 22023 for what is not one SELECT, VALUES or TABLE, 54000 for more than 10,000 rows';

CREATE FUNCTION html_report(title text, parts text[]) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION html_report(title text, parts text[]) IS
    'one self-contained HTML page: parts that are pictures or tables of this extension stand as they are, "# ..." is a heading, "```..." the SQL behind what stands above, folded, any other a paragraph, escaped; NULL parts are left out; no script, no request; for the screen in light and dark and for A4';
