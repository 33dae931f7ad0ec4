# Every target that a person types has its line of help behind `##`; `make` alone prints them.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header $(UPGRADE) pyproject.toml --group build

# --no-compile halves the set-up: Python compiles what it imports, when it does.
# A venv is installed again only when what it was made from is newer than its stamp.
VENV := $(BIN)/python
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed

# A crash also exits with 1; only a run that finished leaves its summary.
BOTH_FINISHED = [ "$$(find output -name summary.json -newer .venv/.demo-begun | wc -l)" -eq 2 ]

.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers unit bench storm wheel wheel-test samples lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## set up, then import the sample files into a stand-in for Apollo (needs no key)
	@touch .venv/.demo-begun; status=0; \
	$(BIN)/contact-import run sample_data/people.xlsx sample_data/people.csv \
		-c configs/people.yaml -o output --sandbox --yes || status=$$?; \
	[ $$status -ne 1 ] || $(BOTH_FINISHED) || exit 1; \
	[ $$status -ne 1 ] || { echo "(Some sample rows are faulty on purpose, hence its exit code 1.)"; exit 0; }; \
	exit $$status

test: lint types layers ## everything that must hold: lint, types, layers, then docs checks and tests with coverage
	@$(BIN)/pytest -n 2 -m "not storm" --cov --cov-report=term:skip-covered

lint: $(DEV) ## style and likely mistakes (ruff)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(DEV) ## types (mypy, strict)
	@$(BIN)/mypy

layers: $(DEV) ## which module may import which (import-linter)
	@$(BIN)/lint-imports

unit: $(DEV) ## the quick loop: tests without the slow ones; ARGS="-k email" picks some
	@$(BIN)/pytest -m "not slow and not storm" $(ARGS)

bench: $(DEV) ## speed and memory beside yardsticks: runs every program in benchmarks/ (docs/performance.md)
	@for program in $(wildcard benchmarks/[a-z]*.py); do \
		echo "== $$program"; $(BIN)/python "$$program" || exit 1; \
	done

storm: $(DEV) ## kill and resume imports, with every fault on, and what else takes long; ARGS="--kills 50 --seed 7"
	@$(BIN)/python -m tests.storm $(ARGS)
	@$(BIN)/pytest -n 2 -m storm

wheel: $(DEV) ## build the wheel into dist/
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation

wheel-test: $(DEV) ## install the wheel in a new environment elsewhere (`make test` does it too)
	@$(BIN)/pytest -k wheel tests/test_project.py

samples: $(DEV) ## make sample_data/ again from the scripts that describe it
	@for script in make_samples make_layouts; do \
		$(BIN)/python tests/data/$$script.py sample_data || exit 1; \
	done

lock: $(BIN)/uv ## write both locks after pyproject.toml changed; UPGRADE=--upgrade takes newer versions
	@$(UV_COMPILE) --output-file requirements.lock
	@$(UV_COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment, caches and builds; output/ is yours and stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is missing or older than Python 3.11. Install a newer one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making the environment .venv ..."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | $(VENV)
	@echo "Installing what the program needs (once, about a minute) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(VENV)
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(RUNTIME) $@

$(BIN)/uv: | $(VENV)
	@$(PIP) install 'uv>=0.5,<1'
