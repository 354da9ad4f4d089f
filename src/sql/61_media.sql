
-- Media and audience.

CREATE TYPE touchpoint_media_fit AS (
    relation text, target bigint, audience bigint, overlap bigint,
    coverage float8, composition float8, jaccard float8, affinity_index float8);
COMMENT ON TYPE touchpoint_media_fit IS
'fit of a medium''s audience to a target: relation disjoint, partial, medium_within_target, target_within_medium or identical; people in each and in both; overlap / target, overlap / audience, overlap / either, each 0 to 1, and 100 * composition / share of the target in all; NULL where the denominator is 0';

CREATE FUNCTION media_fit_add(bigint[], boolean, boolean) RETURNS bigint[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_add(bigint[], boolean, boolean) IS
'transition of media_fit_agg: counts in both, in the target only, in the audience only, in neither; 22023 on another state';

CREATE FUNCTION media_fit_merge(bigint[], bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_merge(bigint[], bigint[]) IS
'combination of two states of media_fit_agg; 22023 on another state';

CREATE FUNCTION media_fit_result(bigint[]) RETURNS touchpoint_media_fit
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION media_fit_result(bigint[]) IS
'result of media_fit_agg from its state; NULL where nobody was counted; 22023 on another state';

CREATE AGGREGATE media_fit_agg(in_target boolean, in_audience boolean) (
    SFUNC = media_fit_add, STYPE = bigint[], INITCOND = '{0,0,0,0}',
    FINALFUNC = media_fit_result, COMBINEFUNC = media_fit_merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE media_fit_agg(boolean, boolean) IS
'does the medium''s audience meet the target? over the universe, a person a row; rows with NULL in either are passed over, count(*) FILTER (WHERE in_target IS NULL OR in_audience IS NULL) of them; NULL without rows';

CREATE FUNCTION reach(ratings float8[]) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reach(float8[]) IS
'share of the audience, 0 to 1, that meets at least one of vehicles with these ratings, taken as independent (Sainsbury); NULL if an element is; 22023 for a rating outside 0 to 1, 22003 on NaN or infinity';

CREATE FUNCTION frequency_distribution(rating float8, insertions integer,
                                       duplication float8 DEFAULT NULL) RETURNS float8[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION frequency_distribution(float8, integer, float8) IS
'shares of the audience, adding up to 1, that meet 0, 1, ... of the insertions; element 1 is no exposure; binomial where duplication is NULL or 0, else beta-binomial with it as the correlation between two insertions, 0 to 1; 22023 for a share outside 0 to 1 or negative insertions, 54000 for more than a million, 22003 on NaN or infinity';

CREATE FUNCTION effective_reach(float8[], at_least integer DEFAULT 3) RETURNS float8
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION effective_reach(float8[], integer) IS
'share of the audience, 0 to 1, that meets at_least insertions, from a frequency_distribution; NULL if an element is; 22023 for negative at_least or an element outside 0 to 1, 22003 on NaN or infinity';
