# A GIN index on journeys answers as the table does: after a crash with entries pending and entries placed,
# on a standby, and after many clients have inserted, changed, deleted and vacuumed at once.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1, extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\ngin_pending_list_limit = 64\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp;
	ALTER DATABASE postgres SET search_path = public, tp;
});
$node->safe_psql('postgres', q{
	CREATE TABLE trip (id bigserial, j journey);
	CREATE INDEX trip_j ON trip USING gin (j);
	CREATE FUNCTION add_trips(rows int, seed int) RETURNS void LANGUAGE sql AS $$
		INSERT INTO trip (j)
		SELECT journey(ARRAY[touchpoint('web', 'page ' || (n * 7 + seed) % 400), touchpoint(NULL, 'ad ' || (n + seed) % 13),
			touchpoint('app', 'open', 'use'), touchpoint('store', repeat('x', n % 200 + 1))])
		FROM generate_series(1, rows) n $$;
});

my @questions = (
	q{j @> '{web/page 7}'}, q{j && '{web/page 7,ad 3}'}, q{j ~ 'web/"page 1"*'}, q{j ~ 'app/open'}, q{j ~ 'use:*'}, q{j ~ 'store/xxxxx'},
	q{j ~ 'web/"page 7" -> app/*'}, q{reaches_step(j, '{web/page 2*,app/open}', '1 day', 2)}, q{j ~ '(ad* | web/"page 7") => use:app/open'});

# What the index answers and the table does not, or the other way round.
sub differences
{
	my ($on) = @_;
	my @wrong;

	for my $q (@questions)
	{
		my $by_table = $on->safe_psql('postgres',
			"SET enable_bitmapscan = off; SELECT count(*), coalesce(sum(id), 0) FROM trip WHERE $q");
		my $by_index = $on->safe_psql('postgres',
			"SET enable_seqscan = off; SELECT count(*), coalesce(sum(id), 0) FROM trip WHERE $q");
		push @wrong, "$q: table $by_table, index $by_index" if $by_table ne $by_index;
	}
	return join("\n", @wrong);
}

like($node->safe_psql('postgres', "SET enable_seqscan = off; EXPLAIN SELECT FROM trip WHERE $questions[6]"),
	qr/Bitmap Index Scan on trip_j/, 'the index is used');

# A crash between checkpoints, entries in the pending list and in the tree; deletions and splits in the log.
$node->safe_psql('postgres', 'SELECT add_trips(5000, 1); CHECKPOINT; SELECT add_trips(5000, 2)');
$node->safe_psql('postgres', 'DELETE FROM trip WHERE id % 5 = 0; VACUUM trip; SELECT add_trips(100, 3)');
$node->stop('immediate');
$node->start;
is(differences($node), '', 'the same after a crash');
is($node->safe_psql('postgres', 'SELECT count(*) FROM trip'), 8100, 'nothing is lost');

# A standby replays it.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;

# Clients that insert, change, delete and vacuum at once, each looking by the index at what it just wrote.
my %work = (
	'insert' => q{
\set seed random(1, 1000000)
SELECT add_trips(20, :seed);
},
	'change' => q{
\set id random(1, 9000)
UPDATE trip SET j = j || journey('{support/chat}', '2026-02-01Z', '1 s') WHERE id = :id;
},
	'delete' => q{
\set id random(1, 9000)
DELETE FROM trip WHERE id = :id;
},
	'look' => q{
\set page random(1, 399)
SET enable_seqscan = off;
SELECT count(*) FROM trip WHERE j ~ ('web/"page ' || :page || '" -> app/open')::journey_pattern;
},
	'vacuum' => q{
SELECT gin_clean_pending_list('trip_j');
VACUUM trip;
});
my @scripts;
for my $name (sort keys %work)
{
	my $file = $node->basedir . "/$name.sql";
	append_to_file($file, $work{$name});
	push @scripts, '-f', $file . ($name eq 'vacuum' ? '@1' : '@10');
}
$node->command_ok([ 'pgbench', '-n', '-c', 6, '-t', 60, @scripts, 'postgres' ], 'clients go about it at once');
is(differences($node), '', 'the same after them');
$node->wait_for_catchup($standby);
is(differences($standby), '', 'the same on a standby');

done_testing();
