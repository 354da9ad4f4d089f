# Whatever text a type takes, its messages carry: binary send and receive agree with text input and
# output in a database of every kind of encoding, SQL_ASCII with bytes that are no UTF-8 included.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

# Every type that holds text, as the text of a value with the label %s.
my @values = (
	[ touchpoint => '%s:%s/%s' ],
	[ contact_record => '%s:%s/%s@2026-01-05T10:00:00Z score=4' ],
	[ journey => '{web/%s@2026-01-05T10:00:00Z,%s/b@2026-01-05T11:00:00Z}' ],
	[ journey_pattern => 'web/%s -> %s/*x' ],
	[ touchpoint_glob => 'web/%s | %s/*x' ],
	[ journey_flow => undef ],
	[ funnel_summary => undef ],
	[ touchpoint_ledger => '{of=linear, part=label, values=no, sums={{1, 0, %s}}}' ],
	[ touchpoint_returns => '{of=lifecycle, period=day, periods=0, or_after=no, from=none, to=none, steps="%s", "", timezone="UTC", first=none, last=5, counts={}}' ],
	[ touchpoint_levels => '{part=label, levels=1, top=1, start="%s", parts={%s}, flow={1:0:-1:1 []}}' ],
	[ touchpoint_gaps => '{part="label", gaps={%s {count=0}}}' ],
	[ touchpoint_channels => '{5, "%s" 2 3}' ]);

# Flows and funnels as their aggregates make them.
my %made = (
	journey_flow => q{flow_agg(format('{web/%s@2026-01-05T10:00:00Z,%s/b@2026-01-05T11:00:00Z}', t, t)::journey, 'touchpoint')},
	funnel_summary => q{funnel_summary_journey('{}', format('{web/%s@2026-01-05T10:00:00Z}', t)::journey, ARRAY['web/' || t, '*/x' || t], '7 days')});

# Of each encoding some bytes of text, one that is all an older Latin or Chinese has.
my %bytes = (
	SQL_ASCII => '\xffe980fe',
	LATIN1 => '\xffe980fe',
	EUC_CN => '\xb0a1cacc',
	UTF8 => '\xe9a696f09f9880');

foreach my $encoding (sort keys %bytes)
{
	my $name = lc $encoding;

	$node->safe_psql('postgres',
		"CREATE DATABASE $name TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	$node->safe_psql($name, qq{
CREATE EXTENSION touchpoint;
CREATE TABLE word AS SELECT convert_from('$bytes{$encoding}', '$encoding') AS t});
	is($node->safe_psql($name, 'SELECT octet_length(t) > 3 FROM word'), 't', "$encoding has its own bytes");
	foreach my $value (@values)
	{
		my ($type, $text) = @$value;
		my $make = $made{$type} // "format('" . $text . "', " . join(', ', ('t') x (() = $text =~ /%s/g)) . ")::$type";

		$node->safe_psql($name, qq{
CREATE TABLE "of $type" AS SELECT $make AS v FROM word;
CREATE TABLE "back $type" (v $type);
COPY "of $type" TO '$dir/$name.$type' (FORMAT binary);
COPY "back $type" FROM '$dir/$name.$type' (FORMAT binary)});
		is( $node->safe_psql($name, qq{SELECT a.v::text = b.v::text, a.v::text = a.v::text::$type\::text, position(t IN b.v::text) > 0
FROM "of $type" a, "back $type" b, word}),
			't|t|t', "$type goes round in $encoding, as text and as message");
	}
}

# Between databases messages are UTF-8, but for SQL_ASCII, where nobody knows what the bytes mean.
is($node->safe_psql('latin1', 'SELECT encode(touchpoint_send(v), \'hex\') LIKE \'%\' || encode(convert_to(t, \'UTF8\'), \'hex\') || \'%\' FROM "of touchpoint", word'),
	't', 'LATIN1 is sent as UTF-8');
is($node->safe_psql('sql_ascii', 'SELECT encode(touchpoint_send(v), \'hex\') LIKE \'%ffe980fe%\' FROM "of touchpoint", word'),
	't', 'SQL_ASCII is sent as it is');
is($node->safe_psql('latin1', 'SELECT contact_id(t) = \'' . $node->safe_psql('utf8', q{SELECT contact_id(convert_from('\xffe980fe', 'LATIN1'))}) . '\' FROM word'),
	't', 'a key has one id, whatever the encoding of the database');
is($node->safe_psql('sql_ascii', q{SELECT contact_id(t) = ('x' || encode(substr(sha256('\xffe980fe'), 1, 8), 'hex'))::bit(64)::bigint | (1::bigint << 63) FROM word}),
	't', 'in SQL_ASCII that of its bytes');
$node->safe_psql('utf8', 'TRUNCATE "back touchpoint"');
my ($rc, $stdout, $stderr) = $node->psql('utf8', "\\set VERBOSITY sqlstate\nCOPY \"back touchpoint\" FROM '$dir/sql_ascii.touchpoint' (FORMAT binary)");
like($stderr, qr/22021/, 'bytes that are no UTF-8 do not come into UTF8');
$node->safe_psql('sql_ascii', "COPY \"back touchpoint\" FROM '$dir/utf8.touchpoint' (FORMAT binary)");
($rc, $stdout, $stderr) = $node->psql('sql_ascii', q{\set VERBOSITY sqlstate
CREATE TABLE nul (v touchpoint);
COPY nul FROM PROGRAM 'printf "PGCOPY\\\\n\\\\377\\\\r\\\\n\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\1\\\\0\\\\0\\\\0\\\\12\\\\1\\\\0\\\\0\\\\0\\\\0\\\\2\\\\0\\\\0a\\\\0"' (FORMAT binary)});
like($stderr, qr/22021|22P03/, 'a zero byte is refused');

$node->stop;
done_testing();
