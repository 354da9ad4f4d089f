/*
 * tp_journey_columns.h
 *	  The columns of a journey's image, for tp_journey_layout.c alone.
 */
#ifndef TP_JOURNEY_COLUMNS_H
#define TP_JOURNEY_COLUMNS_H

#include "journey/tp_journey_layout.h"

/* How a column is to be written. */
typedef struct tp_column_plan
{
	uint8_t		form;
	uint8_t		scale;
	bool		bitmap;			/* ids: of known ones */
	bool		based;			/* ids: they count from base */
	int64_t		base;
	size_t		bytes;
} tp_column_plan;

/*
 * Memory for one column of any kind, or, of few contacts, for each: what planning gathered, writing then takes from
 * there.
 */
#define TP_COLUMNS_KEPT 64

static inline size_t
tp_column_room(size_t n)
{
	return n <= TP_COLUMNS_KEPT ? n * TP_COLUMNS : n;
}

typedef union tp_column_values
{
	double	   *number;
	uint64_t   *whole;
	void	   *memory;
} tp_column_values;

/* How each of n contacts' columns is to be written; adds the bytes of all to size. Fails with TP_INTERRUPTED. */
extern tp_status tp_plan_columns(const tp_memory *mem, tp_column_plan *plan, tp_column_values v, const tp_contact *c,
								 size_t n, size_t *size, tp_error *err);

/* Write one that is not absent, as planned. */
extern void tp_write_column(uint8_t *at, tp_column column, const tp_column_plan *p, tp_column_values v,
							const tp_contact *c, size_t n);

#endif							/* TP_JOURNEY_COLUMNS_H */
