/*
 * tp_journey_open.c
 *	  Opening the image of a journey: where its columns and its dictionary lie. The layout is drawn in
 *	  tp_journey.h; tp_journey_layout.c writes it.
 */
#include "journey/tp_journey_layout.h"

const int64_t tp_unit_usecs[16] = {
	1, 1000, TP_USECS_PER_SECOND, TP_USECS_PER_MINUTE, TP_USECS_PER_HOUR, TP_USECS_PER_DAY,
	/* forms that no release wrote: harmless */
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1
};

const double tp_power10[16] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
};

const uint8_t tp_form_width[8] = {0, 0, 1, 2, 4, 8, 0, 0};

static tp_status
corrupt(tp_error *err, const char *what)
{
	return tp_fail(err, TP_CORRUPT, "The stored value is damaged.", "not a journey: %s", what);
}

tp_status
tp_journey_open_head(tp_journey *j, const void *image, size_t size, tp_error *err)
{
	const uint8_t *at = image;

	if (tp_unlikely(size < TP_HEAD_SIZE))
		return corrupt(err, "too short");
	if (tp_unlikely(at[AT_VERSION] != TP_JOURNEY_VERSION))
		return corrupt(err, "unknown version");
	if (tp_unlikely((at[AT_FLAGS] & ~(TP_FLAG_SUMMARY | TP_FLAG_STAGES)) != 0))
		return corrupt(err, "unknown flags");
	j->image = at;
	j->size = size;
	j->flags = at[AT_FLAGS];
	j->entries = tp_load_u16(at + AT_ENTRIES);
	j->count = tp_load_u32(at + AT_COUNT);
	j->first_at = tp_load_i64(at + AT_FIRST);
	for (int c = 0; c < TP_COLUMNS; c++)
	{
		j->form[c] = at[AT_FORMS + c] & 7;
		j->scale[c] = at[AT_FORMS + c] >> 4;
	}
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
	offset = tp_journey_has_summary(j) ? TP_HEADER_MAX : TP_HEAD_SIZE;
	j->code_width = j->entries <= 1 ? 0 : j->entries <= 256 ? 1 : 2;
	j->id_bitmap = NULL;
	for (int c = 0; c < TP_COLUMNS; c++)
	{
		if (tp_unlikely(j->form[c] > TP_FORM_8))
			return corrupt(err, "unknown form of a column");
		j->column[c] = at + offset;
		offset += j->form[c] == TP_FORM_CONSTANT ? 8 : tp_form_width[j->form[c]] * n;
		if (c == TP_TIME)
		{
			j->codes = at + offset;
			offset += j->code_width * n;
		}
		else if (tp_unlikely(at[AT_FORMS + c] & TP_FORM_BITMAP))
		{
			if (c != TP_ID || j->form[c] != TP_FORM_8)
				return corrupt(err, "a bitmap where there is none");
			j->id_bitmap = at + offset;
			offset += (n + 7) / 8;
		}
	}
	if (tp_unlikely(offset > size))
		return corrupt(err, "shorter than its columns");
	j->dictionary = at + offset;
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

tp_status
tp_journey_dictionary(const tp_journey *j, tp_touchpoint *out, tp_error *err)
{
	const uint8_t *at = j->dictionary;
	const uint8_t *end = j->image + j->size;
	size_t		head = j->flags & TP_FLAG_STAGES ? 3 : 2;

	for (uint32_t i = 0; i < j->entries; i++)
	{
		tp_touchpoint *t = &out[i];

		if (tp_unlikely((size_t) (end - at) < head))
			return corrupt(err, "shorter than its dictionary");
		t->channel_len = at[0];
		t->label_len = at[1];
		t->stage_len = head == 3 ? at[2] : 0;
		t->channel = (const char *) at + head;
		t->label = t->channel + t->channel_len;
		t->stage = t->label + t->label_len;
		if (tp_unlikely((size_t) (end - at) < head + t->channel_len + t->label_len + t->stage_len))
			return corrupt(err, "shorter than its dictionary");
		if (tp_unlikely(t->label_len == 0))
			return corrupt(err, "a touchpoint without a label");
		at = (const uint8_t *) t->stage + t->stage_len;
	}
	if (tp_unlikely(at != end))
		return corrupt(err, "longer than its dictionary");
	if (tp_unlikely(!codes_are_in_range(j)))
		return corrupt(err, "a contact names a touchpoint that is not there");
	return TP_OK;
}
