# Build, install and test the touchpoint extension with PGXS.
#   make && make install && make installcheck
#   make WERROR=1          warnings are errors
#   make PG_CONFIG=...     another server

EXTENSION = touchpoint
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" touchpoint.control)
MODULE_big = touchpoint

OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/core/*/*.c src/pg/*/*.c)))
TP_HEADERS = $(wildcard src/core/*/*.h src/pg/*/*.h)

EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
UPGRADE_SQL = $(notdir $(wildcard src/sql/upgrade/*.sql))
DATA_built = $(EXTENSION_SQL) $(UPGRADE_SQL)
EXTRA_CLEAN = $(EXTENSION_SQL) $(UPGRADE_SQL) build/core

# One pg_regress test a room; install comes first, lint looks over what all rooms made.
REGRESS = install $(filter-out install lint,$(sort $(basename $(notdir $(wildcard sql/*.sql))))) lint
REGRESS_OPTS = --encoding=UTF8 --no-locale

ISOLATION = $(sort $(basename $(notdir $(wildcard test/isolation/specs/*.spec))))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=touchpoint

TAP_TESTS = 1
PROVE_TESTS = $(wildcard test/t/*.pl)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) -Isrc/core -Isrc/pg
PG_CFLAGS = -std=gnu11 -Wall -Wextra -ffp-contract=off $(if $(WERROR),-Werror)
SHLIB_LINK = -lm
include $(PGXS)

$(OBJS): $(TP_HEADERS)
src/core/%.o: CFLAGS += $(CFLAGS_VECTORIZE)

# The parts in order; src/sql/join.awk puts in what they include.
$(EXTENSION_SQL): $(sort $(wildcard src/sql/*.sql)) $(wildcard src/sql/*/*) src/sql/join.awk touchpoint.control
	awk -v dir=src/sql -f src/sql/join.awk $(sort $(wildcard src/sql/*.sql)) > $@.tmp
	mv $@.tmp $@

# What an upgrade makes anew stands in the install script; src/sql/upgrade.awk fills it in.
$(UPGRADE_SQL): %: src/sql/upgrade/% $(EXTENSION_SQL) src/sql/upgrade.awk
	awk -f src/sql/upgrade.awk $(EXTENSION_SQL) $< > $@.tmp
	mv $@.tmp $@

.PHONY: check-core
check-core:
	$(MAKE) -C test/core check

# The SQL of the pages runs as tests; after a page has changed, make its test again.
.PHONY: docs-sql
docs-sql:
	test/docs.sh
