/*
 * tp_pattern_compile.c
 *	  From the image of a pattern to its program.
 */
#include "find/tp_pattern_program.h"

/* Compiling: the atom and the exclusions at each place of the image, for iterations share them. */
typedef struct compiler
{
	tp_matcher *m;
	const uint8_t *base;
	uint32_t   *at;				/* by offset in the image: atom or first exclusion + 1, or 0 */
	uint32_t   *behind;			/* likewise where the node or globs that begin there end, or 0 */
	tp_error   *err;
} compiler;

/* Add an instruction; returns its slot, or 0 without memory (err is filled). */
static uint32_t
emit(compiler *c, op op, uint32_t a, uint32_t b)
{
	tp_matcher *m = c->m;

	if (!tp_grow(&m->mem, (void **) &m->program, &m->instructions_room, m->instructions + 1, sizeof(instruction)))
	{
		tp_fail_memory(c->err);
		return 0;
	}
	m->program[m->instructions++] = (instruction) {op, a, b};
	return m->instructions;
}

static uint32_t
emit_join(compiler *c, uint32_t a, uint32_t b)
{
	return a == b ? a : emit(c, OP_JOIN, a, b);
}

/* Take a glob out of the image and give it a bit. */
static bool
add_glob(compiler *c, tp_image *i, uint32_t *bit)
{
	tp_glob		glob;

	tp_image_glob(i, &glob);
	*bit = c->m->bits++;
	return tp_globs_add(&c->m->globs, &glob, *bit, c->err) == TP_OK;
}

static uint32_t
compile_step(compiler *c, tp_image *i, uint32_t in)
{
	tp_matcher *m = c->m;
	uint32_t   *seen = &c->at[i->at - c->base];

	if (*seen == 0)
	{
		atom	   *a;

		if (!tp_grow(&m->mem, (void **) &m->atom, &m->atoms_room, m->atoms + 1, sizeof(atom)))
		{
			tp_fail_memory(c->err);
			return 0;
		}
		a = &m->atom[m->atoms];
		memset(a, 0, sizeof(*a));
		if (!add_glob(c, i, &a->bit) || tp_conditions_read(&m->mem, i, &a->conditions, c->err) != TP_OK)
			return 0;
		*seen = ++m->atoms;
	}
	else
	{
		/* met before, in another iteration */
		tp_glob		unused;

		tp_image_glob(i, &unused);
		tp_image_pass_conditions(i);
	}
	return emit(c, OP_STEP, in, *seen - 1);
}

/* A connector whose tokens come from slot feed; returns the slot of what it lets through. */
static uint32_t
add_connector(compiler *c, const connector *like, uint32_t feed)
{
	tp_matcher *m = c->m;

	if (!tp_grow(&m->mem, (void **) &m->connector, &m->connectors_room, m->connectors + 1, sizeof(connector)))
	{
		tp_fail_memory(c->err);
		return 0;
	}
	m->connector[m->connectors] = *like;
	m->connector[m->connectors].feed = feed;
	return emit(c, OP_QUERY, m->connectors++, 0);
}

/* Pass what was passed before at once: iterations share it, and there may be thousands of both. */
static bool
pass_again(const compiler *c, tp_image *i)
{
	uint32_t	behind = c->behind[i->at - c->base];

	if (behind > 0)
		i->at = c->base + behind;
	return behind > 0;
}

static void
passed(const compiler *c, const uint8_t *from, const tp_image *i)
{
	if (!i->bad)
		c->behind[from - c->base] = (uint32_t) (i->at - c->base);
}

static void
pass_globs(const compiler *c, tp_image *i, uint32_t n)
{
	const uint8_t *from = i->at;
	tp_glob		unused;

	if (n == 0 || pass_again(c, i))
		return;
	while (n-- > 0 && !i->bad)
		tp_image_glob(i, &unused);
	passed(c, from, i);
}

static bool
read_connector(compiler *c, tp_image *i, connector *out)
{
	tp_matcher *m = c->m;
	tp_connector k;
	uint32_t   *seen;

	memset(out, 0, sizeof(*out));
	tp_image_connector(i, &k);
	out->kind = k.next ? LINK_NEXT : k.limits != 0 ? LINK_TIMED : LINK_LATER;
	out->least = (uint64_t) k.least + ((k.limits & TP_LIMIT_LEAST_STRICT) != 0);
	out->most = k.limits & TP_LIMIT_MOST ? (uint64_t) k.most : UINT64_MAX;
	if (k.limits & TP_LIMIT_MOST_STRICT)
	{
		out->impossible = out->most == 0;
		out->most--;
	}
	m->timed |= out->kind == LINK_TIMED;
	out->exclusion = NEVER;
	if (k.exclusions == 0)
		return true;
	seen = &c->at[i->at - c->base];
	if (*seen == 0)
	{
		exclusion	e = {.first = m->bits, .count = k.exclusions};

		if (!tp_grow(&m->mem, (void **) &m->exclusion, &m->exclusions_room, m->exclusions + 1, sizeof(exclusion)))
		{
			tp_fail_memory(c->err);
			return false;
		}
		for (uint32_t n = 0; n < k.exclusions; n++)
		{
			uint32_t	bit;

			if (!add_glob(c, i, &bit))
				return false;
		}
		m->exclusion[m->exclusions++] = e;
		*seen = m->exclusions;
	}
	else
		pass_globs(c, i, k.exclusions);
	out->exclusion = *seen - 1;
	return true;
}

/*
 * Compile a node whose end is fed from slot in; returns the slot that holds what its first contact
 * leads to, 0 on failure. *empty tells whether it may be left out.
 */
static uint32_t compile(compiler *c, tp_image *i, uint32_t in, bool *empty);

/*
 * Where the elements of a sequence begin, and the connectors in front of them: the image has them in
 * order, and they are compiled from the last to the first. Reading over a node is compiling nothing.
 */
static void
pass_over(const compiler *c, tp_image *i)
{
	const uint8_t *from = i->at;
	uint32_t	pending = 1;	/* nodes still to be read */
	tp_glob		unused;

	if (pass_again(c, i))
		return;
	while (pending > 0 && !i->bad)
	{
		uint8_t		kind = tp_image_u8(i);
		uint32_t	n;

		pending--;
		switch (kind)
		{
			case TP_NODE_STEP:
			case TP_NODE_MORE:
				tp_image_glob(i, &unused);
				tp_image_pass_conditions(i);
				break;
			case TP_NODE_CHOICE:
				pending += tp_image_u16(i);
				break;
			case TP_NODE_REPETITION:
				tp_image_u16(i);
				tp_image_u16(i);
				pending++;
				break;
			case TP_NODE_SEQUENCE:
				tp_image_u8(i);
				n = tp_image_u16(i);
				for (uint32_t k = 0; k < n && !i->bad; k++)
				{
					if (k > 0)
					{
						tp_connector link;

						tp_image_connector(i, &link);
						pass_globs(c, i, link.exclusions);
					}
					pass_over(c, i);
				}
				break;
			default:
				i->bad = true;
				break;
		}
	}
	passed(c, from, i);
}

typedef struct element
{
	tp_image	node;
	tp_image	before;			/* the connector in front */
	uint32_t	out;
	bool		empty;
} element;

static uint32_t
compile_sequence(compiler *c, tp_image *i, uint32_t in, bool *empty)
{
	const tp_memory *mem = &c->m->mem;
	uint8_t		anchors = tp_image_u8(i);
	uint32_t	n = tp_image_u16(i);
	element    *e = tp_alloc_array(mem, n + 1, sizeof(element));
	uint32_t	out = 0;
	bool		ok = e != NULL;

	if (!ok)
		tp_fail_memory(c->err);
	for (uint32_t k = 0; k < n && ok; k++)
	{
		if (k > 0)
		{
			connector	unused;

			e[k].before = *i;
			ok = read_connector(c, i, &unused);
		}
		e[k].node = *i;
		pass_over(c, i);
	}
	*empty = anchors == 0;
	if (anchors & TP_ANCHOR_LAST && ok)
		ok = (in = emit(c, OP_LAST, in, 0)) != 0;
	for (uint32_t k = n; k-- > 0 && ok;)
	{
		tp_image	at = e[k].node;

		e[k].out = compile(c, &at, in, &e[k].empty);
		ok = e[k].out != 0;
		*empty &= e[k].empty;
		if (k > 0 && ok)
		{
			connector	link;
			uint32_t	through = 0;

			ok = read_connector(c, &e[k].before, &link) && (through = add_connector(c, &link, e[k].out)) != 0;
			/* left out, it takes the connector in front of it along */
			if (ok && e[k].empty)
				ok = (through = emit_join(c, through, in)) != 0;
			in = through;
		}
	}
	if (ok)
	{
		out = e[0].out;
		for (uint32_t k = 1; k < n && e[k - 1].empty && out != 0; k++)
			out = emit_join(c, out, e[k].out);
		if (out != 0 && anchors & TP_ANCHOR_FIRST)
			out = emit(c, OP_FIRST, out, 0);
	}
	tp_release(mem, e);
	return out;
}

static uint32_t
compile_choice(compiler *c, tp_image *i, uint32_t in, bool *empty)
{
	uint32_t	n = tp_image_u16(i);
	uint32_t	out = 0;

	*empty = false;
	for (uint32_t k = 0; k < n; k++)
	{
		bool		one;
		uint32_t	branch = compile(c, i, in, &one);

		if (branch == 0)
			return 0;
		*empty |= one;
		out = k == 0 ? branch : emit_join(c, out, branch);
		if (out == 0)
			return 0;
	}
	return out;
}

static uint32_t
compile_repetition(compiler *c, tp_image *i, uint32_t in, bool *empty)
{
	static const connector next = {.kind = LINK_NEXT, .exclusion = NEVER};
	uint32_t	least = tp_image_u16(i);
	uint32_t	most = tp_image_u16(i);
	uint32_t	copies = most != TP_REPEAT_ANY ? most : least > 1 ? least : 1;
	uint32_t	result = 0;
	tp_image	body = *i;
	bool		one = false;

	for (uint32_t k = 1; k <= copies; k++)
	{
		uint32_t	out;
		uint32_t	loop = UINT32_MAX;

		*i = body;
		if (k > 1 && (in = add_connector(c, &next, in)) == 0)
			return 0;
		if (most == TP_REPEAT_ANY && k == copies)
		{
			/* the last may come again: its connector is fed from below */
			uint32_t	again = add_connector(c, &next, 0);

			if (again == 0)
				return 0;
			loop = c->m->connectors - 1;
			if ((in = emit(c, OP_JOIN, in, again)) == 0)
				return 0;
		}
		if ((out = compile(c, i, in, &one)) == 0)
			return 0;
		if (loop != UINT32_MAX)
			c->m->connector[loop].feed = out;
		/* an empty iteration counts, so fewer than the least will do */
		if (k >= least || one)
		{
			result = result == 0 ? out : emit_join(c, result, out);
			if (result == 0)
				return 0;
		}
		in = out;
	}
	*empty = least == 0 || one;
	return result;
}

static uint32_t
compile(compiler *c, tp_image *i, uint32_t in, bool *empty)
{
	uint8_t		kind = tp_image_u8(i);

	*empty = false;
	switch (kind)
	{
		case TP_NODE_STEP:
		case TP_NODE_MORE:
			return compile_step(c, i, in);
		case TP_NODE_SEQUENCE:
			return compile_sequence(c, i, in, empty);
		case TP_NODE_CHOICE:
			return compile_choice(c, i, in, empty);
		case TP_NODE_REPETITION:
			return compile_repetition(c, i, in, empty);
		default:
			tp_fail(c->err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
			return 0;
	}
}

/* Bits that each match has a contact for: not those of what may be left out or chosen against. */
static void
collect_must(compiler *c, tp_image *i, bool needed)
{
	tp_matcher *m = c->m;
	uint8_t		kind = tp_image_u8(i);
	uint32_t	n;

	switch (kind)
	{
		case TP_NODE_STEP:
		case TP_NODE_MORE:
			n = c->at[i->at - c->base];
			if (needed && n > 0)
				m->must[m->atom[n - 1].bit / 64] |= UINT64_C(1) << (m->atom[n - 1].bit % 64);
			break;
		case TP_NODE_SEQUENCE:
			tp_image_u8(i);
			n = tp_image_u16(i);
			for (uint32_t k = 0; k < n && !i->bad; k++)
			{
				tp_image	over;

				if (k > 0)
				{
					tp_connector link;

					tp_image_connector(i, &link);
					pass_globs(c, i, link.exclusions);
				}
				over = *i;
				collect_must(c, &over, needed);
				pass_over(c, i);
			}
			break;
		case TP_NODE_REPETITION:
			n = tp_image_u16(i);
			tp_image_u16(i);
			if (n > 0)
				collect_must(c, i, needed);
			break;
		default:
			break;
	}
}

/* The steps of a chain: steps without conditions, each fed by the one behind it through a connector without limits. */
static uint32_t
steps_of_chain(const tp_matcher *m)
{
	if (m->globs.words > 1 || m->whole.within >= 0 || m->whole.holds > 0 || m->result != m->instructions)
		return 0;
	for (uint32_t k = 0; k < m->instructions; k++)
	{
		const instruction *in = &m->program[k];
		const connector *c;

		if (k % 2 == 0)
		{
			if (in->op != OP_STEP || in->a != k || m->atom[in->b].conditions != NULL)
				return 0;
			continue;
		}
		if (in->op != OP_QUERY)
			return 0;
		c = &m->connector[in->a];
		if (c->kind != LINK_LATER || c->exclusion != NEVER || c->feed != k)
			return 0;
	}
	return m->instructions / 2 + 1;
}

static bool
prepare_hold(tp_matcher *m, tp_error *err)
{
	m->holder = holder_new(m, err);
	m->blank = tp_alloc_array(&m->mem, m->globs.words, sizeof(uint64_t));
	if (m->holder == NULL || m->blank == NULL)
	{
		tp_fail_memory(err);
		return false;
	}
	memset(m->blank, 0, m->globs.words * sizeof(uint64_t));
	return true;
}

tp_matcher *
tp_matcher_new(const tp_memory *mem, const uint8_t *image, size_t size, tp_error *err)
{
	tp_matcher *m = tp_alloc(mem, sizeof(tp_matcher));
	compiler	c = {.m = m, .err = err};
	tp_image	i;
	const uint8_t *root;
	bool		empty = false;

	if (m == NULL)
	{
		tp_fail_memory(err);
		return NULL;
	}
	*m = (tp_matcher) {.mem = *mem};
	tp_globs_init(&m->globs, mem);
	m->image = tp_alloc(mem, size + 1);
	c.at = tp_alloc_array(mem, size + 1, 2 * sizeof(uint32_t));
	if (m->image == NULL || c.at == NULL)
	{
		tp_release(mem, c.at);
		tp_matcher_release(m);
		tp_fail_memory(err);
		return NULL;
	}
	memcpy(m->image, image, size);
	memset(c.at, 0, (size + 1) * 2 * sizeof(uint32_t));
	c.behind = c.at + size + 1;
	c.base = m->image;
	if (tp_image_open(&i, m->image, size))
		tp_image_whole(&i, &m->whole);
	root = i.at;
	if (i.bad)
		tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey pattern");
	else if ((m->result = compile(&c, &i, 0, &empty)) != 0)
	{
		m->slot = tp_alloc_array(mem, (size_t) m->instructions + 1, sizeof(uint32_t));
		m->must = tp_alloc_array(mem, m->globs.words, sizeof(uint64_t));
		m->all = tp_alloc_array(mem, m->globs.words, sizeof(uint64_t));
		if (m->slot == NULL || m->must == NULL || m->all == NULL)
		{
			m->result = 0;
			tp_fail_memory(err);
		}
		else
		{
			memset(m->must, 0, m->globs.words * sizeof(uint64_t));
			i.at = root;
			collect_must(&c, &i, true);
			m->chain = steps_of_chain(m);
			if (m->whole.holds > 0 && !prepare_hold(m, err))
				m->result = 0;
		}
	}
	tp_release(mem, c.at);
	if (m->result == 0)
	{
		tp_matcher_release(m);
		return NULL;
	}
	return m;
}

void
tp_matcher_release(tp_matcher *m)
{
	tp_memory	mem = m->mem;

	for (uint32_t k = 0; k < m->connectors; k++)
	{
		tp_release(&mem, m->connector[k].near.token);
		tp_release(&mem, m->connector[k].far.token);
	}
	for (uint32_t k = 0; k < m->atoms; k++)
		tp_conditions_release(m->atom[k].conditions);
	if (m->holder != NULL)
		holder_release(m->holder);
	tp_globs_release(&m->globs);
	tp_release(&mem, m->image);
	tp_release(&mem, m->program);
	tp_release(&mem, m->slot);
	tp_release(&mem, m->connector);
	tp_release(&mem, m->atom);
	tp_release(&mem, m->exclusion);
	tp_release(&mem, m->must);
	tp_release(&mem, m->all);
	tp_release(&mem, m->blank);
	tp_release(&mem, m->ends);
	tp_release(&mem, m->match);
	tp_release(&mem, m);
}
