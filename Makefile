# The main jobs. `make demo` and `make test` do all the set-up themselves.
.POSIX:
PY = .venv/bin/python
export NO_MKDOCS_2_WARNING = 1
SOURCES = forms sync devices terminal server witness packaging tests

.PHONY: help set-up demo demo-live test check lint types types-demo layers site unit coverage trials fuzz mutants e2e matrix docs docs-tables wheels lock clean simulate campaign set-up-cluster cluster bench bench-sync bench-load bench-codes bench-trace

help:  ## What can be made
	@grep -hE '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

set-up:  ## Install what is missing (system packages, locked environment)
	@packaging/set-up dev

demo: set-up  ## Play a shift with real processes: scan to verified release
	@$(PY) packaging/demo/shift.py

demo-live: set-up  ## The same plant left running for you to use
	@$(PY) packaging/demo/shift.py --live

test: set-up check unit trials fuzz e2e wheels  ## Everything that must hold

check: set-up  ## Lint, types, layers, documents
	@$(MAKE) --no-print-directory --output-sync -j 2 types lint types-demo layers site

lint:
	@.venv/bin/ruff check $(SOURCES)
	@.venv/bin/ruff format --check $(SOURCES)

types:
	@.venv/bin/mypy

types-demo:
	@cd packaging/demo && ../../.venv/bin/mypy --config-file ../../pyproject.toml *.py ../*.py

layers:
	@.venv/bin/lint-imports

site:
	@.venv/bin/mkdocs build --strict --quiet --site-dir out/site

unit: set-up  ## Unit, property and screen tests
	@mkdir -p out
	@$(PY) -m pytest tests --ignore tests/e2e $(TRIALS:%=--ignore %) -n 2 --dist worksteal --covers-out out/covers.json

coverage: set-up  ## The same with branch coverage, and what must stay covered whole
	@mkdir -p out
	@$(PY) -m pytest tests --ignore tests/e2e $(TRIALS:%=--ignore %) -n 2 --dist worksteal --cov --cov-report=term:skip-covered --cov-report=json:out/coverage.json
	@$(PY) packaging/covered.py out/coverage.json

TRIALS = tests/simulation tests/crash tests/faultio tests/tamper tests/second tests/corpora tests/badinput \
  tests/contracts tests/fuzz tests/devices/test_faulty.py tests/kiosk/test_fit.py tests/server/test_fsck.py \
  tests/server/test_backlog.py tests/server/test_backup.py tests/server/test_load_bench.py \
  tests/server/test_trace_bench.py
trials: set-up  ## Plants, power cuts, failing calls, tampering, corpora, contracts (no coverage: they are long)
	@$(PY) -m pytest $(TRIALS) -n 2 --dist worksteal

N = 1600000
SEED = 1
fuzz: set-up  ## Hostile input for every parser: N=inputs SEED=s; writes out/fuzz.json
	@$(PY) -m tests.fuzz --inputs $(N) --seed $(SEED) --jobs 2 --out out/fuzz.json

mutants: set-up  ## Seeded bugs, each killed by its test; writes out/mutants.json
	@$(PY) -m tests.mutants

e2e: set-up  ## The demo, as a test
	@$(PY) -m pytest tests/e2e -p no:randomly

matrix: set-up  ## The requirement matrix from the tests' own marks
	@mkdir -p out
	@$(PY) -m pytest tests --ignore tests/e2e -n 2 -q --covers-out out/covers.json
	@$(PY) packaging/matrix.py

simulate: set-up  ## Play one seed of the simulator again: make simulate SEED=n
	@$(PY) -m tests.simulation $(SEED)

set-up-cluster: set-up
	@packaging/set-up-cluster

cluster: set-up-cluster  ## Several servers, real PostgreSQL and Patroni: kill each under load (a quarter of an hour)
	@$(PY) -m pytest tests/cluster tests/server/test_move_command.py -m campaign -n 0 -s --timeout 900

campaign: YEARS = 100
campaign: set-up-cluster  ## The long checks: factory-years (YEARS=n), 20 million fuzz inputs, 2 million power cuts, more
	@$(PY) -m tests.simulation.campaign --years $(YEARS)
	@$(PY) -m tests.fuzz --inputs 20000000 --seed $(SEED) --jobs 2 --state out/campaign/fuzz.state --out out/campaign/fuzz.json
	@$(PY) -m tests.crash.campaign
	@HYPOTHESIS_PROFILE=campaign $(PY) -m pytest tests -m campaign

bench: set-up  ## Measure against real peers; writes out/bench/*.json
	@$(PY) packaging/bench/start.py

bench-sync: set-up  ## Signed records against limits and peers; writes out/bench/sync.json
	@$(PY) packaging/bench/sync.py

bench-load: set-up  ## 500 stations at one server, live and with backlogs; writes out/bench/load.json
	@$(PY) packaging/bench/load.py

SET = ../shared/corpora/codes
bench-codes: set-up  ## Codes read from the public set (SET=dir) beside three libraries; writes out/bench/codes.json
	@$(PY) packaging/bench/codes.py --set $(SET)

SCALE = 1000000
bench-trace: set-up  ## Recall and genealogy of SCALE=n lots on both stores beside peers; writes out/bench/trace.json
	@$(PY) packaging/bench/trace.py --lots $(SCALE)

docs: set-up  ## The documents as a site in out/site
	@.venv/bin/mkdocs build --strict --site-dir out/site

docs-tables: set-up  ## Renew the generated tables in docs/
	@$(PY) packaging/docs_tables.py

wheels: set-up  ## Build the wheel and the source archive
	@$(PY) -m hatchling build -d out/dist >/dev/null && ls out/dist

lock: set-up  ## Renew the hash-locked requirement files
	@requirements/lock.sh

clean:  ## Remove what was made (not the environment)
	rm -rf out site dist
