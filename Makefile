# Ponder's commands. Each sets up what it needs first, and does nothing where that was done before.

.DEFAULT_GOAL := help
.PHONY: help run test lint bench migrate lock toolchain setup setup-tests

# Another interpreter from 3.11 to 3.13:    make run PYTHON=python3.12
# Another repository, host or port:         make run REPO=https://github.com/owner/name PORT=8100
# Newer versions into the locks:            make lock UPGRADE=1
# A part of the tests:                      make test TESTS='tests/core -k queue'
# A part of the benchmarks:                make bench BENCH="retrieval answers"
# Only what stands on the command line counts: HOST or REPO in an environment mean other things.
REPO = .
HOST =
PORT =
TESTS = tests
BENCH = retrieval answers symbols index query freshness
UPGRADE =
export REPO PYTHON

INSTALL = python="$$(requirements/python)" && "$$python" requirements/install.py
UV = .cache/bootstrap/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 \
    $(if $(UPGRADE),--upgrade)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup  ## start everything on this machine and index REPO (this repository when none is given)
	@requirements/system sandbox || true
	@$(INSTALL) toolchain || echo "Without its analysers Ponder answers, and runs no code; 'make toolchain' tries again." >&2
	@exec .venv/bin/ponder up "$$REPO" $(if $(HOST),--host "$(HOST)") $(if $(PORT),--port "$(PORT)")

test: setup-tests lint  ## check style, types and imports, and run all tests
	@.venv/bin/python -m pytest --numprocesses auto --dist loadfile $(TESTS)

lint: setup-tests  ## check style, types and import directions
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

bench: setup-tests  ## measure what we claim about quality and speed (about an hour)
	@for each in $(BENCH); do .venv/bin/python -m benchmarks.$$each || exit 1; done

migrate: setup  ## bring the database up to date
	@.venv/bin/ponder migrate

lock: setup  ## resolve the dependencies again and write requirements/*.txt
	@$(COMPILE) pyproject.toml -o requirements/app.txt
	@$(COMPILE) pyproject.toml --group dev -c requirements/app.txt -o requirements/dev.txt
	@$(COMPILE) --group bootstrap -o requirements/bootstrap.txt
	@$(COMPILE) --group toolchain -o requirements/toolchain.txt

toolchain:  ## install the analysers that look at other people's code, apart from Ponder, in .tools
	@$(INSTALL) toolchain

setup:
	@$(INSTALL) app

setup-tests:
	@requirements/system
	@$(INSTALL) dev
	@$(INSTALL) toolchain
	@.venv/bin/python -m tests.github_schemas
	@npm_config_cache="$(CURDIR)/.cache/npm" .venv/bin/python -m tests.github_schemas
