# make          lists the targets
# make demo     a synthetic district on its opening day; SPEED START PORT VAR DISTRICT SEED
# make test     the whole suite; TESTS=tests/core WORKERS=1 ARGS='-k word -x' narrow it
# make lock     after a change to requirements*.in; ARGS=--upgrade takes newer versions

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup develop demo run test check fix bench lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
TESTS ?= tests
# One worker more than processors: tests wait for browsers and servers most of the time.
WORKERS ?= $(shell expr $$(nproc) + 1)
ARGS ?=

# Images that set this make every start of the service compile all that it imports: 7 s, not 2.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
DONE := $(VENV)/.stamps
PACKAGES := node_modules/.package-lock.json
VENDOR := core/static/vendor/.complete
COMPILE := $(UV) pip compile --quiet --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock' $(ARGS)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

setup: $(DONE)/runtime $(VENDOR) ## Python packages and front-end assets; quick when done
	@:

develop: setup $(DONE)/dev
	@:

demo: setup ## Run the synthetic district and its opening day
	@exec $(PY) app.py demo

run: setup ## Run the service on this machine
	@exec $(PY) app.py run

test: develop ## Run the whole suite on SQLite and PostgreSQL
	@tools/system_packages test
	@exec $(PY) -m pytest -n $(WORKERS) $(TESTS) $(ARGS)

check: develop ## Formatting, lint, layers and types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

fix: develop ## Format, and repair what the linter can
	$(VENV)/bin/ruff check --fix --exit-zero .
	$(VENV)/bin/ruff format .

bench: develop ## Measure; results are printed
	@exec $(PY) -m benchmarks

lock: $(DONE)/uv ## Compile requirements again after a change to an .in file
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt

clean: ## Remove everything that make made; var/ with its data stays
	rm -rf $(VENV) node_modules core/static/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Python: a virtual environment, uv inside it, and exactly the locked packages.
# Once the development set is there, setup keeps it: the lock file is chosen by its stamp.

$(PY):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "Python 3.11 is needed: apt-get install python3, or make PYTHON=/path/to/python3.11" >&2; \
		exit 1; }
	@PYTHON="$(PYTHON)" tools/system_packages setup
	rm -rf $(VENV)
	"$(PYTHON)" -m venv $(VENV)

$(DONE)/uv: $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: requirements.txt $(DONE)/uv
	$(UV) pip sync --quiet --python $(PY) $(if $(wildcard $(DONE)/dev),requirements-dev.txt,$<)
	@touch $@

$(DONE)/dev: requirements-dev.txt $(DONE)/runtime
	$(UV) pip sync --quiet --python $(PY) $<
	@touch $@

# Front end: packages by lock file, then the few files that pages load.

$(PACKAGES): package.json package-lock.json .npmrc
	@node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' && npm --version >/dev/null || { \
		echo "Node 18 or newer with npm is needed: apt-get install nodejs npm" >&2; \
		exit 1; }
	npm ci --ignore-scripts --no-progress --loglevel=error
	@touch $@

$(VENDOR): $(PACKAGES) tools/assets.py $(DONE)/runtime
	$(PY) tools/assets.py
	@touch $@
