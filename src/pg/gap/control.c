/*
 * control.c
 *	  Window functions that tell signal from noise: control charts, rates of false discovery.
 */
#include "base/tp_window.h"

#include "utils/builtins.h"

#include "gap/tp_control.h"
#include "gap/tp_difference.h"
#include "journey/types.h"

/* What a partition's first call leaves for the others; rows that lack a number have no point. */
typedef struct findings
{
	bool		computed;
	double	   *number;			/* of each row, NaN is NULL */
	double		center;
	int64	   *place;			/* of the row's point, -1 without one */
	tp_control_point *point;
} findings;

/* The numbers of the rows that have them all, a column an argument, and the row of each. */
typedef struct series
{
	const char *const *names;
	double	   *column[2];
	int64	   *row;
	size_t		n;
} series;

static void
take_number(tp_partition *p, void *context, int argno, int64 row, Datum value, bool isnull)
{
	series	   *s = context;

	(void) p;
	s->column[argno][row] = tp_taken_number(value, isnull, s->names[argno]);
}

static void
read_series(tp_partition *p, series *s, const char *const *names)
{
	memset(s, 0, sizeof(*s));
	s->names = names;
	for (int i = 0; i < p->nargs; i++)
		s->column[i] = tp_huge(p->work, p->rows, sizeof(double));
	s->row = tp_huge(p->work, p->rows, sizeof(int64));
	tp_partition_read(p, take_number, s);
	for (int64 row = 0; row < p->rows; row++)
	{
		bool		whole = true;

		TP_CHECK_AT(row);
		for (int i = 0; i < p->nargs; i++)
		{
			whole &= !isnan(s->column[i][row]);
			s->column[i][s->n] = s->column[i][row];
		}
		s->row[s->n] = row;
		s->n += whole;
	}
}

TP_PARTITION_ANSWERS(findings_of, findings)

static void
compute_discovery(tp_partition *p, findings *f)
{
	static const char *const names[] = {"p_value"};
	tp_memory	mem = tp_pg_memory(p->work);
	series		s;
	double	   *q;
	tp_error	err;

	read_series(p, &s, names);
	for (size_t i = 0; i < s.n; i++)
		if (s.column[0][i] < 0 || s.column[0][i] > 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("p_value must lie between 0 and 1, not %g", s.column[0][i]),
					 errhint("It is a probability, as rate_change and mean_change give it; NULL where there was no test.")));
	q = tp_huge(p->work, s.n, sizeof(double));
	tp_check(tp_false_discovery(&mem, s.column[0], (uint32_t) s.n, q, &err), &err);
	f->number = tp_huge(p->kept, p->rows, sizeof(double));
	for (int64 row = 0; row < p->rows; row++)
		f->number[row] = NAN;
	for (size_t i = 0; i < s.n; i++)
		f->number[s.row[i]] = q[i];
}

PG_FUNCTION_INFO_V1(false_discovery);
Datum
false_discovery(PG_FUNCTION_ARGS)
{
	const findings *f = findings_of(fcinfo, 1, compute_discovery);
	double		q = f->number[WinGetCurrentPosition(PG_WINDOW_OBJECT())];

	if (isnan(q))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(q);
}

static void
keep_points(tp_partition *p, findings *f, const series *s)
{
	f->place = tp_huge(p->kept, p->rows, sizeof(int64));
	f->point = tp_huge(p->kept, s->n, sizeof(tp_control_point));
	for (int64 row = 0; row < p->rows; row++)
		f->place[row] = -1;
	for (size_t i = 0; i < s->n; i++)
		f->place[s->row[i]] = (int64) i;
}

static void
compute_values(tp_partition *p, findings *f)
{
	static const char *const names[] = {"value"};
	series		s;
	tp_error	err;

	read_series(p, &s, names);
	keep_points(p, f, &s);
	tp_check(tp_control_values(s.column[0], s.n, &f->center, f->point, &err), &err);
}

static void
compute_shares(tp_partition *p, findings *f)
{
	static const char *const names[] = {"successes", "trials"};
	series		s;
	tp_error	err;

	read_series(p, &s, names);
	keep_points(p, f, &s);
	tp_check(tp_control_shares(s.column[0], s.column[1], s.n, tp_huge(p->work, s.n, sizeof(double)), &f->center, f->point,
							   &err), &err);
}

static Datum
chart_row(FunctionCallInfo fcinfo, const findings *f)
{
	int64		place = f->place[WinGetCurrentPosition(PG_WINDOW_OBJECT())];
	const tp_control_point *point = &f->point[place];
	const char *signal;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (place < 0)
		PG_RETURN_NULL();
	signal = tp_signal_name(point->signal);
	values[0] = Float8GetDatum(f->center);
	values[1] = Float8GetDatum(point->lower);
	values[2] = Float8GetDatum(point->upper);
	values[3] = signal != NULL ? CStringGetTextDatum(signal) : (Datum) 0;
	nulls[1] = nulls[2] = !point->has_limits;
	nulls[3] = signal == NULL;
	return tp_row(fcinfo, values, nulls);
}

TP_FUNCTION(control_chart_values, chart_row(fcinfo, findings_of(fcinfo, 1, compute_values)))
TP_FUNCTION(control_chart_shares, chart_row(fcinfo, findings_of(fcinfo, 2, compute_shares)))
