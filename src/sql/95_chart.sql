-- Pictures: text that a browser shows.

CREATE FUNCTION journey_svg(journey, neutral float8 DEFAULT NULL, width integer DEFAULT 960) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION journey_svg(journey, neutral float8, width integer) IS
    'one journey as SVG: the curve of scores, the expected one dashed, gaps shaded, peak (where neutral is given, else highest and lowest) and end marked, stages as bands, channels as lanes, long pauses broken; width in px; 22023 for a width outside 320 to 4000, 22003 for a neutral of NaN or infinity';
