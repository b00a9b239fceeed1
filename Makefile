PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# What `make bench` measures; `make bench SYSTEMS=ours,ours-no-model` has the model in it.
SYSTEMS ?= ours-no-model

.PHONY: demo test lint check format bench coverage clean

demo: $(VENV)/.installed
	$(BIN)/sqlcomplete demo

test: $(VENV)/.installed-dev lint
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.shop build/bench/shop
	$(BIN)/python -m distill evaluate build/bench/shop --system $(SYSTEMS) --seed 7 --no-cold

# Apart from `test`: counting lines makes the suite slower.
coverage: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[dev,distill,benchmark,duckdb,postgres]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
