# A contact model in use survives dump and restore as it is, policies, triggers and live journeys
# included; DROP EXTENSION names what depends on it and loses no contact with CASCADE; an
# unprivileged user makes, uses and drops a model.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

# The extension in a schema that is not on the search_path, a model of a user who is nobody.
$node->safe_psql('postgres', 'CREATE ROLE keeper LOGIN; CREATE DATABASE source OWNER keeper');
my $source = 'source';
my $as_keeper = $node->connstr('source') . ' user=keeper';
sub keeper
{
	my ($sql) = @_;
	return $node->safe_psql($source, "SET ROLE keeper; $sql");
}

keeper('CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp');
keeper(q{SELECT tp.create_contact_model('my crm', 0, 10, 5)});
keeper(
	q{SET search_path = "my crm";
INSERT INTO channels (channel, unit_cost, strengths) VALUES ('sms', 0.1, '{awareness}'), ('营业厅', 5, '{trust,purchase}');
INSERT INTO stages VALUES ('办理', 1);
INSERT INTO goals VALUES ('inform', 'awareness');
INSERT INTO touchpoints (touchpoint, area, goal, content) VALUES ('sms/offer', 'marketing', 'inform', 'x'), ('办理:营业厅/等候区', 'service', NULL, 'y');
INSERT INTO customers (name) SELECT 'c' || n FROM generate_series(1, 20) n;
INSERT INTO consents (customer_id, channel, during) SELECT customer_id, 'sms', '[2024-01-01,)' FROM customers WHERE customer_id < 11;
UPDATE policies SET rule = '{"caps": [{"max": 1, "within": "7 days"}]}';
INSERT INTO follow_up_rules (touchpoint, wait, base) VALUES ('*/等候区', '2 days', 'contact'), ('*', '1 day', 'case_end');
INSERT INTO cases (customer_id, kind, opened_at) SELECT customer_id, 'repair', '2024-01-01' FROM customers;
SELECT record_contact(customer_id, 'sms/offer', timestamptz '2024-02-01Z' + d * interval '3 days') FROM customers, generate_series(1, 4) d;
SELECT record_contact(customer_id, '办理:营业厅/等候区', '2024-03-01Z', score => customer_id % 11, expected => 5, initiator => 'customer', case_id => customer_id) FROM customers;
UPDATE cases SET closed_at = '2024-03-02' WHERE case_id < 5;
DELETE FROM contacts WHERE customer_id = 20 AND initiator = 'customer'});

# All rows of all tables and views, but the sequences of what was not asked for.
sub fingerprint
{
	my ($db) = @_;
	my @names = split /\n/, $node->safe_psql($db,
		q{SELECT c.relname FROM pg_class c WHERE relnamespace = '"my crm"'::regnamespace AND relkind IN ('r', 'v')
			AND relname NOT IN ('follow_ups_due', 'customer_archive') ORDER BY 1});
	my $print = '';
	foreach my $name (@names)
	{
		$print .= "$name " . $node->safe_psql($db,
			qq{SET search_path = pg_catalog; SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text COLLATE "C")) FROM "my crm"."$name" r}) . "\n";
	}
	return $print;
}

# Definitions, as pg_dump writes them.
sub definitions
{
	my ($db) = @_;
	my ($out, $err) = run_command([ 'pg_dump', '-s', '-n', '"my crm"', $node->connstr($db) ]);
	$out =~ s/^(--|\\(un)?restrict).*\n//mg;
	return $out;
}

my $before = fingerprint('source');
like($before, qr/^contacts 39\|/m, 'recorded: ten customers twice, all of them once, one deleted');
like($before, qr/^refusals 60\|/m, 'refused: no consent, and caps');
like($before, qr/^follow_ups 24\|/m, 'follow-ups are scheduled');
is($node->safe_psql('source', q{SELECT tp.verify_journeys('"my crm".journeys')}), '0', 'journeys are true');

foreach my $how ([ 'plain' ], [ 'custom', '-Fc' ])
{
	my ($name, @options) = @$how;
	my $dump = "$dir/$name";
	$node->safe_psql('postgres', "CREATE DATABASE $name OWNER keeper");
	$node->command_ok([ 'pg_dump', @options, '-f', $dump, $node->connstr('source') ], "$name: pg_dump");
	$node->command_ok(@options
		? [ 'pg_restore', '-e', '-d', $node->connstr($name), $dump ]
		: [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr($name) ], "$name: restore");
	is(fingerprint($name), $before, "$name: the same rows, the views the same answers");
	is(definitions($name), definitions('source'), "$name: the same definitions");
	is($node->safe_psql($name, q{SELECT tp.verify_journeys('"my crm".journeys')}), '0', "$name: journeys are true");
	$source = $name;
	is(keeper(q{SELECT recorded, left(reason, 4) FROM "my crm".record_contact(1, 'sms/offer', '2024-02-05Z')}), 'f|cap ',
		"$name: the policy still refuses");
	is(keeper(q{SELECT recorded FROM "my crm".record_contact(1, 'sms/offer', '2024-05-05Z')}), 't', "$name: and records");
	is(keeper(q{SELECT tp.verify_journeys('"my crm".journeys')}), '0', "$name: the triggers keep journeys");
	is($node->psql($name, q{UPDATE "my crm".policies SET rule = '{"cap": 1}'}), 3, "$name: policies are still checked");
	$source = 'source';
}

# DROP EXTENSION says what would go; with CASCADE no contact does, and none of the other tables' rows.
my ($rc, $out, $err) = $node->psql('source', 'DROP EXTENSION touchpoint');
is($rc, 3, 'DROP EXTENSION refuses');
like($err, qr/column journey of table "my crm"\.journeys depends on type tp\.journey/, 'names the journeys');
like($err, qr/constraint policies_rule_check on table "my crm"\.policies depends on function/, 'names the check of policies');
like($err, qr/trigger .* on table "my crm"\.contacts depends on function/, 'names the triggers');
my $count = q{SELECT table_name, (xpath('//c/text()', query_to_xml(format('SELECT count(*) AS c, md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS m FROM "my crm".%I t', table_name), false, true, '')))[1]::text,
	(xpath('//m/text()', query_to_xml(format('SELECT count(*) AS c, md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS m FROM "my crm".%I t', table_name), false, true, '')))[1]::text
	FROM information_schema.tables WHERE table_schema = 'my crm' AND table_type = 'BASE TABLE' AND table_name <> 'journeys' ORDER BY 1};
my $rows = $node->safe_psql('source', $count);
$node->safe_psql('source', 'DROP EXTENSION touchpoint CASCADE');
is($node->safe_psql('source', $count), $rows, 'CASCADE loses no row and no column of any table but the live journeys');
is($node->safe_psql('source', 'SELECT count(*) FROM "my crm".journeys'), '19', 'whose keys stay');
keeper(q{INSERT INTO "my crm".contacts (occurred_at, customer_id, touchpoint) VALUES ('2024-06-01', 1, 'sms/offer')});
pass('contacts can still be written');

# Requests that come many times at once are recorded once each, and no cap is passed, at any isolation level.
$node->safe_psql('postgres', 'CREATE DATABASE crowd');
$node->safe_psql('crowd', q{CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; SELECT tp.create_contact_model('crm');
INSERT INTO crm.channels (channel, unit_cost) VALUES ('sms', 1); INSERT INTO crm.goals VALUES ('tell');
INSERT INTO crm.touchpoints (touchpoint, area) VALUES ('sms/note', 'service'), ('sms/plan', 'service');
INSERT INTO crm.customers (name) SELECT 'c' || n FROM generate_series(1, 40) n;
INSERT INTO crm.contact_plans (name, goal, touchpoint, during, budget) VALUES ('p', 'tell', 'sms/plan', '(,)', 25);
UPDATE crm.policies SET rule = '{"caps": [{"max": 3, "within": "1 day", "touchpoint": "sms/note"}]}'});
my $told = $node->safe_psql('crowd', q{LISTEN crm; SELECT recorded FROM crm.record_contact(1, 'sms/note'); SELECT recorded FROM crm.record_contact(1, 'sms/nothing')});
like($told, qr/Asynchronous notification "crm" with payload "\{"contact_id": \d+, "customer_id": 1\}"/, 'a recorded contact is announced, by ids');
like($told, qr/Asynchronous notification "crm" with payload "\{"refusal_id": \d+, "customer_id": 1\}"/, '... and a refusal');
$node->safe_psql('crowd', 'DELETE FROM crm.contacts; DELETE FROM crm.refusals');
foreach my $level ('read committed', 'repeatable read', 'serializable')
{
	my $tag = substr($level, 0, 4);
	$node->safe_psql('crowd', 'UPDATE crm.policies SET active = false');
	append_to_file("$dir/$tag.sql", "\\set r random(1, 100)\nSELECT recorded FROM crm.record_contact(:r % 40 + 1, 'sms/note', request_id => '$tag' || :r);\n");
	append_to_file("$dir/$tag.caps.sql", "\\set r random(1, 40)\nSELECT recorded FROM crm.record_contact(:r, 'sms/note');\nSELECT recorded FROM crm.record_contact(:r, 'sms/plan', plan_id => 1);\n");
	my @bench = ([ 'pgbench', '-n', '-c', '8', '-t', '60', '--max-tries', '1000', '-f' ], [ $node->connstr('crowd') ]);
	local $ENV{PGOPTIONS} = "-c default_transaction_isolation=" . ($level =~ s/ /\\ /r);
	$node->command_ok([ @{ $bench[0] }, "$dir/$tag.sql", @{ $bench[1] } ], "$level: requests at once");
	is($node->safe_psql('crowd', "SELECT count(*) = count(DISTINCT (answer ->> 'contact_id')) AND count(*) = (SELECT count(*) FROM crm.contacts), count(*) > 50, count(*) = count(answer) FROM crm.requests"),
		't|t|t', "$level: each recorded once");
	$node->safe_psql('crowd', 'UPDATE crm.policies SET active = true; DELETE FROM crm.contacts; DELETE FROM crm.requests');
	$node->command_ok([ @{ $bench[0] }, "$dir/$tag.caps.sql", @{ $bench[1] } ], "$level: contacts at once");
	is($node->safe_psql('crowd', q{SELECT max(n), (SELECT sum(cost) FROM crm.contacts WHERE plan_id = 1), tp.verify_journeys('crm.journeys') FROM (SELECT count(*) AS n FROM crm.contacts WHERE plan_id IS NULL GROUP BY customer_id) x}),
		'3|25|0', "$level: no cap and no budget passed, journeys true");
	$node->safe_psql('crowd', 'DELETE FROM crm.contacts; DELETE FROM crm.requests');
}

# A user without rights makes, uses and drops a model.
$source = 'plain';
keeper(q{SELECT tp.drop_contact_model('my crm', true)});
is(keeper(q{SELECT count(*) FROM pg_namespace WHERE nspname = 'my crm'}), '0', 'its owner drops the model');
$node->safe_psql('plain', 'CREATE SCHEMA others');
($rc, $out, $err) = $node->psql('plain', q{SET ROLE keeper; SELECT tp.create_contact_model('others')});
like($err, qr/must be owner of schema "others"/, 'not in a schema of somebody else');

$node->stop;
done_testing();
