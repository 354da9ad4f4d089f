\set customer random(0, 999)
\set other random(0, 999)
\set kind random(1, 100)
\set minute random(0, 130000)
\set id random(1, 12000)
\set level random(1, 4)
\if :level = 1
BEGIN ISOLATION LEVEL REPEATABLE READ;
\elif :level = 2
BEGIN ISOLATION LEVEL SERIALIZABLE;
\else
BEGIN;
\endif
\if :kind <= 35
INSERT INTO live.contacts (customer, case_no, channel, label, at, score) VALUES (:customer, :id % 7, 'web', 'new', timestamptz '2026-01-01Z' + :minute * interval '1 minute', :kind);
\elif :kind <= 45
INSERT INTO live.contacts (customer, case_no, channel, label, at, score) SELECT (:customer + i * 37) % 1000, i % 7, 'app', 'many', timestamptz '2026-01-01Z' + (:minute + i) * interval '1 minute', i FROM generate_series(1, 10) AS i;
\elif :kind <= 55
UPDATE live.contacts SET score = :kind WHERE customer = :customer AND id % 3 = 0;
\elif :kind <= 62
UPDATE live.contacts SET customer = :other WHERE id = :id;
\elif :kind <= 67
UPDATE live.contacts SET at = timestamptz '2026-01-01Z' + :minute * interval '1 minute' WHERE id = :id;
\elif :kind <= 72
UPDATE live.contacts_1 SET label = CASE WHEN random() < 0.3 THEN NULL ELSE 'moved' END WHERE customer = :other;
\elif :kind <= 85
DELETE FROM live.contacts WHERE customer = :customer AND id % 4 = :kind % 4;
\elif :kind <= 88
DELETE FROM live.contacts WHERE customer IN (:customer, :other);
\elif :kind <= 91
WITH gone AS (DELETE FROM live.contacts WHERE customer = :customer RETURNING *) INSERT INTO live.contacts (customer, case_no, channel, label, at, score) SELECT :other, case_no, channel, label, at, score FROM gone;
\elif :kind <= 94
INSERT INTO live.contacts (id, customer, case_no, channel, label, at) SELECT id, :other, case_no, channel, label, at FROM live.contacts WHERE customer = :customer UNION ALL SELECT nextval('live.ids'), :other, 1, 'store', 'merged', timestamptz '2026-01-05Z' ON CONFLICT (id, at) DO UPDATE SET customer = EXCLUDED.customer;
\elif :kind <= 97
SAVEPOINT s;
DELETE FROM live.contacts WHERE customer = :customer;
ROLLBACK TO s;
INSERT INTO live.contacts (customer, case_no, channel, label, at) VALUES (:customer, 3, 'web', 'after all', timestamptz '2026-01-07Z');
DELETE FROM live.contacts WHERE customer = :customer AND label = 'new';
INSERT INTO live.contacts_2 (customer, case_no, channel, label, at) VALUES (:customer, 3, 'web', 'and then', timestamptz '2026-02-07Z');
\else
INSERT INTO live.contacts_1 (customer, case_no, channel, label, at) VALUES (:customer, 2, 'web', 'leaf', timestamptz '2026-01-09Z');
DELETE FROM live.contacts_1 WHERE customer = :other;
\endif
COMMIT;
