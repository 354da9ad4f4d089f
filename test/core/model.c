/*
 * model.c
 *	  The reference that journeys are checked against. Nothing here is clever.
 */
#include "model.h"

#include <float.h>

static const uint8_t has_bit[TP_COLUMNS] = {0, TP_HAS_ID, TP_HAS_SCORE, TP_HAS_EXPECTED, TP_HAS_COST,
TP_HAS_DURATION, TP_HAS_VALUE, 0};

void
model_set(model_contact *m, const char *channel, const char *label, const char *stage)
{
	memset(m, 0, sizeof(*m));
	snprintf(m->channel, sizeof(m->channel), "%s", channel);
	snprintf(m->label, sizeof(m->label), "%s", label);
	snprintf(m->stage, sizeof(m->stage), "%s", stage);
}

static double
number(const model_contact *m, int column)
{
	return column == TP_SCORE ? m->c.score : column == TP_EXPECTED ? m->c.expected :
		column == TP_COST ? m->c.cost : m->c.value;
}

static bool
known(const model_contact *m, int column)
{
	return (m->c.has & has_bit[column]) != 0;
}

static int
order_of(long double x, long double y)
{
	return x < y ? -1 : x > y ? 1 : 0;
}

static long double
number_or_least(const model_contact *m, int column)
{
	return known(m, column) ? number(m, column) : -(long double) INFINITY;
}

/* long double has the 64 bits that whole numbers need. */
int
model_compare(const void *a, const void *b)
{
	const model_contact *x = a,
			   *y = b;
	int			c = order_of(x->c.time, y->c.time);

	if (c == 0)
		c = order_of(known(x, TP_ID) ? x->c.id : -(long double) INFINITY,
					 known(y, TP_ID) ? y->c.id : -(long double) INFINITY);
	if (c == 0)
		c = order_of(number_or_least(x, TP_SCORE), number_or_least(y, TP_SCORE));
	if (c == 0)
		c = strcmp(x->channel, y->channel);
	if (c == 0)
		c = strcmp(x->label, y->label);
	if (c == 0)
		c = strcmp(x->stage, y->stage);
	if (c == 0)
		c = order_of(number_or_least(x, TP_EXPECTED), number_or_least(y, TP_EXPECTED));
	if (c == 0)
		c = order_of(number_or_least(x, TP_COST), number_or_least(y, TP_COST));
	if (c == 0)
		c = order_of(known(x, TP_DURATION) ? x->c.duration : -1, known(y, TP_DURATION) ? y->c.duration : -1);
	if (c == 0)
		c = order_of(number_or_least(x, TP_VALUE), number_or_least(y, TP_VALUE));
	if (c == 0)
		c = (x->c.has >> TP_BY_SHIFT) - (y->c.has >> TP_BY_SHIFT);
	return c;
}

int
model_settle(model_contact *m, int n)
{
	int			kept = 0;

	qsort(m, (size_t) n, sizeof(*m), model_compare);
	for (int i = 0; i < n; i++)
	{
		bool		greatest = true;

		for (int k = 0; k < n && known(&m[i], TP_ID); k++)
		{
			if (!known(&m[k], TP_ID) || m[k].c.id != m[i].c.id)
				continue;
			if (m[k].c.time != m[i].c.time || strcmp(m[k].channel, m[i].channel) != 0 ||
				strcmp(m[k].label, m[i].label) != 0 || strcmp(m[k].stage, m[i].stage) != 0)
				return -1;
			if (k > i)
				greatest = false;
		}
		/* what is passed over stays in place until all have been looked at */
		m[i].c.code = greatest;
	}
	for (int i = 0; i < n; i++)
		if (m[i].c.code)
			m[kept++] = m[i];
	return kept;
}

/* The least of the widths that a version knows for whole numbers. */
static int
width_of(long double greatest, bool is_signed, bool odd)
{
	for (int width = 1; width < 8; width += width < 4 ? 1 : 2)
		if ((odd || width == 1 || width == 2 || width == 4) &&
			greatest <= (is_signed ? exp2l(8 * width - 1) - 1 : exp2l(8 * width) - 1))
			return width;
	return 8;
}

static uint8_t
form_byte(int width, int scale, size_t n, bool constant, size_t *bytes)
{
	static const uint8_t forms[] = {0, TP_FORM_1, TP_FORM_2, TP_FORM_3, TP_FORM_4, 0, TP_FORM_6, 0, TP_FORM_8};

	*bytes = (size_t) width * n;
	if (constant && *bytes >= 8)
	{
		*bytes = 8;
		return TP_FORM_CONSTANT;
	}
	return (uint8_t) (forms[width] | scale << 4);
}

/* The least scale at which v is written as digits and a point, by the C library's reading of them. */
static int
least_scale(double v, long long *digits)
{
	for (int scale = 0; scale <= 15; scale++)
	{
		long double scaled = (long double) v * powl(10, scale);
		char		text[64];

		if (fabsl(scaled) > 2147483647.49L)
			return 16;
		*digits = llrintl(scaled);
		snprintf(text, sizeof(text), "%llde-%d", *digits, scale);
		if (strtod(text, NULL) == v)
			return scale;
	}
	return 16;
}

static uint8_t
number_form(const model_contact *m, size_t n, int column, int version, size_t *bytes)
{
	int			scale = 0;
	long double greatest = 0;
	bool		constant = true,
				real = version > 1;

	for (size_t i = 0; i < n; i++)
	{
		long long	digits = 0;
		int			s = known(&m[i], column) ? least_scale(number(&m[i], column), &digits) : 0;

		scale = s > scale ? s : scale;
		constant &= known(&m[i], column) && number(&m[i], column) == number(&m[0], column);
		if (known(&m[i], column))
			real &= fabs(number(&m[i], column)) <= FLT_MAX && (float) number(&m[i], column) == number(&m[i], column);
	}
	for (size_t i = 0; i < n && scale < 16; i++)
		if (known(&m[i], column))
			greatest = fmaxl(greatest, fabsl(roundl((long double) number(&m[i], column) * powl(10, scale))));
	if (scale == 16 || greatest > 2147483647)
	{
		uint8_t		form = form_byte(real ? 4 : 8, 0, n, constant, bytes);

		return form == TP_FORM_4 ? TP_FORM_REAL : form;
	}
	return form_byte(width_of(greatest, true, false), scale, n, constant, bytes);
}

static const uint64_t units[] = {1, 1000, 1000000, 60000000, UINT64_C(3600000000), UINT64_C(86400000000)};

/* Ids from the least of them, where that is shorter. */
static uint8_t
id_form(const model_contact *m, size_t n, uint8_t form, size_t *bytes)
{
	long double least = INFINITY,
				greatest = -INFINITY;
	size_t		based;
	int			width;

	for (size_t i = 0; i < n; i++)
		if (known(&m[i], TP_ID))
		{
			least = fminl(least, (long double) m[i].c.id);
			greatest = fmaxl(greatest, (long double) m[i].c.id);
		}
	width = width_of(greatest - least + 1, false, true);
	based = 8 + (size_t) width * n;
	if (form == TP_FORM_CONSTANT || width == 8 || based >= *bytes)
		return form;
	form = form_byte(width, 0, n, false, bytes);
	*bytes = based;
	return form | TP_FORM_BASE;
}

/* Bytes of a dictionary of contacts that are settled: the shape of fewest, channels shared where that is 7/8. */
static size_t
dictionary_size(const model_contact **entry, size_t entries, bool stages, int version)
{
	size_t		parts = 0,
				shared = 0,
				plain;
	bool		narrow = version > 1 && !stages;

	for (size_t i = 0; i < entries; i++)
	{
		size_t		alike = 0;

		narrow &= strlen(entry[i]->channel) <= 15 && strlen(entry[i]->label) <= 15;
		parts += strlen(entry[i]->channel) + strlen(entry[i]->label) + strlen(entry[i]->stage);
		/* the first of each 256 with its channel writes it */
		for (size_t k = 0; k < i; k++)
			alike += strcmp(entry[k]->channel, entry[i]->channel) == 0;
		shared += (stages ? 2 : 1) + strlen(entry[i]->label) + strlen(entry[i]->stage);
		if (alike % 256 == 0)
			shared += 2 + strlen(entry[i]->channel);
	}
	plain = parts + entries * (narrow ? 1 : stages ? 3 : 2);
	return version > 1 && entries > 0 && 8 * shared <= 7 * plain ? shared : plain;
}

/* The bytes of a column, and its form; none where no contact has a value of it. */
static size_t
column_size(const model_contact *m, size_t n, int column, int version, uint8_t *form)
{
	bool		any = column == TP_TIME;
	int			unit = 5;
	uint64_t	greatest = 0;
	long double furthest = 0;
	bool		constant = true;
	size_t		bytes = 0;

	for (size_t i = 0; i < n; i++)
		any |= column == TP_INITIATOR ? m[i].c.has >> TP_BY_SHIFT != 0 : known(&m[i], column);
	if (!any)
		return 0;
	switch (column)
	{
		case TP_TIME:
		case TP_DURATION:
			for (size_t i = 0; i < n; i++)
			{
				uint64_t	v = column == TP_TIME ? (uint64_t) m[i].c.time - (uint64_t) m[0].c.time
					: (uint64_t) m[i].c.duration;

				constant &= column == TP_TIME || (known(&m[i], column) && m[i].c.duration == m[0].c.duration);
				if (column == TP_DURATION && !known(&m[i], column))
					continue;
				while (v % units[unit] != 0)
					unit--;
				greatest = v > greatest ? v : greatest;
			}
			if (column == TP_TIME && greatest == 0)
				break;
			*form = form_byte(width_of((long double) (greatest / units[unit]) + (column == TP_DURATION), false,
												   version > 1),
									  unit, n, constant && column == TP_DURATION, &bytes);
			break;
		case TP_ID:
			for (size_t i = 0; i < n; i++)
			{
				constant &= known(&m[i], column) && m[i].c.id == m[0].c.id;
				if (known(&m[i], column))
					furthest = fmaxl(furthest, fabsl((long double) m[i].c.id));
			}
			*form = form_byte(width_of(furthest, true, version > 1), 0, n, constant, &bytes);
			for (size_t i = 0; i < n; i++)
			{
				if (*form == TP_FORM_8 && !known(&m[i], column))
				{
					*form |= TP_FORM_BITMAP;
					bytes += (n + 7) / 8;
				}
			}
			if (version > 1)
				*form = id_form(m, n, *form, &bytes);
			break;
		case TP_INITIATOR:
			for (size_t i = 0; i < n; i++)
				constant &= m[i].c.has >> TP_BY_SHIFT == m[0].c.has >> TP_BY_SHIFT;
			*form = form_byte(1, 0, n, constant, &bytes);
			break;
		default:
			*form = number_form(m, n, column, version, &bytes);
	}
	return bytes;
}

static size_t
image_size(const model_contact *m, int count, int version, uint8_t forms[TP_COLUMNS])
{
	size_t		n = (size_t) count,
				size = 0,
				entries = 0,
				columns = 0;
	const model_contact **entry = malloc(sizeof(*entry) * (n + 1));
	bool		stages = false;

	memset(forms, 0, TP_COLUMNS);
	for (int column = 0; column < TP_COLUMNS && n > 0; column++)
		size += column_size(m, n, column, version, &forms[column]);
	for (size_t i = 0; i < n; i++)
	{
		bool		again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = strcmp(m[i].channel, m[k].channel) == 0 && strcmp(m[i].label, m[k].label) == 0 &&
				strcmp(m[i].stage, m[k].stage) == 0;
		if (again)
			continue;
		entry[entries++] = &m[i];
		stages |= m[i].stage[0] != '\0';
	}
	size += (entries <= 1 ? 0 : entries <= 256 ? 1 : 2) * n + dictionary_size(entry, entries, stages, version);
	free(entry);
	for (int column = 1; column < TP_COLUMNS; column++)
		columns += forms[column] != 0;
	if (24 + size >= 512)
		return size + 24 + 72;
	return size + (version > 1 && n <= 255 && entries <= 255 ? 14 + columns : 24);
}

size_t
model_image(const model_contact *m, int count, uint8_t forms[TP_COLUMNS])
{
	uint8_t		old_forms[TP_COLUMNS];
	size_t		old = image_size(m, count, 1, old_forms);
	size_t		size = image_size(m, count, 2, forms);

	/* nobody pays for a new version */
	CHECK(size <= old);
	return size;
}

bool
model_same_forms(const tp_journey *j, const uint8_t forms[TP_COLUMNS])
{
	for (int c = 0; c < TP_COLUMNS; c++)
		if ((j->form[c] | j->scale[c] << 4) != (forms[c] & ~(c == TP_ID ? TP_FORM_BITMAP : 0)))
			return false;
	return j->form[TP_ID] == TP_FORM_ABSENT || j->id_form == forms[TP_ID];
}

static void
put_part(FILE *out, const char *s, const char *separator)
{
	bool		quoted = strpbrk(s, ":/,@\"\\{}*") != NULL || s[0] == ' ' || (s[0] != '\0' && s[strlen(s) - 1] == ' ');

	if (s[0] == '\0')
		return;
	fputs(quoted ? "\"" : "", out);
	for (; *s != '\0'; s++)
		fprintf(out, "%s%c", quoted && (*s == '"' || *s == '\\') ? "\\" : "", *s);
	fprintf(out, "%s%s", quoted ? "\"" : "", separator);
}

static void
put_number(FILE *out, const model_contact *m, int column, const char *key)
{
	char		text[TP_NUMBER_SIZE];

	if (!known(m, column))
		return;
	tp_host_number(number(m, column), text);
	fprintf(out, " %s=%s", key, text);
}

char *
model_text(const model_contact *m, int n)
{
	char	   *text;
	size_t		size;
	FILE	   *out = open_memstream(&text, &size);

	fputc('{', out);
	for (int i = 0; i < n; i++)
	{
		static const char *const by[] = {"", " by=company", " by=customer", " by=third_party"};
		tp_buffer	b;

		fputs(i > 0 ? ", " : "", out);
		put_part(out, m[i].stage, ":");
		put_part(out, m[i].channel, "/");
		put_part(out, m[i].label, "");
		/* times and durations have tests of their own */
		tp_buffer_init(&b, &check_memory);
		tp_write_time(&b, m[i].c.time);
		fprintf(out, "@%.*s", (int) b.len, b.data);
		put_number(out, &m[i], TP_SCORE, "score");
		put_number(out, &m[i], TP_EXPECTED, "expected");
		put_number(out, &m[i], TP_COST, "cost");
		if (known(&m[i], TP_DURATION))
		{
			b.len = 0;
			tp_write_duration(&b, m[i].c.duration);
			fprintf(out, " duration=%.*s", (int) b.len, b.data);
		}
		tp_buffer_release(&b);
		put_number(out, &m[i], TP_VALUE, "value");
		fputs(by[m[i].c.has >> TP_BY_SHIFT], out);
		if (known(&m[i], TP_ID))
			fprintf(out, " id=%lld", (long long) m[i].c.id);
	}
	fputc('}', out);
	fclose(out);
	return text;
}

/* One number of a column whose kind was chosen before. */
static double
random_number(check_random *r, int kind, double constant)
{
	static const double edges[] = {127, -127, 128, -128, 12.7, 12.8, -12.8, 32767, -32767, 32768, -32768, 3.2767,
		3.2768, 2147483647, -2147483647, 2147483648.0, -2147483648.0, 214748364.7, 214748364.8, 1e-15, 1.27e-13,
		1e-16, 2.147483647e-6, 0.1, 0.2, 0.3, 1.0 / 3, 4503599627370497.5, 1e15, 1e22, 1e300, -1e300, 5e-324,
	DBL_MAX, -DBL_MAX, DBL_MIN, 0.30000000000000004, 1e9, 1e10};
	uint64_t	bits;
	double		v;

	switch (kind)
	{
		case 0:
			return constant;
		case 1:
			return 1 + check_below(r, 5);
		case 2:
			return (int) check_below(r, 255) - 127;
		case 3:
			return ((int) check_below(r, 2001) - 1000) / 10.0;
		case 4:
			return ((int) check_below(r, 200001) - 100000) / 1000.0;
		case 5:
			return (int) (check_next(r) >> 33) / 1e6 * (check_below(r, 2) ? 1 : -1);
		case 6:
			return edges[check_below(r, sizeof(edges) / sizeof(edges[0]))];
		case 7:
			return edges[check_below(r, 4)];
		case 8:
			return edges[7 + check_below(r, 4)];
		default:
			do
			{
				bits = check_next(r);
				memcpy(&v, &bits, sizeof(v));
			} while (!isfinite(v));
			return v;
	}
}

static int64_t
random_time(check_random *r, int kind, int unit, int64_t start)
{
	static const uint64_t spans[] = {0, 1, 254, 255, 256, 65535, 65536, UINT64_C(4294967295), UINT64_C(4294967296)};
	int64_t		t;

	switch (kind)
	{
		case 0:
			return start;
		case 1:
			t = start + (int64_t) (check_below(r, 200) * units[unit]);
			break;
		case 2:
			t = start + (int64_t) (check_below(r, 40000) * units[unit]);
			break;
		case 3:
			t = start + (int64_t) (spans[check_below(r, 9)] * units[unit < 4 ? unit : 3]);
			break;
		case 4:
			return check_below(r, 2) ? TP_TIME_MIN : TP_TIME_END - 1;
		default:
			t = (int64_t) ((uint64_t) TP_TIME_MIN +
						   check_next(r) % ((uint64_t) TP_TIME_END - (uint64_t) TP_TIME_MIN));
	}
	return t;
}

/*
 * Every column takes a kind of its own for the whole journey: absent, constant, integers, decimals,
 * values at the edges of a width, anything; known always, mostly, or seldom.
 */
int
model_random(check_random *r, model_contact *m, int room)
{
	static const char *const pool[] = {"a", "b", "web", "app", "push notification", "a/b", " ", "\"", "*", "{}",
	"\xe5\x8a\x9e\xe7\x90\x86", "\xff\xfe", "ab", "checkout", "complaint"};
	int			n = (int) check_below(r, check_below(r, 3) ? 16 : check_below(r, 4) ? 100 : (uint32_t) room + 1);
	int			labels = 1 + (int) check_below(r, check_below(r, 2) ? 3 : 600);
	int			kind[TP_COLUMNS],
				unknown[TP_COLUMNS];
	double		constant[TP_COLUMNS];
	int			time_unit = (int) check_below(r, 6),
				duration_unit = (int) check_below(r, 6);
	int64_t		start = check_below(r, 2) ? 0 : INT64_C(800000000000000) + (int64_t) (check_next(r) % 1000000000);
	int64_t		next_id = check_below(r, 3) ? 1 : check_below(r, 2) ? INT64_MIN : INT64_MAX - 1000000;

	for (int column = 0; column < TP_COLUMNS; column++)
	{
		kind[column] = (int) check_below(r, 10);
		unknown[column] = check_below(r, 2) ? 0 : check_below(r, 3) ? 20 : check_below(r, 2) ? 90 : 100;
		constant[column] = random_number(r, 1 + (int) check_below(r, 9), 0);
	}
	for (int i = 0; i < n; i++)
	{
		model_contact *c = &m[i];
		char		label[32];
		int			which = (int) check_below(r, (uint32_t) labels);

		if (which < 15)
			snprintf(label, sizeof(label), "%s", pool[which]);
		else
			snprintf(label, sizeof(label), "label %d", which);
		model_set(c, which % 3 ? pool[which % 15] : "", label,
				  kind[TP_TIME] < 3 && which % 5 == 0 ? pool[(which / 5) % 15] : "");
		c->c.time = random_time(r, kind[TP_TIME] % 6, time_unit, start);
		c->c.score = random_number(r, kind[TP_SCORE], constant[TP_SCORE]);
		c->c.expected = random_number(r, kind[TP_EXPECTED], constant[TP_EXPECTED]);
		c->c.cost = fabs(random_number(r, kind[TP_COST], constant[TP_COST]));
		c->c.value = random_number(r, kind[TP_VALUE], constant[TP_VALUE]);
		switch (kind[TP_DURATION] % 5)
		{
			case 0:
				c->c.duration = 180 * TP_USECS_PER_SECOND;
				break;
			case 1:
				c->c.duration = (int64_t) (check_below(r, 258) * units[duration_unit]);
				break;
			case 2:
				c->c.duration = (int64_t) ((253 + check_below(r, 4)) * units[duration_unit]);
				break;
			case 3:
				c->c.duration = (int64_t) ((65533 + check_below(r, 4)) * units[duration_unit]);
				break;
			default:
				c->c.duration = (int64_t) (check_next(r) >> (1 + check_below(r, 40)));
		}
		for (int column = TP_ID; column < TP_INITIATOR; column++)
			if ((int) check_below(r, 100) >= unknown[column])
				c->c.has |= has_bit[column];
		if ((int) check_below(r, 100) >= unknown[TP_INITIATOR])
			c->c.has |= (uint8_t) ((kind[TP_INITIATOR] < 4 ? 1 : check_below(r, 4)) << TP_BY_SHIFT);
		/* ids are of one contact, or of a repeat of it that differs in what may differ */
		if (known(c, TP_ID))
		{
			if (i > 0 && check_below(r, 4) == 0 && known(c - 1, TP_ID))
			{
				memcpy(c->channel, (c - 1)->channel, 3 * 256);
				c->c.time = (c - 1)->c.time;
				c->c.id = (c - 1)->c.id;
				if (check_below(r, 2))
					*c = *(c - 1);
			}
			else
			{
				c->c.id = next_id;
				next_id += kind[TP_ID] < 5 ? 1 : 1 + check_below(r, 1000);
			}
		}
	}
	return n;
}

void
model_shuffle(check_random *r, model_contact *m, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			k = (int) check_below(r, (uint32_t) i + 1);
		model_contact t = m[i];

		m[i] = m[k];
		m[k] = t;
	}
}

void
model_add(tp_builder *b, const model_contact *m, int n)
{
	for (int i = 0; i < n; i++)
	{
		uint8_t		entry[TP_ENTRY_MAX];
		tp_error	err;
		tp_status	status = tp_touchpoint_make(m[i].channel[0] ? m[i].channel : NULL, strlen(m[i].channel),
												m[i].label, strlen(m[i].label),
												m[i].stage[0] ? m[i].stage : NULL, strlen(m[i].stage), entry, &err);

		if (status == TP_OK)
			status = tp_builder_add(b, entry, &m[i].c, NULL, &err);
		if (status != TP_OK)
		{
			printf("a contact of the model was not taken: %s\n", err.message);
			abort();
		}
	}
}

uint8_t *
model_finish(const tp_builder *b, size_t *size, tp_error *err)
{
	tp_buffer	out;
	uint8_t    *exact;

	tp_buffer_init(&out, &check_memory);
	if (tp_builder_finish(b, &check_memory, &out, err) != TP_OK)
	{
		tp_buffer_release(&out);
		return NULL;
	}
	/* in memory of its very size, so that the sanitizer sees whoever reads behind it */
	*size = out.len;
	exact = malloc(out.len);
	memcpy(exact, out.data, out.len);
	tp_buffer_release(&out);
	return exact;
}

uint8_t *
model_encode(const model_contact *m, int n, size_t *size, tp_error *err)
{
	tp_builder	b;
	uint8_t    *image;

	tp_builder_init(&b, &check_memory);
	model_add(&b, m, n);
	image = model_finish(&b, size, err);
	tp_builder_release(&b);
	return image;
}
