/*
 * fuzz_identity.c
 *	  Contacts taken out, replaced, subtracted and counted as tied, against looking at each. The first byte says
 *	  whether images are damaged, the second how many bytes follow that say how, or which ids are taken out; then
 *	  the text of two journeys with a line break between. Of damaged images nothing is asked but to stay in bounds.
 */
#include "fuzz.h"

#include "journey/tp_journey_identity.h"
#include "journey/tp_properties.h"

#define ROOM 200

static check_store store;

/* A journey and all that its contacts are. */
typedef struct taken
{
	const uint8_t *image;
	size_t		size;
	tp_journey	j;
	tp_touchpoint *entries;
	const uint8_t **sets;
	tp_contact *contacts;
} taken;

static bool
take(taken *t, const void *bytes, size_t size)
{
	tp_buffer	scratch;
	tp_error	err;

	t->image = fuzz_keep(&store.mem, bytes, size);
	t->size = size;
	if (tp_journey_open(&t->j, t->image, size, &err) != TP_OK)
		return false;
	t->entries = tp_alloc(&store.mem, (t->j.entries + 1) * sizeof(tp_touchpoint));
	t->contacts = tp_alloc(&store.mem, ((size_t) t->j.count + 1) * sizeof(tp_contact));
	tp_buffer_init(&scratch, &store.mem);
	return tp_journey_dictionary(&t->j, t->entries, &err) == TP_OK &&
		tp_journey_set_views(&store.mem, &t->j, &scratch, &t->sets, &err) == TP_OK &&
		tp_journey_contacts(&store.mem, &t->j, t->contacts, &err) == TP_OK;
}

static bool
read_text(tp_buffer *out, const uint8_t *text, size_t len)
{
	char	   *s = fuzz_keep_text(&store.mem, text, len);
	tp_builder	b;
	tp_error	err;
	bool		good;

	tp_buffer_init(out, &store.mem);
	tp_builder_init(&b, &store.mem);
	good = tp_journey_parse(&b, s, len, &err) == TP_OK && b.count <= ROOM &&
		tp_builder_finish(&b, &store.mem, out, &err) == TP_OK;
	tp_builder_release(&b);
	return good;
}

static bool
has_id(const taken *t, uint32_t i, int64_t *id)
{
	*id = t->contacts[i].id;
	return (t->contacts[i].has & TP_HAS_ID) != 0;
}

static bool
same_contact(const taken *a, uint32_t i, const taken *b, uint32_t k)
{
	const tp_contact *x = &a->contacts[i],
			   *y = &b->contacts[k];

	return tp_contact_compare_head(x, y) == 0 && tp_contact_compare_tail(x, y) == 0 &&
		tp_touchpoint_compare(&a->entries[x->code], &b->entries[y->code]) == 0 &&
		tp_set_compare(x->set > 0 ? a->sets[x->set - 1] : NULL, y->set > 0 ? b->sets[y->set - 1] : NULL) == 0;
}

static bool
equal(const tp_buffer *out, const void *bytes, size_t size)
{
	return out->len == size && memcmp(out->data, bytes, size) == 0;
}

/* The image in out is sound, and holds the contacts of a that are kept, in their order. */
static void
hold_kept(const tp_buffer *out, const taken *a, const bool *kept)
{
	taken		t;
	uint32_t	n = 0;

	fuzz_hold_journey(fuzz_keep(&store.mem, out->data, out->len), out->len);
	HOLD(take(&t, out->data, out->len));
	for (uint32_t i = 0; i < a->j.count; i++)
		if (kept[i])
		{
			HOLD(n < t.j.count && same_contact(&t, n, a, i));
			n++;
		}
	HOLD(n == t.j.count);
}

/* Take out the contacts that mask says by their ids, one id twice and one that nobody may bear. */
static void
without(const taken *a, const uint8_t *mask, size_t n_mask)
{
	int64_t		ids[2 * ROOM + 2];
	int64_t		id;
	size_t		n = 0;
	bool		kept[ROOM];
	tp_buffer	out;
	tp_error	err;

	for (uint32_t i = 0; i < a->j.count; i++)
		if (n_mask > 0 && has_id(a, i, &id) && (mask[i / 8 % n_mask] >> i % 8 & 1) != 0)
			ids[n++] = id;
	if (n > 0)
	{
		ids[n] = ids[0];
		n++;
	}
	ids[n++] = n_mask > 7 ? (int64_t) tp_load_u64(mask) : 7;
	for (uint32_t i = 0; i < a->j.count; i++)
	{
		kept[i] = true;
		for (size_t k = 0; k < n && has_id(a, i, &id); k++)
			kept[i] &= ids[k] != id;
	}
	tp_buffer_init(&out, &store.mem);
	HOLD(tp_journey_without(&store.mem, &a->j, ids, n, &out, &err) == TP_OK);
	hold_kept(&out, a, kept);
}

static void
difference(const taken *a, const taken *b)
{
	bool		kept[ROOM];
	bool		shared = false;
	int64_t		x,
				y;
	tp_buffer	out,
				merged;
	tp_journey	sum;
	tp_error	err;

	memset(kept, true, sizeof(kept));
	for (uint32_t k = 0; k < b->j.count; k++)
	{
		bool		found = false;

		for (uint32_t i = 0; i < a->j.count; i++)
		{
			if (!found && kept[i] && same_contact(a, i, b, k))
			{
				kept[i] = false;
				found = true;
			}
			shared |= has_id(a, i, &x) && has_id(b, k, &y) && x == y;
		}
	}
	tp_buffer_init(&out, &store.mem);
	HOLD(tp_journey_difference(&store.mem, &a->j, &b->j, &out, &err) == TP_OK);
	hold_kept(&out, a, kept);
	if (shared)
		return;
	tp_buffer_init(&merged, &store.mem);
	HOLD(tp_journey_merge(&store.mem, &a->j, &b->j, &merged, &err) == TP_OK);
	HOLD(tp_journey_open(&sum, merged.data, merged.len, &err) == TP_OK);
	out.len = 0;
	HOLD(tp_journey_difference(&store.mem, &sum, &b->j, &out, &err) == TP_OK);
	HOLD(equal(&out, a->image, a->size));
}

/* The second's contacts as they are, and those of the first whose id the second has not. */
static void
replace(const taken *a, const taken *b)
{
	bool		kept[ROOM],
				all[ROOM];
	int64_t		x,
				y;
	uint32_t	n = 0;
	taken		t;
	tp_buffer	out,
				rest;
	tp_journey	others;
	tp_error	err;

	memset(all, true, sizeof(all));
	for (uint32_t i = 0; i < a->j.count; i++)
	{
		kept[i] = true;
		for (uint32_t k = 0; k < b->j.count; k++)
			kept[i] &= !(has_id(a, i, &x) && has_id(b, k, &y) && x == y);
		n += kept[i];
	}
	tp_buffer_init(&out, &store.mem);
	HOLD(tp_journey_replace(&store.mem, &a->j, &b->j, &out, &err) == TP_OK);
	fuzz_hold_journey(fuzz_keep(&store.mem, out.data, out.len), out.len);
	HOLD(take(&t, out.data, out.len));
	HOLD(t.j.count == n + b->j.count);
	/* either side taken away leaves the other */
	tp_buffer_init(&rest, &store.mem);
	HOLD(tp_journey_difference(&store.mem, &t.j, &b->j, &rest, &err) == TP_OK);
	hold_kept(&rest, a, kept);
	HOLD(tp_journey_open(&others, fuzz_keep(&store.mem, rest.data, rest.len), rest.len, &err) == TP_OK);
	rest.len = 0;
	HOLD(tp_journey_difference(&store.mem, &t.j, &others, &rest, &err) == TP_OK);
	hold_kept(&rest, b, all);
}

static void
tied(const taken *a)
{
	uint32_t	n = 0;
	int64_t		id;

	for (uint32_t i = 0; i < a->j.count; i++)
	{
		bool		shares = false;

		for (uint32_t k = 0; k < a->j.count; k++)
			shares |= k != i && a->contacts[k].time == a->contacts[i].time;
		n += shares && (!has_id(a, i, &id) || id < 0);
	}
	HOLD(tp_journey_tied(&a->j) == n);
}

static void
damaged(const tp_buffer *a, const tp_buffer *b, const uint8_t *damage, size_t n)
{
	int64_t		ids[] = {1, 3, 2, 1};
	size_t		size = a->len;
	uint8_t    *image = fuzz_damage(&store.mem, a->data, &size, damage, n);
	tp_journey	x,
				y;
	tp_buffer	out;
	tp_error	err;

	if (tp_journey_open(&x, image, size, &err) != TP_OK || tp_journey_open(&y, b->data, b->len, &err) != TP_OK)
		return;
	tp_buffer_init(&out, &store.mem);
	tp_journey_without(&store.mem, &x, ids, 4, &out, &err);
	out.len = 0;
	tp_journey_replace(&store.mem, &x, &y, &out, &err);
	out.len = 0;
	tp_journey_replace(&store.mem, &y, &x, &out, &err);
	out.len = 0;
	tp_journey_difference(&store.mem, &x, &y, &out, &err);
	out.len = 0;
	tp_journey_difference(&store.mem, &y, &x, &out, &err);
	HOLD(tp_journey_tied(&x) <= x.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *text,
			   *line;
	size_t		n,
				len;
	tp_buffer	first,
				second;

	if (size < 2 || (n = data[1] % 64) > size - 2)
		return 0;
	check_store_init(&store);
	text = data + 2 + n;
	len = size - 2 - n;
	line = len > 0 ? memchr(text, '\n', len) : NULL;
	if (line != NULL && read_text(&first, text, (size_t) (line - text)) &&
		read_text(&second, line + 1, len - 1 - (size_t) (line - text)))
	{
		taken		a,
					b;

		if (data[0] % 2 == 1)
			damaged(&first, &second, data + 2, n);
		else
		{
			HOLD(take(&a, first.data, first.len) && take(&b, second.data, second.len));
			tied(&a);
			without(&a, data + 2, n);
			difference(&a, &b);
			difference(&a, &a);
			replace(&a, &b);
			replace(&b, &a);
			replace(&a, &a);
		}
	}
	check_store_release(&store);
	return 0;
}
