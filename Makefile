# Ringback. `make help` lists what can be done.
# The first of these that runs and is new enough; a version manager's `python3` may be neither.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)) python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install run test compiled-tests tests browser test-console pairs lint format types chaos chaos-long power-loss bench fuzz audit lock schema translations pictures clean

# Most tests wait for a process of their own and need no processor meanwhile.
WORKERS ?= 6
SEED ?= 1
SEEDS ?= 1 2 3 4 5
RATE ?= 40
CALLBACKS ?= 10000
EXAMPLES ?= 15000
PAIRS ?= 10000
ENGINE ?= embedded
DATABASE ?= sqlite

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: export RINGBACK_CRM = sandbox
run: .venv/.run ## start Ringback with the embedded sandbox and say what to do next
	@$(BIN)/ringback run

install: .venv/.run ## install what Ringback needs to run, and no tools for its development

test: .venv/.dev ## install, lint, check the types and run every test
	@$(MAKE) --no-print-directory --jobs 3 lint browser compiled-tests
	@$(MAKE) --no-print-directory --jobs 2 types tests

# Else each worker would do it on a fresh clone. It takes no longer than `lint`; what cannot be collected the tests will tell.
compiled-tests: .venv/.dev
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest --collect-only --quiet > /dev/null || true

tests: .venv/.dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist worksteal

browser: .venv/.dev ## see to it that the tests have a browser: the machine's, else one that is installed
	@$(BIN)/python -m tests.support.install_browser

test-console: browser ## go through each page and story of the console in each theme, language and width, and do 2,000 things at random
	RINGBACK_TEST_LOOKS=all $(BIN)/pytest -n $(WORKERS) tests/console

pairs: .venv/.dev ## hold what the console tries to what delivery does, for generated rules and callbacks (PAIRS=)
	RINGBACK_TEST_EXAMPLES=$(PAIRS) $(BIN)/pytest -n 0 tests/trial/test_try_out.py

lint: .venv/.dev ## ruff, and the import rule of the design
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --config .importlinter

format: .venv/.dev ## put every file into ruff's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: .venv/.dev ## break everything for a while and count (SEED= CALLBACKS= ENGINE= DATABASE=)
	$(BIN)/python -m tests.chaos --seed $(SEED) --callbacks $(CALLBACKS) --engine $(ENGINE) --database $(DATABASE) --rate $(RATE)

chaos-long: .venv/.dev ## the same and the engines' tests for every engine and database, with several seeds, after a crash at every step (SEEDS= CALLBACKS= RATE=)
	RINGBACK_TEST_POINTS=all $(BIN)/pytest -n 0 tests/chaos/test_crash_points.py tests/engines
	$(BIN)/python -m tests.chaos --all --seed $(SEEDS) --callbacks $(CALLBACKS) --rate $(RATE)

power-loss: .venv/.dev ## cut the power at each sync of the ledger and look what is there (POWER_LOSS="--database postgres")
	$(BIN)/python -m tests.power_loss $(POWER_LOSS)

bench: .venv/.dev ## measure beside Node-RED and Flask, on a quiet machine (BENCH="throughput --quick --against ../earlier")
	$(BIN)/python -m bench $(BENCH)

fuzz: .venv/.dev ## send generated requests, and try generated templates and configurations (EXAMPLES= for each kind)
	RINGBACK_TEST_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n 2 tests/web/test_openapi.py \
		tests/web/test_way_back.py::test_generated_wishes tests/mapping/test_safety.py tests/mapping/test_config_any.py

types: .venv/.dev ## mypy, strict
	$(BIN)/mypy

audit: .venv/.dev ## look for known vulnerabilities of the locked packages, where the network allows
	@.ci/audit

lock: .venv/.run ## write requirements*.txt anew from pyproject.toml
	$(BIN)/python -m pip install --quiet "uv>=0.13"
	$(BIN)/uv pip compile $(LOCK) --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-dev.txt --extra dev --constraint requirements.txt pyproject.toml

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	--custom-compile-command "make lock" --extra build

schema: .venv/.run ## write the JSON Schema of the configuration anew
	$(BIN)/ringback schema > config/ringback.schema.json

translations: .venv/.run ## bring the catalogues in app/translation up to date with the code and the templates
	@mkdir -p var
	$(BIN)/pybabel --quiet extract $(EXTRACT) --output-file var/ringback.pot app
	for catalogue in app/translation/locale/*/LC_MESSAGES/ringback.po; do $(BIN)/pybabel --quiet update $(UPDATE) \
		--input-file var/ringback.pot --output-file $$catalogue --locale $$(basename $$(dirname $$(dirname $$catalogue))); done

EXTRACT := --mapping-file pyproject.toml --keywords gettext_noop --add-comments Translators: --add-location file --sort-output
UPDATE := --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120

pictures: browser ## take the pictures of docs/ anew, of a trial on the ports of make run (PORT= SANDBOX_PORT=)
	$(BIN)/python -m tests.pictures

clean: ## remove the virtual environment and all data
	rm -rf .venv var

# The stamps keep a second start fast: pip runs only when a lock file has changed.
.venv/.run: requirements.txt pyproject.toml
	$(call install,requirements.txt)
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml
	$(call install,requirements-dev.txt)
	@touch .venv/.run $@

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps

define install
@test -x $(BIN)/python || $(PYTHON) -m venv .venv
@# One pip takes one core. A lock file names all that is needed, so each of four has a part of it.
@awk '/^[a-z]/ { part = (part + 1) % 4 } { file = ".venv/$(1)-" (part + 0); print > file }' $(1)
printf '%s\n' 0 1 2 3 | xargs -P 4 -I% $(PIP) --require-hashes -r .venv/$(1)-%
$(PIP) --no-build-isolation --editable .
@# pip compiles on one core, this on all. Where Python may write no bytecode, each start would compile anew.
@$(BIN)/python -W ignore -m compileall -qq -j 0 app .venv/lib || true
endef
