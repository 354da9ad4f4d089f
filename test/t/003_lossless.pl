# The 20,000 random journeys of sql/lossless.sql survive binary and text COPY, and pg_dump and
# restore, bit for bit, between servers of different settings; and between databases of different
# encodings as far as their characters go.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "fsync = off\nmax_wal_size = '4GB'\n");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

my $make = slurp_file(dirname(__FILE__) . '/../../sql/lossless.sql');
$make =~ s/-- What they cover.*//s or die 'where do the journeys end?';
$make =~ s/CREATE TEMP TABLE/CREATE TABLE/g;

sub database
{
	my ($name, $encoding, $settings) = @_;

	$node->safe_psql('postgres',
		"CREATE DATABASE $name TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	$node->safe_psql('postgres', "ALTER DATABASE $name SET $_") foreach @$settings;
	$node->safe_psql($name, 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp');
}

# Every value's text and message, in UTF-8.
sub fingerprint
{
	my ($name, $condition) = @_;

	return $node->safe_psql(
		$name, q{
SET search_path = public, tp;
SELECT count(*), md5(string_agg(k || '=' || md5(journey_send(j)) || md5(convert_to(j::text, 'UTF8')), ',' ORDER BY k))
  FROM lossless WHERE } . ($condition // 'true'));
}

my @settings = (
	[ q{timezone = 'UTC'}, q{datestyle = 'ISO'}, q{intervalstyle = 'postgres'}, 'extra_float_digits = 1' ],
	[ q{timezone = 'Asia/Kathmandu'}, q{datestyle = 'SQL, DMY'}, q{intervalstyle = 'sql_standard'},
		'extra_float_digits = -15' ],
	[ q{timezone = 'America/St_Johns'}, q{datestyle = 'German'}, q{intervalstyle = 'iso_8601'},
		'extra_float_digits = 0' ]);

database("setting$_", 'UTF8', $settings[$_]) foreach 0 .. $#settings;
$node->safe_psql('setting0', $make);
my $before = fingerprint('setting0');
like($before, qr/^20000\|[0-9a-f]{32}$/, 'there are journeys');

for my $from (0 .. $#settings)
{
	my $to = ($from + 1) % @settings;

	for my $format ('binary', 'text')
	{
		my $file = "$dir/lossless.$from.$format";

		$node->safe_psql("setting$from", "COPY lossless TO '$file' (FORMAT $format)");
		$node->safe_psql("setting$to",
			"DROP TABLE IF EXISTS lossless; CREATE TABLE lossless (k int, j tp.journey); COPY lossless FROM '$file' (FORMAT $format)");
		is(fingerprint("setting$to"), $before, "COPY as $format from settings $from to settings $to loses nothing");
	}
	my $dump = "$dir/setting$from.sql";
	$node->command_ok([ 'pg_dump', '-t', 'lossless', '-f', $dump, $node->connstr("setting$from") ], "pg_dump under settings $from");
	$node->safe_psql("setting$to", 'DROP TABLE lossless');
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr("setting$to") ], "restore under settings $to");
	is(fingerprint("setting$to"), $before, "dump under settings $from and restore under settings $to lose nothing");
}

# Other encodings: what has no character there is refused with the server's own error, the rest
# comes back as it was. A part may take more bytes there than in UTF-8, or fewer.
for my $encoding ('LATIN1', 'EUC_CN')
{
	my $name = lc $encoding;
	my $out = "$dir/$name.out";
	my $back = "$dir/$name.back";

	database($name, $encoding, $settings[1]);
	$node->safe_psql('setting0', qq{
SET search_path = public, tp;
CREATE OR REPLACE FUNCTION fits(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$
BEGIN
    RETURN convert_to(t, '$encoding') IS NOT NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN false;
END \$\$;
DROP TABLE IF EXISTS other;
CREATE TABLE other AS SELECT * FROM lossless WHERE fits(array_to_string(path(j), ''));
COPY other TO '$out' (FORMAT binary)});
	my $some = $node->safe_psql('setting0', 'SELECT count(*) > 1000 FROM other');
	is($some, 't', "many journeys fit $encoding");
	$node->safe_psql($name, "CREATE TABLE lossless (k int, j tp.journey); COPY lossless FROM '$out' (FORMAT binary); COPY lossless TO '$back' (FORMAT binary)");
	is( $node->safe_psql($name, 'SET search_path = public, tp; SELECT count(*) FROM lossless WHERE j <> j::text::journey OR j <> j::jsonb::journey'),
		'0', "text and jsonb hold in $encoding");
	$node->safe_psql('setting0', "CREATE TABLE back (k int, j tp.journey); COPY back FROM '$back' (FORMAT binary)");
	is($node->safe_psql('setting0', 'SET search_path = public, tp; SELECT count(*) FROM other FULL JOIN back USING (k) WHERE other.j IS DISTINCT FROM back.j'),
		'0', "binary COPY to $encoding and back loses nothing");
	my $dump = "$dir/$name.sql";
	$node->command_ok([ 'pg_dump', '-E', 'UTF8', '-t', 'lossless', '-f', $dump, $node->connstr($name) ], "pg_dump of $encoding in UTF8");
	$node->safe_psql('setting0', 'DROP TABLE back, lossless');
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('setting0') ], "restore of $encoding into UTF8");
	is($node->safe_psql('setting0', 'SET search_path = public, tp; SELECT count(*) FROM other FULL JOIN lossless USING (k) WHERE other.j IS DISTINCT FROM lossless.j'),
		'0', "dump and restore from $encoding lose nothing");
	my ($rc, $stdout, $stderr) = $node->psql($name, q{\set VERBOSITY sqlstate
SELECT U&'web/\\\\9996\\\\6C34\\\\1F6'::tp.touchpoint});
	isnt($rc, 0, "$encoding refuses what it has no character for");
	$node->safe_psql('setting0', "DROP TABLE IF EXISTS lossless; CREATE TABLE lossless (k int, j tp.journey); COPY lossless FROM '$dir/lossless.0.binary' (FORMAT binary)");
	($rc, $stdout, $stderr) = $node->psql($name, "\\set VERBOSITY sqlstate\nCOPY lossless FROM '$dir/lossless.0.binary' (FORMAT binary)");
	like($stderr, qr/22P05/, "binary input into $encoding says which character has no equivalent");
}

# A wildcard goes by characters: of the two here, B0A1 and B0A2, the bytes in the middle are another.
is( $node->safe_psql('euc_cn', q{SET search_path = tp;
SELECT t ~ convert_from('\xb0a1', 'EUC_CN'), t ~ ('*' || convert_from('\xb0a2', 'EUC_CN')), t ~ ('*' || convert_from('\xa1b0', 'EUC_CN') || '*')
FROM (SELECT touchpoint(NULL, convert_from('\xb0a1', 'EUC_CN') || convert_from('\xb0a2', 'EUC_CN'))) x (t)}),
	'f|t|f', 'globs do not match halves of characters');

# Lengths are of the database's bytes: 255 characters of LATIN1 are 510 bytes of UTF-8.
$node->safe_psql('latin1', "SET client_encoding = 'UTF8'; CREATE TABLE long AS SELECT tp.touchpoint(NULL, repeat(chr(233), 255)) AS t; COPY long TO '$dir/long' (FORMAT binary)");
is($node->safe_psql('latin1', "COPY long FROM '$dir/long' (FORMAT binary); SELECT count(DISTINCT t) FROM long"), '1', 'a part of 255 bytes of LATIN1 goes round');
$node->safe_psql('setting0', 'CREATE TABLE long (t tp.touchpoint)');
my ($rc, $stdout, $stderr) = $node->psql('setting0', "COPY long FROM '$dir/long' (FORMAT binary)");
like($stderr, qr/too long: 510 bytes/, 'it is too long for UTF-8, which is said');

$node->stop;
done_testing();
