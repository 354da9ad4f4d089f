/*
 * property_parts.c
 *	  A property as the part of a journey's contacts: the text of its values, whatever it is.
 *
 * Where parts become labels, as in flows, a projection does (tp_properties.h), which holds what a label may be. Here
 * a value is text of up to 1,023 bytes, and an empty string is one.
 */
#include "journey/types.h"

#include "utils/builtins.h"

#include "journey/tp_intern.h"
#include "journey/tp_properties.h"

void
tp_property_parts_of(const tp_journey *j, const tp_part_key *key, tp_property_parts *out)
{
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	uint32_t	k = tp_journey_find_key(j, key->bytes, key->len);
	uint32_t	sets = tp_journey_sets(j);
	uint32_t   *of_set = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) sets + 1));
	tp_intern	texts;
	tp_buffer	b;
	tp_error	err;

	out->of = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32_t) * ((Size) j->count + 1));
	tp_intern_init(&texts, &mem);
	tp_buffer_init(&b, &mem);
	of_set[0] = 0;
	for (uint32_t set = 1; set <= sets; set++)
	{
		tp_property value = {.kind = TP_PROPERTY_ABSENT};
		uint32_t	number;

		if (k != TP_NO_KEY)
			tp_journey_set_property(j, set, k, &value);
		of_set[set] = 0;
		if (value.kind == TP_PROPERTY_ABSENT)
			continue;
		b.len = 0;
		tp_property_write(&b, &value);
		if (b.failed)
			ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
		/* 1 and "1" are one text */
		if (tp_intern_number(&texts, 0, b.data, b.len, &number, &err) != TP_OK)
			tp_raise(&err);
		of_set[set] = number + 1;
		TP_CHECK_AT(set);
	}
	out->classes = texts.count + 1;
	out->text = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * (Size) out->classes);
	out->text[0] = (Datum) 0;
	for (uint32_t n = 0; n < texts.count; n++)
	{
		out->text[n + 1] = PointerGetDatum(cstring_to_text_with_len((const char *) tp_intern_body(&texts, n),
																	  (int) texts.item[n].len));
		TP_CHECK_AT(n);
	}
	for (uint32_t i = 0; i < j->count; i++)
	{
		out->of[i] = of_set[tp_journey_set_of(j, i)];
		TP_CHECK_AT(i);
	}
	tp_intern_release(&texts);
	tp_buffer_release(&b);
	pfree(of_set);
}
