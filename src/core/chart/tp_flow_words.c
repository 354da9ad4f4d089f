/*
 * tp_flow_words.c
 *	  Flows and journeys as texts that others draw: Mermaid, DOT.
 */
#include "chart/tp_flow_words.h"

#include <math.h>
#include <stdio.h>

#include "base/tp_sort.h"

static int
compare_arcs(const void *a, const void *b)
{
	const tp_transition *x = a,
			   *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->target > y->target) - (x->target < y->target);
}

static bool
name_state(const tp_memory *mem, const tp_flow_view *v, uint32_t state, tp_label *name, tp_state_kind *kind)
{
	tp_buffer	b;

	*kind = state == 0 ? TP_STATE_START : state > v->states ? TP_STATE_END : TP_STATE_MET;
	if (*kind != TP_STATE_MET)
	{
		*name = tp_label_of(state == 0 ? "(start)" : v->ends == TP_ENDS_END ? "(end)" :
							state == v->states + 1 ? "(conversion)" : "(null)");
		return true;
	}
	tp_buffer_init(&b, mem);
	tp_flow_write_state(&b, v, state);
	if (b.failed)
		return false;
	name->s = tp_host_to_utf8(b.data, b.len, &name->len);
	return true;
}

/* How often each chosen state is met, by all transitions: place is where a state of the flow stands, plus 1. */
static void
count_met(tp_flow_pick *pick, const tp_transition *all, const uint32_t *place)
{
	for (uint32_t i = 0; i < pick->states; i++)
		pick->met[i] = 0;
	for (uint32_t i = 0; i < pick->all; i++)
	{
		pick->moves += all[i].count;
		if (place[all[i].target] > 0)
			pick->met[place[all[i].target] - 1] += all[i].count;
		if (all[i].source == 0 && place[0] > 0)
			pick->met[place[0] - 1] += all[i].count;
	}
}

tp_status
tp_flow_choose(const tp_memory *mem, const tp_flow_view *v, int top, tp_flow_pick *pick, tp_error *err)
{
	tp_transition *all;
	uint32_t   *place;

	memset(pick, 0, sizeof(*pick));
	if (top < 1 || top > TP_FLOW_TOP_MAX)
		return tp_fail(err, TP_BAD_ARGUMENT, "Write how many of the commonest transitions to draw, 1 to 100.",
					   "top must be 1 to %d, not %d", TP_FLOW_TOP_MAX, top);
	pick->all = v->edges;
	pick->arcs = v->edges < (uint32_t) top ? v->edges : (uint32_t) top;
	all = tp_alloc_array(mem, (size_t) v->edges + 1, sizeof(tp_transition));
	pick->arc = tp_alloc_array(mem, (size_t) pick->arcs + 1, sizeof(tp_flow_arc));
	place = tp_alloc_array(mem, (size_t) v->states + 3, sizeof(uint32_t));
	pick->name = tp_alloc_array(mem, 2 * (size_t) pick->arcs + 1, sizeof(tp_label));
	pick->kind = tp_alloc_array(mem, 2 * (size_t) pick->arcs + 1, sizeof(tp_state_kind));
	pick->met = tp_alloc_array(mem, 2 * (size_t) pick->arcs + 1, sizeof(double));
	if (all == NULL || pick->arc == NULL || place == NULL || pick->name == NULL || pick->kind == NULL || pick->met == NULL)
		return tp_fail_memory(err);
	memset(place, 0, ((size_t) v->states + 3) * sizeof(uint32_t));
	for (uint32_t i = 0; i < v->edges; i++)
		all[i] = tp_flow_transition(v, i);
	if (tp_sort_items(mem, all, v->edges, sizeof(tp_transition), compare_arcs, err) != TP_OK)
		return err->status;
	for (uint32_t i = 0; i < pick->arcs; i++)
	{
		uint32_t	end[2] = {all[i].source, all[i].target};
		double		mean = all[i].count > 0 ? tp_dd_value(tp_dd_divide_double(all[i].usecs, all[i].count)) : 0;

		for (int k = 0; k < 2; k++)
		{
			if (place[end[k]] > 0)
				continue;
			if (!name_state(mem, v, end[k], &pick->name[pick->states], &pick->kind[pick->states]))
				return tp_fail_memory(err);
			place[end[k]] = ++pick->states;
		}
		pick->arc[i] = (tp_flow_arc) {place[end[0]] - 1, place[end[1]] - 1, all[i].count,
			all[i].source == 0 || all[i].target > v->states || !(mean < 9e18) ? -1 : (int64_t) llround(mean)};
	}
	count_met(pick, all, place);
	tp_release(mem, all);
	tp_release(mem, place);
	return TP_OK;
}

/* Text within quotes of Mermaid: what it could take for its own as character codes. */
static void
mermaid_quoted(tp_buffer *b, tp_label text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		unsigned char ch = (unsigned char) text.s[i];
		char		code[8];

		if (ch < 0x20 || ch == 0x7f)
			tp_buffer_byte(b, ' ');
		else if (strchr("\"#&<>;{}|`\\", ch) != NULL)
		{
			snprintf(code, sizeof(code), "#%d;", ch);
			tp_buffer_string(b, code);
		}
		else
			tp_buffer_byte(b, ch);
	}
}

static void
put_integer(tp_buffer *b, const char *before, uint32_t v)
{
	tp_buffer_string(b, before);
	tp_write_integer(b, v);
}

/* Its count, and its time where there is one. */
static tp_label
arc_words(tp_canvas *c, const tp_flow_arc *a)
{
	tp_say(c, "%v", a->count);
	if (a->usecs >= 0)
		tp_say_more(c, ", %u", a->usecs);
	return tp_said(c);
}

static tp_status
finish(tp_buffer *out, tp_error *err)
{
	return out->failed ? tp_fail_memory(err) : TP_OK;
}

/* A language of graphs: what stands before all states and behind all arcs, and how it says one of them. */
typedef struct graph_language
{
	const char *begin;
	const char *nothing;		/* for states and arcs, where there are none */
	const char *end;
	void		(*state) (tp_buffer *out, const tp_flow_pick *pick, uint32_t i);
	void		(*arc) (tp_buffer *out, const tp_flow_pick *pick, const tp_flow_arc *a, tp_canvas *c);
} graph_language;

static tp_status
write_graph(const graph_language *l, const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err)
{
	tp_flow_pick pick;
	tp_canvas	c = {.mem = mem};
	tp_status	status = tp_flow_choose(mem, v, top, &pick, err);

	if (status != TP_OK)
		return status;
	tp_buffer_init(&c.words, mem);
	tp_buffer_string(out, l->begin);
	if (pick.arcs == 0)
		tp_buffer_string(out, l->nothing);
	for (uint32_t i = 0; i < pick.states; i++)
		l->state(out, &pick, i);
	for (uint32_t i = 0; i < pick.arcs; i++)
		l->arc(out, &pick, &pick.arc[i], &c);
	tp_buffer_string(out, l->end);
	tp_buffer_release(&c.words);
	return finish(out, err);
}

static void
mermaid_state(tp_buffer *out, const tp_flow_pick *pick, uint32_t i)
{
	bool		met = pick->kind[i] == TP_STATE_MET;

	put_integer(out, "    s", i);
	tp_buffer_string(out, met ? "[\"" : "([\"");
	mermaid_quoted(out, pick->name[i]);
	tp_buffer_string(out, met ? "\"]\n" : "\"])\n");
}

static void
mermaid_arc(tp_buffer *out, const tp_flow_pick *pick, const tp_flow_arc *a, tp_canvas *c)
{
	(void) pick;
	put_integer(out, "    s", a->source);
	tp_buffer_string(out, " -->|\"");
	mermaid_quoted(out, arc_words(c, a));
	put_integer(out, "\"| s", a->target);
	tp_buffer_byte(out, '\n');
}

static const graph_language mermaid = {"flowchart TD\n", "    s0[\"no transitions\"]\n", "", mermaid_state, mermaid_arc};

static void
dot_quoted(tp_buffer *b, tp_label text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		unsigned char ch = (unsigned char) text.s[i];

		if (ch == '"' || ch == '\\')
			tp_buffer_byte(b, '\\');
		tp_buffer_byte(b, ch < 0x20 || ch == 0x7f ? ' ' : ch);
	}
}

static void
dot_state(tp_buffer *out, const tp_flow_pick *pick, uint32_t i)
{
	put_integer(out, "    s", i);
	tp_buffer_string(out, " [label=\"");
	dot_quoted(out, pick->name[i]);
	tp_buffer_string(out, pick->kind[i] == TP_STATE_MET ? "\"];\n" : "\", shape=oval];\n");
}

static void
dot_arc(tp_buffer *out, const tp_flow_pick *pick, const tp_flow_arc *a, tp_canvas *c)
{
	double		most = pick->arc[0].count;

	put_integer(out, "    s", a->source);
	put_integer(out, " -> s", a->target);
	tp_buffer_string(out, " [label=\"");
	dot_quoted(out, arc_words(c, a));
	tp_buffer_string(out, "\", penwidth=");
	tp_say(c, "%v", 1 + 5 * (most > 0 ? a->count / most : 0));
	tp_buffer_add(out, tp_said(c).s, tp_said(c).len);
	tp_buffer_string(out, "];\n");
}

static const graph_language dot = {"digraph flow {\n    node [shape=box, style=rounded];\n", "    s0 [label=\"no transitions\"];\n", "}\n", dot_state, dot_arc};

tp_status
tp_flow_text_mermaid(const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err)
{
	return write_graph(&mermaid, mem, out, v, top, err);
}

tp_status
tp_flow_text_dot(const tp_memory *mem, tp_buffer *out, const tp_flow_view *v, int top, tp_error *err)
{
	return write_graph(&dot, mem, out, v, top, err);
}

/* Does Mermaid take what begins so for a line of another kind? In whatever case, for it folds it. */
static bool
is_mermaid_word(const char *s, size_t len)
{
	static const char *const words[] = {"journey", "title", "section", "acctitle", "accdescr"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		size_t		k = 0;

		while (k < len && words[i][k] != '\0' && (s[k] | 0x20) == words[i][k])
			k++;
		if (words[i][k] == '\0')
			return true;
	}
	return false;
}

/* Words of Mermaid's journeys, which know no quotes: a sign of its own becomes a dash. */
static void
mermaid_plain(tp_buffer *b, const char *s, size_t len)
{
	const char *utf8 = tp_host_to_utf8(s, len, &len);

	for (size_t i = 0; i < len; i++)
	{
		unsigned char ch = (unsigned char) utf8[i];

		tp_buffer_byte(b, ch < 0x20 || ch == 0x7f ? ' ' : strchr("#:;,<>%", ch) != NULL ? '-' : ch);
	}
}

static void
mermaid_contact(tp_buffer *out, const tp_touchpoint *t, double share)
{
	bool		scored = !isnan(share);

	tp_buffer_string(out, scored ? "      " : "      %% without a score: ");
	tp_buffer_string(out, scored && is_mermaid_word(t->label, t->label_len) ? "- " : "");
	mermaid_plain(out, t->label, t->label_len);
	if (scored)
		put_integer(out, ": ", (uint32_t) lround(1 + 4 * fmin(1, fmax(0, share))));
	if (scored && t->channel_len > 0)
	{
		tp_buffer_string(out, ": ");
		mermaid_plain(out, t->channel, t->channel_len);
	}
	tp_buffer_byte(out, '\n');
}

tp_status
tp_journey_text_mermaid(const tp_memory *mem, tp_buffer *out, const tp_journey *j, double low, double high, tp_error *err)
{
	tp_touchpoint *entry = tp_alloc_array(mem, (size_t) j->entries + 1, sizeof(tp_touchpoint));
	const tp_touchpoint *before = NULL;

	if (!isfinite(low) || !isfinite(high))
		return tp_fail(err, TP_OUT_OF_RANGE, "Write the ends of the scale, such as 1 and 5.", "low and high must be finite");
	if (!(low < high))
		return tp_fail(err, TP_BAD_ARGUMENT, "Write the ends of the scale, such as 1 and 5.", "low must be below high");
	if (entry == NULL)
		return tp_fail_memory(err);
	if (j->count > 0 && tp_journey_dictionary(j, entry, err) != TP_OK)
		return err->status;
	tp_buffer_string(out, "journey\n    title ");
	put_integer(out, "", j->count);
	tp_buffer_string(out, j->count == 1 ? " contact\n" : " contacts\n");
	for (uint32_t i = 0; i < j->count && !tp_buffer_stop_at(out, i); i++)
	{
		const tp_touchpoint *t = &entry[tp_journey_code(j, i)];
		double		score = tp_journey_number(j, TP_SCORE, i);

		if (before == NULL || before->stage_len != t->stage_len || memcmp(before->stage, t->stage, t->stage_len) != 0)
		{
			tp_buffer_string(out, "    section ");
			if (t->stage_len > 0)
				mermaid_plain(out, t->stage, t->stage_len);
			else
				tp_buffer_string(out, "(no stage)");
			tp_buffer_byte(out, '\n');
		}
		before = t;
		mermaid_contact(out, t, (score / 2 - low / 2) / (high / 2 - low / 2));
	}
	tp_release(mem, entry);
	return finish(out, err);
}
