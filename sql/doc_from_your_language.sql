SET search_path = public, tp;
CREATE TABLE visit (customer integer, touchpoint touchpoint, occurred_at timestamptz, score float8);
INSERT INTO visit VALUES (1, 'web/cart', '2026-01-05 10:00Z', 4), (1, 'app/push', '2026-01-06 10:00Z', 2);
SELECT to_jsonb(v) AS row FROM (SELECT customer, journey_agg(touchpoint, occurred_at, score) AS j FROM visit GROUP BY customer) v;
SELECT customer, j::journey FROM jsonb_to_record('{"customer": 1, "j": [{"at": "2026-01-05T10:00:00Z", "touchpoint": "web/cart"}]}') AS v (customer integer, j jsonb);
DROP TABLE visit;
