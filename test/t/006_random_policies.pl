# Contact policies made up at random, always the same ones: what is whole is taken and answers as its
# rules say, worked out here a second time; what was damaged is refused with words and advice, or is a
# policy as good as any other.

use strict;
use warnings;
use utf8;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "fsync = off\nrestart_after_crash = off\ntimezone = 'UTC'\ndatestyle = 'ISO'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp');

# The same numbers on every machine.
my $state = 20260105;

sub below
{
	my $n = shift;

	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $n;
}

sub one_of { return $_[ below(scalar @_) ]; }

# Times are seconds from this moment on.
my $epoch = '2026-01-05T00:00:00Z';
my @touchpoints = ('web/a', 'web/b', 'sms/a', 'call/c', 'd');
my %matches = (
	'*' => sub { 1 },
	'web/*' => sub { $_[0] =~ m{^web/} },
	'*/a' => sub { $_[0] =~ m{/a$} },
	'sms/a' => sub { $_[0] eq 'sms/a' },
	'd' => sub { $_[0] eq 'd' });
my %offset = (UTC => 0, 'Asia/Shanghai' => 8 * 3600, 'America/Phoenix' => -7 * 3600);

# A text of so many seconds, in one of the ways to write it.
sub interval
{
	my $s = shift;
	my ($h, $m) = (int($s / 3600), int($s % 3600 / 60));

	return one_of("$s seconds", sprintf('%d hours %d min', $h, $m), sprintf('PT%dH%dM', $h, $m),
		sprintf('%d days %02d:%02d:00', int($h / 24), $h % 24, $m));
}

# Rules, and the policy that says them; whole minutes, so that every way to write them does.
sub policy
{
	my (%rule, %policy);

	if (below(3) > 0)
	{
		foreach (1 .. 1 + below(3))
		{
			my %cap = (max => 1 + below(3), within => 60 * (1 + below(10000)));

			$cap{channel} = one_of('web', 'sms', 'call') if below(2);
			$cap{initiator} = one_of('company', 'customer', 'third_party') if below(3) == 0;
			push @{ $rule{caps} }, \%cap;
			push @{ $policy{caps} }, { %cap, within => interval($cap{within}) };
		}
	}
	if (below(2))
	{
		$rule{min_gap} = 60 * below(3000);
		$policy{min_gap} = interval($rule{min_gap});
	}
	if (below(2))
	{
		my ($from, $to) = (15 * below(96), 15 * below(96));
		my $zone = one_of(sort keys %offset);

		$to = ($to + 15) % 1440 if $from == $to;
		$rule{quiet} = { from => 60 * $from, to => 60 * $to, offset => $offset{$zone} };
		$policy{quiet} = { from => sprintf('%02d:%02d', int($from / 60), $from % 60),
			to => sprintf('%d:%02d:00', int($to / 60), $to % 60), timezone => $zone };
	}
	foreach (1 .. below(3))
	{
		my %cooldown = (after => one_of(sort keys %matches), wait => 60 * (1 + below(5000)));

		push @{ $rule{cooldown} }, \%cooldown;
		push @{ $policy{cooldown} }, { %cooldown, wait => interval($cooldown{wait}) };
	}
	$rule{exempt} = $policy{exempt} = [ map { one_of('*/a', 'sms/a', 'd') } 1 .. 1 + below(2) ] if below(3) == 0;
	return (\%rule, \%policy);
}

# Contacts in order: touchpoint, seconds, initiator or the empty text.
sub contacts
{
	return sort { $a->[1] <=> $b->[1] }
		map { [ one_of(@touchpoints), 60 * below(20000), one_of('company', 'company', 'customer', 'third_party', '') ] } 1 .. below(12);
}

sub at { return "timestamptz '$epoch' + interval '$_[0] seconds'"; }

sub journey
{
	my @texts = map {
		my ($touchpoint, $s, $by) = @$_;
		sprintf('%s@2026-01-%02dT%02d:%02d:00Z%s', $touchpoint, 5 + int($s / 86400), int($s / 3600) % 24, int($s / 60) % 60,
			$by eq '' ? '' : " by=$by") } @_;

	return '{' . join(', ', @texts) . '}';
}

# The rules that refuse a contact at a touchpoint and time.
sub refused_by
{
	my ($rule, $touchpoint, $u, @contacts) = @_;
	my ($channel) = $touchpoint =~ m{^(.*)/};
	my %by;
	my $within = sub { my ($c, $span) = @_; return $c->[1] > $u - $span && $c->[1] <= $u; };

	if (!grep { $matches{$_}->($touchpoint) } @{ $rule->{exempt} || [] })
	{
		foreach my $cap (@{ $rule->{caps} || [] })
		{
			next if defined $cap->{channel} && $cap->{channel} ne ($channel // '');
			my @counted = grep {
				$within->($_, $cap->{within}) &&
				(!defined $cap->{channel} || $_->[0] =~ m{^\Q$cap->{channel}\E/}) &&
				(defined $cap->{initiator} ? $_->[2] eq $cap->{initiator} : $_->[2] =~ /^(company)?$/) } @contacts;
			$by{cap} = 1 if @counted >= $cap->{max};
		}
		$by{min_gap} = 1 if grep { $_->[2] =~ /^(company)?$/ && $within->($_, $rule->{min_gap} // 0) } @contacts;
		foreach my $cooldown (@{ $rule->{cooldown} || [] })
		{
			$by{cooldown} = 1 if grep { $matches{ $cooldown->{after} }->($_->[0]) && $within->($_, $cooldown->{wait}) } @contacts;
		}
	}
	if (my $quiet = $rule->{quiet})
	{
		my $day = ($u + $quiet->{offset}) % 86400;

		$by{'quiet hours'} = 1
			if $quiet->{from} < $quiet->{to} ? $day >= $quiet->{from} && $day < $quiet->{to}
			: $day >= $quiet->{from} || $day < $quiet->{to};
	}
	return join(', ', grep { $by{$_} } 'cap', 'min_gap', 'quiet hours', 'cooldown');
}

# What was refused is allowed again where a contact stops to count or quiet hours end, nowhere else.
sub next_allowed
{
	my ($rule, $touchpoint, $u, @contacts) = @_;
	my @spans = ((map { $_->{within} } @{ $rule->{caps} || [] }), (map { $_->{wait} } @{ $rule->{cooldown} || [] }),
		$rule->{min_gap} // 0);
	my @moments;

	foreach my $contact (@contacts)
	{
		push @moments, map { $contact->[1] + $_ } @spans;
	}
	my ($last) = sort { $b <=> $a } $u, @moments;
	if (my $quiet = $rule->{quiet})
	{
		my $end = $u - ($u + $quiet->{offset}) % 86400 + $quiet->{to} - 86400;

		for (; $end < $last + 2 * 86400; $end += 86400) { push @moments, $end; }
	}
	foreach my $moment (sort { $a <=> $b } grep { $_ > $u } @moments)
	{
		return $moment if refused_by($rule, $touchpoint, $moment, @contacts) eq '';
	}
	return undef;
}

# JSON, keys in any order.
sub json
{
	my $v = shift;

	if (ref $v eq 'HASH')
	{
		my @keys = sort keys %$v;
		my $first = @keys ? below(scalar @keys) : 0;

		@keys = (@keys[ $first .. $#keys ], @keys[ 0 .. $first - 1 ]) if @keys;
		return '{' . join(', ', map { "\"$_\": " . json($v->{$_}) } @keys) . '}';
	}
	return '[' . join(', ', map { json($_) } @$v) . ']' if ref $v eq 'ARRAY';
	return $$v if ref $v eq 'SCALAR';
	return $v if $v =~ /^[0-9]+$/;
	return "\"$v\"";
}

sub quoted
{
	(my $s = shift) =~ s/'/''/g;
	return "'$s'";
}

my $sql = ("SET search_path = tp, public;\n");
my @expected;

foreach my $n (1 .. 300)
{
	my ($rule, $policy) = policy();
	my @contacts = contacts();

	foreach (1 .. 4)
	{
		my ($touchpoint, $u) = (one_of(@touchpoints), 60 * below(22000) + below(2) * below(60));
		my $by = refused_by($rule, $touchpoint, $u, @contacts);
		my $next = $by eq '' ? undef : next_allowed($rule, $touchpoint, $u, @contacts);

		$sql .= sprintf("SELECT concat_ws('|', v.allowed, coalesce(v.reason, ''), coalesce(extract(epoch FROM v.next_allowed_at - timestamptz '%s')::bigint::text, ''))" .
			" FROM can_contact(%s, '%s', %s, %s::jsonb) AS v;\n",
			$epoch, @contacts ? quoted(journey(@contacts)) : 'NULL',
			$touchpoint, at($u), quoted(json($policy)));
		push @expected, join('|', $by eq '' ? 't' : 'f', $by, $next // '');
	}
}
my ($rc, $stdout, $stderr) = $node->psql('postgres', $sql);
is($stderr, '', 'every policy that is whole is taken');
my @answers = split /\n/, $stdout;
my @wrong = grep { ($answers[$_] // 'nothing') ne $expected[$_] } 0 .. $#expected;
is(scalar @answers, scalar @expected, 'as many answers as questions');
is(join("\n", map { "$_: $answers[$_] instead of $expected[$_]" } @wrong[ 0 .. ($#wrong < 4 ? $#wrong : 4) ]), '',
	'verdict, rules and the next time are what the rules say');
cmp_ok(scalar(grep { /^f/ } @expected), '>', 200, 'many are refused');
cmp_ok(scalar(grep { /^t/ } @expected), '>', 200, 'many are allowed');

# Now damaged.
my @junk = (
	\'null', \'true', \'[]', \'{}', \'[[]]', \'[{}]', \'-1', \'0', \'1.5', \'1e3', \'2147483648', \'1e9999', \'-0', \'"\u0000"',
	'', ' ', 'x', '-1 days', '1 mon', '1 year 2 days', 'infinity', '-infinity', 'P1M', 'P1D', 'PT1S', 'P', '0', '00:00', '24:00', '24:01', '7:5',
	'12:60', '3 fortnights', '106751991 days', '106751992 days', '9223372036854775807 us', '1 day ago', '@ 1 day', '1e3 days', '.5 days', '1:2:3.4',
	'UTC+8', 'EST5EDT', 'right/UTC', '../../etc/passwd', '/etc/passwd', 'Europe/Berlin', 'america/new_york', 'Factory', 'local', 'z' x 300, 'a/b' x 200,
	'"', '\\"', '*' x 600, 'web/', '/a', ':', '办理/*', "\x{fffd}", 'company', 'nobody', 'Company');
my @words = ('"caps"', '"max"', '"within"', '"quiet"', '"from"', '"cooldown"', '{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\ud800', '1e400', '0.1', '-');

# The places of a tree: each with how to set and how to drop what is there.
sub places
{
	my ($v, @found) = @_;

	if (ref $v eq 'HASH')
	{
		foreach my $key (sort keys %$v)
		{
			push @found, [ sub { $v->{$key} = $_[0] }, sub { delete $v->{$key} } ], places($v->{$key});
		}
		push @found, [ sub { $v->{ one_of('more', 'Max', '', 'caps', 'within', 'after') } = $_[0] }, sub { } ];
	}
	elsif (ref $v eq 'ARRAY')
	{
		foreach my $i (0 .. $#$v)
		{
			push @found, [ sub { $v->[$i] = $_[0] }, sub { splice @$v, $i, 1 } ], places($v->[$i]);
		}
		push @found, [ sub { push @$v, $_[0] }, sub { } ];
	}
	return @found;
}

$node->safe_psql('postgres', q{
CREATE FUNCTION offered(doc text, j tp.journey, touchpoint tp.touchpoint, at timestamptz) RETURNS text
SET search_path = tp, public LANGUAGE plpgsql AS $$
DECLARE
    p contact_policy;
    v touchpoint_verdict;
    state text;
    words text;
    advice text;
BEGIN
    BEGIN
        p := doc::jsonb;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, words = MESSAGE_TEXT, advice = PG_EXCEPTION_HINT;
        IF state = '22023' AND (words !~ '^contact policy: .' OR advice = '' OR length(words) > 1000) THEN
            RETURN 'without words: ' || words;
        END IF;
        RETURN state;
    END;
    IF p::text::contact_policy::text <> p::text THEN RETURN 'not what it was'; END IF;
    v := can_contact(j, touchpoint, at, p);
    IF v.allowed IS NULL OR v.allowed <> (v.reason IS NULL) OR (v.allowed AND v.next_allowed_at IS NOT NULL) THEN
        RETURN 'an answer that is none: ' || v::text;
    END IF;
    IF v.next_allowed_at IS NULL THEN RETURN 'taken'; END IF;
    IF v.next_allowed_at <= at THEN RETURN 'allowed again in the past: ' || v::text; END IF;
    IF NOT (can_contact(j, touchpoint, v.next_allowed_at, p)).allowed THEN RETURN 'not allowed then: ' || v::text; END IF;
    IF (can_contact(j, touchpoint, v.next_allowed_at - interval '1 us', p)).allowed THEN
        RETURN 'allowed before that: ' || v::text;
    END IF;
    RETURN 'taken';
END
$$});

$sql = "SET client_min_messages = error;\n";
my @documents;
foreach my $n (1 .. 3000)
{
	my ($rule, $policy) = policy();
	my @contacts = contacts();
	my $document;

	foreach (1 .. 1 + below(2))
	{
		my @found = places($policy);
		my $place = one_of(@found);

		$place->[ below(5) == 0 ? 1 : 0 ]->(one_of(@junk)) if below(4);
	}
	$document = json($policy);
	# now and then the text too, a key twice among others
	foreach (1 .. (below(4) == 0 ? 1 + below(3) : 0))
	{
		my $at = below(length($document) + 1);

		substr($document, $at, below(4)) = below(3) ? one_of(@words) : substr($document, below(length($document) + 1), below(20));
	}
	utf8::encode($document);
	push @documents, $document;
	$sql .= sprintf("SELECT replace(offered(%s, %s, '%s', %s), E'\\n', ' ');\n",
		quoted($document), @contacts ? quoted(journey(@contacts)) : 'NULL', one_of(@touchpoints), at(60 * below(22000)));
}
($rc, $stdout, $stderr) = $node->psql('postgres', $sql);
is($stderr, '', 'damaged policies: no error but those that are caught');
@answers = split /\n/, $stdout;
is(scalar @answers, scalar @documents, 'damaged policies: an answer to each');
# malformed JSON, numbers past numeric, NUL and half a surrogate are the server's to refuse
@wrong = grep { $answers[$_] !~ /^(taken|22023|22P02|22P05|22003)$/ } 0 .. $#answers;
is(join("\n", map { "$answers[$_]: $documents[$_]" } @wrong[ 0 .. ($#wrong < 4 ? $#wrong : 4) ]), '',
	'damaged policies are refused with words and advice, or answer like any other');
my %count;
$count{$_}++ foreach @answers;
cmp_ok($count{taken} // 0, '>', 300, 'many are taken');
cmp_ok($count{22023} // 0, '>', 1000, 'many are refused');
note("$_: $count{$_}") foreach sort keys %count;
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server is up');

done_testing();
