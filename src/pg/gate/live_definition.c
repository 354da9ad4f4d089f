/*
 * live_definition.c
 *	  What is kept: a definition, and where it stands.
 *
 * The table of journeys says itself how it is kept, in a check constraint that is always true:
 *
 *		CONSTRAINT kept_journeys CHECK ('{"key": ["customer"], "touchpoint": "label", ...}'::jsonb IS NOT NULL)
 *
 * Only a table's owner can write one, so whatever it makes the owner run is what he asked for.
 * Triggers say no more than which table they keep, and by that cannot be forged: anybody whom the
 * owner of some table has granted TRIGGER on it can make one with any arguments. pg_dump carries the
 * constraint with the table, and renaming the table changes nothing.
 *
 * A trigger names its table in WHEN ('journeys'::regclass IS NOT NULL), always true too. From it the
 * server itself records a dependency, so that nobody drops the table from under its triggers, nor
 * after a dump and restore; and it follows the table's name.
 *
 * Triggers of 0.1.0 have table and definition as text in their arguments. They are obeyed with the
 * rights of whoever writes, as any trigger is, until maintain_journeys() is called again.
 */
#include "gate/live.h"

#include "access/table.h"
#include "access/tupdesc.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

const char *const live_field_name[LIVE_FIELDS] = {
	"touchpoint", "occurred_at", "score", "expected", "cost", "duration", "value", "initiator", "id",
	"properties"
};

#define KEY_KEY "key"
#define KEY_TIMEZONE "timezone"
#define KEY_DATESTYLE "datestyle"
#define KEY_PERIOD "period"

#define ROLE_SOURCE "source"
#define ROLE_PART "part"

/* Arguments of triggers of 0.1.0: role, schema and table of the target, an expression a field, keys. */
#define ARG_ROLE 0
#define ARG_SCHEMA 1
#define ARG_TABLE 2
#define ARG_EXPR 3
#define ARG_KEYS (ARG_EXPR + LIVE_FIELDS_OF_0_1_0)

/* ---- the table's word ---- */

static void
add_member(StringInfo s, const char *name, const char *value)
{
	escape_json(s, name);
	appendStringInfoString(s, ": ");
	escape_json(s, value);
	appendStringInfoString(s, ", ");
}

/* As JSON. */
char *
live_definition_text(const live_def *d)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfoChar(&s, '{');
	for (int i = 0; i < LIVE_FIELDS; i++)
		if (d->expr[i] != NULL)
			add_member(&s, live_field_name[i], d->expr[i]);
	add_member(&s, KEY_TIMEZONE, d->timezone);
	add_member(&s, KEY_DATESTYLE, d->datestyle);
	if (d->by_period)
		add_member(&s, KEY_PERIOD, tp_period_names[d->period]);
	escape_json(&s, KEY_KEY);
	appendStringInfoString(&s, ": [");
	for (int i = 0; i < d->n_keys; i++)
	{
		if (i > 0)
			appendStringInfoString(&s, ", ");
		escape_json(&s, d->keys[i]);
	}
	appendStringInfoString(&s, "]}");
	return s.data;
}

static char *
string_of(const JsonbValue *v)
{
	return v != NULL && v->type == jbvString ? pnstrdup(v->val.string.val, v->val.string.len) : NULL;
}

static char *
get_member(Jsonb *object, const char *name)
{
	return string_of(getKeyJsonValueFromContainer(&object->root, name, (int) strlen(name), NULL));
}

static bool
read_keys(Jsonb *object, live_def *d)
{
	JsonbValue *keys = getKeyJsonValueFromContainer(&object->root, KEY_KEY, (int) strlen(KEY_KEY), NULL);

	if (keys == NULL || keys->type != jbvBinary || !JsonContainerIsArray(keys->val.binary.data))
		return false;
	d->n_keys = (int) JsonContainerSize(keys->val.binary.data);
	d->keys = palloc(sizeof(char *) * (d->n_keys + 1));
	for (int i = 0; i < d->n_keys; i++)
	{
		d->keys[i] = string_of(getIthJsonbValueFromContainer(keys->val.binary.data, (uint32) i));
		if (d->keys[i] == NULL)
			return false;
	}
	return d->n_keys > 0;
}

static bool
read_period(Jsonb *object, live_def *d)
{
	char	   *name = get_member(object, KEY_PERIOD);
	tp_error	err;

	d->by_period = name != NULL;
	return !d->by_period || tp_period_parse(name, strlen(name), &d->period, &err) == TP_OK;
}

static bool
read_object(Jsonb *object, live_def *d)
{
	if (!JB_ROOT_IS_OBJECT(object))
		return false;
	for (int i = 0; i < LIVE_FIELDS; i++)
		d->expr[i] = get_member(object, live_field_name[i]);
	d->timezone = get_member(object, KEY_TIMEZONE);
	d->datestyle = get_member(object, KEY_DATESTYLE);
	return d->expr[LIVE_TOUCHPOINT] != NULL && d->expr[LIVE_OCCURRED_AT] != NULL && d->timezone != NULL &&
		d->datestyle != NULL && read_keys(object, d) && read_period(object, d);
}

/* The constant of which an expression says that it is not null; NULL where it says something else. */
static Const *
tested_constant(const char *expression)
{
	Node	   *node = stringToNode(expression);
	NullTest   *test = node != NULL && IsA(node, NullTest) ? (NullTest *) node : NULL;

	Const	   *c = test != NULL && test->nulltesttype == IS_NOT_NULL && IsA(test->arg, Const) ? (Const *) test->arg : NULL;

	return c != NULL && !c->constisnull ? c : NULL;
}

/* What target says of itself; false when it says nothing. */
bool
live_read_definition(Oid target, live_def *d)
{
	Relation	rel = try_table_open(target, AccessShareLock);
	TupleConstr *constraints = rel != NULL ? RelationGetDescr(rel)->constr : NULL;
	bool		found = false;

	memset(d, 0, sizeof(*d));
	for (int i = 0; constraints != NULL && i < constraints->num_check && !found; i++)
		if (strcmp(constraints->check[i].ccname, LIVE_CONSTRAINT) == 0)
		{
			Const	   *c = tested_constant(constraints->check[i].ccbin);

			found = c != NULL && c->consttype == JSONBOID && read_object(DatumGetJsonbPCopy(c->constvalue), d);
		}
	if (rel != NULL)
		table_close(rel, AccessShareLock);
	return found;
}

/* Is the same kept? Zone and order of dates are whoever's who said it first. */
bool
live_same(const live_def *a, const live_def *b)
{
	if (a->n_keys != b->n_keys || a->by_period != b->by_period || (a->by_period && a->period != b->period))
		return false;
	for (int i = 0; i < LIVE_FIELDS; i++)
		if ((a->expr[i] == NULL) != (b->expr[i] == NULL) ||
			(a->expr[i] != NULL && strcmp(a->expr[i], b->expr[i]) != 0))
			return false;
	for (int i = 0; i < a->n_keys; i++)
		if (strcmp(a->keys[i], b->keys[i]) != 0)
			return false;
	return true;
}

/* ---- the triggers' ---- */

char *
live_trigger_arguments(bool is_part)
{
	return quote_literal_cstr(is_part ? ROLE_PART : ROLE_SOURCE);
}

/* The table that a trigger's condition names. */
static Oid
named_in_condition(const char *condition)
{
	Const	   *c = tested_constant(condition);

	return c != NULL && c->consttype == REGCLASSOID ? DatumGetObjectId(c->constvalue) : InvalidOid;
}

static bool
read_arguments_of_0_1_0(const Trigger *trigger, live_trigger_says *says)
{
	char	  **args = trigger->tgargs;
	Oid			schema;

	if (trigger->tgnargs <= ARG_KEYS || args[ARG_EXPR][0] == '\0' || args[ARG_EXPR + 1][0] == '\0')
		return false;
	says->of_0_1_0 = true;
	says->schema = args[ARG_SCHEMA];
	says->table = args[ARG_TABLE];
	for (int i = 0; i < LIVE_FIELDS_OF_0_1_0; i++)
		says->def.expr[i] = args[ARG_EXPR + i][0] != '\0' ? args[ARG_EXPR + i] : NULL;
	says->def.n_keys = trigger->tgnargs - ARG_KEYS;
	says->def.keys = args + ARG_KEYS;
	schema = get_namespace_oid(says->schema, true);
	says->target = OidIsValid(schema) ? get_relname_relid(says->table, schema) : InvalidOid;
	return true;
}

/* What a trigger says; false when it makes no sense. */
bool
live_read_trigger(const Trigger *trigger, live_trigger_says *says)
{
	memset(says, 0, sizeof(*says));
	if (trigger->tgnargs < 1)
		return false;
	says->is_part = strcmp(trigger->tgargs[ARG_ROLE], ROLE_PART) == 0;
	if (!says->is_part && strcmp(trigger->tgargs[ARG_ROLE], ROLE_SOURCE) != 0)
		return false;
	if (trigger->tgnargs > 1)
		return read_arguments_of_0_1_0(trigger, says);
	says->target = trigger->tgqual != NULL ? named_in_condition(trigger->tgqual) : InvalidOid;
	return OidIsValid(says->target);
}
