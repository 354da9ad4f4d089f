/*
 * tp_caps.c
 *	  Caps over contacts met in order.
 */
#include "gate/tp_caps.h"

/* Caps asked between two polls; to find a period takes as long as many. */
#define POLL_EVERY 16384
#define PERIOD_WORK 64

/* So many numbers of caps are kept for entries, 16 MB of them; behind that an entry is asked anew each time. */
#define TOUCHED_MAX (4 * 1024 * 1024)

static inline bool
polled(tp_caps *c, const tp_cap *cap)
{
	c->work += cap->within > 0 ? 1 : PERIOD_WORK;
	if (tp_likely(c->work < POLL_EVERY))
		return false;
	c->work = 0;
	return tp_interrupted(c->mem);
}

/* The stream that counts what the cap counts; the company's and unknown are one. */
static inline uint32_t
stream_of(const tp_cap *cap)
{
	return 2 * (cap->by == TP_BY_COMPANY ? TP_BY_NOBODY : cap->by) + (cap->channel_len > 0);
}

/* How far back a cap looks, at most. */
static int64_t
reach_of(const tp_cap *cap)
{
	return cap->within > 0 ? cap->within : tp_per_longest(cap->per);
}

/* Does a cap of the stream refuse whenever this one, of no smaller max, does? */
static bool
is_implied(const tp_cap_stream *s, const tp_cap *cap, bool *lowest)
{
	const tp_cap *last = s->caps > 0 ? s->cap[s->caps - 1] : NULL;

	if (cap->within > 0)
		return last != NULL && cap->within <= last->within;
	if (*lowest)
		return true;
	*lowest = true;
	return false;
}

/* A stream for each cap at a step of its own. */
static tp_status
make_own(tp_caps *c, tp_error *err)
{
	if (c->owns == 0)
		return TP_OK;
	c->own = tp_alloc_array(c->mem, c->owns, sizeof(tp_step_stream));
	if (c->own == NULL)
		return tp_fail_memory(err);
	memset(c->own, 0, c->owns * sizeof(tp_step_stream));
	c->owns = 0;
	c->touched_by = tp_alloc_array(c->mem, c->journey->entries, sizeof(tp_touched));
	if (c->touched_by == NULL)
		return tp_fail_memory(err);
	memset(c->touched_by, 0, c->journey->entries * sizeof(tp_touched));
	return TP_OK;
}

static void
assign_own(tp_caps *c, const tp_cap *cap)
{
	tp_step_stream *own = &c->own[c->owns++];

	own->cap = cap;
	own->plain = tp_step_is_plain(&cap->at);
	own->s.cap = &own->cap;
	own->s.caps = cap->within > 0;
	own->s.periods = cap->within == 0;
	tp_buffer_init(&own->s.places, c->mem);
	tp_step_forget(&cap->at);
}

/* Room for the caps about t, each stream's behind the last one's. */
static tp_status
make_room(tp_caps *c, const tp_touchpoint *t, tp_error *err)
{
	const tp_policy *policy = c->policy;
	uint32_t	n[TP_CAP_STREAMS] = {0};
	const tp_cap **at;

	c->caps = tp_alloc_array(c->mem, policy->n_caps, sizeof(tp_cap *));
	if (c->caps == NULL)
		return tp_fail_memory(err);
	for (uint32_t i = 0; i < policy->n_caps; i++)
		if (!tp_cap_is_about(&policy->caps[i], t))
			continue;
		else if (policy->caps[i].at.n > 0)
			c->owns++;
		else
			n[stream_of(&policy->caps[i])]++;
	at = c->caps;
	for (int i = 0; i < TP_CAP_STREAMS; i++)
	{
		c->streams[i].cap = at;
		at += n[i];
	}
	return make_own(c, err);
}

/* The caps about t, each to its stream; how far back they look. */
static tp_status
assign_caps(tp_caps *c, const tp_touchpoint *t, int64_t *reach, tp_error *err)
{
	const tp_policy *policy = c->policy;
	bool	   *lowest;			/* of a calendar and stream, is there a cap? */

	if (make_room(c, t, err) != TP_OK)
		return err->status;
	lowest = tp_alloc_array(c->mem, (size_t) TP_CAP_STREAMS * (policy->n_calendars + 1), sizeof(bool));
	if (lowest == NULL)
		return tp_fail_memory(err);
	memset(lowest, 0, (size_t) TP_CAP_STREAMS * (policy->n_calendars + 1));
	/* first those within a time, then those of the calendar, which stand behind them */
	for (int calendar = 0; calendar <= 1; calendar++)
		for (uint32_t i = 0; i < policy->n_caps; i++)
		{
			const tp_cap *cap = &policy->caps[i];
			tp_cap_stream *s = &c->streams[stream_of(cap)];

			if ((cap->within == 0) != (calendar == 1) || !tp_cap_is_about(cap, t))
				continue;
			if (cap->at.n > 0)
				assign_own(c, cap);
			else if (is_implied(s, cap, &lowest[TP_CAP_STREAMS * cap->calendar + stream_of(cap)]))
				continue;
			else if (calendar == 1)
				s->cap[s->caps + s->periods++] = cap;
			else
			{
				if (s->caps > 0 && cap->max == s->cap[s->caps - 1]->max)
					s->caps--;
				s->cap[s->caps++] = cap;
			}
			if (reach_of(cap) > *reach)
				*reach = reach_of(cap);
		}
	tp_release(c->mem, lowest);
	return TP_OK;
}

tp_status
tp_caps_begin(tp_caps *c, const tp_policy *policy, const tp_journey *journey, const tp_touchpoint *entries,
			  const tp_touchpoint *t, const tp_memory *mem, int64_t *reach, tp_error *err)
{
	memset(c, 0, sizeof(*c));
	c->policy = policy;
	c->journey = journey;
	c->entries = entries;
	c->mem = mem;
	*reach = 0;
	for (int i = 0; i < TP_CAP_STREAMS; i++)
		tp_buffer_init(&c->streams[i].places, mem);
	tp_buffer_init(&c->touched, mem);
	if (policy->n_caps == 0)
		return TP_OK;
	c->same_channel = tp_alloc_array(mem, journey->entries, sizeof(bool));
	c->period = tp_alloc_array(mem, (size_t) policy->n_calendars + 1, sizeof(tp_period_at));
	if (c->same_channel == NULL || c->period == NULL)
		return tp_fail_memory(err);
	memset(c->period, 0, policy->n_calendars * sizeof(tp_period_at));
	for (uint32_t i = 0; i < journey->entries; i++)
		c->same_channel[i] = entries[i].channel_len == t->channel_len &&
			memcmp(entries[i].channel, t->channel, t->channel_len) == 0;
	return assign_caps(c, t, reach, err);
}

void
tp_caps_release(tp_caps *c)
{
	if (c->mem == NULL)
		return;
	for (int i = 0; i < TP_CAP_STREAMS; i++)
		tp_buffer_release(&c->streams[i].places);
	for (uint32_t k = 0; k < c->owns && c->own != NULL; k++)
		tp_buffer_release(&c->own[k].s.places);
	tp_buffer_release(&c->touched);
	tp_release(c->mem, c->touched_by);
	tp_release(c->mem, c->own);
	tp_release(c->mem, c->caps);
	tp_release(c->mem, c->same_channel);
	tp_release(c->mem, c->period);
}

bool
tp_caps_counts(const tp_caps *c, const tp_cap *cap, uint32_t i)
{
	const tp_touchpoint *met = &c->entries[tp_journey_code(c->journey, i)];

	return tp_cap_counts(cap->by, tp_journey_by(c->journey, i)) && tp_cap_is_about(cap, met) &&
		(cap->at.n == 0 || tp_step_met(&cap->at, c->journey, i, met));
}

/* A cap at a step of its own, which is about contact i's touchpoint, counts it, if it does. */
static void
meet_at_step(tp_caps *c, uint32_t k, uint32_t i, tp_initiator by)
{
	const tp_cap *cap = c->own[k].cap;
	tp_cap_stream *s = &c->own[k].s;

	if (!tp_cap_counts(cap->by, by) ||
		(!c->own[k].plain && !tp_step_met(&cap->at, c->journey, i, &c->entries[tp_journey_code(c->journey, i)])))
		return;
	if (s->n < cap->max)
		tp_buffer_add(&s->places, &i, sizeof(i));
	else if (!s->places.failed)
		tp_store_u32(s->places.data + s->n % cap->max * sizeof(uint32_t), i);
	s->n++;
}

static void
meet_at_steps(tp_caps *c, uint32_t i, tp_initiator by)
{
	uint32_t	code = tp_journey_code(c->journey, i);
	tp_touched *t = &c->touched_by[code];
	bool		keep = !t->known && c->touched.len < TOUCHED_MAX * sizeof(uint32_t);

	if (t->known)
	{
		for (uint32_t k = 0; k < t->n; k++)
			meet_at_step(c, tp_load_u32(c->touched.data + (t->first + k) * sizeof(uint32_t)), i, by);
		return;
	}
	t->first = (uint32_t) (c->touched.len / sizeof(uint32_t));
	for (uint32_t k = 0; k < c->owns; k++)
	{
		if (!tp_cap_is_about(c->own[k].cap, &c->entries[code]))
			continue;
		if (keep)
			tp_buffer_add(&c->touched, &k, sizeof(k));
		t->n += keep;
		meet_at_step(c, k, i, by);
	}
	t->known = keep && !c->touched.failed;
}

void
tp_caps_meet(tp_caps *c, uint32_t i, tp_initiator by)
{
	for (uint32_t k = 0; k < TP_CAP_STREAMS; k++)
	{
		tp_cap_stream *s = &c->streams[k];

		if (s->caps + s->periods == 0 || !tp_cap_counts((tp_initiator) (k / 2), by) ||
			(k % 2 == 1 && !c->same_channel[tp_journey_code(c->journey, i)]))
			continue;
		tp_buffer_add(&s->places, &i, sizeof(i));
		s->n++;
	}
	if (c->owns > 0)
		meet_at_steps(c, i, by);
}

/* The day, week or month of u. */
static const tp_period_at *
period_of(tp_caps *c, uint32_t number, int64_t u)
{
	tp_period_at *p = &c->period[number];
	const tp_calendar *calendar = &c->policy->calendar[number];

	if (u < p->from || u >= p->until)
		tp_period(&c->policy->zone[calendar->zone], calendar->per, u, &p->from, &p->until);
	return p;
}

int64_t
tp_caps_since(tp_caps *c, const tp_cap *cap, int64_t u)
{
	if (cap->within > 0)
		return u < TP_TIME_MIN + cap->within ? TP_TIME_MIN : u - cap->within + 1;
	return period_of(c, cap->calendar, u)->from;
}

/*
 * Until when a cap holds at u: the contact that is its max-th back must have left its window, or the period must
 * be over. Not above u where it does not hold.
 */
static inline int64_t
held_by(tp_caps *c, const tp_cap_stream *s, const tp_cap *cap, int64_t u)
{
	int64_t		place;
	int64_t		t;
	const tp_period_at *p;

	if (cap->max > s->n)
		return TP_TIME_MIN;
	place = cap->at.n > 0 ? s->n % cap->max : s->n - cap->max;
	t = tp_journey_time(c->journey, tp_load_u32(s->places.data + place * sizeof(uint32_t)));
	if (cap->within > 0)
		return tp_after(t, cap->within);
	p = period_of(c, cap->calendar, u);
	return t >= p->from ? p->until : TP_TIME_MIN;
}

static inline tp_cap_stream *
get_stream(tp_caps *c, uint32_t k)
{
	return k < TP_CAP_STREAMS ? &c->streams[k] : &c->own[k - TP_CAP_STREAMS].s;
}

tp_status
tp_caps_hold(tp_caps *c, int64_t u, int64_t *until, tp_error *err)
{
	*until = u;
	for (uint32_t k = 0; k < TP_CAP_STREAMS + c->owns; k++)
	{
		tp_cap_stream *s = get_stream(c, k);
		int64_t		held = u;

		if (s->places.failed)
			return tp_fail_memory(err);
		if (s->held != NULL)
			held = held_by(c, s, s->held, u);
		for (uint32_t i = 0; i < s->caps + s->periods && held <= u; i++)
		{
			/* the others within a time allow more */
			if (i < s->caps && s->cap[i]->max > s->n)
			{
				i = s->caps - 1;
				continue;
			}
			held = held_by(c, s, s->cap[i], u);
			s->held = s->cap[i];
			if (polled(c, s->cap[i]))
				return tp_fail_interrupted(err);
		}
		if (held > *until)
			*until = held;
	}
	return TP_OK;
}

tp_status
tp_caps_longest(tp_caps *c, int64_t u, const tp_cap **cap, tp_error *err)
{
	int64_t		longest = u;

	*cap = NULL;
	for (uint32_t k = 0; k < TP_CAP_STREAMS + c->owns; k++)
	{
		const tp_cap_stream *s = get_stream(c, k);

		for (uint32_t i = 0; i < s->caps + s->periods; i++)
		{
			const tp_cap *one = s->cap[i];
			int64_t		until = held_by(c, s, one, u);

			if (polled(c, one))
				return tp_fail_interrupted(err);
			if (until <= u || until < longest)
				continue;
			if (until > longest || one->max < (*cap)->max || (one->max == (*cap)->max && one->rule < (*cap)->rule))
			{
				longest = until;
				*cap = one;
			}
		}
	}
	return TP_OK;
}
