# make run   sets up .venv/ and does the main job on the shipped examples
# make test  sets up .venv/, checks the code, and runs the tests
# Needed: Python 3.11 or later, make, pip. Nothing else is installed by hand.

PYTHON ?= python3
BIN := .venv/bin
PIP = $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check
RECORDS := examples/records
PEOPLE := examples/people.csv.gz

.PHONY: install run test check pages bare lock clean

install: .venv/installed

# A Debian without python3-venv makes an environment only without pip in it; pip works from outside.
.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'trialwright needs Python 3.11 or later; say which one: make PYTHON=python3.11'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --editable .
	@touch $@

run: install
	@mkdir -p build
	$(BIN)/trialwright report $(RECORDS) --patients $(PEOPLE) --index-date 2024-08-31 -o build/report.html

test: check
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=90

check: install
	$(BIN)/ruff check src tests examples benchmarks
	$(BIN)/ruff format --check src tests examples benchmarks
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/shape

# The trees of docs/criteria.md as they compile now; look at what changed before you commit it.
pages: install
	$(BIN)/python tests/docs/criteria_page.py

# A plain install, without what developers need, must do the whole way.
bare:
	@rm -rf build/bare && mkdir -p build
	$(PYTHON) -m venv --without-pip build/bare
	$(PYTHON) -m pip --python build/bare/bin/python --disable-pip-version-check install --quiet .
	cd build && bare/bin/trialwright report ../$(RECORDS) --patients ../$(PEOPLE) --index-date 2024-08-31 -o bare.html

# Only when a dependency changes; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header -o requirements.lock

clean:
	rm -rf .venv build dist
