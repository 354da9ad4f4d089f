/*
 * test_keyed.c
 *	  Rows of many customers, in memory and not, and from other processes, give each customer the journey that a
 *	  builder makes of the same rows.
 */
#include "check.h"

#include "journey/tp_keyed.h"

#define CUSTOMERS 300
#define HEAD 4

static tp_error err;

/* A file, and when memory is full. */
typedef struct disk
{
	tp_buffer	bytes;
	size_t		full_from;
	int			writes;
} disk;

static bool
disk_full(void *context, size_t held)
{
	return held >= ((disk *) context)->full_from;
}

static uint64_t
disk_write(void *context, const void *bytes, size_t n)
{
	disk	   *d = context;
	uint64_t	place = d->bytes.len;

	tp_buffer_add(&d->bytes, bytes, n);
	d->writes++;
	return place;
}

static void
disk_read(void *context, uint64_t place, void *to, size_t n)
{
	disk	   *d = context;

	CHECK(place + n <= d->bytes.len);
	memcpy(to, d->bytes.data + place, n);
}

typedef struct world
{
	uint32_t	key_size;
	bool		odd;			/* many touchpoints, properties, long keys */
	tp_builder	wanted[CUSTOMERS];
	bool		met[CUSTOMERS];
	int			taken;
	tp_keyed_shape shape;
} world;

static size_t
key_of(const world *w, uint32_t customer, uint8_t *key)
{
	uint64_t	number = customer * UINT64_C(0x9E3779B97F4A7C15);

	if (w->key_size == 8)
		memcpy(key, &number, 8);
	else if (w->key_size == 16)
		memset(memcpy(key, &number, 8) + 8, (int) customer % 3, 8);
	else
		return (size_t) sprintf((char *) key, "%.*s%u", w->odd && customer % 7 == 0 ? 200 : (int) customer % 12,
								"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
								"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
								"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", customer);
	return w->key_size;
}

/* One row, into the store, and into the builder of its customer where that is not NULL. */
static tp_status
add_row(world *w, tp_keyed *k, check_random *r, bool expect)
{
	uint32_t	customer = check_below(r, CUSTOMERS) * check_below(r, CUSTOMERS) / CUSTOMERS;
	uint8_t		key[256],
				fields[1 + TP_FIELDS_MAX],
				room[TP_KEYED_BEFORE + TP_ENTRY_MAX];
	uint8_t    *entry = room + TP_KEYED_BEFORE;
	size_t		key_len = key_of(w, customer, key);
	char		label[64];
	tp_contact	c = {.time = check_below(r, 500) * INT64_C(60000000)};
	tp_buffer	set;
	tp_draft	draft;
	const uint8_t *properties = NULL;
	double		number = customer;
	tp_status	status;

	sprintf(label, check_below(r, 2) > 0 ? "label %u" : "l%u", check_below(r, w->odd ? 5000 : 9));
	for (int i = 0; i < TP_KEYED_BEFORE; i++)
		room[i] = (uint8_t) check_below(r, 256);
	CHECK(tp_touchpoint_make(check_below(r, 3) > 0 ? "web" : NULL, 3, label, strlen(label),
							 check_below(r, 9) > 0 ? NULL : "use", 3, entry, &err) == TP_OK);
	if (check_below(r, 2) > 0)
	{
		c.has |= TP_HAS_SCORE;
		c.score = check_below(r, 10) / 2.0;
	}
	if (check_below(r, 4) == 0)
	{
		c.has |= TP_HAS_VALUE | TP_BY_CUSTOMER << TP_BY_SHIFT;
		c.value = check_below(r, 1000) / 7.0;
	}
	tp_buffer_init(&set, &check_memory);
	tp_draft_init(&draft, &check_memory);
	if (w->odd && check_below(r, 3) == 0)
	{
		tp_property value = {.kind = TP_PROPERTY_NUMBER, .number = check_below(r, 400)};

		CHECK(tp_draft_add(&draft, "order", 5, &value, TP_BAD_ARGUMENT, &err) == TP_OK);
		CHECK(tp_draft_finish(&draft, &set, &err) == TP_OK);
		properties = (const uint8_t *) set.data;
	}
	fields[0] = c.has;
	tp_contact_pack(&c, fields + 1);
	status = tp_keyed_add(k, key, key_len, entry, fields, properties, &number, 0, &err);
	if (status == TP_OK && expect)
	{
		CHECK(tp_builder_add(&w->wanted[customer], entry, &c, properties, &err) == TP_OK);
		w->met[customer] = true;
	}
	tp_draft_release(&draft);
	tp_buffer_release(&set);
	return status;
}

/* Do two images hold the same contacts? Bare ones lack all but touchpoints and times. */
static bool
same_contacts(const char *a, size_t a_len, const char *b, size_t b_len, bool bare)
{
	tp_journey	x,
				y;
	tp_touchpoint t[2048],
				u[2048];

	CHECK_OR_SAY(tp_journey_open(&x, a, a_len, &err) == TP_OK && tp_journey_dictionary(&x, t, &err) == TP_OK, "%s", err.message);
	CHECK(tp_journey_open(&y, b, b_len, &err) == TP_OK && tp_journey_dictionary(&y, u, &err) == TP_OK);
	if (x.count != y.count || x.entries != y.entries)
		return false;
	for (uint32_t i = 0; i < x.count; i++)
	{
		tp_contact	c,
					d;

		tp_journey_contact(&x, i, &c);
		tp_journey_contact(&y, i, &d);
		if (bare && (c.has | d.has) != d.has)
			return false;
		if (bare)
			d.has = c.has;
		if (c.has != d.has || tp_contact_compare_coded(&c, &d) != 0 || tp_touchpoint_compare(&t[c.code], &u[d.code]) != 0)
			return false;
	}
	return true;
}

static tp_status
take(void *context, tp_buffer *image, const double *number, uint8_t unknown, tp_error *error)
{
	world	   *w = context;
	tp_buffer	out;

	(void) error;
	CHECK_INT(unknown, 0);
	tp_buffer_init(&out, &check_memory);
	CHECK(*number < CUSTOMERS && w->met[(int) *number]);
	CHECK(tp_builder_finish(&w->wanted[(int) *number], &check_memory, &out, &err) == TP_OK);
	if (w->shape == TP_KEYED_CANONICAL)
		CHECK(image->len == HEAD + out.len && memcmp(image->data + HEAD, out.data, out.len) == 0);
	else
		CHECK(same_contacts(image->data + HEAD, image->len - HEAD, out.data, out.len, w->shape == TP_KEYED_BARE));
	w->taken++;
	tp_buffer_release(&out);
	return TP_OK;
}

static tp_status
take_any(void *context, tp_buffer *image, const double *number, uint8_t unknown, tp_error *error)
{
	tp_journey	j;

	(void) number;
	(void) unknown;
	++*(int *) context;
	CHECK(tp_journey_open(&j, image->data + HEAD, image->len - HEAD, error) == TP_OK);
	return TP_OK;
}

static void
world_init(world *w, uint32_t key_size, bool odd)
{
	*w = (world) {.key_size = key_size, .odd = odd};
	for (int i = 0; i < CUSTOMERS; i++)
		tp_builder_init(&w->wanted[i], &check_memory);
}

static void
check_world(world *w, const tp_keyed *k)
{
	static const char *const names[] = {"customer"};
	int			met = 0;

	for (int i = 0; i < CUSTOMERS; i++)
		met += w->met[i];
	/* again and again: it is only read */
	for (int i = 0; i < 4; i++)
	{
		w->taken = 0;
		w->shape = (tp_keyed_shape) (i % 3);
		CHECK_OR_SAY(tp_keyed_each(k, &check_memory, w->shape, HEAD, names, take, w, &err) == TP_OK, "%s", err.message);
		CHECK_INT(w->taken, met);
	}
}

static void
world_release(world *w)
{
	for (int i = 0; i < CUSTOMERS; i++)
		tp_builder_release(&w->wanted[i]);
}

/* Rows of one process, of which memory has room for `limit` bytes. */
static void
check_store_of(uint32_t key_size, bool odd, int rows, size_t limit)
{
	check_random r = {key_size + 7 * (uint64_t) rows + limit};
	disk		d = {.full_from = limit};
	tp_keyed_host host = {disk_full, disk_write, disk_read, &d};
	tp_keyed	k;
	world		w;

	tp_buffer_init(&d.bytes, &check_memory);
	world_init(&w, key_size, odd);
	tp_keyed_init(&k, &check_memory, &host, key_size, 1, limit);
	for (int i = 0; i < rows; i++)
		CHECK(add_row(&w, &k, &r, true) == TP_OK);
	CHECK((d.writes > 0) == (limit < 40000 && rows > 1000));
	check_world(&w, &k);
	tp_keyed_release(&k);
	tp_buffer_release(&d.bytes);
	world_release(&w);
}

static void
write_store(const tp_keyed *k, tp_buffer *message)
{
	tp_buffer_init(message, &check_memory);
	CHECK(tp_keyed_write(k, message, &err) == TP_OK);
	CHECK(message->len <= tp_keyed_size(k));
}

/* What a message of this store says, merged into that one; both go. */
static void
merge_by_message(tp_keyed *into, tp_keyed *from, const tp_keyed_host *host, uint32_t key_size, size_t limit)
{
	tp_keyed	read;
	tp_buffer	message;

	write_store(from, &message);
	tp_keyed_init(&read, &check_memory, host, key_size, 1, limit);
	CHECK_OR_SAY(tp_keyed_read(&read, (uint8_t *) message.data, message.len, &err) == TP_OK, "%s", err.message);
	CHECK(tp_keyed_merge(into, &read, &err) == TP_OK);
	tp_keyed_release(&read);
	tp_buffer_release(&message);
	tp_keyed_release(from);
}

/* Rows of several processes, the last of which had some from another; few, many, from a file. */
static void
check_merge(uint32_t key_size, bool odd, size_t limit)
{
	static const int rows[] = {5, 3000, 40, 5000, 0, 2000};
	check_random r = {limit + key_size};
	disk		d[2] = {{.full_from = limit}, {.full_from = limit}};
	tp_keyed_host host = {disk_full, disk_write, disk_read, &d[0]};
	tp_keyed	all;
	world		w;

	tp_buffer_init(&d[0].bytes, &check_memory);
	world_init(&w, key_size, odd);
	tp_keyed_init(&all, &check_memory, &host, key_size, 1, limit);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
	{
		tp_keyed	k;

		tp_buffer_init(&d[1].bytes, &check_memory);
		host.context = &d[1];
		tp_keyed_init(&k, &check_memory, &host, key_size, 1, limit);
		for (int j = 0; j < rows[i]; j++)
			CHECK(add_row(&w, &k, &r, true) == TP_OK);
		if (i == 3)
		{
			/* by way of a third */
			merge_by_message(&k, &all, &host, key_size, limit);
			host.context = &d[0];
			tp_keyed_init(&all, &check_memory, &host, key_size, 1, limit);
		}
		merge_by_message(&all, &k, &host, key_size, limit);
		tp_buffer_release(&d[1].bytes);
		for (int j = 0; j < 10; j++)
			CHECK(add_row(&w, &all, &r, true) == TP_OK);
	}
	check_world(&w, &all);
	tp_keyed_release(&all);
	tp_buffer_release(&d[0].bytes);
	world_release(&w);
}

/* A message with a byte changed, or cut short, is refused or means something else; it does no harm. */
static void
check_damage(void)
{
	check_random r = {5};
	disk		d = {.full_from = SIZE_MAX};
	tp_keyed_host host = {disk_full, disk_write, disk_read, &d};
	tp_keyed	k;
	world		w;
	tp_buffer	message;
	int			refused = 0;

	world_init(&w, TP_KEY_VARIES, true);
	tp_keyed_init(&k, &check_memory, &host, TP_KEY_VARIES, 1, 100000);
	for (int i = 0; i < 60; i++)
		CHECK(add_row(&w, &k, &r, false) == TP_OK);
	write_store(&k, &message);
	for (size_t i = 0; i < message.len; i++)
	{
		uint8_t    *bytes = malloc(message.len);
		size_t		len = i % 5 == 0 ? i : message.len;
		tp_keyed	read;
		int			taken = 0;
		static const char *const names[] = {"customer"};

		memcpy(bytes, message.data, message.len);
		bytes = realloc(bytes, len > 0 ? len : 1);
		if (i < len)
			bytes[i] ^= (uint8_t) (1 + check_below(&r, 255));
		tp_keyed_init(&read, &check_memory, &host, TP_KEY_VARIES, 1, 100000);
		if (tp_keyed_read(&read, bytes, len, &err) != TP_OK ||
			tp_keyed_each(&read, &check_memory, TP_KEYED_PLAIN, HEAD, names, take_any, &taken, &err) != TP_OK)
			refused++;
		tp_keyed_release(&read);
		free(bytes);
	}
	CHECK(refused > 100);
	tp_buffer_release(&message);
	tp_keyed_release(&k);
	world_release(&w);
}

/* Wherever memory ends, that is what is said, and nothing is left. */
static void
check_memory_ends(size_t limit)
{
	static const char *const names[] = {"customer"};
	world		w;
	bool		done = false;

	world_init(&w, 8, true);
	for (long fail_at = 1; !done; fail_at += 1 + fail_at / 40)
	{
		check_random r = {9};
		check_store store;
		disk		d = {.full_from = limit};
		tp_keyed_host host = {disk_full, disk_write, disk_read, &d};
		tp_keyed	k,
					other;
		int			taken = 0;
		tp_status	status = TP_OK;

		tp_buffer_init(&d.bytes, &check_memory);
		check_store_init(&store);
		store.fail_at = fail_at;
		tp_keyed_init(&k, &store.mem, &host, 8, 1, limit);
		tp_keyed_init(&other, &store.mem, &host, 8, 1, limit);
		for (int i = 0; i < 3000 && status == TP_OK; i++)
			status = add_row(&w, i % 3 == 0 ? &other : &k, &r, false);
		if (status == TP_OK)
			status = tp_keyed_merge(&k, &other, &err);
		if (status == TP_OK)
			status = tp_keyed_each(&k, &store.mem, TP_KEYED_CANONICAL, HEAD, names, take_any, &taken, &err);
		done = status == TP_OK;
		CHECK(done || status == TP_NO_MEMORY);
		tp_keyed_release(&k);
		tp_keyed_release(&other);
		CHECK_INT(store.chunks, 0);
		check_store_release(&store);
		tp_buffer_release(&d.bytes);
	}
	world_release(&w);
}

/* Rows of one customer that say different things of it. */
static void
check_numbers(void)
{
	static const char *const names[] = {"weight"};
	tp_keyed_host host = {NULL, NULL, NULL, NULL};
	tp_keyed	k;
	uint8_t		room[TP_KEYED_BEFORE + TP_ENTRY_MAX] = {0};
	uint8_t    *entry = room + TP_KEYED_BEFORE;
	uint8_t		fields[9] = {0, 5};
	double		number = 1;
	int			taken = 0;

	CHECK(tp_touchpoint_make(NULL, 0, "a", 1, NULL, 0, entry, &err) == TP_OK);
	tp_keyed_init(&k, &check_memory, &host, TP_KEY_VARIES, 1, 100000);
	CHECK(tp_keyed_add(&k, "anna", 4, entry, fields, NULL, &number, 0, &err) == TP_OK);
	CHECK(tp_keyed_add(&k, "anna", 4, entry, fields, NULL, &number, 0, &err) == TP_OK);
	CHECK(tp_keyed_add(&k, "", 0, entry, fields, NULL, &number, 0, &err) == TP_OK);
	CHECK(tp_keyed_each(&k, &check_memory, TP_KEYED_PLAIN, HEAD, names, take_any, &taken, &err) == TP_OK);
	CHECK_INT(taken, 2);
	CHECK(tp_keyed_add(&k, "anna", 4, entry, fields, NULL, &number, 1, &err) == TP_OK);
	CHECK(tp_keyed_each(&k, &check_memory, TP_KEYED_PLAIN, HEAD, names, take_any, &taken, &err) == TP_BAD_ARGUMENT);
	CHECK_TEXT(err.message, "weight must be equal on every row of a customer");
	tp_keyed_release(&k);
}

int
main(void)
{
	static const uint32_t sizes[] = {8, 16, TP_KEY_VARIES};

	for (int i = 0; i < 3; i++)
	{
		check_store_of(sizes[i], false, 3, 1 << 20);
		check_store_of(sizes[i], false, 9000, 1 << 24);
		check_store_of(sizes[i], false, 9000, 20000);
		check_store_of(sizes[i], true, 6000, 1 << 24);
		check_store_of(sizes[i], true, 6000, 3000);
		check_merge(sizes[i], i % 2 == 1, 1 << 24);
		check_merge(sizes[i], i % 2 == 0, 9000);
	}
	check_damage();
	check_memory_ends(1 << 24);
	check_memory_ends(6000);
	check_numbers();
	return CHECK_DONE();
}
