# `make run` sets everything up and starts the portal with its demo; `make test` runs everything that is checked.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
CATALOGUES := $(wildcard participation/translations/*/LC_MESSAGES/*.po modules/*/translations/*/LC_MESSAGES/*.po)
FLASK := $(BIN)/python -m flask --app app
TOOLS := nginx:nginx-light strace:strace pg_dump:postgresql-client
export PORT

.PHONY: help setup run test lint format bench promises sbom screenshots translations python free-port test-setup browser promises-tools

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.installed translations ## Make .venv with the locked dependencies, compile the translations

run: export PARTICIPATION_BASE_URL ?= http://127.0.0.1:$(PORT)
run: free-port setup ## Set up, migrate, plant the demo if the database is empty, start (PORT=8000)
	@$(FLASK) db upgrade
	@$(FLASK) demo plant --if-empty
	@exec $(BIN)/python -m gunicorn -c config/gunicorn.py 'app:create_app()'

test: test-setup ## Everything that is checked: style, types, imports, templates, migrations, tests, browser
	@$(BIN)/python tools/checks.py

lint: test-setup ## The checks without the tests
	@$(BIN)/python tools/checks.py --but tests

format: test-setup ## Put code and templates into shape
	@$(BIN)/python -m ruff check --fix . && $(BIN)/python -m ruff format .
	@$(BIN)/python -m djlint --reformat --quiet templates $(wildcard modules/*/templates)

bench: test-setup ## Requests per second against bare views, in ratios
	@$(BIN)/python -m tests.benchmarks

promises: test-setup promises-tools ## The thirty promises, measured in quick form; ONLY=12 in full, SEED=… to replay
	@$(BIN)/python -m tests.promises $(if $(ONLY),--only $(ONLY)) $(if $(FORM),--form $(FORM)) $(if $(SEED),--seed $(SEED))

sbom: test-setup ## The bill of materials: docs/sbom.cdx.json
	@$(BIN)/python tools/sbom.py

screenshots: test-setup ## The pictures of the documentation
	@$(BIN)/python -m tools.screenshots

# What stands behind: a stamp per lock file, so that a second run installs nothing

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed. Install it, or name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing. Install it: sudo apt-get install -y python3-venv"; exit 1; }

.venv/.installed: config/requirements.lock | python
	@echo "Installing the locked dependencies into .venv (once, about a minute)"
	@$(PYTHON) -m venv .venv
	@$(PIP) -r $<
	@touch $@

.venv/.installed-test: config/requirements-test.lock .venv/.installed
	@echo "Installing the tools of the tests into .venv (once)"
	@$(PIP) -r $<
	@touch $@

test-setup: .venv/.installed-test translations browser

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | .venv/.installed
	@$(BIN)/python -m babel.messages.frontend -q compile -i $< -o $@

browser:
	@if [ -x /usr/bin/chromium ]; then exit 0; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else echo "Chromium is missing; tests in the browser are left out. Install it:"; \
	  echo "  sudo apt-get update && sudo apt-get install -y chromium"; [ "$$CI" != true ]; fi

promises-tools:
	@for tool in $(TOOLS); do program=$${tool%%:*}; package=$${tool##*:}; \
	  if PATH="$$PATH:/usr/sbin" command -v $$program >/dev/null; then continue; \
	  elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq $$package >/dev/null || exit 1; \
	  else echo "$$program is missing. Install it: sudo apt-get install -y $$package"; exit 1; fi; done

free-port:
	@$(PYTHON) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || \
	  { echo "Port $(PORT) is taken. Stop what uses it, or choose another one: make run PORT=8001"; exit 1; }
