# Everything sets itself up: a virtual environment in .venv with the locked dependencies. Needs Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif

.DEFAULT_GOAL := help

.PHONY: help demo test check bench sim crashes lock clean

help:
	@echo "make demo    a QuickBooks company file, synced into the desk, with pages to look at"
	@echo "make test    style, types, architecture and all tests"
	@echo "make check   style, types and architecture only"
	@echo "make sim     two worlds, people in both, faults everywhere, for a minute (SECONDS=n, COUNT=n; SEED=n tells one)"
	@echo "make crashes kill everything at every moment of a story (SEED=n replays one)"
	@echo "make bench   measure"

demo: .venv/run
	$(BIN)/fieldledger demo

test: .venv/dev
	$(BIN)/python scripts/browser.py
	$(BIN)/python scripts/check.py
	$(BIN)/pytest -n 3 --dist worksteal

check: .venv/dev
	$(BIN)/python scripts/check.py

bench: .venv/dev
	$(BIN)/python bench/run.py

sim: .venv/dev
	$(BIN)/python -m tests.simulation --jobs 2 $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	  $(if $(COUNT),--count $(COUNT))

crashes: .venv/dev
	$(BIN)/python -m tests.crashes $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

# What the product needs, and nothing else.
.venv/run: requirements/runtime.lock requirements/build.lock pyproject.toml
	$(PYTHON) scripts/setup.py runtime

# What developers and the tests need on top.
.venv/dev: requirements/dev.lock pyproject.toml
	$(PYTHON) scripts/setup.py dev

lock:
	$(BIN)/pip install -q uv
	for set in runtime build dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header requirements/$$set.in -o requirements/$$set.lock; done

clean:
	rm -rf .venv demo-data
