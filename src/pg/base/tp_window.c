/*
 * tp_window.c
 *	  Reading a partition whole, for window functions.
 */
#include "base/tp_window.h"

#include "catalog/pg_collation.h"
#include "utils/fmgroids.h"

void *
tp_partition_state(FunctionCallInfo fcinfo, Size size, bool *first)
{
	bool	   *state = WinGetPartitionLocalMemory(PG_WINDOW_OBJECT(), size);

	*first = !*state;
	return state;
}

void
tp_partition_begin(tp_partition *p, FunctionCallInfo fcinfo, void *state, int nargs)
{
	Assert(nargs <= TP_WINDOW_MAX_ARGS);
	p->window = PG_WINDOW_OBJECT();
	p->rows = WinGetPartitionRowCount(p->window);
	if (p->rows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a partition must not pass %d rows", PG_INT32_MAX),
				 errhint("Divide it with PARTITION BY.")));
	p->nargs = nargs;
	p->kept = GetMemoryChunkContext(state);
	p->work = AllocSetContextCreate(CurrentMemoryContext, "touchpoint partition",
									ALLOCSET_DEFAULT_SIZES);
	p->row = AllocSetContextCreate(p->work, "touchpoint row", ALLOCSET_SMALL_SIZES);
	for (int i = 0; i < nargs; i++)
	{
		p->constant[i] = get_fn_expr_arg_stable(fcinfo->flinfo, i);
		if (p->constant[i])
			p->constant_value[i] = WinGetFuncArgCurrent(p->window, i, &p->constant_null[i]);
	}
}

void
tp_partition_end(tp_partition *p)
{
	MemoryContextDelete(p->work);
}

void *
tp_huge(MemoryContext context, size_t n, size_t size)
{
	tp_memory	mem = tp_pg_memory(context);
	void	   *p = tp_alloc_array(&mem, n, size);

	if (p == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return p;
}

/* Argument argno of rows row to last. */
static void
read_rows(tp_partition *p, int argno, int64 row, int64 last, tp_take take, void *context)
{
	for (; row <= last; row++)
	{
		bool		isnull = p->constant_null[argno];
		bool		outside;
		Datum		value = p->constant_value[argno];

		if (!p->constant[argno])
			value = WinGetFuncArgInPartition(p->window, argno, (int) row, WINDOW_SEEK_HEAD, false,
											 &isnull, &outside);
		take(p, context, argno, row, value, isnull);
	}
}

/*
 * The server spools the rows, on disk when they are many, and each argument is fetched anew. It
 * cannot fetch again the row that it stands on: it steps ahead, and back. And stepping back far is
 * dear on disk. So rows are read in pairs: to change between two neighbours is one step each time.
 */
void
tp_partition_read(tp_partition *p, tp_take take, void *context)
{
	MemoryContext caller = MemoryContextSwitchTo(p->row);

	for (int64 row = 0; row < p->rows; row += 2)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(p->row);
		for (int argno = 0; argno < p->nargs; argno++)
			read_rows(p, argno, row, Min(row + 1, p->rows - 1), take, context);
	}
	MemoryContextSwitchTo(caller);
}

static bool
same_array(ArrayType *a, ArrayType *b)
{
	if (VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0)
		return true;
	return DatumGetBool(OidFunctionCall2Coll(F_ARRAY_EQ, C_COLLATION_OID,
											 PointerGetDatum(a), PointerGetDatum(b)));
}

void
tp_setting_take(tp_partition *p, tp_setting *setting, int argno, Datum value, bool isnull)
{
	if (setting->seen && p->constant[argno])
		return;
	if (isnull && !setting->optional)
		tp_null_setting(setting->name);
	if (!setting->seen)
	{
		MemoryContext caller = MemoryContextSwitchTo(p->work);

		setting->seen = true;
		setting->value = isnull ? NULL : DatumGetArrayTypePCopy(value);
		MemoryContextSwitchTo(caller);
	}
	else if (isnull != (setting->value == NULL) ||
			 (!isnull && !same_array(setting->value, DatumGetArrayTypeP(value))))
		tp_changed_setting(setting->name, "a partition");
}
