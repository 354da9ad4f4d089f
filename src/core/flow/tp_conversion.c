/*
 * tp_conversion.c
 *	  Cutting a journey at its conversions.
 */
#include "flow/tp_conversion.h"

#include "journey/tp_intern.h"

tp_status
tp_cut_init(tp_cut *c, const tp_memory *mem, const char *step, int64_t lookback, bool restart, tp_error *err)
{
	memset(c, 0, sizeof(*c));
	c->mem = *mem;
	c->lookback = lookback;
	c->restart = restart;
	tp_steps_init(&c->steps, &c->mem);
	return tp_steps_add(&c->steps, step, 0, err);
}

void
tp_cut_release(tp_cut *c)
{
	tp_steps_release(&c->steps);
	tp_release(&c->mem, c->touch);
	tp_release(&c->mem, c->path);
	tp_release(&c->mem, c->numbers.number);
}

/* Tell touches from conversions; the path of each conversion begins with the touches before it in journey order. */
static tp_status
tell_apart(tp_cut *c, const tp_journey *j, tp_error *err)
{
	bool		plain = c->steps.tests == 0;
	const uint64_t *word = c->steps.globs.word_of;

	for (uint32_t i = 0; i < j->count; i++)
	{
		uint32_t	code = tp_journey_code(j, i);

		if (tp_stop_at(&c->mem, i))
			return tp_fail_interrupted(err);
		if (tp_unlikely(code >= j->entries))
			return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: a code without touchpoint");
		if (((plain ? word[code] : *tp_steps_row(&c->steps, j, i)) & 1) == 0)
		{
			c->touch[c->touches++] = i;
			continue;
		}
		if (tp_unlikely(c->conversions + 1 >= c->path_room) &&
			tp_reserve(&c->mem, &c->path, &c->path_room, (size_t) c->conversions + 2, sizeof(tp_cut_path), err) != TP_OK)
			return err->status;
		if (i < c->plain)
			c->plain = c->touches;
		c->path[c->conversions++] = (tp_cut_path) {0, c->touches, i};
	}
	return TP_OK;
}

/* The first touch, not before `low`, that is no older than lookback at `at`. */
static inline uint32_t
first_counted(const tp_cut *c, const tp_journey *j, uint32_t low, int64_t at)
{
	if (c->lookback < 0 || at < INT64_MIN + c->lookback)
		return low;
	while (low < c->touches && tp_journey_time(j, c->touch[low]) < at - c->lookback)
		low++;
	return low;
}

/*
 * The paths of all conversions. Every bound moves forward only, so this is linear; *behind is the first touch
 * that counts as before no conversion.
 */
static tp_status
bound_paths(tp_cut *c, const tp_journey *j, uint32_t *behind, tp_error *err)
{
	int64_t		instant = 0;
	uint32_t	together = 0;	/* behind the touches of this instant */
	uint32_t	earlier = 0;	/* behind the conversions of earlier instants */
	uint32_t	low = 0;

	*behind = 0;
	for (uint32_t k = 0; k < c->conversions; k++)
	{
		tp_cut_path *p = &c->path[k];
		int64_t		at = tp_journey_time(j, p->at);
		int64_t		id;

		if (tp_stop_at(&c->mem, k))
			return tp_fail_interrupted(err);
		if (k == 0 || at != instant)
		{
			instant = at;
			earlier = *behind;
			together = p->to;
		}
		if (together < p->to)
			together = p->to;
		if (!tp_journey_id(j, p->at, &id) || id < 0)
		{
			while (together < c->touches && tp_journey_time(j, c->touch[together]) == at)
				together++;
			p->to = together;
		}
		low = first_counted(c, j, low, at);
		p->from = c->restart && earlier > low ? earlier : low;
		if (p->to > *behind)
			*behind = p->to;
	}
	return TP_OK;
}

tp_status
tp_cut_journey(tp_cut *c, const tp_journey *j, bool rest, tp_error *err)
{
	uint64_t	any;
	uint32_t	behind = 0,
				low;

	c->touches = c->conversions = c->paths = 0;
	if (tp_unlikely(j->count > c->touch_room || c->path_room == 0) &&
		(tp_reserve(&c->mem, &c->touch, &c->touch_room, j->count, sizeof(uint32_t), err) != TP_OK ||
		 tp_reserve(&c->mem, &c->path, &c->path_room, 1, sizeof(tp_cut_path), err) != TP_OK))
		return err->status;
	if (tp_steps_look(&c->steps, j, &any, err) != TP_OK)
		return err->status;
	if (any & 1)
	{
		if (tell_apart(c, j, err) != TP_OK || bound_paths(c, j, &behind, err) != TP_OK)
			return err->status;
	}
	else
	{
		for (; c->plain < j->count; c->plain++)
			c->touch[c->plain] = c->plain;
		c->touches = j->count;
	}
	c->paths = c->conversions;
	if (!rest || behind == c->touches)
		return TP_OK;
	low = c->lookback < 0 ? behind : first_counted(c, j, behind, tp_journey_time(j, c->touch[c->touches - 1]));
	c->path[c->paths++] = (tp_cut_path) {low, c->touches, j->count};
	return TP_OK;
}

/* FNV-1a over bytes: the same on every machine. */
static uint64_t
digest(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ at[i]) * UINT64_C(0x100000001B3);
	return h;
}

static uint64_t
digest_number(uint64_t h, uint64_t v)
{
	uint8_t		bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t) (v >> (8 * i));
	return digest(h, bytes, sizeof(bytes));
}

void
tp_asked_make(tp_asked *a, const char *step, size_t len, int64_t lookback, int64_t half_life, bool restart)
{
	uint64_t	h = digest(UINT64_C(0xCBF29CE484222325), step, len);

	*a = (tp_asked) {0, h, lookback, half_life, restart, true};
	h = digest_number(digest_number(h, (uint64_t) lookback), (uint64_t) half_life);
	a->digest = digest_number(h, restart) | 1;
}

tp_status
tp_asked_check(const tp_asked *before, const tp_asked *now, tp_error *err)
{
	const char *changed = "conversion, lookback, half_life and restart";

	if (tp_likely(before->digest == now->digest))
		return TP_OK;
	if (before->whole && now->whole)
		changed = before->step != now->step ? "conversion" : before->lookback != now->lookback ? "lookback" :
			before->half_life != now->half_life ? "half_life" : "restart";
	return tp_fail(err, TP_BAD_ARGUMENT, "It is a setting: pass a constant.",
				   "%s must be the same on every row of a group", changed);
}
