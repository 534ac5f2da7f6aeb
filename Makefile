# `make` prints what there is. Needs Python >= 3.11 with venv, git and make; another Python: `make report PYTHON=python3.12`.
SHELL  := /bin/bash
PYTHON ?= python3
VENV   := .venv
TOX    := .tox/bootstrap
BIN    := $(VENV)/bin
# `all` is every optional package but the GPL one (atari) and the libraries that only `make bench-peers` compares with.
EXTRAS := all

# Every measurement runs on one thread: results depend on their number, and one process a core is faster than two threads.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export NUMBA_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_INSTALL := -m pip install --no-compile -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help report test bench bench-peers publish clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(VENV)/.installed ## measure every fast claim and its controls, write the report, say where it is
	@failed=0; \
	$(BIN)/repro run --cost fast || failed=$$?; \
	$(BIN)/repro controls --cost fast || failed=$$?; \
	$(BIN)/repro report || failed=$$?; \
	exit $$failed

test: $(TOX)/.installed ## run the whole test matrix that this machine can run, through tox
	$(TOX)/bin/tox run $(if $(ENV),-e $(ENV))

bench: $(VENV)/.bench ## time everything with asv and build its pages (results/asv, .asv/html)
	$(BIN)/asv run --set-commit-hash HEAD
	$(BIN)/asv publish

bench-peers: $(VENV)/.peers ## time ours beside torch, tensorflow, autograd and jax, and print the ratios
	$(BIN)/python -m benchmarks.peers

publish: $(VENV)/.installed ## for maintainers: renew the published records under results/
	$(BIN)/repro publish

clean: ## remove what these commands made: environments, caches, your own records and report
	rm -rf $(VENV) .tox .asv .repro .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info results/report results/asv/local results/asv/smoke

# A stamp a set of packages: a second `make report` installs nothing, and a change of the pins installs again.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(call check_python)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) --upgrade pip
	$(BIN)/python $(PIP_INSTALL) -e '.[$(EXTRAS)]'
	@touch $@

$(VENV)/.bench: $(VENV)/.installed
	$(BIN)/python $(PIP_INSTALL) --group bench
	@touch $@

$(VENV)/.peers: $(VENV)/.installed
	$(BIN)/python $(PIP_INSTALL) -e '.[$(EXTRAS),peers]'
	@touch $@

$(TOX)/.installed: constraints.txt
	@$(call check_python)
	$(PYTHON) -m venv $(TOX)
	$(TOX)/bin/python $(PIP_INSTALL) tox
	@touch $@

define check_python
command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one: make report PYTHON=/path/to/python3" >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), and Python 3.11 or newer is needed; name another: make report PYTHON=python3.12" >&2; exit 1; }; \
$(PYTHON) -c 'import venv, ensurepip' 2> /dev/null || { echo "$(PYTHON) has no venv: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
endef
