# `make serve` runs the chat, `make test` runs all tests. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8080
FAQ ?= faq

TARGETS ?=
PARTS ?=
SECONDS ?= 1800

.PHONY: serve test check quality benchmark fuzz autobahn soak audit lock clean setup setup-test

serve: setup
	$(BIN)/python server.py --host $(HOST) --port $(PORT) --faq $(FAQ)

test: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m bot check --faq faq
	$(BIN)/pytest -n 2 --dist loadfile

check: setup
	$(BIN)/python -m bot check --faq $(FAQ)

# Measures the ranking on public sets: make quality DATA=folder (docs/quality.md).
quality: setup
	$(BIN)/python -m benchmarks.quality $(DATA) --split validation

# Measures speed and memory: make benchmark PARTS="wire turn" (docs/performance.md).
benchmark: setup-test
	$(BIN)/python -m benchmarks $(PARTS)

# Fuzzes all that reads strangers' bytes: make fuzz TARGETS="text screen" (docs/reliability.md).
fuzz: setup $(VENV)/fuzz
	PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m benchmarks.fuzz $(TARGETS)

$(VENV)/fuzz: setup/fuzz.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target $@ -r $<

# Runs Autobahn's websocket test suite, which needs Python 2.7 (docs/reliability.md).
autobahn: setup
	$(BIN)/python -m benchmarks.autobahn --python $$(sh setup/autobahn.sh $(VENV)/autobahn)

# Long runs of load, faults and restarts: make soak SECONDS=300 (docs/reliability.md).
soak: setup-test
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS)

setup: $(VENV)/ready
setup-test: $(VENV)/ready-test
	@sh setup/browser.sh
	@sh setup/axe.sh $(VENV)/axe
	@sh setup/postgres.sh

# The virtual environment with the locked dependencies, every one of them checked by its hash.
# Installing compiles the kernel too, where there is a compiler; its own line says if there is none.
$(VENV)/ready: requirements.lock pyproject.toml $(wildcard bot/retrieval/*.c bot/retrieval/native/*) bot/retrieval/compile_kernel.py
	@sh setup/venv.sh $(PYTHON) $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m bot.retrieval.compile_kernel
	$(BIN)/python -c "from bot.snapshot import load_snapshot; from datetime import date; from pathlib import Path; load_snapshot(Path('$(FAQ)'), today=date.today())"
	@touch $@

$(VENV)/ready-test: $(VENV)/ready requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# Looks for known vulnerabilities of what is locked; fails where that can't be found out.
audit: setup
	@sh setup/audit.sh $(BIN)/python $(VENV)/audit

# Writes the lock files anew from pyproject.toml; needs `uv`.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
	echo "pip-audit>=2.10" | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o setup/audit.lock -

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis faq/.askwell
