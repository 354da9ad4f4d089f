# Malformed binary messages and soft errors: every truncation and every flipped bit of real messages
# is refused with its SQLSTATE, or is another value's message; never a crash.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "fsync = off\nrestart_after_crash = off\n");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp');

# A file for COPY FROM ... (FORMAT binary) with one row of one column.
my $files = 0;

sub message_file
{
	my $message = shift;
	my $name = "$dir/m" . $files++;

	open(my $file, '>:raw', $name) or die "$name: $!";
	print $file "PGCOPY\n\xff\r\n\0", pack('N N n N', 0, 0, 1, length $message), $message, pack('n', 0xffff);
	close $file;
	return $name;
}

# Offer all messages to type in one session. Gives for each its SQLSTATE, or the message that the
# value sends.
sub offer
{
	my ($type, @messages) = @_;
	my $sql = "\\set VERBOSITY sqlstate\nSET client_min_messages = error;\nCREATE TEMP TABLE x (v tp.$type);\n";

	foreach my $message (@messages)
	{
		my $name = message_file($message);

		$sql .= "TRUNCATE x; COPY x FROM '$name' (FORMAT binary);\n" .
			"SELECT coalesce((SELECT encode(tp.${type}_send(v), 'hex') FROM x), 'error ' || :'SQLSTATE');\n";
	}
	# SQLSTATE is that of the last statement: keep COPY's
	$sql =~ s/\(FORMAT binary\);\n/(FORMAT binary);\n\\set state :SQLSTATE\n/g;
	$sql =~ s/:'SQLSTATE'/:'state'/g;
	my ($rc, $stdout, $stderr) = $node->psql('postgres', $sql, on_error_stop => 0);
	my @answers = split /\n/, $stdout;

	is(scalar @answers, scalar @messages, "$type: an answer to each of " . @messages . ' messages');
	unlink glob "$dir/m*";
	return @answers;
}

my %messages = (
	touchpoint => [ '"s:t":web/checkout', '营业厅/é', 'a' ],
	contact_record => [ 'web/checkout@2026-01-05T10:00:00Z score=4 expected=5 cost=1.25 duration=PT3M value=99 by=customer id=17', 'a@2000-01-01T00:00:00Z' ],
	journey => [ '{}', '{a@2000-01-01T00:00:00Z}', '{web/a@2026-01-05T10:00:00Z score=4 id=1, s:app/b@2026-01-05T10:00:00Z score=5 cost=2 id=2, web/a@2026-01-05T10:00:00.5Z duration=PT1S value=-3 expected=1 by=company}' ]);

foreach my $type (sort keys %messages)
{
	foreach my $text (@{ $messages{$type} })
	{
		(my $quoted = $text) =~ s/'/''/g;
		my $good = pack('H*', $node->safe_psql('postgres', "SELECT encode(tp.${type}_send('$quoted'), 'hex')"));
		my @bad;

		push @bad, substr($good, 0, $_) foreach 0 .. length($good) - 1;
		push @bad, $good . chr($_) foreach 0, 1, 255;
		foreach my $bit (0 .. 8 * length($good) - 1)
		{
			my $flipped = $good;
			vec($flipped, $bit, 1) ^= 1;
			push @bad, $flipped;
		}
		my @answers = offer($type, $good, @bad);

		is($answers[0], unpack('H*', $good), "$type: what is sent is received");
		my ($refused, $other, @again, @wrong) = (0, 0);
		foreach my $i (0 .. $#bad)
		{
			my $answer = $answers[ $i + 1 ];

			if ($answer =~ /^error (22P03|22021|54000)$/) { $refused++; }
			elsif ($answer eq unpack('H*', $bad[$i])) { $other++; }
			elsif ($answer =~ /^([0-9a-f]{2})+$/) { push @again, $answer; }
			else { push @wrong, unpack('H*', $bad[$i]) . ": $answer"; }
		}
		# touchpoints may come in another order, for every encoding has its own
		push @wrong, grep { (offer($type, pack('H*', $_)))[0] ne $_ } @again;
		is(join("\n", @wrong), '', "$type: refused with its SQLSTATE, or sent again to the byte");
		cmp_ok($refused, '>', length $good, "$type: $refused refused, $other are other values");
	}
}

# Claims that nothing stands behind, numbers that no text could have said
my @answers = offer(
	'journey',
	pack('C C N n', 1, 0, 0x7fffffff, 65535) . "\0" x 12,
	pack('C C N n', 1, 0, 16777215, 0) . "\0" x 12,
	pack('C C N n', 1, 0, 16777216, 1) . "\0" x 12,
	pack('C C N n', 1, 0, 0, 65535),
	pack('C C N n', 1, 0, 0, 1) . pack('n n n', 0, 1, 0) . 'a',
	pack('C C N n', 1, 0, 1, 1) . pack('n n n', 65535, 65535, 65535) . 'a',
	pack('C C N n', 1, 0, 1, 1) . pack('n n n', 0, 0, 0) . pack('n C q>', 0, 0, 0),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C H16', 0, 0, '7fffffffffffffff'),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C H16', 0, 0, '8000000000000000'),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> H16', 0, 2, 0, '7ff8000000000000'),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> H16', 0, 2, 0, 'fff0000000000000'),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> H16', 0, 8, 0, 'bff0000000000000'),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> q>', 0, 16, 0, -1),
	pack('C C N n', 1, 0, 2, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q>', 0, 0, 1) . pack('n C q>', 0, 0, 0),
	pack('C C N n', 1, 0, 2, 1) . pack('n n n a', 0, 1, 0, 'a') . (pack('n C q> q>', 0, 1, 1, 7) x 2),
	pack('C C N n', 1, 0, 2, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> q>', 0, 1, 1, 7) . pack('n C q> q>', 0, 1, 2, 7),
	pack('C C N n', 1, 0, 1, 2) . (pack('n n n a', 0, 1, 0, 'a') x 2) . pack('n C q>', 0, 0, 0),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, "\x01") . pack('n C q>', 0, 0, 0),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, "\0") . pack('n C q>', 0, 0, 0),
	pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, "\xe4") . pack('n C q>', 0, 0, 0),
	'');
like($answers[$_], qr/^error (22P03|22021)$/, "hostile message $_: $answers[$_]") foreach 0 .. $#answers;
# -0 is a way of saying 0, which send does not use
@answers = offer('journey', pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> H16', 0, 2, 0, '8000000000000000'));
is($answers[0], unpack('H*', pack('C C N n', 1, 0, 1, 1) . pack('n n n a', 0, 1, 0, 'a') . pack('n C q> H16', 0, 2, 0, '0' x 16)), '-0 is received as 0');

# Soft errors, where the server has them
SKIP:
{
	skip 'input errors are soft since 16', 2 if $node->pg_version < 16;
	my $errors = $node->safe_psql('postgres', <<'SQL');
SET search_path = public, tp;
SELECT string_agg(concat_ws(':', sql_error_code, CASE WHEN message IS NULL OR hint IS NULL THEN 'without words' END), ' ' ORDER BY n)
FROM (VALUES (1, 'touchpoint', 'a/b/c'), (2, 'touchpoint', repeat('x', 256)), (3, 'contact_record', 'a@now'),
	(4, 'contact_record', 'a@2026-01-01T00:00:00Z score=NaN'), (5, 'contact_record', 'a@2026-01-01T00:00:00Z cost=-1'),
	(6, 'contact_record', 'a@2026-01-01T00:00:00Z duration=P1M'), (7, 'journey', '{'), (8, 'journey', repeat('{', 1000000)),
	(9, 'journey', '{a@2026-01-01T00:00:00Z id=1, b@2026-01-01T00:00:00Z id=1}'),
	(10, 'journey', '{a@2026-01-01T00:00:00Z id=1, a@2026-01-01T00:00:01Z id=1}'),
	(11, 'contact_record', 'a@2026-01-01T00:00:00Z id=9223372036854775808')) v (n, type, input), pg_input_error_info(input, type)
SQL
	is($errors, '22P02 54000 22P02 22003 22P02 22P02 22P02 22P02 22023 22023 22003', 'input errors are soft');
	my $valid = $node->safe_psql('postgres', <<'SQL');
SET search_path = public, tp;
SELECT bool_and(pg_input_is_valid(input, type))
FROM (VALUES ('touchpoint', 's:c/l'), ('contact_record', 'a@2026-01-01T00:00:00Z score=4'), ('journey', '{}'),
	('journey', '{a@2026-01-01T00:00:00Z, b@2026-01-01T00:00:00Z}')) v (type, input)
SQL
	is($valid, 't', 'what is well formed is valid');
}

$node->stop;
done_testing();
