/*
 * tp_dekker.c
 *	  What is made of double-double sums, and their text.
 */
#include "base/tp_dekker.h"

#define NUMBER_HINT "Sums are written by the server: pass them on as they are."

double
tp_dd_deviations(int64_t n, tp_dd sum, tp_dd squares)
{
	tp_dd		mean = tp_dd_divide_double(sum, (double) n);
	double		v = tp_dd_value(tp_dd_subtract(squares, tp_dd_multiply(sum, mean)));

	/* n roundings of 2^-104 of the total: a spread below that is indistinguishable from none */
	if (!(v > ((double) n + 8) * 0x1p-104 * squares.hi))
		return 0;
	return v;
}

bool
tp_dd_is_plausible(int64_t n, tp_dd sum, tp_dd squares)
{
	double		count = (double) n;

	return squares.hi >= 0 && fabs(sum.hi) <= sqrt(count) * sqrt(squares.hi) * (1 + 1e-9) + count * 1e-150;
}

void
tp_dd_write(tp_buffer *b, tp_dd a)
{
	tp_write_number(b, a.hi);
	if (a.lo != 0)
	{
		tp_buffer_byte(b, ' ');
		tp_write_number(b, a.lo);
	}
}

tp_status
tp_dd_scan(tp_scan *s, tp_dd *a)
{
	tp_status	status;

	tp_scan_blanks(s);
	a->lo = 0;
	status = tp_scan_number(s, &a->hi);
	if (status != TP_OK)
		return status;
	tp_scan_blanks(s);
	if (tp_scan_peek(s) != ',' && tp_scan_peek(s) != '}')
	{
		status = tp_scan_number(s, &a->lo);
		if (status != TP_OK)
			return status;
		tp_scan_blanks(s);
	}
	if (!tp_dd_is_normal(*a))
		return tp_scan_fail(s, TP_BAD_TEXT, NUMBER_HINT,
							"The second part of a sum must be what rounding left of it");
	return TP_OK;
}

tp_status
tp_scan_count(tp_scan *s, int64_t *n)
{
	tp_status	status;

	tp_scan_blanks(s);
	status = tp_scan_integer(s, n);
	if (status == TP_OK && *n < 0)
		status = tp_scan_fail(s, TP_BAD_TEXT, NUMBER_HINT, "A count must not be negative");
	tp_scan_blanks(s);
	return status;
}
