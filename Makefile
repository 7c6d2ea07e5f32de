# Everything starts here. Needs only make and Python 3.11 or later; see `make help`.
.DEFAULT_GOAL := help
.PHONY: help run test check bench fmt lock
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile

# An assignment on the command line (`make run PORT=9000 VAR_DIR=/srv/creneau`) reaches the program as it is.
run: export DEMO ?= 1
run: .venv/.runtime ## the whole site with the demo dealership, in the foreground; Ctrl-C stops it
	@exec $(BIN)/python manage.py up $(ARGS)

test: .venv/.dev ## the whole suite, browser tests included; `make test ARGS="-k booking"` for a part
	@command -v chromium >/dev/null || scripts/ensure.sh chromium-headless-shell chromium-headless-shell
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: .venv/.dev ## lint, types, layers, migrations, translations, templates, deployment, dependencies, secrets
	@scripts/ensure.sh xgettext gettext
	@$(BIN)/python scripts/check.py

bench: .venv/.dev ## the performance budgets, one JSON object a line
	@scripts/ensure.sh chromium chromium
	@scripts/ensure.sh npm npm
	@$(BIN)/python scripts/bench.py $(ARGS)

fmt: .venv/.dev ## put Python and templates in their usual form
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

lock: .venv/.dev ## resolve the *.in files again, with hashes
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal -p 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal -p 3.11 requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal -p 3.11 scripts/uv.in -o scripts/uv.txt

# Stamps: installing again happens only after a change of the pinned packages.
.venv/.runtime: requirements.txt scripts/uv.txt scripts/install.sh
	@scripts/install.sh requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@scripts/install.sh requirements-dev.txt
	@touch $@
