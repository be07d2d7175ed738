# trialtrail with all that a run needs, for a study in a folder of yours:
#   docker build --tag trialtrail .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/study" trialtrail run study.yaml
# The packages are those of requirements/lock.txt, each checked against its hash. docs/install.md says what was tested.
FROM python:3.13-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /build
COPY requirements/bootstrap.txt requirements/lock.txt requirements/
RUN python3 -m venv tools \
    && tools/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt \
    && tools/bin/python -m uv pip install --quiet --no-cache --python tools/bin/python --constraint requirements/lock.txt hatchling
COPY CITATION.cff LICENSE README.md Snakefile pyproject.toml ./
COPY packages packages
COPY profiles profiles
COPY schemas schemas
COPY scripts scripts
COPY src src
COPY templates templates
COPY workflow workflow
RUN for part in packages/runrecord packages/snakemake-executor-plugin-warm .; do \
        tools/bin/python -m uv build --wheel --offline --no-build-isolation --quiet --python tools/bin/python --out-dir dist "$part" || exit 1; \
    done
# A constraint's hashes are checked too. The last lines note what the libraries were installed from, and their byte code,
# for the records of the jobs (docs/decisions/0034 and 0076).
RUN python3 -m venv --without-pip /opt/trialtrail \
    && tools/bin/python -m uv pip install --quiet --no-cache --python /opt/trialtrail/bin/python --compile-bytecode \
        --constraint requirements/lock.txt --find-links dist 'trialtrail[run]' \
    && echo requirements/lock.txt > /opt/trialtrail/.trialtrail-lock \
    && /opt/trialtrail/bin/python -I -c 'import trialtrail; from runrecord.installed import here; here().note_compiled()'

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="trialtrail" \
      org.opencontainers.image.description="From the raw exports of a randomised trial to its report, with a trail from every printed number" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
# What WeasyPrint loads; the versions are those of the image's Debian, and each record of the report names them.
# hadolint ignore=DL3008
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 trialtrail \
    && mkdir /study \
    && chown trialtrail /study
COPY --from=build /opt/trialtrail /opt/trialtrail
# A user of another number, given by --user, has no name and no home here.
ENV PATH=/opt/trialtrail/bin:$PATH USER=trialtrail XDG_CACHE_HOME=/tmp/cache MPLCONFIGDIR=/tmp/cache/matplotlib
USER 1000
WORKDIR /study
ENTRYPOINT ["trialtrail"]
CMD ["run"]
