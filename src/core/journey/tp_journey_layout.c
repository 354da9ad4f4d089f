/*
 * tp_journey_layout.c
 *	  Writing the image of a journey: head, summary, columns, dictionary, properties. The layout is drawn
 *	  in tp_journey.h.
 */
#include "journey/tp_journey_columns.h"
#include "journey/tp_properties.h"

static tp_status
too_large(tp_error *err)
{
	return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
				   "the journey is too large: its text form would pass 512 MB");
}

/*
 * Does the text form stay within its limit? Counts it, which is only worth it for journeys that
 * may pass it.
 */
static tp_status
check_text_size(const tp_memory *mem, const tp_contact *c, size_t n, const tp_touchpoint *entries,
				const uint8_t *const *sets, tp_error *err)
{
	tp_buffer	b;
	size_t		total = 2;
	tp_status	status = TP_OK;

	tp_buffer_init(&b, mem);
	for (size_t i = 0; i < n && status == TP_OK; i++)
	{
		b.len = 0;
		tp_contact_write(&b, &c[i], &entries[c[i].code], c[i].set != 0 ? sets[c[i].set - 1] : NULL);
		total += b.len + (i > 0 ? 2 : 0);
		if (b.failed)
			status = tp_fail_memory(err);
		else if (total > TP_TEXT_MAX)
			status = too_large(err);
		else if (tp_stop_at(mem, i))
			status = tp_fail_interrupted(err);
	}
	tp_buffer_release(&b);
	return status;
}

static void
write_summary(uint8_t *image, size_t size, const tp_contact *c, size_t n)
{
	tp_journey	j;
	tp_scores	scores;
	tp_error	unused;
	double		total;

	memset(image + TP_HEAD_SIZE, 0, TP_SUMMARY_SIZE);
	tp_store_i64(image + AT_LAST, c[n - 1].time);
	tp_journey_open(&j, image, size, &unused);
	j.flags &= (uint8_t) ~TP_FLAG_SUMMARY;	/* ask the columns, not what is being written */
	tp_journey_scores(&j, &scores);
	if (scores.scored > 0)
	{
		tp_store_f64(image + AT_SUM, scores.sum);
		tp_store_f64(image + AT_LOWEST, scores.lowest);
		tp_store_f64(image + AT_HIGHEST, scores.highest);
		tp_store_f64(image + AT_END, scores.end);
		tp_store_u32(image + AT_SCORED, scores.scored);
		tp_store_u32(image + AT_LOWEST_AT, scores.lowest_at);
		tp_store_u32(image + AT_HIGHEST_AT, scores.highest_at);
		tp_store_u32(image + AT_END_AT, scores.end_at);
	}
	if (tp_journey_total(&j, TP_COST, &total))
		tp_store_f64(image + AT_TOTAL_COST, total);
	if (tp_journey_total(&j, TP_VALUE, &total))
		tp_store_f64(image + AT_TOTAL_VALUE, total);
}

static inline size_t
code_width_of(uint32_t n_entries)
{
	return n_entries <= 1 ? 0 : n_entries <= 256 ? 1 : 2;
}

static void
write_codes(uint8_t *at, size_t code_width, const tp_contact *c, size_t n)
{
	if (code_width == 1)
		for (size_t i = 0; i < n; i++)
			at[i] = (uint8_t) c[i].code;
	else if (code_width == 2)
		for (size_t i = 0; i < n; i++)
			tp_store_u16(at + 2 * i, c[i].code);
}

/* Of channels, which are short. */
static inline bool
are_same(const char *a, const char *b, size_t len)
{
	while (len > 0 && a[len - 1] == b[len - 1])
		len--;
	return len == 0;
}

/* Is entry i in a run of those with one channel, at most 256, that began at run? */
static inline bool
continues(const tp_touchpoint *entries, uint32_t run, uint32_t i)
{
	const tp_touchpoint *t = &entries[i];

	return i > run && i - run < 256 && t->channel_len == t[-1].channel_len &&
		are_same(t->channel, t[-1].channel, t->channel_len);
}

/* Places of entries: i of n, and the end of the run that begins there. */
static uint32_t
run_end(const tp_touchpoint *entries, uint32_t i, uint32_t n)
{
	uint32_t	end = i + 1;

	while (end < n && continues(entries, i, end))
		end++;
	return end;
}

/* What the dictionary takes, in which shape, and the longest entry of it, which bounds the text form. */
static size_t
plan_dictionary(const tp_touchpoint *entries, uint32_t n_entries, uint8_t *flags, size_t *longest)
{
	size_t		bytes = 0,
				shared = 0,
				head;
	uint32_t	run = 0;
	bool		narrow = true;

	*longest = 0;
	for (uint32_t i = 0; i < n_entries; i++)
	{
		const tp_touchpoint *t = &entries[i];
		size_t		size = (size_t) t->channel_len + t->label_len + t->stage_len;

		if (t->stage_len > 0)
			*flags |= TP_FLAG_STAGES;
		narrow &= t->channel_len <= 15 && t->label_len <= 15;
		bytes += size;
		*longest = size > *longest ? size : *longest;
		if (continues(entries, run, i))
			shared -= t->channel_len;
		else
		{
			run = i;
			shared += 2;
		}
	}
	narrow &= !(*flags & TP_FLAG_STAGES);
	head = narrow ? 1 : *flags & TP_FLAG_STAGES ? 3 : 2;
	*longest += 3;
	shared += bytes + (*flags & TP_FLAG_STAGES ? 2 : 1) * (size_t) n_entries;
	bytes += head * n_entries;
	if (n_entries > 0 && 8 * shared <= 7 * bytes)
	{
		*flags |= TP_FLAG_SHARED;
		return shared;
	}
	if (narrow)
		*flags |= n_entries > 0 ? TP_FLAG_NARROW : 0;
	return bytes;
}

static uint8_t *
write_bytes(uint8_t *at, const char *bytes, size_t n)
{
	tp_copy_short(at, bytes, n);
	return at + n;
}

static void
write_dictionary(uint8_t *at, const tp_touchpoint *entries, uint32_t n_entries, uint8_t flags)
{
	uint32_t	end = 0;

	for (uint32_t i = 0; i < n_entries; i++)
	{
		const tp_touchpoint *t = &entries[i];

		if (flags & TP_FLAG_NARROW)
			*at++ = (uint8_t) (t->channel_len | t->label_len << 4);
		else if (flags & TP_FLAG_SHARED)
		{
			if (i == end)
			{
				end = run_end(entries, i, n_entries);
				*at++ = t->channel_len;
				*at++ = (uint8_t) (end - i - 1);
				at = write_bytes(at, t->channel, t->channel_len);
			}
			*at++ = t->label_len;
		}
		else
		{
			*at++ = t->channel_len;
			*at++ = t->label_len;
		}
		if (flags & TP_FLAG_STAGES)
			*at++ = t->stage_len;
		if (!(flags & TP_FLAG_SHARED))
			at = write_bytes(at, t->channel, t->channel_len);
		at = write_bytes(at, t->label, t->label_len);
		at = write_bytes(at, t->stage, t->stage_len);
	}
}

static uint8_t
form_byte(const tp_column_plan *p)
{
	return (uint8_t) (p->form | (p->bitmap ? TP_FORM_BITMAP : 0) | (p->based ? TP_FORM_BASE : 0) | p->scale << 4);
}

/* The head, short or long; returns where the columns begin. */
static uint8_t *
write_head(uint8_t *image, uint8_t flags, const tp_column_plan *plan, const tp_contact *c, uint32_t count, uint32_t n_entries)
{
	int64_t		first = count > 0 ? c[0].time : 0;
	uint8_t    *at = image + TP_SHORT_HEAD;

	image[AT_VERSION] = TP_JOURNEY_VERSION;
	image[AT_FLAGS] = flags;
	if (flags & TP_FLAG_SHORT)
	{
		image[AT_SHORT_ENTRIES] = (uint8_t) n_entries;
		image[AT_SHORT_COUNT] = (uint8_t) count;
		tp_store_i64(image + AT_SHORT_FIRST, first);
		image[AT_SHORT_MASK] = 0;
		image[AT_SHORT_FORMS] = form_byte(&plan[TP_TIME]);
		for (int column = TP_TIME + 1; column < TP_COLUMNS; column++)
		{
			if (plan[column].form == TP_FORM_ABSENT)
				continue;
			image[AT_SHORT_MASK] |= (uint8_t) (1 << column);
			*at++ = form_byte(&plan[column]);
		}
		return at;
	}
	tp_store_u16(image + AT_ENTRIES, (uint16_t) n_entries);
	tp_store_u32(image + AT_COUNT, count);
	tp_store_i64(image + AT_FIRST, first);
	for (int column = 0; column < TP_COLUMNS; column++)
		image[AT_FORMS + column] = form_byte(&plan[column]);
	return image + (flags & TP_FLAG_SUMMARY ? TP_HEADER_MAX : TP_HEAD_SIZE);
}

static void
write_image(uint8_t *image, size_t size, uint8_t flags, const tp_column_plan *plan, tp_column_values v, const tp_contact *c,
			uint32_t count, const tp_touchpoint *entries, uint32_t n_entries, const tp_property_plan *properties,
			const uint8_t *const *sets, uint32_t n_sets)
{
	size_t		n = count;
	size_t		code_width = code_width_of(n_entries);
	uint8_t    *at = write_head(image, flags, plan, c, count, n_entries);

	for (int column = 0; column < TP_COLUMNS; column++)
	{
		if (plan[column].form != TP_FORM_ABSENT)
			tp_write_column(at, (tp_column) column, &plan[column], v, c, n);
		at += plan[column].bytes;
		if (column == TP_TIME)
		{
			write_codes(at, code_width, c, n);
			at += code_width * n;
		}
	}
	if (n_sets > 0)
	{
		tp_property_plan_write(properties, at, c, n, sets, n_sets);
		at += properties->block + properties->codes;
	}
	write_dictionary(at, entries, n_entries, flags);
	if (flags & TP_FLAG_SUMMARY)
		write_summary(image, size, c, n);
}

/* The size of the image, its flags, and whether it and its text stay within their limits. */
static tp_status
plan_image(const tp_memory *mem, const tp_contact *c, uint32_t count, const tp_touchpoint *entries, uint32_t n_entries,
		   const uint8_t *const *sets, uint32_t n_sets, const tp_column_plan *plan, const tp_property_plan *properties,
		   size_t columns, uint8_t *flags, size_t *size, tp_error *err)
{
	size_t		n = count,
				longest_entry,
				with_properties = properties->block + properties->codes,
				text = 8 + TP_CONTACT_TEXT_MAX;

	*size = code_width_of(n_entries) * n + columns + plan_dictionary(entries, n_entries, flags, &longest_entry);
	if (TP_HEAD_SIZE + *size >= TP_SUMMARY_FROM || with_properties >= TP_SUMMARY_FROM)
	{
		*flags |= TP_FLAG_SUMMARY;
		*size += TP_HEADER_MAX;
	}
	else if (count <= TP_SHORT_MAX && n_entries <= TP_SHORT_MAX)
	{
		*flags |= TP_FLAG_SHORT;
		*size += TP_SHORT_HEAD;
		for (int column = TP_TIME + 1; column < TP_COLUMNS; column++)
			*size += plan[column].form != TP_FORM_ABSENT;
	}
	else
		*size += TP_HEAD_SIZE;
	*size += with_properties;
	text += 2 * longest_entry + (n_sets > 0 ? TP_SET_TEXT_MAX(properties->longest) : 0);
	if (*size > TP_IMAGE_MAX)
		return tp_fail(err, TP_PAST_LIMIT, "Keep one journey a case, or a year, instead of one for all time.",
					   "the journey is too large: %zu bytes", *size);
	if (n * text > TP_TEXT_MAX)
		return check_text_size(mem, c, n, entries, sets, err);
	return TP_OK;
}

tp_status
tp_journey_layout(const tp_memory *mem, const tp_contact *c, uint32_t count,
				  const tp_touchpoint *entries, uint32_t n_entries, const uint8_t *const *sets, uint32_t n_sets,
				  tp_buffer *out, tp_error *err)
{
	size_t		n = count;
	size_t		size,
				columns = 0;
	uint8_t		flags = n_sets > 0 ? TP_FLAG_PROPERTIES : 0;
	tp_column_plan plan[TP_COLUMNS];
	tp_property_plan properties = {0};
	tp_column_values v;
	uint8_t    *image;
	tp_status	status;

	memset(plan, 0, sizeof(plan));
	if (n_sets > 0 && tp_property_plan_make(mem, &properties, c, n, sets, n_sets, err) != TP_OK)
		return err->status;
	v.memory = tp_alloc_array(mem, tp_column_room(n) + 1, sizeof(double));
	if (v.memory == NULL)
	{
		tp_property_plan_release(mem, &properties);
		return tp_fail_memory(err);
	}
	status = tp_plan_columns(mem, plan, v, c, n, &columns, err);
	if (status == TP_OK)
		status = plan_image(mem, c, count, entries, n_entries, sets, n_sets, plan, &properties, columns, &flags, &size,
							err);
	if (status == TP_OK && (image = (uint8_t *) tp_buffer_reserve(out, size)) == NULL)
		status = tp_fail_memory(err);
	/* a column takes some milliseconds a million contacts, to be planned or written */
	if (status == TP_OK && n > TP_POLL_EVERY && tp_interrupted(mem))
		status = tp_fail_interrupted(err);
	if (status == TP_OK)
	{
		write_image(image, size, flags, plan, v, c, count, entries, n_entries, &properties, sets, n_sets);
		out->len += size;
	}
	tp_release(mem, v.memory);
	tp_property_plan_release(mem, &properties);
	return status;
}
