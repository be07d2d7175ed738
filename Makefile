# Two commands: `make report` and `make test`. Both set up .venv first, where it is not yet there.
.PHONY: report test test-quick nightly golden bench wheels cluster-setup cluster-test setup setup-tests format clean
CORES ?= 4
# Processes that share the tests, file by file; each runs workflows with two cores. One more than the two
# cores of CI, since runs wait for each other and for the disk.
WORKERS ?= 3
BIN := .venv/bin

setup:
	@sh tools/setup.sh

setup-tests:
	@sh tools/setup.sh tests

report: setup
	@TRIALTRAIL_LOCK_TOLD_LATER=1 $(BIN)/snakemake --cores $(CORES)
	@$(BIN)/trialtrail summary

# For while one works: each rule, contract and module by itself, in one to two minutes.
test-quick: setup-tests
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal tests/scripts tests/schemas tests/trialtrail tests/test_*.py packages/runrecord

# All that CI runs: style, workflow checks, unit tests, and a run of each study from raw to report.
test: setup-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow tools
	@$(BIN)/snakemake --lint
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# What takes too long for every run, and more examples of each property, which are shrunk when one fails.
nightly: setup-tests
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder \
		-m '(nightly or hypothesis) and not cluster' --hypothesis-profile nightly

# Every model beside R, where R and the packages of tests/golden/models.R are: digits and seconds.
golden: setup-tests
	@$(BIN)/python -m tools.compare_golden

# Measures everything anew and writes docs/performance.md. It takes long, and nothing else should run meanwhile.
bench: setup
	@$(BIN)/python -m benchmarks.scenarios
	@$(BIN)/python -m benchmarks.growth
	@$(BIN)/python -m benchmarks.trail_cost
	@$(BIN)/python -m benchmarks.validate
	@$(BIN)/python -m benchmarks.first_stop
	@$(BIN)/python -m benchmarks.simulate
	@$(BIN)/python -m benchmarks.installs
	@$(BIN)/python -m benchmarks.first_studies
	@$(BIN)/python -m benchmarks.render

# The three distributions as wheels in dist/, for `pip install --find-links dist 'trialtrail[run]'`.
wheels: setup
	@rm -rf dist
	@for part in packages/runrecord packages/snakemake-executor-plugin-warm .; do \
		$(BIN)/python -m uv build --wheel --offline --no-build-isolation --quiet --python $(BIN)/python --out-dir dist $$part || exit 1; \
	done
	@ls dist

# The environment with Snakemake's plugins for Slurm and S3: docs/cluster.md.
cluster-setup:
	@VENV=.venv-cluster LOCK=requirements/cluster.txt sh tools/setup.sh

# A node of Slurm and an S3 server on loopback, whole runs, a kill, as root. On two cores 8 to 13 minutes, as busy as they are.
cluster-test: cluster-setup
	@.venv-cluster/bin/python -m pytest -m cluster tests/cluster
	@.venv-cluster/bin/python -m benchmarks.slurm

format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/snakefmt Snakefile workflow tools

# Removes what a run makes; raw data and .venv stay.
clean:
	rm -rf results .snakemake
