# Everything goes into .venv: python3 (3.11 or later), venv, git, make and a package index are all that is assumed.
# What is run and tested is the wheel, installed; it is built again when the package, its templates or pyproject.toml change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# directories too, so that a file taken away counts as a change
SOURCES := $(shell find covbot templates -name __pycache__ -prune -o -print) pyproject.toml README.md LICENSE

# the tests that need no process, server or repository: units and pictures
QUICK := $(addprefix tests/,core formats reports settings store texts)

export PYTHONSAFEPATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run quick test lint bench fuzz clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: $(VENV)/covbot.stamp  ## take four real builds of OpenStack Nova through covbot, into var/nova
	@$(BIN)/python examples/nova/run.py

test: $(VENV)/dev.stamp  ## run the tests on the installed wheel (with COVERAGE=yes: measured, with covbot's report on itself)
ifdef COVERAGE
	@$(BIN)/coverage erase
endif
	PYTHONHASHSEED=0 COVBOT_INSTALLED=$$($(BIN)/python -c 'import covbot; print(*covbot.__path__)') \
		$(if $(COVERAGE),$(BIN)/coverage run,$(BIN)/python) -m pytest --numprocesses=auto $(ARGS)
ifdef COVERAGE
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage xml --quiet --fail-under=0
	$(BIN)/coverage report
	$(BIN)/covbot report coverage.xml
endif

quick: $(VENV)/dev.stamp  ## run the tests of the inner loop: units and pictures, no subprocess, fewer examples
	PYTHONHASHSEED=0 HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest --quiet --numprocesses=auto $(QUICK) $(ARGS)

lint: $(VENV)/dev.stamp  ## ruff, mypy and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/dev.stamp  ## measure reading a real report beside bare lxml, and a diff with source beside pycobertura
	$(BIN)/python tests/bench/reading.py examples/nova/builds/34.0.0/coverage.xml.xz
	@$(BIN)/python examples/nova/sources.py
	@if test -d var/nova/repository; then $(BIN)/python tests/bench/diff.py var/nova/repository \
		33.0.2 examples/nova/builds/33.0.2/coverage.xml.xz 34.0.0 examples/nova/builds/34.0.0/coverage.xml.xz nova; fi

fuzz: $(VENV)/dev.stamp  ## give the reader of reports broken bytes for a while (FUZZ_SECONDS, 600 if not said)
	@$(BIN)/python -m pip install --quiet 'atheris>=3'
	PYTHONPATH=tests nice $(BIN)/python tests/fuzz/reading.py var/fuzz -max_total_time=$(or $(FUZZ_SECONDS),600)

clean:  ## forget what was built, installed and run
	rm -rf $(VENV) dist var .coverage .coverage.* coverage.xml

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else f"covbot needs Python 3.11 or later, and $(PYTHON) is {sys.version.split()[0]}: say make PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/covbot.stamp: $(VENV)/python.stamp $(SOURCES)
	@rm -rf dist
	@echo "Building covbot and installing it into $(VENV)"
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@$(BIN)/python -m pip install --quiet --force-reinstall --no-deps dist/covbot-*.whl
	@$(BIN)/python -m pip install --quiet dist/covbot-*.whl
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/covbot.stamp
	@echo "Installing what tests and lint need into $(VENV)"
	@$(BIN)/python -m pip install --quiet $$(ls dist/covbot-*.whl)[dev]
	@touch $@
