# touchpoint on the official image of PostgreSQL:
#   docker build --build-arg PG_MAJOR=17 -t touchpoint .
#   docker run -d -e POSTGRES_PASSWORD=secret -p 5432:5432 touchpoint
# The first database has the extension in schema tp, and tp on its search_path.
ARG PG_MAJOR=17

FROM postgres:${PG_MAJOR} AS build
RUN apt-get update \
	&& apt-get install -y --no-install-recommends gcc libc6-dev make "postgresql-server-dev-$PG_MAJOR" \
	&& rm -rf /var/lib/apt/lists/*
COPY . /src
RUN make -C /src -j"$(nproc)" with_llvm=no all \
	&& make -C /src with_llvm=no DESTDIR=/out install

FROM postgres:${PG_MAJOR}
COPY --from=build /out/ /
COPY docker/10-touchpoint.sql /docker-entrypoint-initdb.d/
