# Needs Python 3.11 or newer with venv, and make. Another Python: make demo PYTHON=/path/to/python3.12
PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
PYTEST_ARGS ?= -n auto
PYTHONS ?= python3.11 python3.12 python3.13

BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
BUNDLE := sim/page/static/replay.js
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(CONSTRAINTS),-c $(CONSTRAINTS))

.PHONY: help demo test coverage lowest newest bounds survive verify faults bench bench-quick web web-check browser lint types security docs reference check release compiled clean

help:
	@echo "make demo       run the Tessalit scenario into results/tessalit"
	@echo "make test       run the tests"
	@echo "make verify     the model against paper and pencil; its page is build/verify.html"
	@echo "make lowest newest bounds: the tests with other versions of what is needed; see CONTRIBUTING.md"
	@echo "make compiled   a wheel that runs faster, for this machine; docs/performance.md"
	@echo "make lint types security docs reference check release clean: see CONTRIBUTING.md"

# --force replaces the results of an older version; those of the same run are recognised and shown
demo: $(READY)
	@$(BIN)/drawdown demo --force

test: $(READY_DEV)
	@$(BIN)/pytest $(PYTEST_ARGS)

# All tests with the lowest, or the newest, versions that pyproject.toml allows; the environment is made in build/bounds
lowest newest:
	@$(PYTHON) scripts/bounds.py $@ $(PYTEST_ARGS)

# Both, under each of PYTHONS, one after another
bounds:
	@failed=; for python in $(PYTHONS); do for which in lowest newest; do \
	  echo "== $$which versions, $$python"; \
	  $$python scripts/bounds.py $$which $(PYTEST_ARGS) || failed="$$failed, $$which versions with $$python"; \
	done; done; \
	if [ -n "$$failed" ]; then echo "Not all is well$$failed." >&2; exit 1; fi

# Statements and branches of `sim` that the tests reach; fails below the share in pyproject.toml. Twice as long as `test`
coverage: $(READY_DEV)
	@$(BIN)/pytest $(PYTEST_ARGS) --cov --cov-report=term

# About twenty minutes: killed processes, full disks and other trouble; docs/survival.md
survive: $(READY_DEV)
	@SURVIVE=long $(BIN)/pytest tests/survival -s $(PYTEST_ARGS)

# A few minutes: each fault that an oracle names is planted in a copy, and must be caught; docs/verification.md
faults: $(READY)
	@$(BIN)/python scripts/faults.py

# Half an hour, and a few minutes; nothing else should run meanwhile. docs/performance.md
bench: $(READY_DEV)
	@$(BIN)/python -m benchmarks

bench-quick: $(READY_DEV)
	@$(BIN)/python -m benchmarks --quick

# About three minutes; docs/verification.md
verify: $(READY)
	@mkdir -p build
	@$(BIN)/drawdown verify --shuffle-ties 3 --page build/verify.html

# The script of the page's replay, from web/; needs node and npm
web: web/node_modules/.ready
	@cd web && npm run --silent types && npm run --silent build -- --outfile=../$(BUNDLE)

# Builds it again and compares it with the one that is committed, byte for byte
web-check: web/node_modules/.ready
	@mkdir -p build/web
	@cd web && npm run --silent types && npm run --silent build -- --outfile=../build/web/replay.js
	@cmp build/web/replay.js $(BUNDLE) || { echo "$(BUNDLE) is not what web/ builds: make web" >&2; exit 1; }

web/node_modules/.ready: web/package.json web/package-lock.json web/.npmrc
	@cd web && npm ci --silent
	@touch $@

# The pages in a real browser: installs Chromium, node and npm where it can, and fails where they are missing
browser: $(READY_DEV)
	@sh scripts/browser.sh
	@$(MAKE) --no-print-directory web-check
	@DRAWDOWN_BROWSER=required $(BIN)/pytest -n 0 tests/browser

lint: $(READY_DEV)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet

types: $(READY_DEV)
	@$(BIN)/mypy

# The code by bandit; the pinned versions by pip-audit, which says so where its service can't be reached
security: $(READY_DEV)
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive sim scripts benchmarks
	@$(BIN)/python scripts/vulnerabilities.py

docs: $(READY)
	@$(BIN)/python -m sim.scenario.reference > docs/scenario.md.new
	@mv docs/scenario.md.new docs/scenario.md
	@$(BIN)/python scripts/stress_des.py
	@$(BIN)/python scripts/credibility.py

# The one deliberate command that changes the numbers of results/reference
reference: $(READY)
	@$(BIN)/python scripts/reference.py

check: $(READY)
	@$(BIN)/python scripts/reference.py --check

# Wheel, source distribution and the pinned versions with hashes, in build/release; then a run in an empty environment
# that installs the wheel and those versions alone, as a user would
release: $(READY)
	@$(INSTALL) -e '.[release]'
	@sh scripts/release.sh

# A wheel with the world compiled for this machine, and an environment that has it, in build/compiled; it takes three
# minutes and a C compiler. Runs give the same numbers in less time: docs/performance.md
compiled: $(READY_DEV)
	@rm -rf build/compiled
	@DRAWDOWN_COMPILE=1 $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  --wheel-dir build/compiled .
	@$(BIN)/python -m venv build/compiled/env
	@build/compiled/env/bin/python -m pip install --quiet --disable-pip-version-check \
	  $(if $(CONSTRAINTS),-c $(CONSTRAINTS)) build/compiled/drawdown-*.whl
	@build/compiled/env/bin/drawdown --version
	@echo build/compiled/drawdown-*.whl

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

# An environment that is incomplete (no venv module, Ctrl-C), or whose Python has gone, is made again
ifneq ($(shell sh scripts/venv.sh usable && echo yes),yes)
.PHONY: $(BIN)/python
endif
$(BIN)/python:
	@sh scripts/venv.sh make $(PYTHON)

$(READY): $(BIN)/python pyproject.toml $(CONSTRAINTS)
	@$(INSTALL) -e .
	@touch $@

$(READY_DEV): $(READY)
	@$(INSTALL) -e '.[dev]'
	@touch $@
