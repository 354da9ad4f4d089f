# The extension is trusted: a database's owner who is no superuser creates, uses, dumps and drops it.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE DATABASE crm OWNER analyst; CREATE DATABASE copy OWNER analyst');

my @as_analyst = (extra_params => [ '-U', 'analyst' ]);
my $dump = PostgreSQL::Test::Utils::tempdir . '/crm.sql';

$node->safe_psql(
	'crm', q{
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
CREATE TABLE journeys AS SELECT '{web/a@2026-01-05T10:00:00Z score=5, app/b@2026-01-06T10:00:00Z score=1}'::tp.journey AS j;
}, @as_analyst);
is($node->safe_psql('crm', 'SELECT tp.peak_end_score(j, neutral => 3) FROM journeys', @as_analyst), '1', 'used');
is($node->safe_psql('crm', q{
SELECT count(*) FROM pg_depend JOIN pg_extension AS e ON refobjid = e.oid AND refclassid = 'pg_extension'::regclass
  JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
 WHERE extname = 'touchpoint' AND p.prosecdef}), '0', 'no function runs with the rights of its owner');

$node->command_ok([ 'pg_dump', '-U', 'analyst', '-f', $dump, $node->connstr('crm') ], 'dumped');
$node->command_ok([ 'psql', '-X', '-q', '-U', 'analyst', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy') ],
	'restored');
is($node->safe_psql('copy', 'SELECT tp.peak_end_score(j, neutral => 3) FROM journeys', @as_analyst), '1',
	'used where it is restored');
$node->safe_psql('copy', 'DROP TABLE journeys; DROP EXTENSION touchpoint', @as_analyst);
is($node->safe_psql('copy', q{SELECT count(*) FROM pg_proc WHERE probin LIKE '%touchpoint%'}), '0', 'dropped');

$node->stop;
done_testing();
