# Live journeys as a database's owner who is no superuser has them: dumped and restored with their
# triggers, named by DROP EXTENSION, and equal to a rebuild after eight clients have had their way.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "max_prepared_transactions = 2\n");
$node->start;
$node->safe_psql('postgres',
	'CREATE ROLE analyst LOGIN; CREATE DATABASE crm OWNER analyst; CREATE DATABASE copy OWNER analyst; CREATE DATABASE busy');

my @as_analyst = (extra_params => [ '-U', 'analyst' ]);
my $dir = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql(
	'crm', q{
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
CREATE SCHEMA "my crm";
CREATE TABLE "my crm".contacts (id bigserial, "the customer" int, label text, at timestamptz, score float8, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE "my crm".contacts_1 PARTITION OF "my crm".contacts FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z');
CREATE TABLE "my crm".contacts_2 PARTITION OF "my crm".contacts DEFAULT;
CREATE INDEX ON "my crm".contacts ("the customer");
SELECT tp.maintain_journeys('"my crm".contacts', 'jour''neys', '{the customer}', 'tp.touchpoint(''it''''s \ a'', label)', 'at', 'score', id => 'id');
SELECT tp.maintain_journeys('"my crm".contacts', 'by"month', '{the customer}', 'label', 'at', 'score', id => 'id', period => 'month');
CREATE TABLE "my crm".policies (name text PRIMARY KEY, rules tp.contact_policy NOT NULL);
INSERT INTO "my crm".policies VALUES ('sms', '{"caps":[{"max":2,"within":"7 days","channel":"sms"}],"quiet":{"from":"21:00","to":"09:00","timezone":"Asia/Shanghai"}}');
INSERT INTO "my crm".contacts ("the customer", label, at, score)
    SELECT i % 5, 'step ' || i % 3, '2026-01-01Z'::timestamptz + i * interval '7 hours', i FROM generate_series(1, 200) i;
}, @as_analyst);

# Names as pg_dump writes them stand for the same definitions everywhere.
my $state = q{
SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY pg_get_triggerdef(oid) COLLATE "C";
SELECT * FROM "my crm"."jour'neys" ORDER BY 1;
SELECT * FROM "my crm"."by""month" ORDER BY 1, 2;
SELECT pg_get_viewdef(oid), reloptions, obj_description(oid) FROM pg_class WHERE relname = 'by"month_whole';
SELECT * FROM "my crm"."by""month_whole" ORDER BY 1;
SELECT * FROM "my crm".policies;
SELECT tp.verify_journeys('"my crm"."by""month"');
SELECT tp.verify_journeys('"my crm"."jour''neys"');
};
my $before = $node->safe_psql('crm', $state, @as_analyst);
like($before, qr/\n0$/, 'all is well');
like($before, qr/contacts_2.*keep_journeys\('part'/, 'partitions have triggers too');
like($before, qr/security_invoker=true.*whole journeys by "the customer"/, 'there is a view of whole journeys');

for my $format ('plain', 'custom', 'directory')
{
	my $dump = "$dir/crm.$format";

	$node->command_ok([ 'pg_dump', '-U', 'analyst', '-F', $format, ($format eq 'directory' ? ('-j', 2) : ()), '-f', $dump, $node->connstr('crm') ], "dumped: $format");
	if ($format eq 'plain')
	{
		$node->command_ok([ 'psql', '-X', '-q', '-U', 'analyst', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy') ], 'restored');
	}
	else
	{
		$node->safe_psql('postgres', 'DROP DATABASE copy; CREATE DATABASE copy OWNER analyst');
		$node->command_ok([ 'pg_restore', '--exit-on-error', ($format eq 'directory' ? ('-j', 2) : ()), '-U', 'analyst', '-d', $node->connstr('copy'), $dump ], 'restored');
	}
	is($node->safe_psql('copy', $state, @as_analyst), $before, "equal: triggers, journeys, policies");
	my ($ret, $out, $err) = $node->psql('copy', q{DROP TABLE "my crm"."jour'neys"}, @as_analyst);
	like($err, qr/trigger .*insert on table "my crm"\.contacts depends on/, 'the table of journeys is not dropped from under its triggers');
	like($err, qr/trigger .*truncate on table "my crm"\.contacts_2 depends on/, 'nor from under those of partitions');
	($ret, $out, $err) = $node->psql('copy', q{DROP TABLE "my crm"."by""month"}, @as_analyst);
	like($err, qr/view "my crm"\."by""month_whole" depends on table/, 'nor from under its view');
	is($node->safe_psql('copy', q{BEGIN; ALTER TABLE "my crm"."jour'neys" RENAME TO j; INSERT INTO "my crm".contacts ("the customer", label, at) VALUES (77, 'renamed', '2026-01-05Z');
SELECT count(*), tp.verify_journeys('"my crm".j') FROM "my crm".j WHERE "the customer" = 77; ROLLBACK}, @as_analyst), '1|0', 'and it may be renamed');
}
$node->safe_psql('copy', q{
INSERT INTO "my crm".contacts ("the customer", label, at) VALUES (1, 'new', '2026-01-05Z'), (9, 'new', '2027-01-05Z');
UPDATE "my crm".contacts_1 SET "the customer" = 8 WHERE "the customer" = 2;
DELETE FROM "my crm".contacts WHERE "the customer" = 3;
}, @as_analyst);
is($node->safe_psql('copy', q{SELECT tp.verify_journeys('"my crm"."jour''neys"'), count(*) FROM "my crm"."jour'neys"}, @as_analyst),
	'0|6', 'kept where they are restored');
is($node->safe_psql('copy', q{SELECT tp.verify_journeys('"my crm"."by""month"'), count(DISTINCT "the customer"), (SELECT count(*) FROM "my crm"."by""month_whole") FROM "my crm"."by""month"}, @as_analyst),
	'0|6|6', 'by period too');
my ($ret, $out, $err) = $node->psql('copy', q{INSERT INTO "my crm".policies VALUES ('bad', '{"caps":[{"max":0,"within":"1 day"}]}')}, @as_analyst);
like($err, qr/caps\[1\]\.max must be a whole number/, 'policies are checked where they are restored');

# A second call says what it says on the first server.
$node->safe_psql('copy', q{SELECT tp.maintain_journeys('"my crm".contacts', 'jour''neys', '{the customer}', 'tp.touchpoint(''it''''s \ a'', label)', 'at', 'score', id => 'id')}, @as_analyst);
$node->safe_psql('copy', q{SELECT tp.maintain_journeys('"my crm".contacts', 'by"month', '{the customer}', 'label', 'at', 'score', id => 'id', period => 'month')}, @as_analyst);
($ret, $out, $err) = $node->psql('copy', q{SELECT tp.maintain_journeys('"my crm".contacts', 'jour''neys', '{the customer}', 'label', 'at')}, @as_analyst);
like($err, qr/kept in another way/, 'nor does another definition pass');

# Two-phase commit: the keys stay locked until it is decided.
$node->safe_psql('copy', q{
BEGIN; INSERT INTO "my crm".contacts ("the customer", label, at) VALUES (1, 'prepared', '2026-01-06Z'); PREPARE TRANSACTION 'p'});
($ret, $out, $err) = $node->psql('copy', q{SET lock_timeout = '100ms'; DELETE FROM "my crm".contacts WHERE "the customer" = 1}, @as_analyst);
like($err, qr/lock timeout/, 'who would write the same journey waits');
$node->safe_psql('copy', q{COMMIT PREPARED 'p'});
is($node->safe_psql('copy', q{SELECT tp.verify_journeys('"my crm"."jour''neys"')}, @as_analyst), '0', 'prepared and committed');

# DROP EXTENSION names what depends on it; with CASCADE contacts stay, and can be written.
($ret, $out, $err) = $node->psql('copy', 'DROP EXTENSION touchpoint', @as_analyst);
like($err, qr/column journey of table "my crm"\."jour'neys" depends on type tp\.journey/, 'the column is named');
like($err, qr/view "my crm"\."by""month_whole" depends on/, 'so is the view');
like($err, qr/trigger .*insert on table "my crm"\.contacts depends on function tp\.keep_journeys/, 'so are the triggers');
my $contacts = $node->safe_psql('copy', 'SELECT count(*) FROM "my crm".contacts', @as_analyst);
$node->safe_psql('copy', q{
DROP EXTENSION touchpoint CASCADE;
INSERT INTO "my crm".contacts ("the customer", label, at) VALUES (1, 'without', '2026-01-05Z');
UPDATE "my crm".contacts SET label = 'all';
}, @as_analyst);
is($node->safe_psql('copy', 'SELECT count(*) FROM "my crm".contacts', @as_analyst), $contacts + 1, 'no contact is lost');

# Eight clients on 1,000 customers; test/bench/live_mix.sh takes a minute.
$node->safe_psql('busy', 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp');
local $ENV{PGHOST} = $node->host;
local $ENV{PGPORT} = $node->port;
local $ENV{PGDATABASE} = 'busy';
delete local $ENV{PGUSER};
command_like([ 'test/bench/live_mix.sh', $ENV{LIVE_MIX_SECONDS} || 5 ], qr/by customer and by case: 0 0 of \d{3,4}, by period 0 0 of \d{4}/,
	'equal to a rebuild after a mix of writers');
is($node->safe_psql('busy', q{SELECT count(*) FROM (
SELECT customer, tp.journey_agg(tp.touchpoint(channel, label), at, score, NULL, NULL, NULL, NULL, NULL, id) AS journey FROM live.contacts
 WHERE label IS NOT NULL AND customer IS NOT NULL GROUP BY customer EXCEPT ALL TABLE live.by_customer) AS d}), '0', 'by a plain query too');
is($node->safe_psql('busy', q{SELECT count(*) FROM (
SELECT customer, date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', tp.journey_agg(tp.touchpoint(channel, label), at, score, NULL, NULL, NULL, NULL, NULL, id) AS journey FROM live.contacts
 WHERE label IS NOT NULL AND customer IS NOT NULL GROUP BY 1, 2 EXCEPT ALL TABLE live.monthly) AS d}), '0', 'by a plain query by month');
is($node->safe_psql('busy', q{SELECT count(*) FROM ((TABLE live.by_customer EXCEPT ALL TABLE live.monthly_whole) UNION ALL (TABLE live.monthly_whole EXCEPT ALL TABLE live.by_customer)) AS d}),
	'0', 'and months together are the whole');

# A crash loses nothing that was committed.
$node->stop('immediate');
$node->start;
is($node->safe_psql('busy', q{SELECT tp.verify_journeys('live.by_customer') + tp.verify_journeys('live.by_case') + tp.verify_journeys('live.monthly')}), '0', 'after a crash');

$node->stop;
done_testing();
