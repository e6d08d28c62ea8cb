# make run and make test do all set-up themselves; they need Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test test-full check bench bench-matching bench-broadcast bench-telegram bench-web fuzz-web screenshots knowledge lint schema clean lock

run: $(READY)
	@$(BIN)/python -m bot run

test: $(READY)
	@$(BIN)/python -m pytest

# As `make test`, with every test that repeats itself in full: all examples mistyped, more kills, 20,000 hostile bodies.
test-full: $(READY)
	@FULL=1 $(BIN)/python -m pytest

check: knowledge lint

knowledge: $(READY)
	@status=0; for centre in bytom gdansk; do $(BIN)/python -m bot check --knowledge knowledge/$$centre || status=1; done; exit $$status

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo

bench: $(READY)
	@PYTHONPATH=. $(BIN)/python bench/bench.py

bench-telegram: $(READY)
	@PYTHONPATH=. $(BIN)/python bench/telegram_bot.py

bench-matching: $(READY)
	@PYTHONPATH=. $(BIN)/python bench/matching.py

bench-broadcast: $(READY)
	@PYTHONPATH=. $(BIN)/python bench/broadcast.py

bench-web: $(READY)
	@PYTHONPATH=. $(BIN)/python bench/web.py

# The whole of what `make test` does a share of: 20,000 hostile bodies. SEED=n makes others.
fuzz-web: $(READY)
	@FUZZ=20000 $(BIN)/python -m pytest -q -s tests/test_web_fuzz.py

# Pictures for docs/screenshots; needs Chromium (apt-get install chromium).
screenshots: $(READY)
	@$(BIN)/python -m tests.screenshots

schema: $(READY)
	@$(BIN)/python -m bot schema

# Writes requirements.lock anew from pyproject.toml; needs the network.
lock: $(READY)
	@$(BIN)/python -m pip install --quiet pip-tools
	@$(BIN)/python -m piptools compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Informator needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run")'
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@
