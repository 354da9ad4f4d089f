/*
 * test_survey.c
 *	  Tallies, service gaps, Kano's table, channels.
 */
#include "check.h"

#include "gap/tp_survey.h"

static void
check_tally(void)
{
	static const char *const bad[] = {"", "{}", "{1", "{-1}", "{0 1}", "{1 x}", "{1 1 1}", "{0,}", "{0} x",
	"{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}"};
	union
	{
		tp_tally	t;
		char		room[8 + 24 * TP_TALLY_CELLS_MAX];
	}			t,
				other,
				back;
	tp_buffer	b;
	tp_error	err;
	double		v;

	memset(&t, 0, sizeof(t));
	memset(&back, 0, sizeof(back));
	tp_tally_init(&t.t, 3);
	CHECK(!tp_cell_mean(&t.t.cell[0], &v));
	CHECK(tp_cell_add(&t.t.cell[0], tp_dd_of(0.1)) && tp_cell_add(&t.t.cell[0], tp_dd_of(0.2)));
	CHECK(tp_cell_add(&t.t.cell[2], tp_two_product(0.1, 0.3)));
	CHECK(tp_cell_mean(&t.t.cell[0], &v));
	CHECK_NEAR(v, 0.15, 5e-17);
	other = t;
	CHECK(tp_tally_merge(&t.t, &other.t));
	CHECK(t.t.cell[0].count == 4 && t.t.cell[1].count == 0);
	tp_buffer_init(&b, &check_memory);
	tp_tally_write(&b, &t.t);
	tp_buffer_byte(&b, '\0');
	CHECK(tp_tally_read(&back.t, b.data, strlen(b.data), &err) == TP_OK);
	CHECK(memcmp(&t, &back, tp_tally_size(3)) == 0);
	tp_buffer_release(&b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(tp_tally_read(&back.t, bad[i], strlen(bad[i]), &err) != TP_OK);
	CHECK(!tp_cell_add(&t.t.cell[1], tp_dd_of(1e308)) || !tp_cell_add(&t.t.cell[1], tp_dd_of(1e308)));
}

static void
check_service_gaps(void)
{
	/* customer = knowledge + standards + delivery + perception */
	static const double m[TP_MEASURES] = {5, 4.5, 4, 3.25, 4.75, 3};
	bool		has[TP_MEASURES] = {true, true, true, true, true, true};
	double		gap[TP_SERVICE_GAPS];
	bool		known[TP_SERVICE_GAPS];

	CHECK(tp_service_gaps(m, has, gap, known));
	CHECK_NEAR(gap[0], -0.5, 0);
	CHECK_NEAR(gap[1], -0.5, 0);
	CHECK_NEAR(gap[2], -0.75, 0);
	CHECK_NEAR(gap[3], -1.5, 0);
	CHECK_NEAR(gap[4], -0.25, 0);
	CHECK_NEAR(gap[5], gap[0] + gap[1] + gap[2] + gap[4], 0);
	has[TP_MEASURE_DELIVERED] = false;
	CHECK(tp_service_gaps(m, has, gap, known));
	CHECK(known[0] && known[1] && !known[2] && !known[3] && !known[4] && known[5]);
}

static void
check_verdicts(void)
{
	CHECK_TEXT(tp_tolerance_verdict(5, 7, 4.9), "below");
	CHECK_TEXT(tp_tolerance_verdict(5, 7, 5), "within");
	CHECK_TEXT(tp_tolerance_verdict(5, 7, 7), "within");
	CHECK_TEXT(tp_tolerance_verdict(5, 7, 7.1), "above");
	CHECK_TEXT(tp_quadrant(5, 5, 5, 5), "keep up the good work");
	CHECK_TEXT(tp_quadrant(5, 4, 5, 5), "concentrate here");
	CHECK_TEXT(tp_quadrant(4, 4, 5, 5), "low priority");
	CHECK_TEXT(tp_quadrant(4, 5, 5, 5), "possible overkill");
}

static void
check_kano(void)
{
	static const char *const answer[] = {"like", "Expect", "NEUTRAL", "accept", "dislike"};
	static const char want[] = "QAAAO" "RIIIM" "RIIIM" "RIIIM" "RRRRQ";
	tp_kano		category;
	tp_error	err;

	for (int f = 0; f < 5; f++)
		for (int d = 0; d < 5; d++)
		{
			CHECK(tp_kano_category(answer[f], strlen(answer[f]), answer[d], strlen(answer[d]), &category, &err) == TP_OK);
			CHECK(tp_kano_letters[category] == want[f * 5 + d]);
		}
	CHECK(tp_kano_category("likes", 5, "like", 4, &category, &err) == TP_BAD_ARGUMENT);
	CHECK(strstr(err.message, "functional answer \"likes\"") != NULL);
	CHECK(tp_kano_category("like", 4, "", 0, &category, &err) == TP_BAD_ARGUMENT);
	CHECK(tp_kano_category("lik", 3, "like", 4, &category, &err) == TP_BAD_ARGUMENT);
}

static tp_channels *
add(tp_channels *c, const char *name, double score)
{
	tp_channel *e = tp_channels_entry(c, name, strlen(name));

	if (e == NULL)
	{
		size_t		size = tp_channels_grown(c, strlen(name));
		tp_channels *larger = calloc(1, size);

		tp_channels_copy(larger, size, c);
		free(c);
		c = larger;
		e = tp_channels_entry(c, name, strlen(name));
	}
	e->cell.count++;
	e->cell.sum = tp_dd_add_double(e->cell.sum, score);
	c->squares = tp_dd_add_alike(c->squares, tp_two_square(score));
	return c;
}

static bool
consistency(const tp_channels *c, double *v)
{
	bool		known;
	tp_error	err;

	CHECK(tp_channel_consistency(c, v, &known, &err) == TP_OK);
	return known;
}

static void
check_channels(void)
{
	static const char *const bad[] = {"", "{", "{}", "{-1}", "{1, }", "{1, \"a}", "{1, \"a\" -1 0}",
		"{1, \"a\" 1 1, \"a\" 1 1}", "{1, \"b\" 1 1, \"a\" 1 1}", "{1, a 1 1}", "{1, \"a\" 1 1} ,", "{nan}", "{1, \"\\"};
	tp_channels *c = calloc(1, sizeof(tp_channels));
	tp_channels *back;
	tp_buffer	b;
	tp_error	err;
	double		v,
				total = 0,
				between = 0;

	tp_channels_init(c, sizeof(tp_channels));
	CHECK(!consistency(c, &v));
	c = add(c, "web", 1);
	CHECK(!consistency(c, &v));
	c = add(c, "app", 1);
	CHECK(!consistency(c, &v));	/* no variance */

	/* a 1 2, b 1.5 3: means 1.5 and 2.25 about 1.875, by hand */
	tp_channels_init(c, c->size);
	c = add(c, "b", 3);
	c = add(c, "a", 1);
	c = add(c, "b", 1.5);
	c = add(c, "a", 2);
	between = 4 * 0.375 * 0.375;
	total = 0.875 * 0.875 + 0.125 * 0.125 + 0.375 * 0.375 + 1.125 * 1.125;
	CHECK(consistency(c, &v));
	CHECK_NEAR(v, 1 - between / total, 1e-15);
	/* all of the variance lies between */
	tp_channels_init(c, c->size);
	for (int i = 0; i < 100; i++)
		c = add(c, i % 3 ? "x" : "y", i % 3 ? 0.1 : 0.7);
	CHECK(consistency(c, &v) && v == 0);

	/* many channels, in an awkward order, with awkward names */
	tp_channels_init(c, c->size);
	for (int i = 0; i < 3000; i++)
	{
		char		name[64];

		snprintf(name, sizeof(name), "%s%d\"\\,{} ", i % 2 ? "channel " : "", (i * 7919) % 1000);
		c = add(c, name, i % 17);
	}
	CHECK(c->channels == 1000);
	for (int i = 1; i < c->channels; i++)
	{
		const tp_channel *p = tp_channels_at(c, i - 1);
		const tp_channel *q = tp_channels_at(c, i);
		size_t		n = p->len < q->len ? p->len : q->len;
		int			order = memcmp(p->name, q->name, n);

		CHECK(order < 0 || (order == 0 && p->len < q->len));
	}
	tp_buffer_init(&b, &check_memory);
	tp_channels_write(&b, c);
	tp_buffer_byte(&b, '\0');
	CHECK(tp_channels_read(&back, b.data, strlen(b.data), &check_memory, &err) == TP_OK);
	CHECK(back->channels == c->channels && tp_dd_compare(back->squares, c->squares) == 0);
	{
		tp_buffer	again;

		tp_buffer_init(&again, &check_memory);
		tp_channels_write(&again, back);
		tp_buffer_byte(&again, '\0');
		CHECK_TEXT(again.data, b.data);
		tp_buffer_release(&again);
	}
	tp_buffer_release(&b);
	free(back);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(tp_channels_read(&back, bad[i], strlen(bad[i]), &check_memory, &err) != TP_OK);
	CHECK(tp_channels_read(&back, "{0, \"\" 0}", 9, &check_memory, &err) == TP_OK);
	free(back);
	CHECK(tp_channels_grown(c, SIZE_MAX) == 0);
	free(c);
}

int
main(void)
{
	check_tally();
	check_service_gaps();
	check_verdicts();
	check_kano();
	check_channels();
	return CHECK_DONE();
}
