-- Contact records: one meeting of customer and company.

-- include parts/io.sql TYPE="contact_record" IN="22P02 malformed, 22003 a number or time out of range" SEND="big-endian, text in UTF-8"

-- include parts/type.sql TYPE="contact_record"
COMMENT ON TYPE contact_record IS 'one meeting of customer and company: touchpoint@time [score= expected= cost= duration= value= by= id= properties=]';

-- include parts/order.sql TYPE="contact_record" ORDER="occurred_at, id, score (NULL first each), touchpoint, expected, cost, duration, value, initiator, properties"

CREATE FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8 DEFAULT NULL, expected float8 DEFAULT NULL, cost float8 DEFAULT NULL, duration interval DEFAULT NULL, value float8 DEFAULT NULL, initiator text DEFAULT NULL, id bigint DEFAULT NULL, properties jsonb DEFAULT NULL) RETURNS contact_record
AS 'MODULE_PATHNAME', 'contact_record_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION contact_record(touchpoint touchpoint, occurred_at timestamptz, score float8, expected float8, cost float8, duration interval, value float8, initiator text, id bigint, properties jsonb) IS
    'contact record of its fields; NULL without touchpoint or time; properties are a flat object, of which null is left out; 22003 for NaN, infinity and properties past 2^53, 22023 for a negative cost or duration, months in a duration, an unknown initiator and nested properties, 54000 for more than 64 properties, keys past 63 bytes and strings past 1,023';

-- include parts/getter.sql NAME="touchpoint" TYPE="contact_record" RESULT="touchpoint" SYMBOL="contact_record_touchpoint" IS="where it took place"

-- include parts/getter.sql NAME="occurred_at" TYPE="contact_record" RESULT="timestamptz" SYMBOL="contact_record_occurred_at" IS="when it began"

-- include parts/getter.sql NAME="score" TYPE="contact_record" RESULT="float8" SYMBOL="contact_record_score" IS="what the customer experienced, on the user''s scale; NULL where not known"

-- include parts/getter.sql NAME="expected" TYPE="contact_record" RESULT="float8" SYMBOL="contact_record_expected" IS="what the customer expected, on the same scale; NULL where not known"

-- include parts/getter.sql NAME="cost" TYPE="contact_record" RESULT="float8" SYMBOL="contact_record_cost" IS="what it cost the company, 0 or more; NULL where not known"

-- include parts/getter.sql NAME="duration" TYPE="contact_record" RESULT="interval" SYMBOL="contact_record_duration" IS="how long it took, in days of 24 hours; NULL where not known"

-- include parts/getter.sql NAME="value" TYPE="contact_record" RESULT="float8" SYMBOL="contact_record_value" IS="what it brought in, negative for a refund; NULL where not known"

-- include parts/getter.sql NAME="initiator" TYPE="contact_record" RESULT="text" SYMBOL="contact_record_initiator" IS="who started it: company, customer or third_party; NULL where not known"

-- include parts/getter.sql NAME="id" TYPE="contact_record" RESULT="bigint" SYMBOL="contact_record_id" IS="key of the source row; NULL where there is none"

-- include parts/getter.sql NAME="gap" TYPE="contact_record" RESULT="float8" SYMBOL="contact_record_gap" IS="score - expected: negative is a shortfall; NULL where either is; 22003 on overflow"

-- include parts/getter.sql NAME="properties" TYPE="contact_record" RESULT="jsonb" SYMBOL="contact_record_properties" IS="what else is known of it, a flat object; NULL where nothing is"

-- include parts/getter.sql NAME="property" TYPE="contact_record, key text" RESULT="text" SYMBOL="contact_record_property" IS="one of its properties as text: a string as it is, a number in its shortest exact form, true or false; NULL where it has none of this key"

-- include parts/getter.sql NAME="jsonb" TYPE="contact_record" RESULT="jsonb" SYMBOL="contact_record_to_jsonb" IS="object with the keys touchpoint, at, id, score, expected, cost, duration, value, initiator: those that are known"

-- include parts/getter.sql NAME="contact_record" TYPE="jsonb" RESULT="contact_record" SYMBOL="contact_record_from_jsonb" IS="contact record of a JSON object; 22023 for an unknown or missing key or a value that makes no sense, 22P02 for malformed text in it"

CREATE CAST (contact_record AS jsonb) WITH FUNCTION jsonb(contact_record);
COMMENT ON CAST (contact_record AS jsonb) IS 'object of the fields that are known';
CREATE CAST (jsonb AS contact_record) WITH FUNCTION contact_record(jsonb);
COMMENT ON CAST (jsonb AS contact_record) IS 'contact record of a JSON object';

-- include parts/json.sql TYPE="contact_record" IS="object of the fields that are known"

-- include parts/assigned.sql TYPE="contact_record"
