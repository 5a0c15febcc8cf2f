# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_RUN := demo-run

.PHONY: demo test bench check clean

demo: $(VENV)/.run
	@$(BIN)/kommunlupp run corpus/examples/documents --out $(DEMO_RUN)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest

bench: $(VENV)/.dev
	@$(BIN)/kommunlupp bench --json bench.json

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/.system: configs/debian-packages.txt
	@sh configs/install-debian-packages.sh $<
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.system pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run configs/debian-test-packages.txt
	@sh configs/install-debian-packages.sh configs/debian-test-packages.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	@$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev,train,evaluate,examples,review,notebooks,docs,spacy]"
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO_RUN)
