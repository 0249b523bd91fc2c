# One target for each habit; `make help` lists them. Stamps in .venv make a second run take seconds.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
WORKSPACE ?= workspace
SOURCES := kartoteka tests tools hatch_build.py $(wildcard bench)

# $(call install,WHAT): pip install, quietly, and once more before giving up: a registry may be slow.
define install
@echo "pip install $(1)"
@$(PIP) install --quiet $(1) || { echo "pip failed; trying once more" >&2; sleep 3; $(PIP) install --quiet $(1); }
endef

.PHONY: help setup assets demo run test check fix bench lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(VENV)/.dev $(VENV)/.package ## .venv with the locked dependencies, this checkout and its assets

demo: $(VENV)/.package ## a ready CRM with sample data on 127.0.0.1:8000
	$(VENV)/bin/kartoteka demo

run: $(VENV)/.package ## serve the folder WORKSPACE (made if absent)
	test -f $(WORKSPACE)/kartoteka.toml || $(VENV)/bin/kartoteka init $(WORKSPACE)
	$(VENV)/bin/kartoteka serve --workspace $(WORKSPACE)

test: setup ## everything: units, journeys, both databases, the browser
	$(PY) -m tools.provision
	$(PY) -m pytest -n auto --dist loadfile

check: setup ## style, types, rooms, templates, and that wheel and sdist carry the assets
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/ruff format --check $(SOURCES)
	$(VENV)/bin/mypy $(wildcard bench) kartoteka tests tools
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint kartoteka --extension html --quiet --check
	$(VENV)/bin/djlint kartoteka --extension html --quiet --lint
	$(PY) -m tools.check_package

fix: setup ## what tools can mend by themselves
	$(VENV)/bin/ruff check --fix $(SOURCES)
	$(VENV)/bin/ruff format $(SOURCES)
	$(VENV)/bin/djlint kartoteka --extension html --quiet --reformat

bench: setup ## the budgets, measured
	$(PY) -m bench

assets: $(VENV)/.package ## the front-end libraries, if what pins them has changed
	$(PY) -m tools.assets

lock: $(VENV)/.runtime ## resolve the newest dependencies within pyproject.toml's bounds
	$(call install,'uv~=0.13')
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --upgrade --quiet -o requirements-dev.lock
	$(VENV)/bin/uv pip compile pyproject.toml -c requirements-dev.lock --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade --quiet -o requirements.lock

clean: ## what was built, keeping .venv
	rm -rf dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf kartoteka/platform/web/static/vendor $(VENV)/.package

$(VENV)/bin/python:
	sh tools/make_venv.sh $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(call install,--require-hashes -r requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock | $(VENV)/bin/python
	$(call install,--require-hashes -r requirements-dev.lock)
	@touch $(VENV)/.runtime $@

# The editable install runs the build hook, which brings the assets.
$(VENV)/.package: $(VENV)/.runtime pyproject.toml hatch_build.py tools/assets.py package-lock.json kartoteka/platform/web/icons.txt
	$(call install,--no-deps --editable .)
	@touch $@
