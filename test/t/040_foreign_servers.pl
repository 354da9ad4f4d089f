# Contacts on four servers: summaries made there and rolled up here are those of one server, byte for byte, and
# filters are sent to where the journeys are.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $servers = 4;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nmax_prepared_transactions = 0");
$node->start;
plan skip_all => 'postgres_fdw is not installed'
  unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'});

my @remote = map { "server$_" } 0 .. $servers - 1;
my $columns = 'customer bigint NOT NULL, t tp.touchpoint, at timestamptz, score float8, expected float8, bought boolean';

# What each server sums up, and how one server with all of the contacts does.
my %summary = (
	gaps => [ 'part text, s tp.gap_summary', 'SELECT tp.channel(t), tp.gap_agg(expected, score) FROM contact GROUP BY 1' ],
	drivers => [ 'part text, s tp.driver_summary', 'SELECT tp.channel(t), tp.driver_agg(score, ARRAY[expected, customer % 7]) FROM contact GROUP BY 1' ],
	rates => [ 'part text, s tp.rate_summary', 'SELECT tp.channel(t), tp.rate_agg(bought) FROM contact GROUP BY 1' ],
	means => [ 'part text, s tp.mean_summary', 'SELECT tp.channel(t), tp.mean_agg(score / 3) FROM contact GROUP BY 1' ],
	promoters => [ 'part text, s tp.nps_summary', 'SELECT tp.channel(t), tp.nps_agg(score) FROM contact GROUP BY 1' ],
	flows => [ 'part text, s tp.journey_flow', q{SELECT 'all', tp.flow_agg(j, 'touchpoint') FROM journey} ],
	sales => [ 'part text, s tp.journey_flow', q{SELECT 'all', tp.flow_agg(j, 'channel', '*/buy', '30 days', true) FROM journey} ],
	journeys => [ 'part text, s tp.journey', 'SELECT customer::text, j FROM journey' ]);

sub make_server
{
	my ($database) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; CREATE TABLE contact ($columns);"
		  . 'CREATE VIEW journey AS SELECT customer, tp.journey_agg(t, at, score, expected) AS j FROM contact GROUP BY 1;'
		  . join('', map { "CREATE VIEW $_ (part, s) AS $summary{$_}[1];" } keys %summary));
}
make_server($_) for 'whole', @remote;

# The hub: contacts in partitions by the hash of the customer, one a server; summaries in a view over what all servers have.
$node->safe_psql('postgres', 'CREATE DATABASE hub');
my ($host, $port) = ($node->host, $node->port);
my $user = $node->safe_psql('hub', 'SELECT quote_literal(current_user)');
my %seen = (journey => 'customer bigint, j tp.journey', map { $_ => $summary{$_}[0] } keys %summary);
my $sql = 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; CREATE EXTENSION postgres_fdw;'
  . "CREATE TABLE contact ($columns) PARTITION BY HASH (customer);";
for my $i (0 .. $servers - 1)
{
	my $to = $remote[$i];
	$sql .= "CREATE SERVER $to FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname '$to', extensions 'touchpoint');"
	  . "CREATE USER MAPPING FOR CURRENT_USER SERVER $to OPTIONS (user $user);"
	  . "CREATE FOREIGN TABLE contact_$to PARTITION OF contact FOR VALUES WITH (modulus $servers, remainder $i) SERVER $to OPTIONS (table_name 'contact', batch_size '500');"
	  . join('', map { "CREATE FOREIGN TABLE ${_}_$to ($seen{$_}) SERVER $to OPTIONS (table_name '$_');" } keys %seen);
}
for my $table (keys %seen)
{
	$sql .= "CREATE VIEW $table AS " . join(' UNION ALL ', map { "SELECT * FROM ${table}_$_" } @remote) . ';';
}
$node->safe_psql('hub', $sql);

my $contacts = q{SELECT 1 + i % 700, tp.touchpoint((ARRAY['web', 'app', 'shop', 'call'])[1 + i * 7 % 4], CASE WHEN i % 11 = 0 THEN 'buy' ELSE 'label ' || i % 5 END),
  '2026-01-01 00:00Z'::timestamptz + i * interval '97 minutes', CASE WHEN i % 6 > 0 THEN (i * 31 % 101) / 10.0 END, CASE WHEN i % 5 > 0 THEN 0.1 * (i % 83) END, i % 3 = 0
  FROM generate_series(1, 20000) AS i};
$node->safe_psql($_, "INSERT INTO contact $contacts") for 'whole', 'hub';
is($node->safe_psql($_, 'SELECT count(*) > 3000 FROM contact'), 't', "$_ has its share") for @remote;

for my $table (sort keys %summary)
{
	my $rolled = $table eq 'journeys' ? "SELECT part, s FROM $table" : "SELECT part, tp.rollup(s) AS s FROM $table GROUP BY part";
	my $all = 'SELECT count(*), md5(string_agg(part || %s, \'\' ORDER BY part COLLATE "C")) FROM (%s) AS x';
	for my $form ('s::text', q{s::text || tp.} . ($summary{$table}[0] =~ /tp\.(\w+)/)[0] . '_send(s)::text')
	{
		is($node->safe_psql('hub', sprintf($all, $form, $rolled)), $node->safe_psql('whole', sprintf($all, $form, "SELECT part, s FROM $table")),
			"$table from $servers servers: $form");
	}
}
is($node->safe_psql('hub', 'SELECT md5(string_agg(customer || j::text, \'\' ORDER BY customer)) FROM (SELECT customer, tp.journey_agg(t, at, score, expected) AS j FROM contact GROUP BY 1) AS x'),
	$node->safe_psql('whole', 'SELECT md5(string_agg(customer || j::text, \'\' ORDER BY customer)) FROM journey'), 'journeys made here of contacts from there');

# What the servers are asked to do.
sub remote_sql { return join "\n", grep { /Remote SQL/ } split /\n/, $node->safe_psql('hub', "EXPLAIN (VERBOSE, COSTS OFF) $_[0]") }
my %filter = (
	q{SELECT customer FROM journey WHERE j OPERATOR(tp.~) 'web/* -> shop/buy'} => qr/WHERE .*OPERATOR\(tp\.~\)/,
	q{SELECT customer FROM journey WHERE tp.contact_count(j) > 3} => qr/WHERE .*tp\.contact_count\(/,
	q{SELECT customer FROM journey WHERE tp.peak_end_score(j, 3) < 2} => qr/WHERE .*tp\.peak_end_score\(/,
	q{SELECT score FROM contact WHERE t OPERATOR(tp.~) 'web/* | shop/buy'::tp.touchpoint_glob} => qr/WHERE .*OPERATOR\(tp\.~\) 'web\/\* \| shop\/buy'::tp\.touchpoint_glob/,
	q{SELECT customer FROM journey WHERE tp.reaches_step(j, 'web/* -> shop/*'::tp.journey_pattern, '9 days', 2)} => qr/WHERE .*tp\.reaches_step\(/,
	q{SELECT score FROM contact WHERE t OPERATOR(tp.=) 'web/buy'} => qr/WHERE .*OPERATOR\(tp\.=\)/);
for my $query (sort keys %filter)
{
	my @lines = split /\n/, remote_sql($query);
	is(scalar(grep { $_ =~ $filter{$query} } @lines), $servers, "sent to every server: $query") or diag(join("\n", @lines));
	(my $here = $query) =~ s/^SELECT \w+/SELECT count(*)/;
	is($node->safe_psql('hub', $here), $node->safe_psql('whole', $here), 'and answered as one server does');
}

# An argument of type text needs a collation, and the type of an array of touchpoints is not the extension's own.
for my $query (q{SELECT score FROM contact WHERE t OPERATOR(tp.~) 'web/*'}, q{SELECT customer FROM journey WHERE j OPERATOR(tp.@>) '{web/buy}'::tp.touchpoint[]},
	q{SELECT customer FROM journey WHERE tp.contact_count(tp.keep(j, 'web/*')) > 3}, q{SELECT customer FROM journey WHERE tp.window_funnel(j, '{web/*,shop/*}', '9 days') = 2})
{
	# Later servers than 15 may count an array type to the extension of its elements.
	unlike(remote_sql($query), qr/WHERE/, "kept here, as the page says: $query")
	  unless $query =~ /touchpoint\[\]/ && $node->safe_psql('hub', 'SHOW server_version_num') >= 160000;
	(my $here = $query) =~ s/^SELECT \w+/SELECT count(*)/;
	is($node->safe_psql('hub', $here), $node->safe_psql('whole', $here), 'and answered as one server does');
}

$node->stop;
done_testing();
