# 32 clients record contacts of 40 customers at once, at every isolation level: at now, in the past, two a transaction,
# rolled back, within a plan's budget, and requests that were sent before; behind that 25 clients send 100 requests twice
# each. Afterwards the table of contacts is asked, and not the gate: no cap and no gap is broken, no budget passed, no
# request recorded twice, and nothing of what was rolled back is there.
#
# GATE_SECONDS is how long each level lasts: 3 without it, 60 for a release.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{GATE_SECONDS} || 3;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
# two contacts a transaction lock two customers in any order
$node->append_conf('postgresql.conf', "deadlock_timeout = 20ms\nmax_connections = 60\n");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', q{CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; SELECT tp.create_contact_model('crm');
INSERT INTO crm.channels (channel, unit_cost) VALUES ('sms', 1), ('mail', 1), ('post', 1);
INSERT INTO crm.goals VALUES ('tell');
INSERT INTO crm.touchpoints (touchpoint, area) VALUES ('sms/note', 'service'), ('sms/draft', 'service'), ('mail/bill', 'service'), ('post/plan', 'service');
INSERT INTO crm.customers (name) SELECT 'c' || n FROM generate_series(1, 40) n;
INSERT INTO crm.contact_plans (name, goal, touchpoint, during, budget) VALUES ('p', 'tell', 'post/plan', '(,)', 25);
INSERT INTO crm.policies VALUES ('sms', 'sms', '{"caps": [{"max": 3, "within": "800 ms", "channel": "sms"}, {"max": 5, "within": "2 seconds", "channel": "sms"}],
	"min_gap": "30 ms"}');
CREATE SEQUENCE sent});

my %script = (
	note => [ 6, q{\set c random(1, 40)
SELECT recorded FROM crm.record_contact(:c, 'sms/note');} ],
	past => [ 2, q{\set c random(1, 40)
\set ago random(1, 3000)
SELECT recorded FROM crm.record_contact(:c, 'sms/note', clock_timestamp() - :ago * interval '1 millisecond');} ],
	pair => [ 2, q{\set c random(1, 40)
\set d random(1, 40)
BEGIN;
SELECT recorded FROM crm.record_contact(:c, 'sms/note');
SELECT recorded FROM crm.record_contact(:d, 'sms/note');
COMMIT;} ],
	undo => [ 1, q{\set c random(1, 40)
BEGIN;
SELECT recorded FROM crm.record_contact(:c, 'sms/draft');
ROLLBACK;} ],
	plan => [ 2, q{\set c random(1, 40)
SELECT recorded FROM crm.record_contact(:c, 'post/plan', plan_id => 1);} ],
	request => [ 3, q{SELECT (nextval('sent') + 1) / 2 AS r \gset
SELECT recorded FROM crm.record_contact(:r % 40 + 1, 'mail/bill', content => 'bill ' || :r, request_id => current_setting('transaction_isolation') || :r);} ]);
# Client n of 25 sends requests 8n to 8n + 7 of 200, which are two of each of 100.
append_to_file("$dir/twice.sql", join("\n", map { "\\set r (:client_id * 8 + $_) % 100
SELECT recorded FROM crm.record_contact(:r % 40 + 1, 'mail/bill', content => 'twice ' || :r, request_id => 'twice ' || :r);" } 0 .. 7) . "\n");
my @files;
for my $name (sort keys %script)
{
	append_to_file("$dir/$name.sql", $script{$name}[1] . "\n");
	push @files, '-f', "$dir/$name.sql\@$script{$name}[0]";
}

# What the contacts themselves tell, with windows and joins alone.
my %check = (
	'contacts in 800 ms' => [ '<=', 3, q{SELECT max(n) FROM (SELECT count(*) OVER (PARTITION BY customer_id ORDER BY occurred_at
		RANGE BETWEEN interval '799999 microseconds' PRECEDING AND CURRENT ROW) AS n FROM crm.contacts WHERE touchpoint = 'sms/note') w} ],
	'contacts in 2 seconds' => [ '<=', 5, q{SELECT max(n) FROM (SELECT count(*) OVER (PARTITION BY customer_id ORDER BY occurred_at
		RANGE BETWEEN interval '1999999 microseconds' PRECEDING AND CURRENT ROW) AS n FROM crm.contacts WHERE touchpoint = 'sms/note') w} ],
	'contacts less than 30 ms behind another' => [ '==', 0, q{SELECT count(*) FROM crm.contacts c WHERE c.touchpoint = 'sms/note' AND EXISTS (
		SELECT FROM crm.contacts b WHERE b.customer_id = c.customer_id AND b.id <> c.id AND b.occurred_at <= c.occurred_at
		AND b.occurred_at > c.occurred_at - interval '30 milliseconds' AND (b.occurred_at, b.id) < (c.occurred_at, c.id))} ],
	'spent of a budget of 25' => [ '<=', 25, q{SELECT sum(cost) FROM crm.contacts WHERE plan_id = 1} ],
	'requests that have not one contact' => [ '==', 0, q{SELECT count(*) FROM (SELECT content FROM crm.contacts WHERE touchpoint = 'mail/bill'
		GROUP BY 1 HAVING count(*) <> 1) x} ],
	'contacts of what was sent twice' => [ '==', 100, q{SELECT count(*) FROM crm.contacts WHERE content LIKE 'twice %'} ],
	'requests without an answer' => [ '==', 0, q{SELECT count(*) FROM crm.requests WHERE answer IS NULL} ],
	'rolled back' => [ '==', 0, q{SELECT count(*) FROM crm.contacts WHERE touchpoint = 'sms/draft'} ],
	'refusals of what was rolled back' => [ '==', 0, q{SELECT count(*) FROM crm.refusals WHERE touchpoint = 'sms/draft'} ],
	'journeys that differ from a rebuild' => [ '==', 0, q{SELECT tp.verify_journeys('crm.journeys')} ]);

for my $level ('read committed', 'repeatable read', 'serializable')
{
	my ($out, $err) = ('', '');

	$node->safe_psql('postgres', q{TRUNCATE crm.refusals, crm.requests; DELETE FROM crm.contacts; ALTER SEQUENCE sent RESTART});
	local $ENV{PGOPTIONS} = '-c default_transaction_isolation=' . ($level =~ s/ /\\ /r);
	for my $run ([ '-c', '32', '-j', '2', '-T', $seconds, @files ], [ '-c', '25', '-j', '2', '-t', '1', '-f', "$dir/twice.sql" ])
	{
		my $done = IPC::Run::run([ 'pgbench', '-n', '--max-tries=100000', @$run, $node->connstr('postgres') ], '>', \$out, '2>', \$err);
		ok($done, "$level: @$run[0 .. 5]") or diag($err);
		like($out, qr/^number of failed transactions: 0 /m, "$level: each call ends with an answer");
		note(join(', ', $out =~ /^(number of transactions (?:actually processed|retried).*|total number of retries.*)$/mg));
	}
	delete local $ENV{PGOPTIONS};
	note($node->safe_psql('postgres', q{SELECT count(*) || ' recorded, ' || (SELECT count(*) FROM crm.refusals) || ' refused' FROM crm.contacts}));
	cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM crm.refusals WHERE reason LIKE 'cap%'}), '>', 0, "$level: caps were met");
	for my $what (sort keys %check)
	{
		my $is = $node->safe_psql('postgres', $check{$what}[2]);

		cmp_ok($is, $check{$what}[0], $check{$what}[1], "$level: $what: $is");
	}
}

$node->stop;
done_testing();
