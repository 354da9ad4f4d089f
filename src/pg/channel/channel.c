/*
 * channel.c
 *	  Which channel: the window functions of channel-cost ranking.
 *
 * A window function here computes its whole partition on the first row's call and then hands out
 * one answer a row. A row that lacks a number takes no part and gets NULL.
 */
#include "base/tp_window.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "channel/tp_channel.h"
#include "journey/types.h"

/* What a partition's first call leaves for the others: one answer a row, or one for all. */
typedef struct answers
{
	bool		computed;
	double	   *number;			/* NaN is NULL */
	int64	   *rank;
	int8	   *verdict;		/* boolean, -1 is NULL */
	uint32	   *place;			/* of the row's point, PG_UINT32_MAX is NULL */
	tp_frontier_point *point;
	Datum		value;			/* for every row with a true verdict */
} answers;

/* The whole rows of a partition: values is rows × columns, place[k] the k-th one's row. */
typedef struct matrix
{
	double	   *values;
	uint32	   *place;
	size_t		rows;
	int			columns;		/* -1 until a row tells */
} matrix;

static double *
nan_column(tp_partition *p)
{
	double	   *column = tp_huge(p->kept, p->rows, sizeof(double));

	for (int64 i = 0; i < p->rows; i++)
		column[i] = NAN;
	return column;
}

static Datum
number_answer(FunctionCallInfo fcinfo, const answers *a)
{
	double		v = a->number[WinGetCurrentPosition(PG_WINDOW_OBJECT())];

	if (isnan(v))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(v);
}

TP_PARTITION_ANSWERS(answers_of, answers)

static void
check_length(const char *name, int length, int columns)
{
	if (length != columns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have an element for each of %d criteria, not %d", name, columns, length),
				 errhint("The n-th element is for the n-th criterion.")));
}

/* ---- criteria in an array ---- */

/* Take the criteria of one row; is the row whole? The first array says how many columns there are. */
static bool
take_criteria(tp_partition *p, matrix *m, int64 row, Datum value, bool isnull)
{
	bool		has_null;
	int			length;
	double	   *numbers;

	if (isnull)
		return false;
	numbers = tp_numbers_of(DatumGetArrayTypeP(value), "criteria", &length, &has_null);
	if (m->columns < 0)
	{
		if (length == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("criteria is empty"),
					 errhint("Give at least one criterion.")));
		m->columns = length;
		m->values = tp_huge(p->work, p->rows, sizeof(double) * length);
	}
	if (length != m->columns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("criteria must have as many elements on every row: %d on one, %d on another",
						m->columns, length),
				 errhint("Give every row the same criteria; NULL for what is not known.")));
	if (has_null)
		return false;
	memcpy(m->values + m->rows * m->columns, numbers, sizeof(double) * length);
	m->place[m->rows++] = (uint32) row;
	return true;
}

/* What the functions on criteria read. Their arguments begin with the criteria. */
typedef struct criteria
{
	matrix		m;
	bool	   *whole;			/* has the row all criteria? */
	tp_setting	weights;
	tp_setting	directions;
	int			weights_arg;	/* or -1 */
	int			directions_arg; /* or -1 */
} criteria;

static void
take_of_criteria(tp_partition *p, void *context, int argno, int64 row, Datum value, bool isnull)
{
	criteria   *c = context;

	if (argno == 0)
		c->whole[row] = take_criteria(p, &c->m, row, value, isnull);
	else if (argno == c->directions_arg)
		tp_setting_take(p, &c->directions, argno, value, isnull);
	/* entropy_weights has none for a row that takes no part, so none are needed there */
	else if (!isnull || c->whole[row])
		tp_setting_take(p, &c->weights, argno, value, isnull);
}

static void
read_criteria(tp_partition *p, criteria *c, int weights_arg, int directions_arg)
{
	memset(c, 0, sizeof(*c));
	c->m.place = tp_huge(p->work, p->rows, sizeof(uint32));
	c->m.columns = -1;
	c->whole = tp_huge(p->work, p->rows, sizeof(bool));
	c->weights.name = "weights";
	c->directions.name = "directions";
	c->weights_arg = weights_arg;
	c->directions_arg = directions_arg;
	tp_partition_read(p, take_of_criteria, c);
	if (weights_arg >= 0 && !c->weights.seen)
		tp_null_setting(c->weights.name);
}

/* Which columns are better the greater they are. */
static bool *
read_directions(const tp_setting *setting, int columns)
{
	Datum	   *elements;
	bool	   *nulls;
	int			length;
	bool	   *upward;

	if (ARR_NDIM(setting->value) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("directions must have one dimension, not %d", ARR_NDIM(setting->value)),
				 errhint("Write it as {min, max}.")));
	deconstruct_array(setting->value, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &length);
	upward = palloc(length + 1);
	for (int i = 0; i < length; i++)
	{
		char	   *word = nulls[i] ? NULL : TextDatumGetCString(elements[i]);

		upward[i] = word != NULL && strcmp(word, "max") == 0;
		if (!upward[i] && (word == NULL || strcmp(word, "min") != 0))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 word == NULL ? errmsg("directions[%d] must not be NULL", i + 1)
					 : errmsg("directions[%d] must be min or max, not \"%s\"", i + 1, word),
					 errhint("min: less is better; max: more is better.")));
	}
	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("directions is empty"),
				 errhint("Give min or max for each criterion.")));
	if (columns >= 0)
		check_length("directions", length, columns);
	return upward;
}

static double *
read_weights(const tp_setting *setting, int columns)
{
	tp_error	err;
	int			length;
	double	   *weights = tp_setting_numbers(setting->value, setting->name, &length);

	tp_check(tp_check_weights(weights, length, &err), &err);
	if (columns >= 0)
		check_length(setting->name, length, columns);
	return weights;
}

static void
compute_topsis(tp_partition *p, answers *a)
{
	tp_memory	mem = tp_pg_memory(p->work);
	criteria	c;
	const matrix *m = &c.m;
	double	   *weights;
	bool	   *upward;
	double	   *closeness;
	bool		differ;
	tp_error	err;

	read_criteria(p, &c, 1, 2);
	upward = read_directions(&c.directions, m->columns);
	weights = read_weights(&c.weights, m->columns);
	a->number = nan_column(p);
	if (m->rows == 0)
		return;
	closeness = tp_huge(p->work, m->rows, sizeof(double));
	tp_check(tp_topsis(&mem, m->values, m->rows, m->columns, weights, upward, closeness, &differ,
					   &err), &err);
	for (size_t k = 0; differ && k < m->rows; k++)
		a->number[m->place[k]] = closeness[k];
}

TP_FUNCTION(topsis, number_answer(fcinfo, answers_of(fcinfo, 3, compute_topsis)))

static void
compute_pareto(tp_partition *p, answers *a)
{
	tp_memory	mem = tp_pg_memory(p->work);
	criteria	c;
	const matrix *m = &c.m;
	bool	   *upward;
	bool	   *efficient;
	tp_error	err;

	read_criteria(p, &c, -1, 1);
	upward = read_directions(&c.directions, m->columns);
	a->verdict = tp_huge(p->kept, p->rows, 1);
	memset(a->verdict, -1, p->rows);
	if (m->rows == 0)
		return;
	efficient = tp_huge(p->work, m->rows, sizeof(bool));
	tp_check(tp_pareto(&mem, m->values, m->rows, m->columns, upward, efficient, &err), &err);
	for (size_t k = 0; k < m->rows; k++)
		a->verdict[m->place[k]] = efficient[k];
}

PG_FUNCTION_INFO_V1(pareto_efficient);
Datum
pareto_efficient(PG_FUNCTION_ARGS)
{
	answers    *a = answers_of(fcinfo, 2, compute_pareto);
	int8		verdict = a->verdict[WinGetCurrentPosition(PG_WINDOW_OBJECT())];

	if (verdict < 0)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(verdict);
}

static void
compute_entropy(tp_partition *p, answers *a)
{
	criteria	c;
	const matrix *m = &c.m;
	tp_memory	mem = tp_pg_memory(CurrentMemoryContext);
	double	   *weights;
	MemoryContext caller;
	tp_error	err;

	read_criteria(p, &c, -1, -1);
	a->verdict = tp_huge(p->kept, p->rows, 1);
	memcpy(a->verdict, c.whole, p->rows);
	if (m->rows == 0)
		return;
	weights = palloc(sizeof(double) * m->columns);
	tp_check(tp_entropy_weights(m->values, m->rows, m->columns, weights, &mem, &err), &err);
	caller = MemoryContextSwitchTo(p->kept);
	a->value = PointerGetDatum(tp_array_of_numbers(weights, m->columns));
	MemoryContextSwitchTo(caller);
}

PG_FUNCTION_INFO_V1(entropy_weights);
Datum
entropy_weights(PG_FUNCTION_ARGS)
{
	answers    *a = answers_of(fcinfo, 1, compute_entropy);

	if (!a->verdict[WinGetCurrentPosition(PG_WINDOW_OBJECT())])
		PG_RETURN_NULL();
	PG_RETURN_DATUM(a->value);
}

/* ---- a criterion an argument ---- */

/* What the functions on numbers read. */
typedef struct numbers
{
	matrix		m;				/* all rows, until whole rows are picked */
	const char *const *names;	/* of the arguments */
	bool		gaps;			/* is there a NULL among them? */
	tp_setting	weights;		/* the argument behind the numbers */
} numbers;

static void
take_of_numbers(tp_partition *p, void *context, int argno, int64 row, Datum value, bool isnull)
{
	numbers    *n = context;

	if (argno < n->m.columns)
	{
		n->m.values[row * n->m.columns + argno] = tp_taken_number(value, isnull, n->names[argno]);
		n->gaps |= isnull;
	}
	else
		tp_setting_take(p, &n->weights, argno, value, isnull);
}

/* Read the arguments: count numbers, and weights where there is another. */
static void
read_numbers(tp_partition *p, numbers *n, const char *const *names, int count)
{
	memset(n, 0, sizeof(*n));
	n->names = names;
	n->weights.name = "weights";
	n->weights.optional = true;
	n->m.columns = count;
	n->m.values = tp_huge(p->work, p->rows, sizeof(double) * n->m.columns);
	tp_partition_read(p, take_of_numbers, n);
}

/* Keep count columns from the first one on, and the rows that have them all. */
static void
pick_whole_rows(tp_partition *p, numbers *n, int first, int count)
{
	matrix	   *m = &n->m;

	m->place = tp_huge(p->work, p->rows, sizeof(uint32));
	m->rows = 0;
	if (!n->gaps && count == m->columns)
	{
		while (m->rows < (size_t) p->rows)
		{
			m->place[m->rows] = (uint32) m->rows;
			m->rows++;
		}
		return;
	}
	for (int64 row = 0; row < p->rows; row++)
	{
		const double *from = m->values + row * m->columns + first;
		double	   *to = m->values + m->rows * count;
		bool		whole = true;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < count; j++)
		{
			to[j] = from[j];
			whole &= !isnan(to[j]);
		}
		m->place[m->rows] = (uint32) row;
		m->rows += whole;
	}
	m->columns = count;
}

/* Scores of the whole rows, in p->work; NULL when these do not differ or there are none. */
static double *
score_channels(tp_partition *p, numbers *n)
{
	static const char *const names[] = {"cost", "efficiency", "ease", "convenience"};
	static const bool upward[] = {false, true, true, true};
	static const double equal[] = {1, 1, 1, 1};
	tp_memory	mem = tp_pg_memory(p->work);
	matrix	   *m = &n->m;
	const double *weights = equal;
	double	   *scores;
	bool		convenience = false;
	bool		differ = false;
	tp_error	err;

	read_numbers(p, n, names, lengthof(names));
	for (int64 row = 0; row < p->rows && !convenience; row++)
		convenience = !isnan(m->values[row * m->columns + 3]);
	pick_whole_rows(p, n, 0, convenience ? 4 : 3);
	if (n->weights.value != NULL)
	{
		int			length;

		weights = tp_setting_numbers(n->weights.value, "weights", &length);
		tp_check(tp_check_weights(weights, length, &err), &err);
		if (length != m->columns)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("weights must have an element for each of %d criteria, not %d",
							m->columns, length),
					 convenience
					 ? errhint("Weigh cost, efficiency, ease and convenience, in this order.")
					 : errhint("Weigh cost, efficiency and ease, in this order: convenience is NULL on every row, so it is not used.")));
	}
	if (m->rows == 0)
		return NULL;
	scores = tp_huge(p->work, m->rows, sizeof(double));
	tp_check(tp_topsis(&mem, m->values, m->rows, m->columns, weights, upward, scores, &differ,
					   &err), &err);
	return differ ? scores : NULL;
}

static void
compute_channel_score(tp_partition *p, answers *a)
{
	numbers		n;
	double	   *scores = score_channels(p, &n);

	a->number = nan_column(p);
	for (size_t k = 0; scores != NULL && k < n.m.rows; k++)
		a->number[n.m.place[k]] = scores[k];
}

TP_FUNCTION(channel_score, number_answer(fcinfo, answers_of(fcinfo, 5, compute_channel_score)))

/* Rows that do not differ share rank 1; rows that lack a criterion come after all others. */
static void
compute_channel_rank(tp_partition *p, answers *a)
{
	tp_memory	mem = tp_pg_memory(p->work);
	numbers		n;
	double	   *scores = score_channels(p, &n);
	const matrix *m = &n.m;
	int64	   *ranks;
	tp_error	err;

	a->rank = tp_huge(p->kept, p->rows, sizeof(int64));
	ranks = m->rows == (size_t) p->rows ? a->rank : tp_huge(p->work, m->rows, sizeof(int64));
	for (size_t k = 0; scores == NULL && k < m->rows; k++)
		ranks[k] = 1;
	if (scores != NULL)
		tp_check(tp_competition_ranks(&mem, scores, m->rows, ranks, &err), &err);
	if (ranks == a->rank)
		return;
	for (int64 row = 0; row < p->rows; row++)
		a->rank[row] = (int64) m->rows + 1;
	for (size_t k = 0; k < m->rows; k++)
		a->rank[m->place[k]] = ranks[k];
}

TP_FUNCTION(channel_rank,
			Int64GetDatum(answers_of(fcinfo, 5, compute_channel_rank)->rank[WinGetCurrentPosition(PG_WINDOW_OBJECT())]))

/* The columns of m one after the other. */
static double *
transpose(tp_partition *p, const matrix *m)
{
	double	   *columns = tp_huge(p->work, m->rows, sizeof(double) * m->columns);

	for (size_t k = 0; k < m->rows; k++)
		for (int j = 0; j < m->columns; j++)
			columns[j * m->rows + k] = m->values[k * m->columns + j];
	return columns;
}

static void
compute_frontier(tp_partition *p, answers *a)
{
	static const char *const names[] = {"cost", "effect"};
	tp_memory	mem = tp_pg_memory(p->work);
	numbers		n;
	matrix	   *m = &n.m;
	double	   *cost;
	tp_error	err;

	read_numbers(p, &n, names, lengthof(names));
	pick_whole_rows(p, &n, 0, 2);
	cost = transpose(p, m);
	a->place = tp_huge(p->kept, p->rows, sizeof(uint32));
	memset(a->place, 0xff, p->rows * sizeof(uint32));
	for (size_t k = 0; k < m->rows; k++)
		a->place[m->place[k]] = (uint32) k;
	a->point = tp_huge(p->kept, m->rows, sizeof(tp_frontier_point));
	tp_check(tp_cost_effectiveness(&mem, cost, cost + m->rows, m->rows, a->point, &err), &err);
}

PG_FUNCTION_INFO_V1(cost_effectiveness);
Datum
cost_effectiveness(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"efficient", "dominated", "extendedly dominated"};
	answers    *a = answers_of(fcinfo, 2, compute_frontier);
	uint32		place = a->place[WinGetCurrentPosition(PG_WINDOW_OBJECT())];
	const tp_frontier_point *point;
	Datum		values[4];
	bool		nulls[4];

	if (place == PG_UINT32_MAX)
		PG_RETURN_NULL();
	point = &a->point[place];
	nulls[0] = false;
	nulls[1] = nulls[2] = nulls[3] = !point->compared;
	values[0] = CStringGetTextDatum(words[point->status]);
	values[1] = Float8GetDatum(point->compared ? point->cost : 0);
	values[2] = Float8GetDatum(point->compared ? point->effect : 0);
	values[3] = Float8GetDatum(point->compared ? point->icer : 0);
	PG_RETURN_DATUM(tp_row(fcinfo, values, nulls));
}

/* budget, ceiling and half_spend, and of the longer form at_least and at_most, which may be NULL. */
static void
compute_spend(tp_partition *p, answers *a)
{
	static const char *const names[] = {"budget", "ceiling", "half_spend", "at_least", "at_most"};
	tp_memory	mem = tp_pg_memory(p->work);
	numbers		n;
	matrix	   *m = &n.m;
	double		budget;
	double	   *column;
	double	   *spend;
	tp_error	err;

	read_numbers(p, &n, names, p->nargs);
	budget = m->values[0];
	for (int64 row = 0; row < p->rows; row++)
	{
		double	   *of_row = m->values + row * m->columns;

		if (isnan(of_row[0]))
			tp_null_setting("budget");
		if (of_row[0] != budget)
			tp_changed_setting("budget", "a partition");
		for (int j = 3; j < m->columns; j++)
			if (isnan(of_row[j]))
				of_row[j] = j == 3 ? 0 : (double) INFINITY;
	}
	pick_whole_rows(p, &n, 1, m->columns - 1);
	column = transpose(p, m);
	spend = tp_huge(p->work, m->rows, sizeof(double));
	if (m->columns == 2)
		tp_check(tp_optimal_spend(&mem, budget, column, column + m->rows, m->rows, spend, &err), &err);
	else
		tp_check(tp_optimal_spend_within(&mem, budget, column, column + m->rows, column + 2 * m->rows,
										 column + 3 * m->rows, m->rows, spend, &err), &err);
	a->number = nan_column(p);
	for (size_t k = 0; k < m->rows; k++)
		a->number[m->place[k]] = spend[k];
}

TP_FUNCTION(optimal_spend, number_answer(fcinfo, answers_of(fcinfo, 3, compute_spend)))
TP_FUNCTION(optimal_spend_within, number_answer(fcinfo, answers_of(fcinfo, 5, compute_spend)))
