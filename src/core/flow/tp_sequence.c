/*
 * tp_sequence.c
 *	  Edit distance and longest common subsequence, bit-parallel.
 */
#include "flow/tp_sequence.h"

#define WORD 64
#define POLL_EVERY (1 << 22)	/* steps */

tp_status
tp_sequence_of(tp_intern *t, const tp_journey *j, tp_part part, uint32_t *out, tp_error *err)
{
	uint32_t   *map = tp_alloc_array(&t->mem, (size_t) j->entries + 1, sizeof(uint32_t));
	tp_status	status;

	if (map == NULL)
		return tp_fail_memory(err);
	status = tp_intern_dictionary(t, j, part, map, err);
	for (uint32_t i = 0; i < j->count && status == TP_OK; i++)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (code >= j->entries)
			status = tp_fail(err, TP_CORRUPT, "The stored value is damaged.",
							 "not a journey: a code without touchpoint");
		else
			out[i] = map[code];
	}
	tp_release(&t->mem, map);
	return status;
}

/* What both begin and end with changes neither measure. */
typedef struct pair
{
	const uint32_t *a;
	const uint32_t *b;
	uint32_t	a_len;			/* the shorter: it stands in the rows */
	uint32_t	b_len;
	uint32_t	same;			/* trimmed */
} pair;

static pair
trim(const uint32_t *a, uint32_t a_len, const uint32_t *b, uint32_t b_len)
{
	pair		p = {a, b, a_len, b_len, 0};

	if (a_len > b_len)
		p = (pair) {b, a, b_len, a_len, 0};
	while (p.a_len > 0 && p.a[0] == p.b[0])
	{
		p.a++;
		p.b++;
		p.a_len--;
		p.b_len--;
		p.same++;
	}
	while (p.a_len > 0 && p.a[p.a_len - 1] == p.b[p.b_len - 1])
	{
		p.a_len--;
		p.b_len--;
		p.same++;
	}
	return p;
}

/* Bits of the rows that hold each symbol, for one block; what goes from block to block per column. */
typedef struct table
{
	uint64_t   *rows;
	int8_t	   *carry;
	uint32_t	steps;
} table;

static bool
table_init(table *t, const tp_memory *mem, uint32_t symbols, uint32_t columns, int8_t carry)
{
	t->rows = tp_alloc_array(mem, (size_t) symbols + 1, sizeof(uint64_t));
	t->carry = tp_alloc_array(mem, (size_t) columns + 1, sizeof(int8_t));
	t->steps = 0;
	if (t->rows == NULL || t->carry == NULL)
		return false;
	memset(t->rows, 0, ((size_t) symbols + 1) * sizeof(uint64_t));
	memset(t->carry, carry, columns);
	return true;
}

static void
table_release(table *t, const tp_memory *mem)
{
	tp_release(mem, t->rows);
	tp_release(mem, t->carry);
}

/* Enter rows from first on; returns how many. */
static uint32_t
enter_rows(table *t, const pair *p, uint32_t first)
{
	uint32_t	n = p->a_len - first < WORD ? p->a_len - first : WORD;

	for (uint32_t i = 0; i < n; i++)
		t->rows[p->a[first + i]] |= UINT64_C(1) << i;
	return n;
}

static void
clear_rows(table *t, const pair *p, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		t->rows[p->a[first + i]] = 0;
}

static bool
stopped(table *t, const tp_memory *mem, uint32_t columns)
{
	t->steps += columns;
	if (t->steps < POLL_EVERY)
		return false;
	t->steps = 0;
	return tp_interrupted(mem);
}

tp_status
tp_edit_distance(const tp_memory *mem, const uint32_t *a, uint32_t a_len, const uint32_t *b, uint32_t b_len,
				 uint32_t symbols, uint32_t *distance, tp_error *err)
{
	pair		p = trim(a, a_len, b, b_len);
	table		t;
	tp_status	status = TP_OK;
	int64_t		d = p.a_len;

	*distance = p.b_len;
	if (p.a_len == 0)
		return TP_OK;
	if (!table_init(&t, mem, symbols, p.b_len, 1))
		status = tp_fail_memory(err);
	for (uint32_t first = 0; first < p.a_len && status == TP_OK; first += WORD)
	{
		uint32_t	n = enter_rows(&t, &p, first);
		uint32_t	last = n - 1;
		uint64_t	plus = ~UINT64_C(0);	/* rows that are one more than the row above */
		uint64_t	minus = 0;

		for (uint32_t i = 0; i < p.b_len; i++)
		{
			uint64_t	equal = t.rows[p.b[i]];
			int			in = t.carry[i];
			uint64_t	vertical = equal | minus;
			uint64_t	horizontal,
						up,
						down;

			equal |= (uint64_t) (in < 0);
			horizontal = (((equal & plus) + plus) ^ plus) | equal;
			up = minus | ~(horizontal | plus);
			down = plus & horizontal;
			t.carry[i] = (int8_t) ((int) (up >> last & 1) - (int) (down >> last & 1));
			up = up << 1 | (uint64_t) (in > 0);
			down = down << 1 | (uint64_t) (in < 0);
			plus = down | ~(vertical | up);
			minus = up & vertical;
		}
		clear_rows(&t, &p, first, n);
		if (stopped(&t, mem, p.b_len))
			status = TP_INTERRUPTED;
	}
	for (uint32_t i = 0; i < p.b_len && status == TP_OK; i++)
		d += t.carry[i];
	*distance = (uint32_t) d;
	table_release(&t, mem);
	return status;
}

tp_status
tp_lcs_length(const tp_memory *mem, const uint32_t *a, uint32_t a_len, const uint32_t *b, uint32_t b_len,
			  uint32_t symbols, uint32_t *length, tp_error *err)
{
	pair		p = trim(a, a_len, b, b_len);
	table		t;
	tp_status	status = TP_OK;

	*length = p.same;
	if (p.a_len == 0)
		return TP_OK;
	if (!table_init(&t, mem, symbols, p.b_len, 0))
		status = tp_fail_memory(err);
	for (uint32_t first = 0; first < p.a_len && status == TP_OK; first += WORD)
	{
		uint32_t	n = enter_rows(&t, &p, first);
		uint64_t	none = ~UINT64_C(0);	/* rows that are no longer than the row above */

		for (uint32_t i = 0; i < p.b_len; i++)
		{
			uint64_t	match = none & t.rows[p.b[i]];
			uint64_t	sum = none + match;
			uint64_t	full = sum + (uint64_t) t.carry[i];

			t.carry[i] = (int8_t) (sum < match || full < sum);
			none = full | (none - match);
		}
		for (uint32_t i = 0; i < n; i++)
			*length += !(none >> i & 1);
		clear_rows(&t, &p, first, n);
		if (stopped(&t, mem, p.b_len))
			status = TP_INTERRUPTED;
	}
	table_release(&t, mem);
	return status;
}
