/*
 * journey_stats.h
 *	  What ANALYZE keeps of a column of journeys.
 *
 * Four slots of pg_statistic: the most common touchpoints as STATISTIC_KIND_MCELEM (pg_stats shows them as
 * most_common_elems); under kinds of our own the most common channels, as text, the most common properties with
 * their values, as the bytes of their keys in GIN, and two numbers, the likely share of a touchpoint and of a
 * property's value that are not among the most common (0.1.0 has only the first). All but the last have the
 * frequencies of their values, the share of known journeys that pass through them, and behind those the least and
 * the greatest. Values are in bytewise order, touchpoints in theirs.
 */
#ifndef TP_JOURNEY_STATS_H
#define TP_JOURNEY_STATS_H

/* 10000 to 30000 are for private use. */
#define TP_STATISTIC_KIND_CHANNELS 20917
#define TP_STATISTIC_KIND_REST 20918
#define TP_STATISTIC_KIND_PROPERTIES 20919

/* The extension's type of this name, told by a type of the extension or a domain over one. */
extern Oid tp_sibling_type(Oid type, const char *name);

#endif							/* TP_JOURNEY_STATS_H */
