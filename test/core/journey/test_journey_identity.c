/*
 * test_journey_identity.c
 *	  Contacts taken out, corrected and subtracted are what looking at each of them gives, byte for
 *	  byte; names of keys are SHA-256's published digests.
 */
#include "model.h"

#include "base/tp_sha256.h"
#include "journey/tp_journey_identity.h"

#define ROOM 400

static void
check_names(void)
{
	char	   *million = malloc(1000000);

	/* FIPS 180-2 and the examples that NIST publishes with it */
	CHECK(tp_sha256_head("", 0) == UINT64_C(0xe3b0c44298fc1c14));
	CHECK(tp_sha256_head("abc", 3) == UINT64_C(0xba7816bf8f01cfea));
	CHECK(tp_sha256_head("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56) == UINT64_C(0x248d6a61d20638b8));
	CHECK(tp_sha256_head("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 112) ==
		  UINT64_C(0xcf5b16a778af8380));
	memset(million, 'a', 1000000);
	CHECK(tp_sha256_head(million, 1000000) == UINT64_C(0xcdc76e5c9914fb92));
	free(million);
	/* the highest bit is set where the digest has it, and where not */
	CHECK(tp_contact_id("abc", 3) == (int64_t) UINT64_C(0xba7816bf8f01cfea));
	CHECK(tp_contact_id("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56) == (int64_t) UINT64_C(0xa48d6a61d20638b8));
}

static bool
has_id(const model_contact *m)
{
	return (m->c.has & TP_HAS_ID) != 0;
}

static bool
bears(const model_contact *m, int n, int64_t id)
{
	for (int i = 0; i < n; i++)
		if (has_id(&m[i]) && m[i].c.id == id)
			return true;
	return false;
}

typedef struct opened
{
	uint8_t    *image;
	size_t		size;
	tp_journey	j;
} opened;

static opened
open_model(const model_contact *m, int n)
{
	opened		o;
	tp_error	err;

	o.image = model_encode(m, n, &o.size, &err);
	CHECK(o.image != NULL);
	CHECK(tp_journey_open(&o.j, o.image, o.size, &err) == TP_OK);
	return o;
}

static bool
same(const tp_buffer *out, const model_contact *m, int n)
{
	tp_error	err;
	size_t		size;
	uint8_t    *image = model_encode(m, n, &size, &err);
	bool		equal = image != NULL && out->len == size && memcmp(out->data, image, size) == 0;

	free(image);
	return equal;
}

static model_contact a[3 * ROOM],
			b[3 * ROOM],
			want[6 * ROOM];
static int	na,
			nb;
static int	replaced,
			subtracted,
			removed,
			ties;

/* b: some of a's contacts as they are or with another score, time or touchpoint, some twice, and others. */
static void
draw(check_random *r)
{
	int			others;

	na = model_settle(a, model_random(r, a, ROOM));
	while (na < 0)
		na = model_settle(a, model_random(r, a, ROOM));
	nb = 0;
	for (int i = 0; i < na; i++)
	{
		if (check_below(r, 3))
			continue;
		b[nb] = a[i];
		if (check_below(r, 3) == 0)
		{
			b[nb].c.score = check_below(r, 10);
			b[nb].c.has |= TP_HAS_SCORE;
		}
		if (check_below(r, 6) == 0)
			b[nb].c.time += 1;
		if (check_below(r, 6) == 0)
			model_set(&b[nb], "other", "place", "");
		nb++;
		if (!has_id(&b[nb - 1]) && check_below(r, 4) == 0)
		{
			b[nb] = b[nb - 1];
			nb++;
		}
	}
	others = check_below(r, 2) ? model_random(r, b + nb, ROOM / 2) : 0;
	for (int i = nb; i < nb + others; i++)
		if (has_id(&b[i]) && bears(b, nb, b[i].c.id))
			b[i].c.has &= (uint8_t) ~TP_HAS_ID;
	nb = model_settle(b, nb + others);
}

static void
check_without(check_random *r, const tp_journey *j)
{
	int64_t		ids[ROOM];
	size_t		n = 0;
	int			kept = 0;
	tp_buffer	out;
	tp_error	err;

	for (int i = 0; i < na && n < ROOM - 2; i++)
		if (check_below(r, 2))
			ids[n++] = has_id(&a[i]) ? a[i].c.id : (int64_t) check_next(r);
	if (n > 0 && check_below(r, 2))
	{
		ids[n] = ids[0];
		n++;
	}
	for (int i = 0; i < na; i++)
	{
		bool		out_of = false;

		for (size_t k = 0; k < n; k++)
			out_of |= has_id(&a[i]) && a[i].c.id == ids[k];
		if (!out_of)
			want[kept++] = a[i];
		removed += out_of;
	}
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_journey_without(&check_memory, j, ids, n, &out, &err) == TP_OK);
	CHECK(same(&out, want, kept));
	tp_buffer_release(&out);
}

static void
check_replace(const tp_journey *ja, const tp_journey *jb)
{
	int			n = 0;
	tp_buffer	out,
				again;
	tp_journey	once;
	tp_error	err;

	for (int i = 0; i < na; i++)
		if (!has_id(&a[i]) || !bears(b, nb, a[i].c.id))
			want[n++] = a[i];
	replaced += na - n;
	memcpy(want + n, b, (size_t) nb * sizeof(*b));
	n += nb;
	tp_buffer_init(&out, &check_memory);
	tp_buffer_init(&again, &check_memory);
	CHECK(tp_journey_replace(&check_memory, ja, jb, &out, &err) == TP_OK);
	CHECK(same(&out, want, n));
	/* what replaces itself stays, but for contacts without id, which are a bag */
	CHECK(tp_journey_open(&once, out.data, out.len, &err) == TP_OK);
	for (int i = 0; i < nb; i++)
		if (!has_id(&b[i]))
			want[n++] = b[i];
	CHECK(tp_journey_replace(&check_memory, &once, jb, &again, &err) == TP_OK);
	CHECK(same(&again, want, n));
	tp_buffer_release(&out);
	tp_buffer_release(&again);
}

static void
check_difference(const tp_journey *ja, const tp_journey *jb)
{
	int			n = na;
	tp_buffer	out;
	tp_error	err;

	memcpy(want, a, (size_t) na * sizeof(*a));
	for (int k = 0; k < nb; k++)
		for (int i = 0; i < n; i++)
			if (model_compare(&want[i], &b[k]) == 0)
			{
				memmove(want + i, want + i + 1, (size_t) (n - i - 1) * sizeof(*want));
				n--;
				subtracted++;
				break;
			}
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_journey_difference(&check_memory, ja, jb, &out, &err) == TP_OK);
	CHECK(same(&out, want, n));
	tp_buffer_release(&out);
}

/* (a || b) - b = a where no id stands in both. */
static void
check_law(const opened *oa, const tp_journey *jb)
{
	tp_buffer	sum,
				out;
	tp_journey	both;
	tp_error	err;

	for (int i = 0; i < na; i++)
		if (has_id(&a[i]) && bears(b, nb, a[i].c.id))
			return;
	tp_buffer_init(&sum, &check_memory);
	tp_buffer_init(&out, &check_memory);
	CHECK(tp_journey_merge(&check_memory, &oa->j, jb, &sum, &err) == TP_OK);
	CHECK(tp_journey_open(&both, sum.data, sum.len, &err) == TP_OK);
	CHECK(tp_journey_difference(&check_memory, &both, jb, &out, &err) == TP_OK);
	CHECK(out.len == oa->size && memcmp(out.data, oa->image, out.len) == 0);
	tp_buffer_release(&sum);
	tp_buffer_release(&out);
}

static void
check_tied(const tp_journey *j)
{
	uint32_t	n = 0;

	for (int i = 0; i < na; i++)
	{
		bool		shared = false;

		for (int k = 0; k < na; k++)
			shared |= k != i && a[k].c.time == a[i].c.time;
		n += shared && !(has_id(&a[i]) && a[i].c.id >= 0);
	}
	ties += n > 0;
	CHECK_INT(tp_journey_tied(j), n);
}

/* Every allocation fails once: the verdict says so, and nothing is left out. */
static void
check_memory_out(const tp_journey *ja, const tp_journey *jb)
{
	for (int which = 0; which < 3; which++)
	{
		bool		done = false;

		for (long fail_at = 1; !done && fail_at < 1000; fail_at++)
		{
			check_store store;
			tp_buffer	out;
			tp_error	err = {TP_OK, "", "", ""};
			int64_t		ids[] = {3, 1, 2};
			tp_status	status;

			check_store_init(&store);
			store.fail_at = fail_at;
			tp_buffer_init(&out, &store.mem);
			if (which == 0)
				status = tp_journey_without(&store.mem, ja, ids, 3, &out, &err);
			else if (which == 1)
				status = tp_journey_replace(&store.mem, ja, jb, &out, &err);
			else
				status = tp_journey_difference(&store.mem, ja, jb, &out, &err);
			done = store.calls < fail_at;
			CHECK(done ? status == TP_OK : status == TP_NO_MEMORY && err.status == TP_NO_MEMORY);
			tp_buffer_release(&out);
			CHECK(store.chunks == 0 && store.live == 0);
			check_store_release(&store);
		}
		CHECK(done);
	}
}

int
main(void)
{
	check_random r = {2026};

	check_names();
	for (int round = 0; round < 4000; round++)
	{
		opened		oa,
					ob;

		draw(&r);
		oa = open_model(a, na);
		ob = open_model(b, nb);
		check_tied(&oa.j);
		check_without(&r, &oa.j);
		check_replace(&oa.j, &ob.j);
		check_difference(&oa.j, &ob.j);
		check_law(&oa, &ob.j);
		if (round % 200 == 0)
			check_memory_out(&oa.j, &ob.j);
		free(oa.image);
		free(ob.image);
	}
	CHECK(removed > 1000 && replaced > 1000 && subtracted > 1000 && ties > 100);
	return CHECK_DONE();
}
