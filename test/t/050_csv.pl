# Other people's CSV files, as the demo takes them: which column is what, how dates and numbers are written, what is faulty.

use strict;
use warnings;

use Cwd qw(abs_path);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;

my $dir = PostgreSQL::Test::Utils::tempdir;
my $here = abs_path('.');
mkdir "$dir/log";

# Load a file as the demo does, with these settings; what was said, and the contacts.
sub load
{
	my ($csv, %set) = @_;
	my $settings = join(' ', map { "$_='" . ($set{$_} // '') . "'" } qw(map dates decimal normalise skip_faulty));
	open(my $file, '>:raw', "$dir/file.csv") or die $!;
	print $file $csv;
	close $file;
	unlink glob("$dir/log/*");
	$node->safe_psql('postgres', 'DROP DATABASE IF EXISTS demo');
	$node->safe_psql('postgres', 'CREATE DATABASE demo');
	$node->safe_psql('demo', "CREATE SCHEMA tp; CREATE EXTENSION touchpoint SCHEMA tp; ALTER DATABASE demo SET search_path = public, tp; ALTER DATABASE demo SET datestyle = 'ISO, YMD'");
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	my ($said, $errors);
	my $worked = IPC::Run::run([ 'bash', '-c', qq(
		here='$here' scratch='$dir' file='$dir/file.csv' $settings
		say() { printf '%s\\n' "\$*"; }
		word() { say "\$1"; }
		die() { printf 'bootstrap: %s\\n' "\$*" >&2; exit 1; }
		run() { "\$@"; }
		sql() { psql -X -q -v ON_ERROR_STOP=1 "\$@"; }
		. "\$here/demo/csv.sh" && check_file && load_csv) ], '>', \$said, '2>', \$errors);
	return ($worked ? $node->safe_psql('demo', q{SELECT concat_ws(' ', customer_id, touchpoint, to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS'), score, value, initiator, properties) FROM contacts ORDER BY id}) : 'refused', $said . $errors);
}

my ($contacts, $said) = load("User ID;Event;Event time;Rating;Amount;Campaign;Plan\n" .
	  "u1;Open App;31.12.2025 10:00;4,5;1.234,50;spring;007\nu1;Buy;01.01.2026 09:00;5;99,00;;\nu2;open  app;02.01.2026 10:00;2;;autumn;12\n");
is($contacts, qq(u1 Open App 2025-12-31T10:00:00 4.5 1234.5 {"Plan": "007", "Campaign": "spring"}\nu1 Buy 2026-01-01T09:00:00 5 99\nu2 "open  app" 2026-01-02T10:00:00 2 {"Plan": "12", "Campaign": "autumn"}) =~ s/"open  app"/open  app/r,
	'semicolons, days first, decimal commas, codes with zeros');
like($said, qr/Read as customer_id = User ID, touchpoint = Event, occurred_at = Event time, score = Rating, value = Amount/, 'what was guessed is said');
like($said, qr/Properties: Campaign, Plan/, 'and what else there is');
like((load("user,event,time\nu,A  b,2026-01-01\n", normalise => 'true'))[0], qr/^u a b /, 'normalised when told');

($contacts, $said) = load("visitor_id\ttimestamp\tpage\tchannel\n1\t1767225600\thome: a/b\tweb\n1\t1767225700500\tcart\tweb\n2\tyesterday\tcart\tapp\n3\t1767225600\t\tapp\n3\t1\n");
is($contacts, 'refused', 'faulty lines');
like($said, qr/line 4: occurred_at: "yesterday" is no time.*\nline 5: touchpoint: is empty\nline 6: has 2 fields where the header has 4\n.*--skip-faulty/, 'each by its line');
($contacts, $said) = load("visitor_id\ttimestamp\tpage\tchannel\n1\t1767225600\thome: a/b\tweb\n1\t1767225700500\tcart\tweb\n2\tyesterday\tcart\tapp\n3\t1767225600\t\tapp\n3\t1\n", skip_faulty => 'true');
is($contacts, qq(1 web/"home: a/b" 2026-01-01T00:00:00\n1 web/cart 2026-01-01T00:01:40), 'tabs, seconds and milliseconds; faulty lines left out');
is(scalar(() = $said =~ /^1 of 5 lines left out: (?:fields|occurred_at|touchpoint), such as line \d/mg), 3, 'counted by kind, with an example each');

like((load("client,when,what\n1,03/04/2026,a\n"))[1], qr/which column is touchpoint\? Say --map touchpoint=COLUMN; there are client, when, what/, 'a column that is not found');
my $mapped = 'customer=client,occurred_at=when,touchpoint=what';
like((load("client,when,what\n1,03/04/2026,a\n", map => $mapped))[1], qr/is "03\/04\/2026" day or month first\? Say --dates/, 'dates that can be read two ways');
is((load("client,when,what\n1,03/04/2026,a\n", map => $mapped, dates => 'mdy'))[0], '1 a 2026-03-04T00:00:00', 'as told');
is((load("client,when,what\n1,03/04/2026,a\n1,13/04/2026,a\n", map => $mapped))[0], "1 a 2026-04-03T00:00:00\n1 a 2026-04-13T00:00:00", 'as another line tells');
like((load("client,when,what\n1,03/04/2026,a\n", map => 'customer=klient'))[1], qr/there is no column "klient"; there are client, when, what/, 'a map that names no column');
like((load("client,when,what\n1,03/04/2026,a\n", map => 'klient=client'))[1], qr/no "klient=client"; fields are customer_id,/, 'a map of no field');
like((load("user,event,time,amount\n1,a,2026-01-01,\"1,234\"\n"))[1], qr/is the comma of "1,234" for decimals or thousands/, 'a comma that can be read two ways');
is((load("user,event,time,amount\n1,a,2026-01-01,\"1,234\"\n1,b,2026-01-02,\"1,234.5\"\n"))[0], "1 a 2026-01-01T00:00:00 1234\n1 b 2026-01-02T00:00:00 1234.5", 'thousands, as another line tells');

($contacts, $said) = load(",Case ID,Activity,Complete Timestamp,lifecycle:transition,\n0,A,ask,2026-01-01 10:00Z,start,x\n1,A,ask,2026-01-01 11:00Z,complete,y\n");
is($contacts, qq(A ask 2026-01-01T10:00:00 {"lifecycle:transition": "start"}\nA ask 2026-01-01T11:00:00 {"lifecycle:transition": "complete"}), 'columns without a name are left out');
like($said, qr/Left out, for they have no name: column 1, 6\..*"lifecycle:transition" has start and complete: a step that begins and ends is two contacts/s, 'and steps that stand there twice are said');
unlike((load("Case ID,Activity,Complete Timestamp,lifecycle:transition\nA,ask,2026-01-01 10:00Z,complete\n"))[1], qr/two contacts/, 'not where they do not');

($contacts, $said) = load("id,user,event,time,direction\n1,u,a,2026-01-01 10:00Z,inbound\n2,u,b,2026-01-01 10:00Z,outbound\n2,u,b,2026-01-01 10:00Z,outbound\n");
is($contacts, "u a 2026-01-01T10:00:00 customer\nu b 2026-01-01T10:00:00 company", 'initiators; a repeated id once');
like($said, qr/1 lines repeat an id/, 'and said');
like($said, qr/2 contacts have the time of another of the same customer/, 'tied times are said');
($contacts, $said) = load("id,user,event,time\n1,u,a,1970-01-01 00:00Z\n1,u,b,2099-01-01 10:00Z\n");
like($said, qr/column of ids is no key.*\n1 contacts are of 1970 or before, 1 of more than a year ahead/, 'ids that are no keys; odd years');
is((load("customer_id,touchpoint,occurred_at\nc,use:app/open,2026-01-01 10:00Z\n"))[0], 'c use:app/open 2026-01-01T10:00:00', 'under its own name a touchpoint is written as one');
my $long = 'x' x 63;
is((load("user,event,time,$long\nu,a,2026-01-01,1\n"))[0], qq(u a 2026-01-01T00:00:00 {"$long": 1}), 'the longest name of a property');
like((load("user,event,time,${long}a,${long}b\nu,a,2026-01-01,1,2\n"))[1], qr/line 1: "x{63}a" is too long to name a property/, 'names are not cut, which could make one of two');
is((load("客户编号,触点,时间,评分\n甲,营业厅,2026-01-01,4\n"))[0], '甲 营业厅 2026-01-01T00:00:00 4', 'Chinese names');

# What sheets and logs make of a file.
is((load("sep=;\r\nuser;event;time;score\r\nu;a;2026-01-01;4,5\r\n"))[0], 'u a 2026-01-01T00:00:00 4.5', "a sheet's line before the header");
is((load("\xef\xbb\xbf\"sep=,\"\nuser,event,time\nu,a,2026-01-01,,\n"))[0], 'u a 2026-01-01T00:00:00', 'quoted; separators behind the last field');
like((load("user,event,time\nu,a,2026-01-01,x\n"))[1], qr/line 2: has 4 fields where the header has 3/, 'nothing else may stand there');
like((load("user,event,time\ru,a,2026-01-01\r"))[1], qr/its lines end in carriage returns alone/, 'carriage returns alone');
is((load("user,event,time\nu,a,1767225600000.0\nu,b,1767225700000000000\nu,c,20260101100501\nu,d,202601011006\n"))[0],
	"u a 2026-01-01T00:00:00\nu b 2026-01-01T00:01:40\nu c 2026-01-01T10:05:01\nu d 2026-01-01T10:06:00", 'epochs with a point and of nanoseconds; nothing but digits');
is((load("用户,事件,时间\nu,a,2026年1月5日\nu,b,2026年1月5日 10时05分\nu,c,2026/1/5 下午 3:07:09\nu,d,2026年01月05日上午9点\n"))[0],
	"u a 2026-01-05T00:00:00\nu b 2026-01-05T10:05:00\nu c 2026-01-05T15:07:09\nu d 2026-01-05T09:00:00", 'Chinese times');
($contacts, $said) = load("user,event,time\nu,a,2026-01-31 9:05 PM\nu,b,2026-01-31 9:06 PM EST\nu,c,1/2/2026 10:00am -0500\n", dates => 'mdy');
is($contacts, "u a 2026-01-31T21:05:00\nu b 2026-02-01T02:06:00\nu c 2026-01-02T15:00:00", 'clocks of twelve hours');
like($said, qr/1 of 3 times have no zone/, 'and their zones');
($contacts, $said) = load("user,event,date,time\nu,a,31/01/2026,10:05\nu,b,31/01/2026,11:00:01\n");
is($contacts, qq(u a 2026-01-31T10:05:00 {"date": "31/01/2026"}\nu b 2026-01-31T11:00:01 {"date": "31/01/2026"}), 'a day and a time of day');
like($said, qr/Where time is a time of day alone, date is its day/, 'and said');
is((load("user,event,time\nu,a,05.01.26 10:00\n"))[0], 'u a 2026-01-05T10:00:00', 'two digits of a year');
is((load("user,event,time\nu,a,01/05/26\nu,a,01/25/26\n"))[0], "u a 2026-01-05T00:00:00\nu a 2026-01-25T00:00:00", 'month first, as another line tells');
is((load("user,event,time\nu,a,05/01/99\nu,a,25/01/98\n"))[0], "u a 1999-01-05T00:00:00\nu a 1998-01-25T00:00:00", 'day first, where it can be no year');
like((load("user,event,time\nu,a,26-01-05\n"))[1], qr/is "26-01-05" day, month or year first\? Say --dates dmy, --dates mdy or --dates ymd/, 'and asked where it may be');
is((load("user,event,time\nu,a,26-01-05\n", dates => 'ymd'))[0], 'u a 2026-01-05T00:00:00', 'as told');
($contacts, $said) = load("user,event,time,score,amount\nu,a,2026-01-01,NA,\"\$1,234.50\"\nu,b,2026-01-02,4,-€ 3.25\nu,c,2026-01-03,null,¥1 234\n");
is($contacts, "u a 2026-01-01T00:00:00 1234.5\nu b 2026-01-02T00:00:00 4 -3.25\nu c 2026-01-03T00:00:00 1234", 'signs of money, blanks between thousands');
like($said, qr/2 numbers are "NA" or the like and are read as unknown/, 'what says that it is unknown is counted');
like((load("user,event,time\nNULL,a,2026-01-01\n"))[1], qr/line 2: customer_id: "NULL" is nobody/, 'and is no customer');
like((load("user,event,time,score\nu,a,2026-01-01,good\n"))[1], qr/line 2: score: .*"good"\. Write a number, such as 4\.5, or nothing\./, 'no number');
like((load('user,event,time,' . join(',', map { "x$_" } 1 .. 300) . "\nu,a,2026-01-01" . ',1' x 300 . "\n"))[1], qr/236 columns are left out, from "x65" on/, 'three hundred columns');

$node->stop;
done_testing();
