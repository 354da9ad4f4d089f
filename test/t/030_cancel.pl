# Whatever is asked can be stopped, and takes memory of the size of what it is given: every query of
# test/cancel/calls.txt under statement_timeout is cancelled or done, long before it would have been
# left to itself. test/cancel.sh measures how soon.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nrestart_after_crash = off\nmaintenance_work_mem = 64MB\n");
$node->start;
$node->safe_psql('postgres', 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; ALTER DATABASE postgres SET search_path = public, tp');

my $dir = -d 'test/cancel' ? 'test/cancel' : "$ENV{srcdir}/test/cancel";
$node->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-v', 'contacts=300000', '-v', 'elements=20000', '-v', 'side=100',
	'-d', $node->connstr('postgres'), '-f', "$dir/data.sql" ], 'data');

my @queries;
my %names;
open(my $file, '<', "$dir/calls.txt") or die "calls.txt: $!";
while (my $line = <$file>)
{
	chomp $line;
	next if $line =~ /^#/;
	if ($line =~ /^each (\w+): (.*)/)
	{
		my ($table, $query) = ($1, $2);

		$names{$table} //= [ split /\n/, $node->safe_psql('postgres', "SELECT quote_literal(name) FROM $table ORDER BY name") ];
		push @queries, map { my $q = $query; my $name = $_; $q =~ s/\$name/$name/g; $q } @{ $names{$table} };
	}
	else
	{
		push @queries, $line;
	}
}
close $file;
cmp_ok(scalar @queries, '>', 300, 'queries');

# A session for some queries at a time, so that what one leaves behind is not laid to all.
my ($cancelled, $done) = (0, 0);
while (my @some = splice @queries, 0, 40)
{
	my $sql = "\\set VERBOSITY sqlstate\nSET statement_timeout = '60ms';\n";

	$sql .= "\\o /dev/null\n\\timing on\n$_;\n\\timing off\n\\set state :SQLSTATE\n\\o\n\\echo state :state\n" for @some;
	my ($rc, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 0);
	my @took = $out =~ /^Time: ([0-9.]+)/mg;
	my @state = $out =~ /^state (\w+)/mg;

	is(scalar @state, scalar @some, 'an answer each');
	for my $i (0 .. $#state)
	{
		like($state[$i], qr/^(57014|00000|22...|42601|54000)$/, "ends by itself or is cancelled: $some[$i]");
		cmp_ok($took[$i], '<', 5000, 'within seconds');
		$cancelled++ if $state[$i] eq '57014';
		$done++ if $state[$i] eq '00000';
	}
}
cmp_ok($cancelled, '>', 100, 'queries that ran into the timeout');
cmp_ok($done, '>', 20, 'queries that were done before');

$node->stop;
done_testing();
