/*
 * tp_funnel_rows.c
 *	  Collecting rows for a funnel, putting them in order, and sending them on.
 */
#include "find/tp_funnel_rows.h"

#define ROOM_AT_BIRTH 8
#define ROWS_ON_STACK 256
#define RUN 16

typedef struct row
{
	int64_t		time;
	uint64_t	mask;
} row;

tp_row_log *
tp_row_log_new(const tp_memory *mem, int64_t within, uint32_t steps, unsigned modes)
{
	uint8_t		width = steps <= 8 ? 1 : steps <= 16 ? 2 : steps <= 32 ? 4 : 8;
	tp_row_log *log = tp_alloc(mem, sizeof(tp_row_log) + ROOM_AT_BIRTH * (8 + (size_t) width));

	if (log == NULL)
		return NULL;
	memset(log, 0, sizeof(*log));
	log->within = within;
	log->steps = steps;
	log->modes = modes;
	log->width = width;
	log->sorted = true;
	log->room = ROOM_AT_BIRTH;
	log->times = log->birth;
	log->masks = log->times + 8 * log->room;
	return log;
}

bool
tp_row_log_grow(tp_row_log *log, const tp_memory *mem, size_t more)
{
	size_t		room = log->room;
	uint8_t    *data;

	while (room - log->n < more)
	{
		if (room > SIZE_MAX / 64)
			return false;
		room *= 2;
	}
	if (room == log->room)
		return true;
	data = tp_alloc_array(mem, room, 8 + (size_t) log->width);
	if (data == NULL)
		return false;
	memcpy(data, log->times, 8 * log->n);
	memcpy(data + 8 * room, log->masks, log->width * log->n);
	if (log->times != log->birth)
		tp_release(mem, log->times);
	log->times = data;
	log->masks = data + 8 * room;
	log->room = room;
	return true;
}

static inline row
row_at(const tp_row_log *log, size_t i)
{
	row			r = {.time = tp_load_i64(log->times + 8 * i)};

	switch (log->width)
	{
		case 1:
			r.mask = log->masks[i];
			break;
		case 2:
			r.mask = tp_load_u16(log->masks + 2 * i);
			break;
		case 4:
			r.mask = tp_load_u32(log->masks + 4 * i);
			break;
		default:
			r.mask = tp_load_u64(log->masks + 8 * i);
			break;
	}
	return r;
}

bool
tp_row_log_merge(tp_row_log *log, const tp_memory *mem, const tp_row_log *other)
{
	if (!tp_row_log_grow(log, mem, other->n))
		return false;
	log->any |= other->any;
	log->sorted &= other->sorted || other->n == 0;
	for (size_t i = 0; i < other->n; i++)
	{
		row			r = row_at(other, i);

		tp_row_log_put(log, r.time, r.mask);
	}
	return true;
}

static inline bool
in_order(const row *a, const row *b)
{
	return a->time < b->time || (a->time == b->time && tp_masks_rise(a->mask, b->mask));
}

/* Runs by insertion, then merged from rows to spare and back; answers where they ended up. */
static row *
sort_rows(const tp_memory *mem, row *rows, row *spare, size_t n)
{
	for (size_t from = 0; from < n; from += RUN)
	{
		for (size_t i = from + 1; i < n && i < from + RUN; i++)
		{
			row			r = rows[i];
			size_t		at = i;

			for (; at > from && !in_order(&rows[at - 1], &r); at--)
				rows[at] = rows[at - 1];
			rows[at] = r;
		}
	}
	for (size_t width = RUN; width < n; width *= 2)
	{
		row		   *swap = rows;

		for (size_t from = 0; from < n; from += 2 * width)
		{
			size_t		a = from,
						a_end = from + width < n ? from + width : n,
						b = a_end,
						b_end = from + 2 * width < n ? from + 2 * width : n;

			for (size_t to = from; to < b_end; to++)
				spare[to] = b >= b_end || (a < a_end && in_order(&rows[a], &rows[b])) ? rows[a++] : rows[b++];
			if (from % (1024 * 1024) == 0)
				tp_interrupted(mem);
		}
		rows = spare;
		spare = swap;
	}
	return rows;
}

tp_status
tp_row_log_reached(const tp_row_log *log, const tp_memory *mem, uint32_t *reached, tp_error *err)
{
	row			few[2 * ROWS_ON_STACK];
	int64_t		few_times[ROWS_ON_STACK];
	uint64_t	few_masks[ROWS_ON_STACK];
	int64_t    *times = few_times;
	uint64_t   *masks = few_masks;
	row		   *rows = NULL,
			   *sorted;
	size_t		n = log->n;
	tp_status	status;

	if (n > ROWS_ON_STACK)
	{
		times = tp_alloc_array(mem, n, sizeof(int64_t) + sizeof(uint64_t));
		masks = (uint64_t *) (times + n);
		if (times == NULL)
			return tp_fail_memory(err);
	}
	if (log->sorted)
	{
		for (size_t i = 0; i < n; i++)
		{
			row			r = row_at(log, i);

			times[i] = r.time;
			masks[i] = r.mask;
		}
	}
	else
	{
		sorted = few;
		if (n > ROWS_ON_STACK)
		{
			sorted = rows = tp_alloc_array(mem, n, 2 * sizeof(row));
			if (rows == NULL)
			{
				tp_release(mem, times);
				return tp_fail_memory(err);
			}
		}
		for (size_t i = 0; i < n; i++)
			sorted[i] = row_at(log, i);
		sorted = sort_rows(mem, sorted, sorted + n, n);
		for (size_t i = 0; i < n; i++)
		{
			times[i] = sorted[i].time;
			masks[i] = sorted[i].mask;
		}
		tp_release(mem, rows);
	}
	status = tp_funnel_rows(mem, times, masks, n, log->steps, (uint64_t) log->within, log->modes, reached, err);
	if (times != few_times)
		tp_release(mem, times);
	return status;
}

/* within, steps, sorted, any, modes, n; times; masks */
#define HEAD (8 + 4 + 1 + 1 + 1 + 8)

void
tp_row_log_write(tp_buffer *b, const tp_row_log *log)
{
	uint64_t	n = log->n;

	tp_buffer_add(b, &log->within, 8);
	tp_buffer_add(b, &log->steps, 4);
	tp_buffer_byte(b, log->sorted);
	tp_buffer_byte(b, log->any);
	tp_buffer_byte(b, (uint8_t) log->modes);
	tp_buffer_add(b, &n, 8);
	tp_buffer_add(b, log->times, 8 * log->n);
	tp_buffer_add(b, log->masks, log->width * log->n);
}

tp_status
tp_row_log_read(const tp_memory *mem, const void *bytes, size_t size, tp_row_log **out, tp_error *err)
{
	const uint8_t *at = bytes;
	uint32_t	steps = size >= HEAD ? tp_load_u32(at + 8) : 0;
	uint64_t	n = size >= HEAD ? tp_load_u64(at + 15) : 0;
	tp_row_log *log;

	if (steps == 0 || steps > TP_FUNNEL_STEPS_MAX || at[12] > 1 || at[13] > 1 || at[14] > TP_MODES_ALL || n > size)
		return tp_fail(err, TP_BAD_BINARY, NULL, "malformed partial funnel: %zu bytes", size);
	log = tp_row_log_new(mem, tp_load_i64(at), steps, at[14]);
	if (log == NULL)
		return tp_fail_memory(err);
	if (size - HEAD != n * (8 + (uint64_t) log->width))
		return tp_fail(err, TP_BAD_BINARY, NULL, "malformed partial funnel: %zu bytes", size);
	if (!tp_row_log_grow(log, mem, n))
		return tp_fail_memory(err);
	memcpy(log->times, at + HEAD, 8 * n);
	memcpy(log->masks, at + HEAD + 8 * n, log->width * n);
	log->n = n;
	log->sorted = at[12];
	log->any = at[13];
	if (n > 0)
	{
		row			last = row_at(log, n - 1);

		log->last = last.time;
		log->last_mask = last.mask;
	}
	*out = log;
	return TP_OK;
}
