# Everything starts here; a fresh machine needs Python 3.11 or newer, make and git.

PORT ?= 8000
BIND ?= 127.0.0.1
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$p" && break; done)

export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
SYNC = .venv/bin/uv sync --quiet --frozen --inexact --python .venv/bin/python

NO_PACKAGES = { echo "The packages could not be installed; the lines above say why. With a \
	network, run make again: it goes on where it stopped." >&2; exit 1; }

.PHONY: help run test check bench soak

help:
	@echo "make run     set up and serve the desk (PORT=8000, BIND=127.0.0.1, EMPTY=1: without the demo)"
	@echo "make test    set up and run every test: SQLite, PostgreSQL, browser (SEED=, ARGS=)"
	@echo "make check   lint, types, migrations, order of imports"
	@echo "make bench   speed and cost, one JSON line for each figure"
	@echo "make soak    faults and races for a given time (ARGS=)"

run: .venv/.run
	@exec .venv/bin/python manage.py serve --prepare $(if $(filter 1,$(EMPTY)),,--demo) \
		--bind "$(BIND)" --port "$(PORT)"

test: .venv/.all
	@exec .venv/bin/python -m tests.run $(ARGS)

check: .venv/.all
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy revenue agents review
	@.venv/bin/python manage.py makemigrations --check --dry-run
	@.venv/bin/pytest -q -n0 tests/test_import_order.py tests/test_conventions.py

bench soak: .venv/.all
	@exec .venv/bin/python -m tests.$@ $(ARGS)

# The stamps are older than the lock file when it changes, and only then is anything installed.
.venv/.run: .venv/bin/uv uv.lock
	@echo "Installing the packages of uv.lock."
	@$(SYNC) || $(NO_PACKAGES)
	@touch $@

.venv/.all: .venv/bin/uv uv.lock
	@echo "Installing the packages of uv.lock, with those of the tests."
	@$(SYNC) --all-groups || $(NO_PACKAGES)
	@touch .venv/.run $@

.venv/bin/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Countersign needs Python 3.11 or newer; this machine has \
	$$( { "$(PYTHON)" --version || python3 --version || echo none; } 2>/dev/null)." >&2; \
		echo "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making a virtual environment in .venv with $$("$(PYTHON)" --version)."
	@"$(PYTHON)" -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv || { \
		echo "The first set-up downloads packages from pypi.org; the lines above say why it could not." >&2; \
		exit 1; }
