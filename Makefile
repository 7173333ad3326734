# Everything a person does with this checkout. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PORT ?= 8000
# RESET=1 forgets the demonstration's data first; ARGS goes to the command behind a target.
RESET ?=
ARGS ?=

BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help run test check bench faults fuzz browser-test screenshots editor lock browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) ## Start the whole site with sample content (PORT=8000, RESET=1 to start anew)
	@exec $(BIN)/factually demo --with-parent --port $(PORT) $(if $(RESET),--reset) $(ARGS)

# The tests start well over a hundred processes: each would compile what is imported anew where none may write.
test: check browser ## Run everything that CI runs
	@$(BIN)/python -m compileall -q -j 0 platform
	@exec $(BIN)/pytest --cov -n auto $(ARGS)

check: $(INSTALLED) ## Format, lint, architecture, types, dependencies, dead code
	@$(BIN)/ruff format --check --quiet . || { echo 'Error: run .venv/bin/ruff format .' >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/deptry .
	@$(BIN)/vulture

bench: $(INSTALLED) ## Measure reading, writing, screening, re-screening, floods, failures and deaths (ARGS=screening for one; all take two hours)
	@exec $(BIN)/python -m benchmarks $(ARGS)

faults: $(INSTALLED) ## Cut the power at each moment of a day, and look what is left (ARGS=--every=50 for some, ARGS=--bugs)
	@exec $(BIN)/python -m tests.faults $(ARGS)

fuzz: $(INSTALLED) ## Try interleavings of all that can happen to gifts (ARGS=--examples=1000 for more, ARGS=--bugs to plant bugs)
	@exec $(BIN)/python -m tests.stateful $(ARGS)

browser-test: $(INSTALLED) browser ## Run the browser tests only
	@exec $(BIN)/pytest tests/browser $(ARGS)

screenshots: $(INSTALLED) browser ## Take the pictures in docs/screenshots anew
	@exec env FACTUALLY_SCREENSHOTS=docs/screenshots $(BIN)/pytest tests/browser $(ARGS)

editor: ## Build the newsroom's editor from its packages (needs Node)
	@cd editor && npm ci --silent && npm run --silent types && npm run --silent build
	@! grep -nE '://' editor/package-lock.json || { echo 'Error: the lock names an address.' >&2; exit 1; }

lock: $(INSTALLED) ## Pin the newest allowed packages with their hashes (ARGS=--upgrade)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
	  pyproject.toml --group dev -o requirements.txt $(ARGS)
	@# Some ask for lxml[html_clean], and Python 3.11's own pip takes that and this spelling for two; it is pinned either way.
	@sed -i.former 's/^lxml\[html-clean\]/lxml/' requirements.txt && rm requirements.txt.former
	@! grep -nE '://' requirements.txt || { echo 'Error: requirements.txt names an address.' >&2; exit 1; }

browser: $(INSTALLED)
	@scripts/browser

$(INSTALLED): requirements.txt pyproject.toml scripts/install
	@scripts/install
