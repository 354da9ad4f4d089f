/*
 * tp_ranked_globs.c
 *	  The highest rank among the globs that match a touchpoint.
 *
 * A glob is interned as its three parts, each a u16 of kind and length and its bytes; its group as
 * the literal ones among them, each a u16 length and its bytes, under the mask that says which.
 */
#include "gate/tp_ranked_globs.h"

#define PARTS 3
#define MASKS (1 << PARTS)

/* Kinds of parts, above the length. */
#define NOT_GIVEN	0x0000
#define LITERAL		0x4000
#define WILD		0x8000
#define LENGTH		0x3FFF

#define GLOB_MAX (PARTS * (2 + 2 * TP_PART_MAX + 1))

/* Globs tried between two polls; a slow one takes up to 100 microseconds. */
#define POLL_EVERY 16

void
tp_ranked_globs_init(tp_ranked_globs *g, const tp_memory *mem)
{
	memset(g, 0, sizeof(*g));
	tp_intern_init(&g->globs, mem);
	tp_intern_init(&g->groups, mem);
}

void
tp_ranked_globs_release(tp_ranked_globs *g)
{
	tp_release(&g->globs.mem, g->glob);
	tp_release(&g->globs.mem, g->group);
	tp_intern_release(&g->globs);
	tp_intern_release(&g->groups);
	g->glob = NULL;
	g->group = NULL;
}

static size_t
put_part(uint8_t *to, unsigned kind, const char *text, size_t len)
{
	tp_store_u16(to, (uint16_t) (kind | len));
	memcpy(to + 2, text, len);
	return 2 + len;
}

/* The glob in bytes, its literal parts in bytes, and which these are. */
static unsigned
pack_glob(const tp_glob *glob, uint8_t *whole, size_t *whole_len, uint8_t *literal, size_t *literal_len)
{
	const tp_glob_part *part[PARTS] = {&glob->channel, &glob->label, &glob->stage};
	unsigned	mask = 0;

	*whole_len = *literal_len = 0;
	for (int i = 0; i < PARTS; i++)
	{
		unsigned	kind = !part[i]->given ? NOT_GIVEN : part[i]->literal ? LITERAL : WILD;

		*whole_len += put_part(whole + *whole_len, kind, part[i]->text, kind == NOT_GIVEN ? 0 : part[i]->len);
		if (kind != LITERAL)
			continue;
		mask |= 1U << i;
		*literal_len += put_part(literal + *literal_len, LITERAL, part[i]->text, part[i]->len);
	}
	return mask;
}

tp_status
tp_ranked_globs_add(tp_ranked_globs *g, const tp_glob *glob, int64_t rank, uint32_t tag, tp_error *err)
{
	uint8_t		whole[GLOB_MAX];
	uint8_t		literal[GLOB_MAX];
	size_t		whole_len;
	size_t		literal_len;
	unsigned	mask = pack_glob(glob, whole, &whole_len, literal, &literal_len);
	uint32_t	globs = g->globs.count;
	uint32_t	groups = g->groups.count;
	uint32_t	number;
	uint32_t	in;

	if (tp_intern_number(&g->globs, 0, whole, whole_len, &number, err) != TP_OK ||
		tp_intern_number(&g->groups, mask, literal, literal_len, &in, err) != TP_OK ||
		tp_reserve(&g->globs.mem, &g->glob, &g->globs_room, g->globs.count, sizeof(tp_ranked_glob), err) != TP_OK ||
		tp_reserve(&g->globs.mem, &g->group, &g->groups_room, g->groups.count, sizeof(tp_ranked_group), err) != TP_OK)
		return err->status;
	if (in == groups)
		g->group[in] = (tp_ranked_group) {rank, 0};
	if (number == globs)
	{
		g->glob[number] = (tp_ranked_glob) {rank, g->group[in].first, tag};
		g->group[in].first = number + 1;
	}
	if (rank > g->glob[number].rank)
	{
		g->glob[number].rank = rank;
		g->glob[number].tag = tag;
	}
	if (rank > g->group[in].highest)
		g->group[in].highest = rank;
	if (rank > g->highest)
		g->highest = rank;
	g->masks |= 1U << mask;
	return TP_OK;
}

/* Does t, whose literal parts are the glob's, match its other parts? */
static bool
rest_matches(const uint8_t *whole, const tp_touchpoint *t)
{
	const char *text[PARTS] = {t->channel, t->label, t->stage};
	uint8_t		len[PARTS] = {t->channel_len, t->label_len, t->stage_len};

	for (int i = 0; i < PARTS; i++)
	{
		unsigned	head = tp_load_u16(whole);

		if ((head & WILD) != 0 && (len[i] == 0 || !tp_wildcard_matches((const char *) whole + 2, head & LENGTH, text[i], len[i])))
			return false;
		whole += 2 + (head & LENGTH);
	}
	return true;
}

/*
 * Of the globs of at least this rank that match t the highest rank, and the lowest tag of those that have it;
 * rank - 1 where there is none. False where the host wants to stop.
 */
static bool
find(const tp_ranked_globs *g, const tp_touchpoint *t, int64_t least, const tp_memory *mem, bool ties,
	 int64_t *rank, uint32_t *tag)
{
	const char *text[PARTS] = {t->channel, t->label, t->stage};
	uint8_t		len[PARTS] = {t->channel_len, t->label_len, t->stage_len};
	uint8_t		literal[PARTS * (2 + TP_PART_MAX)];
	uint32_t	tried = 0;

	*rank = least - 1;
	*tag = UINT32_MAX;
	/* the more is literal the fewer share it; what these find spares trying the many others */
	for (unsigned mask = MASKS; mask-- > 0;)
	{
		size_t		size = 0;
		uint32_t	in;

		if ((g->masks >> mask & 1) == 0)
			continue;
		for (int i = 0; i < PARTS; i++)
			if ((mask >> i & 1) != 0)
				size += put_part(literal + size, LITERAL, text[i], len[i]);
		if (!tp_intern_find(&g->groups, tp_intern_hash(mask, literal, size), mask, literal, size, &in) ||
			g->group[in].highest < *rank + !ties)
			continue;
		for (uint32_t at = g->group[in].first; at != 0; at = g->glob[at - 1].next)
		{
			const tp_ranked_glob *glob = &g->glob[at - 1];

			if ((glob->rank > *rank || (ties && glob->rank == *rank && glob->tag < *tag)) && glob->rank >= least &&
				rest_matches(tp_intern_body(&g->globs, at - 1), t))
			{
				*rank = glob->rank;
				*tag = glob->tag;
			}
			if (++tried % POLL_EVERY == 0 && tp_interrupted(mem))
				return false;
		}
		if (!ties && *rank >= g->highest)
			break;
	}
	return tried == 0 || !tp_interrupted(mem);
}

bool
tp_ranked_globs_find(const tp_ranked_globs *g, const tp_touchpoint *t, int64_t above,
					 const tp_memory *mem, int64_t *rank)
{
	uint32_t	tag;

	*rank = above;
	return above >= g->highest || find(g, t, above + 1, mem, false, rank, &tag);
}

uint32_t
tp_ranked_globs_tag(const tp_ranked_globs *g, const tp_touchpoint *t, int64_t rank, const tp_memory *mem)
{
	uint32_t	tag;
	int64_t		found;

	find(g, t, rank, mem, true, &found, &tag);
	return tag;
}
