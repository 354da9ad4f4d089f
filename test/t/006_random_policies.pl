# Contact policies made up at random, always the same ones: what is whole is taken and answers as its
# rules say, worked out here a second time; what was damaged is refused with words and advice, or is a
# policy as good as any other.

use strict;
use warnings;
use utf8;

use POSIX ();
use Time::Local ();

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

# Times are seconds from this moment on; clocks are shifted in New York six days later, in Berlin four weeks.
my $epoch = '2026-03-02T00:00:00Z';
my $unix = Time::Local::timegm(0, 0, 0, 2, 2, 2026);
my $day = 86400;
my @touchpoints = ('web/a', 'web/b', 'sms/a', 'call/c', 'd');
my %matches = (
	'*' => sub { 1 },
	'web/*' => sub { $_[0] =~ m{^web/} },
	'*/a' => sub { $_[0] =~ m{/a$} },
	'sms/a' => sub { $_[0] eq 'sms/a' },
	'd' => sub { $_[0] eq 'd' });
my @zones = ('UTC', 'Asia/Shanghai', 'America/Phoenix', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Asia/Kolkata',
	'Australia/Lord_Howe', 'Australia/Sydney', 'America/Sao_Paulo', 'America/St_Johns', 'Pacific/Apia', 'Pacific/Chatham',
	'Asia/Tehran', 'America/Havana', 'Africa/Casablanca', 'Africa/Cairo', 'Asia/Beirut', 'Antarctica/Troll');
my @weekdays = ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');

# Where their clocks stand, as the C library tells it, by quarters of an hour from 40 days before to 100 days after.
my (%offset, %offsets);
foreach my $zone (@zones)
{
	local $ENV{TZ} = $zone;
	POSIX::tzset();
	foreach my $quarter (-40 * 96 .. 100 * 96)
	{
		my @local = localtime($unix + 900 * $quarter);
		my $o = Time::Local::timegm(@local[ 0 .. 5 ]) - $unix - 900 * $quarter;

		push @{ $offset{$zone} }, $o;
		$offsets{$zone}{$o} = 1;
	}
}
POSIX::tzset();

# What the clocks of a zone show: seconds since the Monday of $epoch at 0:00 there.
sub local_at
{
	my ($zone, $t) = @_;

	return $t + $offset{$zone}[ POSIX::floor($t / 900) + 40 * 96 ];
}

sub date_of { return POSIX::floor($_[0] / $day); }

sub date_text { return POSIX::strftime('%Y-%m-%d', gmtime($unix + $day * $_[0])); }

# The day, week or month of a date.
my %month;
sub period_of
{
	my ($per, $date) = @_;

	return $date if $per eq 'day';
	return POSIX::floor($date / 7) if $per eq 'week';
	return $month{$date} //= substr(date_text($date), 0, 7);
}

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
			my %cap = (max => 1 + below(3));

			$cap{channel} = one_of('web', 'sms', 'call') if below(2);
			$cap{initiator} = one_of('company', 'customer', 'third_party') if below(3) == 0;
			my %written = %cap;

			if (below(2))
			{
				$cap{within} = 60 * (1 + below(10000));
				$written{within} = interval($cap{within});
			}
			else
			{
				$cap{per} = $written{per} = one_of('day', 'week', 'month');
				$cap{timezone} = $written{timezone} = one_of(@zones);
			}
			$cap{text} = "cap of $cap{max}" . (defined $cap{within} ? " within $written{within}" : " a $cap{per} in $cap{timezone}") .
				(defined $cap{channel} ? " on $cap{channel}" : '') . (defined $cap{initiator} ? " by $cap{initiator}" : '');
			push @{ $rule{caps} }, \%cap;
			push @{ $policy{caps} }, \%written;
		}
	}
	if (below(2))
	{
		$rule{min_gap} = 60 * below(3000);
		$policy{min_gap} = interval($rule{min_gap});
		$rule{min_gap_text} = "min_gap of $policy{min_gap}: last contact at ";
	}
	foreach (1 .. (below(2) ? 1 + below(3) : 0))
	{
		my ($from, $to) = (15 * below(96), 15 * below(96));
		my %quiet = (timezone => one_of(@zones));
		my %days = map { one_of(@weekdays) => 1 } 1 .. 1 + below(4);

		$to = ($to + 15) % 1440 if $from == $to;
		$quiet{channel} = one_of('web', 'sms', 'call') if below(3) == 0;
		$quiet{days} = [ grep { $days{$_} } @weekdays ] if below(2);
		my %written = (%quiet, from => sprintf('%02d:%02d', int($from / 60), $from % 60), to => sprintf('%d:%02d:00', int($to / 60), $to % 60));
		push @{ $policy{quiet} }, \%written;
		push @{ $rule{quiet} }, { %quiet, from => 60 * $from, to => 60 * $to,
			text => "quiet hours from $written{from} to $written{to}" . ($quiet{days} ? ' of ' . join(' and ', @{ $quiet{days} }) : '') .
				" in $quiet{timezone}" . (defined $quiet{channel} ? " on $quiet{channel}" : '') };
	}
	$policy{quiet} = $policy{quiet}[0] if $policy{quiet} && @{ $policy{quiet} } == 1 && below(2);
	foreach (1 .. (below(3) == 0 ? 1 + below(2) : 0))
	{
		my $first = below(20);
		my $last = $first + below(4);
		my %written = (from => date_text($first), to => date_text($last), timezone => one_of(@zones));

		push @{ $policy{blackout} }, \%written;
		push @{ $rule{blackout} }, { first => $first, last => $last, timezone => $written{timezone},
			text => "blackout from $written{from} to $written{to} in $written{timezone}" };
	}
	foreach (1 .. below(3))
	{
		my %cooldown = (after => one_of(sort keys %matches), wait => 60 * (1 + below(5000)));

		my $wait = interval($cooldown{wait});

		push @{ $policy{cooldown} }, { %cooldown, wait => $wait };
		push @{ $rule{cooldown} }, { %cooldown, text => "cooldown of $wait after $cooldown{after}" };
	}
	$rule{exempt} = $policy{exempt} = [ map { one_of('*/a', 'sms/a', 'd') } 1 .. 1 + below(2) ] if below(3) == 0;
	return (\%rule, \%policy);
}

# Contacts in order: touchpoint, seconds, initiator or the empty text.
sub contacts
{
	my %at = map { 60 * below(20000) => 1 } 1 .. below(12);

	return map { [ one_of(@touchpoints), $_, one_of('company', 'company', 'customer', 'third_party', '') ] } sort { $a <=> $b } keys %at;
}

sub at { return "timestamptz '$epoch' + interval '$_[0] seconds'"; }

sub iso { return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($unix + $_[0])); }

sub journey
{
	return '{' . join(', ', map { my ($touchpoint, $s, $by) = @$_; "$touchpoint\@" . iso($s) . ($by eq '' ? '' : " by=$by") } @_) . '}';
}

sub is_exempt
{
	my ($rule, $touchpoint) = @_;

	return scalar grep { $matches{$_}->($touchpoint) } @{ $rule->{exempt} || [] };
}

# The contacts that a cap counts at $u, in order.
sub counted
{
	my ($rule, $cap, $u, @contacts) = @_;
	my $now = defined $cap->{per} ? period_of($cap->{per}, date_of(local_at($cap->{timezone}, $u))) : '';

	return grep {
		$_->[1] <= $u && !is_exempt($rule, $_->[0]) &&
			(!defined $cap->{channel} || $_->[0] =~ m{^\Q$cap->{channel}\E/}) &&
			(($cap->{initiator} // 'company') eq 'company' ? $_->[2] =~ /^(company)?$/ : $_->[2] eq $cap->{initiator}) &&
			(defined $cap->{within} ? $_->[1] > $u - $cap->{within}
			: period_of($cap->{per}, date_of(local_at($cap->{timezone}, $_->[1]))) eq $now)
	} @contacts;
}

# Until when a cap holds.
sub cap_until
{
	my ($cap, $u, @counted) = @_;
	my $v = $u;

	return $counted[ -$cap->{max} ][1] + $cap->{within} if defined $cap->{within};
	my $now = period_of($cap->{per}, date_of(local_at($cap->{timezone}, $u)));
	my $quarter = $u - $u % 900;
	do { $quarter += 900 } while period_of($cap->{per}, date_of(local_at($cap->{timezone}, $quarter))) eq $now;
	return $quarter;
}

sub in_window
{
	my ($quiet, $channel, $u) = @_;
	my $local = local_at($quiet->{timezone}, $u);
	my ($date, $time) = (date_of($local), $local - $day * date_of($local));
	my $on = sub { my $name = $weekdays[ $_[0] % 7 ]; return !$quiet->{days} || grep { $_ eq $name } @{ $quiet->{days} }; };

	return 0 if defined $quiet->{channel} && $quiet->{channel} ne $channel;
	return $on->($date) && $time >= $quiet->{from} && $time < $quiet->{to} if $quiet->{from} < $quiet->{to};
	return ($on->($date) && $time >= $quiet->{from}) || ($on->($date - 1) && $time < $quiet->{to});
}

sub in_blackout
{
	my ($blackout, $u) = @_;
	my $date = date_of(local_at($blackout->{timezone}, $u));

	return $date >= $blackout->{first} && $date <= $blackout->{last};
}

# Do the rules refuse a contact at a touchpoint and time?
sub refused
{
	my ($rule, $touchpoint, $u, @contacts) = @_;
	my ($channel) = $touchpoint =~ m{^(.*)/};

	$channel //= '';
	return 1 if grep { in_blackout($_, $u) } @{ $rule->{blackout} || [] };
	return 1 if grep { in_window($_, $channel, $u) } @{ $rule->{quiet} || [] };
	return 0 if is_exempt($rule, $touchpoint);
	foreach my $contact (reverse grep { $_->[1] <= $u } @contacts)
	{
		return 1 if $contact->[1] > $u - ($rule->{min_gap} // 0) && $contact->[2] =~ /^(company)?$/ && !is_exempt($rule, $contact->[0]);
		return 1 if grep { $contact->[1] > $u - $_->{wait} && $matches{ $_->{after} }->($contact->[0]) } @{ $rule->{cooldown} || [] };
	}
	foreach my $cap (@{ $rule->{caps} || [] })
	{
		next if defined $cap->{channel} && $cap->{channel} ne $channel;
		my @counted = counted($rule, $cap, $u, @contacts);
		return 1 if @counted >= $cap->{max};
	}
	return 0;
}

# What the gate should say of it: each rule that refuses, its limit and what it counted.
sub refused_by
{
	my ($rule, $touchpoint, $u, @contacts) = @_;
	my ($channel) = $touchpoint =~ m{^(.*)/};
	my @reasons;

	$channel //= '';
	if (!is_exempt($rule, $touchpoint))
	{
		my ($worst, $longest, $n);

		foreach my $cap (@{ $rule->{caps} || [] })
		{
			next if defined $cap->{channel} && $cap->{channel} ne $channel;
			my @counted = counted($rule, $cap, $u, @contacts);
			next if @counted < $cap->{max};
			my $until = cap_until($cap, $u, @counted);

			($worst, $longest, $n) = ($cap, $until, scalar @counted)
				if !defined $worst || $until > $longest || ($until == $longest && $cap->{max} < $worst->{max});
		}
		push @reasons, "$worst->{text}: $n counted" if $worst;
		my ($last) = reverse grep { $_->[2] =~ /^(company)?$/ && $_->[1] <= $u && !is_exempt($rule, $_->[0]) } @contacts;
		push @reasons, $rule->{min_gap_text} . iso($last->[1]) if $last && $last->[1] > $u - ($rule->{min_gap} // 0);
	}
	if (my ($quiet) = grep { in_window($_, $channel, $u) } @{ $rule->{quiet} || [] })
	{
		my $local = local_at($quiet->{timezone}, $u);
		my $minute = int(($local - $day * date_of($local)) / 60);

		push @reasons, sprintf('%s: %s %02d:%02d there', $quiet->{text}, ucfirst $weekdays[ date_of($local) % 7 ], int($minute / 60), $minute % 60);
	}
	if (!is_exempt($rule, $touchpoint))
	{
		my ($worst, $longest, $by);

		foreach my $contact (reverse grep { $_->[1] <= $u } @contacts)
		{
			foreach my $cooldown (@{ $rule->{cooldown} || [] })
			{
				my $until = $contact->[1] + $cooldown->{wait};

				next if $until <= $u || !$matches{ $cooldown->{after} }->($contact->[0]) || (defined $longest && $until <= $longest);
				($worst, $longest, $by) = ($cooldown, $until, $contact);
			}
		}
		push @reasons, "$worst->{text}: $by->[0] at " . iso($by->[1]) if $worst;
	}
	if (my ($blackout) = grep { in_blackout($_, $u) } @{ $rule->{blackout} || [] })
	{
		push @reasons, "$blackout->{text}: " . date_text(date_of(local_at($blackout->{timezone}, $u))) . ' there';
	}
	return join(', ', @reasons);
}

# What was refused is allowed again where a contact stops to count, a window or a blackout ends, another period begins or clocks
# are shifted, nowhere else: contacts stop at some minute, and all else does at a quarter.
sub next_allowed
{
	my ($rule, $touchpoint, $u, @contacts) = @_;
	my @spans = ((map { $_->{within} // () } @{ $rule->{caps} || [] }), (map { $_->{wait} } @{ $rule->{cooldown} || [] }),
		$rule->{min_gap} // 0);
	my %moments;

	foreach my $contact (@contacts)
	{
		$moments{ $contact->[1] + $_ } = 1 foreach @spans;
	}
	my @moments = sort { $a <=> $b } grep { $_ > $u } keys %moments;
	my $quarter = $u - $u % 900 + 900;
	my $end = 60 * $day;

	while ($quarter < $end)
	{
		my $moment = @moments && $moments[0] < $quarter ? shift @moments : $quarter;

		$quarter += 900 if $moment == $quarter;
		return $moment if !refused($rule, $touchpoint, $moment, @contacts);
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

foreach my $n (1 .. 400)
{
	my ($rule, $policy) = policy();
	my @contacts = contacts();

	foreach (1 .. 3)
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
	'"', '\\"', '*' x 600, 'web/', '/a', ':', '办理/*', "\x{fffd}", 'company', 'nobody', 'Company', 'day', 'fortnight', '2026-02-30', '2026-03-01', '9999-12-31', '0000-01-01', '*[score < 3]', \'["sat"]', \'["Sat"]');
my @words = ('"caps"', '"per"', '"days"', '"blackout"', '"max"', '"within"', '"quiet"', '"from"', '"cooldown"', '{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\ud800', '1e400', '0.1', '-');

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
		push @found, [ sub { $v->{ one_of('more', 'Max', '', 'caps', 'within', 'after', 'per', 'days', 'timezone', 'blackout', 'channel') } = $_[0] }, sub { } ];
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
