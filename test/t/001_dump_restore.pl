# Values survive pg_dump and restore, and text and binary COPY, bit for bit: also into a database
# whose types live in another schema, and with that schema not on the search_path.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->start;

my $dir = PostgreSQL::Test::Utils::tempdir;

# Every kind of value: NULLs, the empty journey, Chinese labels, quoted parts, extreme times and
# numbers, all fields and none, short journeys and one that is stored out of line, summaries.
my $fill = q{
CREATE TABLE contact (k int PRIMARY KEY, t touchpoint, c contact_record, j journey, g gap_summary, d driver_summary, f journey_flow);
INSERT INTO contact VALUES
    (1, NULL, NULL, NULL),
    (2, 'checkout', 'checkout@2026-01-05T10:00:00Z', '{}'),
    (3, '办理:营业厅/等候区', '办理:营业厅/等候区@2026-01-05T10:00:00.000001Z score=2 expected=4 duration=PT25M',
        '{办理:营业厅/等候区@2026-01-05T10:00:00Z score=2, 办理:营业厅/柜台@2026-01-05T10:25:00Z score=5}'),
    (4, '"a:b"/"c/d, \"e\" \\\\ {f} * @"',
        'web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=-99 by=customer id=17',
        '{web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=-99 by=customer id=17}'),
    (5, touchpoint(repeat('客', 85), repeat('x', 255), repeat('s', 255)),
        contact_record('web/a', '4713-01-01 00:00:00+00 BC', 1e308, -1e308, 5e-324, '0', '-0', 'third_party',
                       -9223372036854775808),
        (SELECT journey_agg('web/a'::touchpoint, at, score)
           FROM (VALUES (timestamptz '4713-01-01 00:00:00+00 BC', 1e308::float8), ('epoch', 5e-324), ('epoch', NULL),
                        ('294276-12-31 23:59:59.999999+00', -1e308)) AS v (at, score)));
INSERT INTO contact
SELECT 100 + g, touchpoint('c' || g % 8, 'label ' || g % 40), NULL,
       (SELECT journey_agg(touchpoint('c' || i % 8, 'label ' || i % 40),
                           timestamptz '2025-01-01Z' + i * interval '37 minutes 1 microsecond' * g,
                           CASE WHEN i % 5 > 0 THEN (i * g % 41) / 10.0 END, NULL::float8,
                           CASE WHEN i % 2 = 0 THEN i / 3.0 END, i * interval '1 second', NULL::float8,
                           CASE i % 4 WHEN 0 THEN 'company' WHEN 1 THEN 'customer' WHEN 2 THEN 'third_party' END,
                           i::bigint)
          FROM generate_series(1, g * g) AS i)
  FROM generate_series(1, 40) AS g;
UPDATE contact SET g = (SELECT gap_agg(i / 3.0, i * i / 7.0) FROM generate_series(2, k) AS i),
                   d = (SELECT driver_agg(i / 3.0, (SELECT array_agg(i / (n + 0.1)) FROM generate_series(1, (k - 1) % 64 + 1) AS n))
                          FROM generate_series(2, k) AS i),
                   f = (SELECT CASE WHEN k % 2 = 0 THEN flow_agg(own, 'touchpoint') ELSE flow_agg_k(own, 'label', k % 3 + 1, 0.1, k, 1e300 / 3) END
                          FROM (SELECT j AS own) AS one)
 WHERE t IS NOT NULL;
};
# What must not change: every value's text and bytes.
sub fingerprint
{
	my ($db, $schema) = @_;

	return $node->safe_psql(
		$db, qq{
SET search_path = pg_catalog;
SELECT count(*), md5(string_agg(concat_ws('|', k, t::text, c::text, j::text, g::text, d::text, f::text), E'\\n' ORDER BY k)),
       md5(string_agg(concat_ws('|', k, $schema.touchpoint_send(t), $schema.contact_record_send(c),
                                $schema.journey_send(j), $schema.gap_summary_send(g), $schema.driver_summary_send(d), $schema.journey_flow_send(f)), E'\\n' ORDER BY k))
  FROM public.contact});
}

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', 'CREATE EXTENSION touchpoint');
$node->safe_psql('source', $fill);
my $before = fingerprint('source', 'public');
like($before, qr/^45\|[0-9a-f]{32}\|[0-9a-f]{32}$/, 'there is something to lose');

# pg_dump, restored as it is.
my $dump = "$dir/source.sql";
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('source') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ],
	'restore');
is(fingerprint('restored', 'public'), $before, 'dump and restore lose nothing');

# The extension in schema tp, not on the search_path: dumped and restored too.
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
$node->safe_psql('elsewhere', 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp;
	CREATE TABLE contact (k int PRIMARY KEY, t tp.touchpoint, c tp.contact_record, j tp.journey, g tp.gap_summary, d tp.driver_summary, f tp.journey_flow)');
my $empty = $node->safe_psql('elsewhere', 'SELECT count(*) FROM contact');
is($empty, '0', 'a table of the types in schema tp');

for my $format ('text', 'csv', 'binary')
{
	my $file = "$dir/contact.$format";

	$node->safe_psql('source', "COPY contact TO '$file' (FORMAT $format)");
	$node->safe_psql('elsewhere', "TRUNCATE contact; COPY contact FROM '$file' (FORMAT $format)");
	is(fingerprint('elsewhere', 'tp'), $before, "COPY as $format into types of another schema loses nothing");
}

$dump = "$dir/elsewhere.dump";
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('elsewhere') ], 'pg_dump -Fc from schema tp');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('again'), $dump ], 'pg_restore into schema tp');
is(fingerprint('again', 'tp'), $before, 'dump and restore from schema tp lose nothing');

# What is restored is the same value to the operators as well, under other settings.
is( $node->safe_psql(
		'again', q{
SET search_path = public, tp;
SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -3;
SELECT count(*) FROM contact
 WHERE t IS DISTINCT FROM t::text::touchpoint OR c IS DISTINCT FROM c::text::contact_record
    OR j IS DISTINCT FROM j::text::journey OR g IS DISTINCT FROM g::text::gap_summary
    OR d IS DISTINCT FROM d::text::driver_summary OR f IS DISTINCT FROM f::text::journey_flow}),
	'0',
	'text form holds whatever the settings');

$node->stop;
done_testing();
