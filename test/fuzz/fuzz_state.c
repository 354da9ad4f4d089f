/*
 * fuzz_state.c
 *	  States that lie in their text form: returns, levels, gaps by part, maps. The first byte says which; text of two
 *	  follows, with a line break between. What is taken leads back to itself, and adds up in either order.
 */
#include "fuzz.h"

#include "chart/tp_map.h"
#include "flow/tp_levels.h"
#include "flow/tp_retention.h"
#include "gap/tp_journey_gaps.h"

static check_store store;
static int	kind;

typedef union state
{
	tp_returns	returns;
	tp_levels	levels;
	tp_journey_gaps gaps;
	tp_map		map;
} state;

static void
init(state *s)
{
	if (kind == 0)
		tp_returns_init(&s->returns, &store.mem);
	else if (kind == 1)
		tp_levels_init(&s->levels, &store.mem);
	else if (kind == 3)
		tp_map_init(&s->map, &store.mem);
	else
		tp_journey_gaps_init(&s->gaps, &store.mem);
}

static void
release(state *s)
{
	if (kind == 0)
		tp_returns_release(&s->returns);
	else if (kind == 1)
		tp_levels_release(&s->levels);
	else if (kind == 3)
		tp_map_release(&s->map);
	else
		tp_journey_gaps_release(&s->gaps);
}

static tp_status
add(state *s, const char *text)
{
	size_t		len = strlen(text);
	tp_error	err;
	tp_status	status = kind == 0 ? tp_returns_read(&s->returns, text, len, &err) :
		kind == 1 ? tp_levels_read(&s->levels, text, len, &err) :
		kind == 3 ? tp_map_read(&s->map, text, len, &err) : tp_journey_gaps_read(&s->gaps, text, len, &err);

	if (status != TP_OK)
		fuzz_hold_error(status, &err);
	return status;
}

/* What a and b say together, b perhaps NULL; NULL where one is refused. */
static char *
together(const char *a, const char *b)
{
	state		s;
	tp_buffer	text;
	tp_status	status;

	init(&s);
	tp_buffer_init(&text, &store.mem);
	status = add(&s, a);
	if (status == TP_OK && b != NULL)
		status = add(&s, b);
	if (status == TP_OK)
	{
		if (kind == 0)
			tp_returns_write(&s.returns, &text);
		else if (kind == 1)
			tp_levels_write(&s.levels, &text);
		else if (kind == 3)
			tp_map_write(&s.map, &text);
		else
			tp_journey_gaps_write(&s.gaps, &text);
		tp_buffer_byte(&text, '\0');
	}
	if (status == TP_OK && kind == 1 && s.levels.part > 0)
	{
		tp_level_row *rows;
		char	  **name;
		uint32_t	n;
		tp_error	err;

		HOLD(tp_levels_rows(&s.levels, &rows, &n, &name, &err) == TP_OK);
		if (s.levels.symbols.count > 0)
			tp_release(&store.mem, name[0]);
		tp_release(&store.mem, name);
		tp_release(&store.mem, rows);
	}
	release(&s);
	/* sums of gaps may leave the range only when they are closed */
	HOLD(!text.failed || kind >= 2);
	if (text.failed || status != TP_OK)
	{
		tp_buffer_release(&text);
		return NULL;
	}
	return text.data;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line;
	size_t		len;
	char	   *one,
			   *two,
			   *a,
			   *b;

	if (size == 0)
		return 0;
	check_store_init(&store);
	kind = data[0] == 'm' ? 3 : data[0] % 3;
	line = memchr(data + 1, '\n', size - 1);
	len = line != NULL ? (size_t) (line - data - 1) : size - 1;
	one = fuzz_keep_text(&store.mem, data + 1, len);
	two = fuzz_keep_text(&store.mem, line != NULL ? line + 1 : data + size, line != NULL ? size - 2 - len : 0);
	a = together(one, NULL);
	b = together(two, NULL);
	if (a != NULL)
	{
		char	   *again = together(a, NULL);

		HOLD(again != NULL && strcmp(a, again) == 0);
		tp_release(&store.mem, again);
	}
	if (a != NULL && b != NULL)
	{
		char	   *ab = together(a, b);
		char	   *ba = together(b, a);

		HOLD((ab == NULL) == (ba == NULL) && (ab == NULL || strcmp(ab, ba) == 0));
		tp_release(&store.mem, ab);
		tp_release(&store.mem, ba);
	}
	tp_release(&store.mem, a);
	tp_release(&store.mem, b);
	tp_release(&store.mem, one);
	tp_release(&store.mem, two);
	HOLD(store.chunks == 0);
	return 0;
}
