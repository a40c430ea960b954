# Every target does the set-up it needs; a finished set-up costs well under a second.

PORT ?= 8000
BIND ?= 127.0.0.1
ARGS ?=
OUT ?= dist
# The page's Django, such as 6.1; empty is the one in requirements.txt.
DJANGO ?=

VENV_PYTHON := .venv/bin/python
export PYTHONPATH := app
export DJANGO

# Where the host's Python is new enough for the page's other Django, tests outside the page use it too.
HOST_DJANGO = $(shell [ -n "$(DJANGO)" ] && [ -d .django/$(DJANGO) ] && $(VENV_PYTHON) -c \
    'import sys; sys.exit(sys.version_info < (3, 12))' && echo .django/$(DJANGO):)

# What index.html shows.
OWN_FORMS := ArticleFormSet PostFormSet WriterFormSet SignupForm

LOCKING := --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
    --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help run example test build docs wheel bench weigh laws suites sites wild check format setup packages prose screenshots lock clean \
    test-engine test-browser test-builder test-house test-django

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: setup ## set up, then serve the page at http://127.0.0.1:8000/ (PORT=8001, DJANGO=6.1 for others)
	@$(VENV_PYTHON) -P tools/demo_sites.py
	@exec $(VENV_PYTHON) -P app/clientforms/builder/serve/checkout_server.py --bind "$(BIND)" --port "$(PORT)"

example: setup ## run examples/orders, a Django project, on an ASGI server at http://127.0.0.1:8000/ (PORT=)
	@export PYTHONPATH="$(CURDIR)/app" && cd examples/orders && \
	    "$(CURDIR)/$(VENV_PYTHON)" manage.py demo && \
	    exec "$(CURDIR)/$(VENV_PYTHON)" -m uvicorn config.asgi:application --host "$(BIND)" --port "$(PORT)"

test: setup ## set up (the browser too, where it is missing), then run every test (ARGS= for pytest; test-engine, test-browser, … for a part)
	@$(VENV_PYTHON) -m tests.support.browsers
	@$(VENV_PYTHON) -m tests.support.servers
	@PYTHONPATH=$(HOST_DJANGO)app $(VENV_PYTHON) -m pytest --numprocesses auto --maxprocesses 4 $(ARGS)

# One part of the tests each.
test-engine: override ARGS := tests/engine $(ARGS)
test-browser: override ARGS := tests/browser $(ARGS)
test-builder: override ARGS := tests/builder $(ARGS)
test-house: override ARGS := tests/house $(ARGS)
test-django: override ARGS := tests/django_suites $(ARGS)
test-engine test-browser test-builder test-house test-django: test

build: setup ## write dist/: the project's own page as plain static files, for any host
	@[ ! -f "$(OUT)/docs/searchindex.js" ] || rm -rf "$(OUT)/docs"
	@[ ! -f "$(OUT)/notes/clientforms-build.json" ] || rm -rf "$(OUT)/notes" "$(OUT)/notes-admin" "$(OUT)/static"
	@$(VENV_PYTHON) -m clientforms build $(OWN_FORMS:%=demo.forms:%) --template index.html --out $(OUT) $(ARGS)
	@$(VENV_PYTHON) -P tools/demo_sites.py --out $(OUT)

docs: ## write dist/docs/: the documentation and the gallery, and dist/: the page with links to them (REPOSITORY= its address)
	@tools/setup.sh docs
	@$(VENV_PYTHON) -P tools/docs.py $(OWN_FORMS:%=demo.forms:%) --out $(OUT) $(ARGS)

wheel: setup ## write wheels/: clientforms as pip installs it, with the runtime inside
	@$(VENV_PYTHON) -m hatchling build --target wheel --directory wheels

bench: setup ## measure beside other libraries and boots, print tables, write bench-results/ (ARGS=--help)
	@$(VENV_PYTHON) -m tests.support.browsers
	@PYTHONPATH=app:. $(VENV_PYTHON) -m benchmarks $(ARGS)

weigh: setup ## what a first visit fetches, by file and by module of the snapshot, in a minute (ARGS=--write sets the limits)
	@$(VENV_PYTHON) -m tests.support.browsers
	@PYTHONPATH=app:. $(VENV_PYTHON) -m benchmarks.weigh $(ARGS)

laws: setup ## random sequences of edits against Django, 2000 and in a page 500 (LAWS= for another number)
	@$(VENV_PYTHON) -m tests.support.browsers
	@CLIENTFORMS_LAWS="$(or $(LAWS),2000)" CLIENTFORMS_LAWS_IN_THE_PAGE="$(or $(LAWS),500)" \
	    $(VENV_PYTHON) -m pytest tests/engine/test_laws.py tests/browser/test_laws.py $(ARGS)

suites: setup ## all of Django's own suites, in two pages, in about 2 minutes (`make test` runs a share of the large ones)
	@$(VENV_PYTHON) -m tests.support.browsers
	@CLIENTFORMS_SUITES=all $(VENV_PYTHON) -m pytest tests/django_suites $(ARGS)

sites: setup ## all tests of whole Django sites, in each place (`make test` runs a share)
	@$(VENV_PYTHON) -m tests.support.browsers
	@$(VENV_PYTHON) -m tests.support.servers
	@CLIENTFORMS_SITES=all $(VENV_PYTHON) -m pytest --numprocesses auto --maxprocesses 4 tests/site $(ARGS)

wild: ## forms and whole apps from PyPI that others wrote, in a page and under CPython (ARGS= for pytest)
	@tools/setup.sh wild
	@$(VENV_PYTHON) -m tests.support.browsers
	@CLIENTFORMS_WILD="$(CURDIR)/.wild/bin/python" $(VENV_PYTHON) -m pytest \
	    --numprocesses auto --maxprocesses 4 tests/wild $(ARGS)

check: packages prose ## formatter, linter, types, generated lists, prose
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m mypy
	@$(VENV_PYTHON) -P app/clientforms/builder/output/page_files.py --check
	@.prose/bin/python -P tools/prose.py

format: packages ## format the code, fix what the linter can, and renew generated lists
	@$(VENV_PYTHON) -P app/clientforms/builder/output/page_files.py
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

setup: ## virtual environment, npm packages and browser runtime, as far as they are missing
	@tools/setup.sh

packages:
	@tools/setup.sh packages

prose:
	@tools/setup.sh prose

screenshots: setup ## take the README's pictures of the page anew
	@$(VENV_PYTHON) -m tests.support.browsers
	@PYTHONPATH=app:. $(VENV_PYTHON) tools/screenshots.py

lock: ## compile the lock files, requirements*.txt, anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv on PATH (pip install uv)" >&2; exit 1; }
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 $(LOCKING) \
	    --output-file requirements.txt
	uv pip compile --group django-6-1 --python-version 3.14 $(LOCKING) \
	    --output-file requirements-django-6.1.txt
	uv pip compile pyproject.toml --group docs --universal --python-version 3.11 $(LOCKING) \
	    --output-file requirements-docs.txt
	uv pip compile --group prose --universal --python-version 3.11 $(LOCKING) \
	    --output-file requirements-prose.txt
	uv pip compile --group wild --universal --python-version 3.11 $(LOCKING) \
	    --output-file requirements-wild.txt

clean: ## remove all that set-up and the tests made
	rm -rf .venv .docs .prose .wild .django .compiled node_modules static/runtime static/runtime.* .setup.lock
	rm -rf benchmarks/made benchmarks/peers/*/node_modules bench-results
	rm -rf examples/notes/page examples/notes/data
	rm -rf examples/orders/data examples/orders/orders/locale/*/LC_MESSAGES/*.mo
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results dist wheels
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} +
