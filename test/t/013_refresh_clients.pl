# refresh_contact_model runs again and again while clients record contacts, with request ids and without, in transactions
# of several calls, read views and the card, and write to the tables: nobody is told of an error, refresh included, and nothing is lost.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "max_connections = 60\n");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', q{CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; SELECT tp.create_contact_model('crm');
INSERT INTO crm.channels (channel, unit_cost) VALUES ('sms', 1), ('desk', 1);
INSERT INTO crm.goals VALUES ('tell');
INSERT INTO crm.touchpoints (touchpoint, area, complaint) VALUES ('sms/note', 'service', false), ('desk/complaint', 'service', true);
INSERT INTO crm.customers (name) SELECT 'c' || n FROM generate_series(1, 400) n;
INSERT INTO crm.contact_plans (name, goal, touchpoint, during, budget) VALUES ('p', 'tell', 'sms/note', '(,)', 1e9);
CREATE ROLE app LOGIN;
SELECT tp.grant_contact_model('crm', 'app', 'application');
SELECT tp.grant_contact_model('crm', 'app', 'analyst')});

my %script = (
	note => [ 6, q{\set c random(1, 400)
SELECT recorded FROM crm.record_contact(:c, 'sms/note', plan_id => 1);} ],
	complaint => [ 3, q{\set c random(1, 400)
SELECT recorded FROM crm.record_contact(:c, 'desk/complaint', score => 1);} ],
	request => [ 4, q{\set c random(1, 400)
SELECT recorded FROM crm.record_contact(:c, 'sms/note', request_id => clock_timestamp() || ' ' || pg_backend_pid());} ],
	# by order of customers, so that they do not deadlock without a refresh either
	several => [ 2, q{\set c random(1, 200)
BEGIN;
SELECT recorded FROM crm.record_contact(:c, 'sms/note');
SELECT recorded FROM crm.record_contact(:c + 200, 'sms/note', request_id => clock_timestamp() || ' ' || pg_backend_pid());
SELECT crm.customer_card(:c) IS NOT NULL;
COMMIT;} ],
	asked => [ 4, q{\set c random(1, 400)
SELECT allowed FROM crm.may_contact(:c, 'sms/note');
SELECT crm.customer_card(:c) IS NOT NULL;} ],
	read => [ 1, q{SELECT count(*) FROM crm.case_report;
SELECT count(*) FROM crm.consent_status;
BEGIN;
SELECT count(*) FROM crm.contact_validity LIMIT 1;
SELECT count(*) FROM crm.customer_standards LIMIT 1;
COMMIT;} ]);
my @files;
for my $name (sort keys %script)
{
	append_to_file("$dir/$name.sql", $script{$name}[1] . "\n");
	push @files, '-f', "$dir/$name.sql\@$script{$name}[0]";
}

my $oids = q{SELECT string_agg(oid || ' ' || proname, ',' ORDER BY oid) FROM pg_proc WHERE pronamespace = 'crm'::regnamespace};
my $before = $node->safe_psql('postgres', $oids);
my $lines = 0;
for my $mode ('simple', 'prepared')
{
	my ($out, $err) = ('', '');
	my $clients = IPC::Run::start([ 'pgbench', '-n', '-U', 'app', '-M', $mode, '-c', '8', '-j', '2', '-T', '12', @files, $node->connstr('postgres') ], '>', \$out, '2>', \$err);
	my $failed = '';
	for (1 .. 10)
	{
		my ($rc, undef, $said) = $node->psql('postgres', q{SELECT tp.refresh_contact_model('crm')});
		$failed .= $said if $rc;
		select undef, undef, undef, 0.2;
	}
	is($failed, '', "$mode: each of ten refreshes is done");
	ok($clients->finish, "$mode: no client stops") or diag($err);
	unlike($err, qr/ERROR/, "$mode: nobody is told of an error");
	like($out, qr/^number of failed transactions: 0 /m, "$mode: no transaction fails");
	note($out =~ /^(number of transactions actually.*)$/m);
}
is($node->safe_psql('postgres', q{SELECT tp.verify_journeys('crm.journeys')}), '0', 'journeys are true');
is($node->safe_psql('postgres', q{SELECT count(*) FROM crm.requests r WHERE answer IS NULL OR NOT EXISTS
	(SELECT FROM crm.contacts c WHERE c.id = (answer ->> 'contact_id')::bigint)}), '0', 'each request has its contact');
is($node->safe_psql('postgres', $oids), $before, 'the functions are the same ones');

# Whoever holds what the refresh waits for is let by, should it wait for the refresh in turn; without end nobody waits.
my $holder = $node->background_psql('postgres');
$holder->query_safe(q{BEGIN; SELECT count(*) FROM crm.follow_ups});
my ($rc, undef, $said) = $node->psql('postgres', q{SET lock_timeout = '1500ms'; SELECT tp.refresh_contact_model('crm')});
like($said, qr/ERROR:  canceling statement due to lock timeout/, 'a refresh waits no longer than lock_timeout');
my $refresh = IPC::Run::start([ 'psql', '-XAtq', '-c', q{SELECT tp.refresh_contact_model('crm')}, $node->connstr('postgres') ], '>', \my $told, '2>&1');
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query ~ 'refresh' AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'});
is($holder->query_safe(q{SELECT recorded FROM crm.record_contact(1, 'sms/note')}), 't', 'who is waited for may record');
$holder->query_safe('COMMIT');
$holder->quit;
ok($refresh->finish, '... and then it is done') or diag($told);

$node->stop;
done_testing();
