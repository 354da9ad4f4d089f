/*
 * tp_survey.h
 *	  Figures of published survey instruments: service gaps, zone of tolerance, importance and
 *	  performance, Kano's categories; and the counts and sums they are made from.
 */
#ifndef TP_SURVEY_H
#define TP_SURVEY_H

#include "base/tp_dekker.h"

#define TP_TALLY_VERSION 1
#define TP_TALLY_CELLS_MAX 16

/* A count and a sum. */
typedef struct tp_cell
{
	int64_t		count;
	tp_dd		sum;
} tp_cell;

/*
 * A row of cells: the state of every aggregate here that is a few counts and sums. The image is in
 * the server's byte order; the host keeps its own length in the first four bytes.
 */
typedef struct tp_tally
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_TALLY_VERSION */
	uint8_t		flags;			/* 5: 0 */
	uint16_t	cells;			/* 6: 1 .. TP_TALLY_CELLS_MAX */
	tp_cell		cell[];			/* 8 */
} tp_tally;

static inline size_t
tp_tally_size(int cells)
{
	return offsetof(tp_tally, cell) + (size_t) cells * sizeof(tp_cell);
}

static inline bool
tp_tally_is_current(const tp_tally *t, size_t size)
{
	return size >= offsetof(tp_tally, cell) && t->version == TP_TALLY_VERSION && t->flags == 0 &&
		t->cells >= 1 && t->cells <= TP_TALLY_CELLS_MAX && size == tp_tally_size(t->cells);
}

/* Fill tp_tally_size(cells) bytes, but for the host's length, with nothing counted. */
extern void tp_tally_init(tp_tally *t, int cells);

/* Count a finite x. False when the count or the sum leaves its range. */
static inline bool
tp_cell_add(tp_cell *c, tp_dd x)
{
	c->sum = tp_dd_add(c->sum, x);
	return tp_count_one(&c->count) && isfinite(c->sum.hi);
}

/* Add all cells of other, which has as many; false likewise. */
extern bool tp_tally_merge(tp_tally *t, const tp_tally *other);

/* The same for one cell. */
extern bool tp_cell_merge(tp_cell *to, const tp_cell *from);

/* The mean of a cell; false where nothing was counted. */
extern bool tp_cell_mean(const tp_cell *c, double *v);

/* Could these counts and sums come from counting? status if not. */
extern tp_status tp_tally_check(const tp_tally *t, tp_status status, tp_error *err);

/* {2 7.5, 0, 1 3}: a count, and the sum unless it is 0. */
extern void tp_tally_write(tp_buffer *b, const tp_tally *t);

/*
 * Back, bit for bit, into t, which has room for TP_TALLY_CELLS_MAX cells. TP_BAD_TEXT,
 * TP_OUT_OF_RANGE.
 */
extern tp_status tp_tally_read(tp_tally *t, const char *text, size_t len, tp_error *err);

/*
 * The gaps model of service quality (A. Parasuraman, V. A. Zeithaml, L. L. Berry, Journal of
 * Marketing 49, 1985): six measures, and the differences between them. A gap is known where both
 * of its measures are. False when a difference leaves the range of double precision.
 */
typedef enum tp_measure
{
	TP_MEASURE_EXPECTED,
	TP_MEASURE_UNDERSTOOD,
	TP_MEASURE_SPECIFIED,
	TP_MEASURE_DELIVERED,
	TP_MEASURE_PROMISED,
	TP_MEASURE_PERCEIVED,
	TP_MEASURES
} tp_measure;

#define TP_SERVICE_GAPS 6		/* knowledge standards delivery communication perception customer */

extern bool tp_service_gaps(const double measure[TP_MEASURES], const bool has[TP_MEASURES],
							double gap[TP_SERVICE_GAPS], bool known[TP_SERVICE_GAPS]);

/* "below", "within" or "above" the zone of tolerance; its ends belong to it. */
extern const char *tp_tolerance_verdict(double adequate, double desired, double perceived);

/*
 * Importance-performance quadrant (J. A. Martilla, J. C. James, Journal of Marketing 41, 1977); on
 * the line is high.
 */
extern const char *tp_quadrant(double importance, double performance, double importance_cut,
							   double performance_cut);

/*
 * N. Kano's categories (Journal of the Japanese Society for Quality Control 14, 1984), in the
 * order in which ties are settled.
 */
typedef enum tp_kano
{
	TP_KANO_M, TP_KANO_O, TP_KANO_A, TP_KANO_I, TP_KANO_R, TP_KANO_Q
} tp_kano;

#define TP_KANO_CATEGORIES 6
extern const char tp_kano_letters[TP_KANO_CATEGORIES + 1];

/* The category of a pair of answers: TP_BAD_ARGUMENT for an answer that is none. */
extern tp_status tp_kano_category(const char *functional, size_t functional_len,
								  const char *dysfunctional, size_t dysfunctional_len,
								  tp_kano *category, tp_error *err);

/*
 * What each aggregate's cells are: a tally of TP_CELLS_OF(type) cells is one of these. The counts of
 * some are all there is to them, then their sums stay 0.
 */
#define TP_TALLY_HEAD \
	uint32_t	length; \
	uint8_t		version; \
	uint8_t		flags; \
	uint16_t	cells

typedef struct tp_service_state
{
	TP_TALLY_HEAD;
	tp_cell		measure[TP_MEASURES];	/* of each tp_measure its answers */
} tp_service_state;

typedef struct tp_servqual_state
{
	TP_TALLY_HEAD;
	tp_cell		weighted;		/* gaps times their weights */
	tp_cell		weights;
} tp_servqual_state;

typedef struct tp_nps_state
{
	TP_TALLY_HEAD;
	tp_cell		promoters;
	tp_cell		passives;
	tp_cell		detractors;
} tp_nps_state;

typedef struct tp_csat_state
{
	TP_TALLY_HEAD;
	tp_cell		answers;
	tp_cell		satisfied;
	tp_cell		setting;		/* count 1 once satisfied_from is known, which is the sum then */
} tp_csat_state;

typedef struct tp_kano_state
{
	TP_TALLY_HEAD;
	tp_cell		category[TP_KANO_CATEGORIES];	/* of each tp_kano its answers */
} tp_kano_state;

#define TP_CELLS_OF(type) ((int) ((sizeof(type) - offsetof(tp_tally, cell)) / sizeof(tp_cell)))

_Static_assert(sizeof(tp_csat_state) == offsetof(tp_tally, cell) + 3 * sizeof(tp_cell) &&
			   offsetof(tp_csat_state, answers) == offsetof(tp_tally, cell), "a state is a tally");

/*
 * Scores by channel: per channel a count and a sum, and the sum of squares of all. The image has
 * room to spare, so that a score is added in place. Entries are in order of arrival; the directory at the
 * image's end, growing downwards, lists them in order of their bytes.
 */
#define TP_CHANNELS_VERSION 1
#define TP_CHANNELS_MAX 65535

typedef struct tp_channels
{
	uint32_t	length;			/* 0: the host's varlena header */
	uint8_t		version;		/* 4: TP_CHANNELS_VERSION */
	uint8_t		flags;			/* 5: 0 */
	uint16_t	channels;		/* 6 */
	uint32_t	size;			/* 8: of the image, with the host's length */
	uint32_t	used;			/* 12: bytes up to the end of the last entry */
	tp_dd		squares;		/* 16 */
} tp_channels;

typedef struct tp_channel
{
	tp_cell		cell;			/* 0 */
	uint32_t	len;			/* 24: bytes of name, without a terminator */
	char		name[];			/* 28; entries start at multiples of 8 */
} tp_channel;

static inline bool
tp_channels_is_current(const tp_channels *c, size_t size)
{
	return size >= sizeof(tp_channels) && c->version == TP_CHANNELS_VERSION && c->flags == 0 && c->size == size;
}

/* An empty image of size bytes (a multiple of 8, at least sizeof(tp_channels)). */
extern void tp_channels_init(tp_channels *c, size_t size);

/* The size that takes another channel of len bytes too, with room to spare; 0 past a limit. */
extern size_t tp_channels_grown(const tp_channels *c, size_t len);
extern tp_status tp_channels_past_limit(tp_error *err);

/* from into a larger image. */
extern void tp_channels_copy(tp_channels *to, size_t size, const tp_channels *from);

/* The entry of a channel, made if there is none; NULL when the image has no room for it. */
extern tp_channel *tp_channels_entry(tp_channels *c, const char *name, size_t len);

/* Channel i = 0 .. c->channels - 1 in order of its bytes. */
extern const tp_channel *tp_channels_at(const tp_channels *c, int i);

/*
 * 1 less the share of the scores' variance that lies between channels (eta squared, K. Pearson
 * 1905); known says whether there is an answer, for there is none where the scores have no variance.
 * TP_OUT_OF_RANGE for more scores than can be counted.
 */
extern tp_status tp_channel_consistency(const tp_channels *c, double *v, bool *known, tp_error *err);

/*
 * One-way analysis of variance of the same (R. A. Fisher, Statistical Methods for Research Workers, 1925):
 * F = (between / (groups - 1)) / (within / (n - groups)). TP_OUT_OF_RANGE likewise.
 */
typedef struct tp_group_difference
{
	bool		has_eta;		/* the scores have variance; eta_squared */
	bool		has_f;			/* and there are two groups, one of them of two scores; f, p_value */
	int64_t		groups;
	int64_t		n;
	double		f;				/* infinite where groups have no variance within */
	double		p_value;
	double		eta_squared;
} tp_group_difference;

extern tp_status tp_channels_difference(const tp_channels *c, tp_group_difference *d, tp_error *err);

/* Could all of it come from scores? status if not. What is appended need not be looked at else. */
extern tp_status tp_channels_check(const tp_channels *c, tp_status status, tp_error *err);

/* {squares, "channel" count sum, ...} */
extern void tp_channels_write(tp_buffer *b, const tp_channels *c);

/*
 * Back, bit for bit, into memory of mem. TP_BAD_TEXT, TP_OUT_OF_RANGE, TP_PAST_LIMIT,
 * TP_NO_MEMORY.
 */
extern tp_status tp_channels_read(tp_channels **c, const char *text, size_t len,
								  const tp_memory *mem, tp_error *err);

/*
 * Append a channel as it comes from outside, with room made in memory of mem: status unless it
 * comes behind those before it and its numbers could come from scores.
 */
extern tp_status tp_channels_append(tp_channels **c, const char *name, size_t len, tp_cell cell,
									const tp_memory *mem, tp_status status, tp_error *err);

#endif							/* TP_SURVEY_H */
