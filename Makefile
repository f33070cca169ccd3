# The course's commands. `make` alone lists them. Each one first creates or updates `.venv`.
# Needed: make, and Python 3.11, 3.12 or 3.13 (another one: make lab PYTHON=/path/to/python3.12).

PYTHON ?=
LESSON ?= $(firstword $(sort $(wildcard notebooks/*.ipynb)))
LAB_ARGS ?=
JOBS ?= 0
TEST_ARGS ?=
N ?=
REPO ?=
MUTANTS_ARGS ?=
FOLDER ?=
GRADE_ARGS ?=
PYODIDE ?=
OFFLINE ?= build/offline

PY = .venv/bin/python
CANDIDATES = $(PYTHON) python3 python3.13 python3.12 python3.11 python .venv/bin/python
SUITABLE = import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# $(call environment,FILES): .venv holds exactly these pins, made with the first Python that suits.
define environment
@for p in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
	if "$$p" -c "$(SUITABLE)" >/dev/null 2>&1; then exec "$$p" tools/environment.py $(1); fi; \
done; \
echo "The course needs Python 3.11, 3.12 or 3.13, and none was found$(if $(PYTHON), at $(PYTHON)). \
Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1
endef

.DEFAULT_GOAL := help
.PHONY: help env env-browser env-site env-benchmark env-devices lab test test-browser test-class test-devices lint format \
	notebooks slides site lite student grade offline results mutants badges clean

help:
	@echo "make lab            open JupyterLab at lesson 1 (LAB_ARGS=... passes options to it)"
	@echo "make test           run everything that must hold (JOBS=2: two files at a time; TEST_ARGS=...)"
	@echo "make test-browser   run the lessons and their explorers in a headless Chromium"
	@echo "make test-class     two students on a JupyterHub of their own, and nbgitpuller (in build/class)"
	@echo "make test-devices   one training on several devices and processes is the same (installs JAX)"
	@echo "make notebooks      run every lesson again and store its outputs (N=03 for one lesson)"
	@echo "make slides         build a deck of slides for each lesson, in build/slides (N=03 for one)"
	@echo "make site           build the course as a website, in build/site (open its index.html)"
	@echo "make lite           build the course with Python in the browser, in build/lite (PYODIDE=folder)"
	@echo "make results        compute every number in the README again, and run the lessons that quote them"
	@echo "make mutants        do the tests notice? one fault at a time (MUTANTS_ARGS='-j 2 masks' chooses)"
	@echo "make student        write the lessons without solutions to build/student, to hand out"
	@echo "make grade          grade students' notebooks: FOLDER=path (GRADE_ARGS=... passes options)"
	@echo "make offline        fetch and verify all data into build/offline, for a class (OFFLINE=path)"
	@echo "make badges         put Binder and Colab links into README and lessons (REPO=owner/name)"
	@echo "make lint           check code style; make format mends it"
	@echo "make clean          remove the environment and everything else that can be made again"

env:
	$(call environment,requirements.txt)

env-browser:
	$(call environment,requirements.txt requirements-browser.txt requirements-site.txt)

env-site:
	$(call environment,requirements.txt requirements-site.txt)

env-benchmark:
	$(call environment,requirements.txt requirements-benchmark.txt)

env-devices:
	$(call environment,requirements.txt requirements-devices.txt)

# JupyterLab asks root, the only user of many containers, to say so.
lab: env
	@$(PY) -m jupyterlab --ServerApp.root_dir=. $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_ARGS) $(LESSON)

lint: env
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: env
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

# A file of tests stays in one of the processes, so that what its tests share is made once.
test: lint
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TEST_ARGS)

test-browser: env-browser
	@$(PY) -m pytest tests/browser -o addopts=-ra $(TEST_ARGS)

test-class: env
	@$(PY) -m pytest tests/places/test_class.py -o addopts=-ra $(TEST_ARGS)

test-devices: env-devices
	@$(PY) -m pytest tests/places/test_devices.py -o addopts=-ra $(TEST_ARGS)

notebooks: env
	@$(PY) tools/run_notebooks.py $(N)
	@$(PY) tools/lesson_parts.py --write
	@$(PY) tools/lesson_map.py
	@$(PY) tools/teaching.py

slides: env-site
	@$(PY) tools/slides.py $(N)

site: env-site
	@$(PY) tools/website.py

lite: env
	@$(PY) tools/lite.py $(if $(PYODIDE),"$(PYODIDE)")

results: env-benchmark
	@$(PY) -m benchmarks.results
	@$(PY) tools/run_notebooks.py 04 05  # they quote what is recorded

mutants: env
	@$(PY) tools/mutants.py $(MUTANTS_ARGS)

badges: env
	@$(PY) tools/badges.py $(REPO)

student: env
	@$(PY) tools/student.py

# Make takes a bare word for another target, so the folder is named.
grade: env
	$(if $(FOLDER),,$(error Name the folder with the notebooks, as in make grade FOLDER=handed-in))
	@$(PY) tools/grade.py "$(FOLDER)" $(GRADE_ARGS)

offline: env
	@$(PY) tools/offline.py "$(OFFLINE)"

clean:
	rm -rf .venv build .pytest_cache .ruff_cache .hypothesis tests/browser/screenshots
	find . -name __pycache__ -prune -exec rm -rf {} +
