/*
 * tp_journey_open.c
 *	  Opening the image of a journey: where its columns and its dictionary lie. The layout is drawn in
 *	  tp_journey.h; tp_journey_layout.c writes it.
 */
#include "journey/tp_journey_layout.h"
#include "journey/tp_properties.h"

#define FLAGS_1 (TP_FLAG_SUMMARY | TP_FLAG_STAGES)
#define FLAGS_2 (FLAGS_1 | TP_FLAG_SHORT | TP_FLAG_NARROW | TP_FLAG_SHARED | TP_FLAG_PROPERTIES)

const int64_t tp_unit_usecs[16] = {
	1, 1000, TP_USECS_PER_SECOND, TP_USECS_PER_MINUTE, TP_USECS_PER_HOUR, TP_USECS_PER_DAY,
	/* forms that no release wrote: harmless */
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1
};

const double tp_power10[16] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
};

const uint8_t tp_form_width[TP_COLUMNS][8] = {
	[TP_TIME] = {0, 0, 1, 2, 4, 8, 3, 6},
	[TP_ID] = {0, 0, 1, 2, 4, 8, 3, 6},
	[TP_SCORE] = {0, 0, 1, 2, 4, 8, 4, 0},
	[TP_EXPECTED] = {0, 0, 1, 2, 4, 8, 4, 0},
	[TP_COST] = {0, 0, 1, 2, 4, 8, 4, 0},
	[TP_DURATION] = {0, 0, 1, 2, 4, 8, 3, 6},
	[TP_VALUE] = {0, 0, 1, 2, 4, 8, 4, 0},
	[TP_INITIATOR] = {0, 0, 1, 2, 4, 8, 0, 0}
};

static tp_status
corrupt(tp_error *err, const char *what)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: %s", what);
}

static inline void
take_form(tp_journey *j, int column, uint8_t form)
{
	j->form[column] = form & 7;
	j->scale[column] = form >> 4;
}

/* How many bits of a byte are set: less than a call of the compiler's own. */
static inline size_t
bits_of(uint32_t byte)
{
	const uint64_t bits = UINT64_C(0x4332322132212110);

	return (bits >> 4 * (byte & 15) & 15) + (bits >> 4 * (byte >> 4) & 15);
}

/* The short head, whose forms are of the columns that are there. */
static tp_status
open_short(tp_journey *j, const uint8_t *at, size_t size, tp_error *err)
{
	uint32_t	mask = at[AT_SHORT_MASK];
	size_t		form = AT_SHORT_FORMS;

	if (tp_unlikely(size < TP_SHORT_HEAD + bits_of(mask)))
		return corrupt(err, "too short");
	if (tp_unlikely(mask & 1 || (at[AT_FLAGS] & TP_FLAG_SUMMARY)))
		return corrupt(err, "its head cannot be");
	j->entries = at[AT_SHORT_ENTRIES];
	j->count = at[AT_SHORT_COUNT];
	j->first_at = tp_load_i64(at + AT_SHORT_FIRST);
	memset(j->form, 0, sizeof(j->form));
	memset(j->scale, 0, sizeof(j->scale));
	j->id_form = 0;
	take_form(j, TP_TIME, at[form++]);
	if (mask & 1 << TP_ID)
		j->id_form = at[form];
	for (; mask != 0; mask &= mask - 1)
		take_form(j, __builtin_ctz(mask), at[form++]);
	return TP_OK;
}

tp_status
tp_journey_open_head(tp_journey *j, const void *image, size_t size, tp_error *err)
{
	const uint8_t *at = image;

	if (tp_unlikely(size < TP_SHORT_HEAD))
		return corrupt(err, "too short");
	j->version = at[AT_VERSION];
	if (tp_unlikely(j->version != TP_JOURNEY_VERSION && j->version != TP_JOURNEY_VERSION_1))
		return tp_fail(err, TP_CORRUPT, "A newer release wrote it, or the stored value is damaged.",
					   "not a journey: unknown version %u", j->version);
	if (tp_unlikely((at[AT_FLAGS] & ~(j->version == TP_JOURNEY_VERSION_1 ? FLAGS_1 : FLAGS_2)) != 0 ||
					((at[AT_FLAGS] & TP_FLAG_NARROW) && (at[AT_FLAGS] & (TP_FLAG_SHARED | TP_FLAG_STAGES)))))
		return corrupt(err, "unknown flags");
	j->image = at;
	j->size = size;
	j->flags = at[AT_FLAGS];
	j->properties.sets = j->properties.pairs = j->properties.keys = 0;
	if (j->flags & TP_FLAG_SHORT)
		return open_short(j, at, size, err);
	if (tp_unlikely(size < TP_HEAD_SIZE))
		return corrupt(err, "too short");
	j->entries = tp_load_u16(at + AT_ENTRIES);
	j->count = tp_load_u32(at + AT_COUNT);
	j->first_at = tp_load_i64(at + AT_FIRST);
	for (int c = 0; c < TP_COLUMNS; c++)
		take_form(j, c, at[AT_FORMS + c]);
	j->id_form = at[AT_FORMS + TP_ID];
	if (tp_journey_has_summary(j))
	{
		if (tp_unlikely(size < TP_HEADER_MAX))
			return corrupt(err, "too short");
		if (tp_unlikely(tp_load_u32(at + AT_SCORED) > j->count || tp_load_u32(at + AT_LOWEST_AT) >= j->count ||
						tp_load_u32(at + AT_HIGHEST_AT) >= j->count || tp_load_u32(at + AT_END_AT) >= j->count))
			return corrupt(err, "its summary cannot be");
	}
	return TP_OK;
}

/* Where ids lie and how they are to be read, from offset on; the offset behind them, or SIZE_MAX. */
static size_t
open_ids(tp_journey *j, size_t offset)
{
	const uint8_t *at = j->image;
	size_t		width = tp_form_width[TP_ID][j->form[TP_ID]];

	if (j->form[TP_ID] == TP_FORM_8)
	{
		j->id_bitmap = at + offset + 8 * (size_t) j->count;
		return offset + 8 * (size_t) j->count + ((size_t) j->count + 7) / 8;
	}
	if (width == 0 || j->version == TP_JOURNEY_VERSION_1 || j->size < offset + 8)
		return SIZE_MAX;
	j->id_based = true;
	j->id_base = tp_load_i64(at + offset);
	j->column[TP_ID] = at + offset + 8;
	return offset + 8 + width * j->count;
}

tp_status
tp_journey_open(tp_journey *j, const void *image, size_t size, tp_error *err)
{
	const uint8_t *at = image;
	size_t		n,
				offset;

	if (tp_journey_open_head(j, image, size, err) != TP_OK)
		return err->status;
	n = j->count;
	if (tp_unlikely(n > TP_CONTACTS_MAX || (n == 0) != (j->entries == 0)))
		return corrupt(err, "its counts cannot be");
	if (j->flags & TP_FLAG_SHORT)
		offset = TP_SHORT_HEAD + bits_of(at[AT_SHORT_MASK]);
	else
		offset = tp_journey_has_summary(j) ? TP_HEADER_MAX : TP_HEAD_SIZE;
	j->code_width = j->entries <= 1 ? 0 : j->entries <= 256 ? 1 : 2;
	j->id_bitmap = NULL;
	j->id_based = false;
	for (int c = 0; c < TP_COLUMNS; c++)
	{
		size_t		width = tp_form_width[c][j->form[c]];

		if (tp_unlikely(j->form[c] > TP_FORM_8 && (width == 0 || j->version == TP_JOURNEY_VERSION_1)))
			return corrupt(err, "unknown form of a column");
		j->column[c] = at + offset;
		if (c == TP_ID && tp_unlikely(j->id_form & TP_FORM_BITMAP))
		{
			offset = open_ids(j, offset);
			if (offset == SIZE_MAX)
				return corrupt(err, "a bitmap where there is none");
			continue;
		}
		offset += j->form[c] == TP_FORM_CONSTANT ? 8 : width * n;
		if (c == TP_TIME)
		{
			j->codes = at + offset;
			offset += j->code_width * n;
		}
	}
	if (tp_unlikely(offset > size))
		return corrupt(err, "shorter than its columns");
	if (j->flags & TP_FLAG_PROPERTIES)
	{
		offset = tp_property_block_open(j, offset);
		if (tp_unlikely(offset > size))
			return corrupt(err, "its properties cannot be");
	}
	/* what an entry takes; integers of three and six bytes are read two bytes beyond */
	if (tp_unlikely(size - offset < 2 && n > 0))
		return corrupt(err, "shorter than its columns");
	j->dictionary = at + offset;
	j->dictionary_end = at + size;
	j->projected = false;
	return TP_OK;
}

/* Does every code have its touchpoint? */
static bool
codes_are_in_range(const tp_journey *j)
{
	uint16_t	greatest = 0;

	switch (j->code_width)
	{
		case 0:
			return true;
		case 1:
			{
				uint8_t		g = 0;

				for (uint32_t i = 0; i < j->count; i++)
					g = j->codes[i] > g ? j->codes[i] : g;
				greatest = g;
			}
			break;
		default:
			for (uint32_t i = 0; i < j->count; i++)
			{
				uint16_t	code = tp_load_u16(j->codes + 2 * (size_t) i);

				greatest = code > greatest ? code : greatest;
			}
			break;
	}
	return greatest < j->entries;
}

void
tp_entries_begin(tp_entries *e, const tp_journey *j)
{
	e->at = j->dictionary;
	e->end = j->dictionary_end;
	e->head = tp_entry_head(j);
	e->shared = (j->flags & TP_FLAG_SHARED) != 0;
	e->left = 0;
}

/* Take the head of a run of entries with one channel. */
static bool
next_channel(tp_entries *e)
{
	if (e->end - e->at < 2 || (size_t) (e->end - e->at) < 2 + (size_t) e->at[0])
		return false;
	e->channel_len = e->at[0];
	e->left = (uint32_t) e->at[1] + 1;
	e->channel = e->at + 2;
	e->at += 2 + e->channel_len;
	return true;
}

bool
tp_entries_next_shared(tp_entries *e, tp_touchpoint *t)
{
	size_t		head = e->head - 1;

	if (e->left == 0 && !next_channel(e))
		return false;
	if (tp_unlikely((size_t) (e->end - e->at) < head))
		return false;
	e->left--;
	t->channel_len = e->channel_len;
	t->channel = (const char *) e->channel;
	t->label_len = e->at[0];
	t->stage_len = head == 2 ? e->at[1] : 0;
	t->label = (const char *) e->at + head;
	t->stage = t->label + t->label_len;
	if (tp_unlikely((size_t) (e->end - e->at) < head + t->label_len + t->stage_len))
		return false;
	e->at = (const uint8_t *) t->stage + t->stage_len;
	return true;
}

tp_status
tp_journey_dictionary(const tp_journey *j, tp_touchpoint *out, tp_error *err)
{
	tp_entries	e;

	tp_entries_begin(&e, j);
	for (uint32_t i = 0; i < j->entries; i++)
	{
		if (tp_unlikely(!tp_entries_next(&e, &out[i])))
			return corrupt(err, "shorter than its dictionary");
		if (tp_unlikely(out[i].label_len == 0 && !j->projected))
			return corrupt(err, "a touchpoint without a label");
	}
	if (tp_unlikely(e.at != e.end || e.left != 0))
		return corrupt(err, "longer than its dictionary");
	if (tp_unlikely(!codes_are_in_range(j)))
		return corrupt(err, "a contact names a touchpoint that is not there");
	return TP_OK;
}
