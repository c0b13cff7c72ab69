# Everything on a fresh machine with Python 3.11, git and make: `make demo`, `make test`.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RELISTEN := $(BIN)/relisten
DEMO := $(RELISTEN) --library data/library
# A process for each core; a file's tests stay together, as they share what is slow to make.
# Those in a browser have a run of their own: what drives it keeps a loop of events in its process.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
	--no-loadscope-reorder

PROGRAMS := chromium soffice ffprobe pdftoppm
PACKAGES := chromium libreoffice-writer-nogui ffmpeg poppler-utils

.PHONY: demo test lint ruff mypy pyright unit model browser programs models bench clean

demo: $(VENV)/installed
	$(RELISTEN) models pull
	$(DEMO) process data/samples --channels interviewer,customer --project acorn
	$(DEMO) list
	$(DEMO) show harbor-bakery
	$(DEMO) speakers canyon-bikes
	$(DEMO) search "too expensive"
	$(DEMO) status
	$(DEMO) clip 1 -o data/library/too-expensive.wav --force
	$(DEMO) reel price -o data/library/prices.mp3 --force
	$(DEMO) export --project acorn --format docx,srt,xlsx -o data/library/acorn.zip --force
	$(DEMO) export harbor-bakery --format html -o data/library --force
	@echo "Open that page in a browser, or the whole library: $(DEMO) serve"

test: $(VENV)/installed
	$(MAKE) --jobs 2 --output-sync=target ruff mypy pyright models programs
	$(PYTEST) -m "not browser"
	$(PYTEST) -m browser

lint: ruff mypy pyright

ruff: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

mypy: $(VENV)/installed
	$(BIN)/mypy

pyright: $(VENV)/installed
	$(BIN)/pyright --pythonpath $(BIN)/python

unit: $(VENV)/installed
	$(PYTEST)

model: models
	$(PYTEST) -m model

browser: $(VENV)/installed programs
	$(PYTEST) -m browser

# What opens our pages and files as their readers do. Without one of the others than Chromium, the
# tests that ask it are skipped.
programs:
	@for each in $(PROGRAMS); do command -v $$each > /dev/null || missing=1; done; \
	test -z "$$missing" || \
	(apt-get update -qq && apt-get install -qq --no-install-recommends $(PACKAGES) > /dev/null) || \
	echo "Not all of $(PROGRAMS) can be installed here: tests that ask them are skipped."
	@command -v chromium > /dev/null || \
	(echo "The tests in a browser need Chromium: install it, then say make test again." && false)

models: $(VENV)/installed
	$(RELISTEN) models pull tiny.en base voices en_core_web_sm sentences

bench: $(VENV)/installed models
	$(BIN)/python -m benchmarks.recognisers
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.transcription
	$(BIN)/python -m benchmarks.speakers

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group test
	# meeteval is built on the spot: without a C++ compiler the tests that ask it are skipped
	-$(BIN)/python -m pip install --quiet --constraint constraints.txt --group benchmarks
	$(BIN)/python -c "open('$(VENV)/installed', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(f, True) for f in ('$(VENV)', 'data/library')]"
