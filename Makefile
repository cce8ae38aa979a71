# Everything runs from .venv, installed from the locked requirements with their hashes checked.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv

.PHONY: run test check bench install format lock clean

run: .venv/run  ## start Parley: the terminal chat
	@$(BIN)/python -m adapters run

test: .venv/dev  ## run every test, with coverage of the engine
	$(BIN)/pytest --numprocesses 2 --dist worksteal --cov

check: .venv/dev  ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev  ## measure, print a table, write bench.json
	@$(BIN)/python -m benchmarks

install: .venv/run  ## the set-up alone

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/dev  ## compile the locked requirements from pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra build pyproject.toml -o requirements.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache bench.json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Parley needs Python 3.11 or later; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv

# The environment itself must not make pip look elsewhere than the lock: no build isolation, no dependencies.
.venv/run: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing Parley into .venv (once, about a minute) …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . >&2
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing the tools for development into .venv …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt >&2
	@touch $@
