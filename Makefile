# Build, install and test the touchpoint extension with PGXS.
#   make && make install && make installcheck
#   make WERROR=1          warnings are errors
#   make PG_CONFIG=...     another server
#   make -f DIR/Makefile   in another directory than the sources' (also: VPATH=DIR, pg_buildext)

# pg_buildext builds in a directory of the sources' and names those by their whole path, which bitcode would keep.
ifeq ($(realpath $(VPATH)),$(realpath $(CURDIR)/..))
override VPATH := ..
endif

# The sources, seen from where this builds. PGXS finds out for itself, but only further down.
TP_SRC := $(patsubst %/,%,$(or $(VPATH),$(dir $(firstword $(MAKEFILE_LIST)))))
ifeq ($(realpath $(TP_SRC)),$(realpath $(CURDIR)))
TP_SRC := .
endif
tp_find = $(patsubst $(TP_SRC)/%,%,$(sort $(wildcard $(addprefix $(TP_SRC)/,$(1)))))

EXTENSION = touchpoint
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" "$(TP_SRC)/touchpoint.control")
MODULE_big = touchpoint

TP_SOURCES := $(call tp_find,src/core/*/*.c src/pg/*/*.c)
TP_HEADERS := $(call tp_find,src/core/*/*.h src/pg/*/*.h)
TP_SQL := $(call tp_find,src/sql/*.sql)
OBJS = $(TP_SOURCES:.c=.o)
EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql

# Rather no library than one with nothing in it.
ifeq (,$(and $(EXTVERSION),$(filter src/core/%,$(TP_SOURCES)),$(filter src/pg/%,$(TP_SOURCES)),$(TP_SQL)))
$(error no sources in "$(TP_SRC)"; build from the source directory, or with make -f DIR/Makefile, in directories without blanks)
endif
ifneq ($(TP_SRC),.)
ifneq (,$(call tp_find,$(OBJS) $(EXTENSION_SQL)))
$(error "$(TP_SRC)" holds what a build in it has made, and make would take that; make clean there first)
endif
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

UPGRADE_SQL := $(notdir $(call tp_find,src/sql/upgrade/*.sql))
DATA_built = $(EXTENSION_SQL) $(UPGRADE_SQL)
EXTRA_CLEAN = $(EXTENSION_SQL) $(UPGRADE_SQL) build/core build/core-s390x build/fuzz

# One pg_regress test a room; install comes first, lint looks over what all rooms made.
REGRESS = install $(filter-out install lint,$(basename $(notdir $(call tp_find,sql/*.sql)))) lint
REGRESS_OPTS = --encoding=UTF8 --no-locale

ISOLATION = $(basename $(notdir $(call tp_find,test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=$(TP_SRC)/test/isolation --load-extension=touchpoint

TAP_TESTS = 1
PROVE_TESTS = $(call tp_find,test/t/*.pl)

# The server's flags are those of the compiler that it was built with, mostly gcc; clang need not
# know them all.
TP_CLANG = $(findstring clang,$(shell $(CC) --version 2>/dev/null))
TP_FOREIGN_FLAGS = -Wno-unknown-warning-option -Wno-ignored-optimization-argument -Wno-unused-command-line-argument

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
	$(addprefix -I$(TP_SRC)/,$(patsubst %/,%,$(sort src/core/ src/pg/ $(dir $(TP_HEADERS)))))
PG_CFLAGS = -std=gnu11 -Wall -Wextra -ffp-contract=off $(if $(TP_CLANG),$(TP_FOREIGN_FLAGS)) $(if $(WERROR),-Werror)
SHLIB_LINK = -lm
include $(PGXS)

# A call of one of our own functions goes there straight, not by way of a table that others could change.
ifeq ($(PORTNAME),linux)
SHLIB_LINK += -Wl,-Bsymbolic-functions
endif

$(OBJS) $(OBJS:.o=.bc): $(addprefix $(TP_SRC)/,$(TP_HEADERS))
src/core/%.o: CFLAGS += $(CFLAGS_VECTORIZE)

# The parts in order; src/sql/join.awk puts in what they include.
TP_SQL_PIECES := $(call tp_find,src/sql/*/*.sql src/sql/*/*.txt src/sql/join.awk)
$(EXTENSION_SQL): $(addprefix $(TP_SRC)/,$(TP_SQL) $(TP_SQL_PIECES) touchpoint.control)
	awk -v dir='$(TP_SRC)/src/sql' -f $(TP_SRC)/src/sql/join.awk $(addprefix $(TP_SRC)/,$(TP_SQL)) > $@.tmp
	mv $@.tmp $@

# What an upgrade makes anew stands in the install script; src/sql/upgrade.awk fills it in.
$(UPGRADE_SQL): %: $(TP_SRC)/src/sql/upgrade/% $(EXTENSION_SQL) $(TP_SRC)/src/sql/upgrade.awk
	awk -f $(TP_SRC)/src/sql/upgrade.awk $(EXTENSION_SQL) $< > $@.tmp
	mv $@.tmp $@

.PHONY: check-core
check-core:
	$(MAKE) -C "$(TP_SRC)/test/core" check

# The SQL of the README and of the pages runs as tests; after one has changed, make its test again.
.PHONY: docs-sql
docs-sql:
	sh "$(TP_SRC)/test/docs.sh"

# What a release consists of, from the commit and nothing else: the same bytes each time.
.PHONY: dist
dist:
	git -C "$(TP_SRC)" archive --format=tar --prefix=$(EXTENSION)-$(EXTVERSION)/ HEAD | gzip -n -9 > $(EXTENSION)-$(EXTVERSION).tar.gz
	TZ=UTC git -C "$(TP_SRC)" archive --format=zip --prefix=$(EXTENSION)-$(EXTVERSION)/ -9 HEAD > $(EXTENSION)-$(EXTVERSION).zip
