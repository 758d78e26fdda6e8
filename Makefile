# `make` alone prints the commands. Each sets up what it needs; a second run finds it done.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PY := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export HF_HUB_OFFLINE := 1

# Stamps: setting up again only when what it depends on has changed.
PYTHON_READY := .venv/.set-up
PIPELINES_READY := .venv/.set-up-transformers
BENCH_READY := .venv/.set-up-bench
JS_READY := js/node_modules/.set-up
BUNDLE := rubrix_widget/static/sources.sha256
BUNDLE_SOURCES := $(shell find js/src js/charts/src -type f 2>/dev/null) $(wildcard js/charts/*.*) js/build.mjs js/package.json js/package-lock.json

.PHONY: help
help: ## print this list
	@echo "make <command>:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(PYTHON_READY) $(BUNDLE) ## open JupyterLab on notebooks/sst2.ipynb; DEMO_HEADLESS=1 runs it through
	@$(PY) scripts/demo.py

.PHONY: test
test: lint chromium $(BUNDLE) ## every check and test, browser tests included
	cd js && npm test --silent
	$(MAKE) --no-print-directory -j3 --output-sync=target test-python test-e2e test-frontend

# The parts of `make test`, side by side: in a browser most time is spent waiting.
.PHONY: test-python test-e2e test-frontend
test-python:
	$(PY) -m pytest -q --ignore=tests/e2e --ignore=tests/frontend

test-e2e:
	$(PY) -m pytest -q tests/e2e

test-frontend:
	$(PY) -m pytest -q tests/frontend

.PHONY: coverage
coverage: $(PYTHON_READY) $(BUNDLE) ## the lines and branches that no test of Python runs
	$(PY) -m pytest -q --ignore=tests/e2e --ignore=tests/frontend --cov --cov-report=term

.PHONY: lint
lint: $(PYTHON_READY) $(JS_READY) ## the checks alone: ruff, mypy, import contracts, biome, tsc
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports
	cd js && npm run --silent lint
	cd js && npm run --silent typecheck

.PHONY: format
format: $(PYTHON_READY) $(JS_READY) ## put the code into the form that `make lint` asks for
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	cd js && npx biome check --write .

.PHONY: test-pipelines
test-pipelines: $(PIPELINES_READY) $(BUNDLE) ## predictions of real transformers pipelines (installs torch)
	$(PY) -m pytest -q -m pipelines tests

.PHONY: fuzz
fuzz: $(PYTHON_READY) ## feed a million queries of any kind to the language; FUZZ=<count> for fewer
	@$(PY) -m tests.fuzz $(or $(FUZZ),1000000)

.PHONY: survive
survive: $(PYTHON_READY) ## kill, crowd and damage the journal of changes a thousand times and more (ten minutes)
	@$(PY) -m tests.survival

.PHONY: bench
bench: chromium $(BENCH_READY) $(BUNDLE) ## measure beside other tools, and write docs/benchmarks.md (half an hour)
	@$(PY) -m bench

.PHONY: oracle
oracle: $(PYTHON_READY) ## compare dialect "lucene" with a real Lucene (needs a JDK; fetches a jar, 165 MB)
	@$(PY) -m oracle $(ORACLE)

.PHONY: pictures
pictures: chromium $(BUNDLE) ## take the README's picture anew, in the tests' own browser
	$(PY) -m pytest -q tests/e2e -k "right and main"
	cp tests/screenshots/relabelled.png docs/explorer.png

.PHONY: build
build: $(PYTHON_READY) $(BUNDLE) ## sdist and wheel in dist/
	$(PY) -m build

.PHONY: chromium
chromium:
	@scripts/setup.sh chromium

.PHONY: clean
clean: ## remove everything that was made, set-up and demo data included
	rm -rf .venv js/node_modules js/charts/node_modules rubrix_widget/static build dist htmlcov .coverage .demo .oracle tests/screenshots
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find rubrix_widget tests bench oracle scripts -name __pycache__ -prune -exec rm -rf {} +

# The front end first: the package's own build would otherwise install its packages too.
$(PYTHON_READY): pyproject.toml constraints.txt hatch_build.py scripts/setup.sh | $(JS_READY)
	@scripts/setup.sh python test
	@touch $@

$(PIPELINES_READY): $(PYTHON_READY)
	@scripts/setup.sh python test,transformers
	@touch $@

$(BENCH_READY): $(PYTHON_READY)
	@scripts/setup.sh python test,bench
	$(PY) -m pip install -q -c constraints.txt --no-deps embedding-atlas
	@touch $@

$(JS_READY): js/package-lock.json js/package.json $(wildcard js/charts/package*.json) scripts/setup.sh
	@scripts/setup.sh js
	@touch $@

$(BUNDLE): $(BUNDLE_SOURCES) | $(PYTHON_READY) $(JS_READY)
	@$(PY) hatch_build.py
	@touch $@
