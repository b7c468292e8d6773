# The verbs of the project; `make` alone lists them. Each does its own set-up on a machine with Python and make.
#   make up STACK=second ZALO_OPENAPI_URL=http://127.0.0.1:9999    variables given here reach the stack

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # a stack and the tests start hundreds of processes; each would compile everything anew
.PHONY: help audit pictures package rehearse preflight bootstrap plan deploy destroy logs test-alert canary ci-identity run up down reset rotate-key load publish pause resume merge-units figures search-keys corrections recount recount-scores erasures officer replay restored backup-drill route understand train test test-e2e test-release check chromium test-browser test-security test-faults simulate mutate test-google bench bench-desk bench-spikes soak capacity lint format lock clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
UV := $(BIN)/uv pip install --quiet --require-hashes --compile-bytecode
LOCAL := $(VENV)/.installed-local
TESTS := $(VENV)/.installed-tests
INFRA := .venv-infra/.installed
define NO_CHROMIUM
*** THE BROWSER TESTS WERE NOT RUN: there is no chromium here and it could not be installed.
*** Install it (Debian: apt-get install chromium), then: make test-browser
endef
export NO_CHROMIUM
# A name that was given but is empty (`PROJECT=$PROJECT` before the export) would lead to the default target.
$(foreach name,PROJECT DATABASE ENV STACK,$(if $(filter-out undefined,$(origin $(name))),$(if $($(name)),,$(error $(name) is empty: export it first))))
OF_THE_CLOUD = $(if $(filter command,$(firstword $(origin STACK))),$(error `make $@` is for the cloud (ENV=dev|prod or PROJECT=id): STACK=$(STACK) is on this laptop, its logs are in .local/$(STACK)/logs))
OPERATOR = $(if $(PROJECT),--project "$(PROJECT)") $(if $(DATABASE),--database "$(DATABASE)") $(if $(YES),--yes)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

help: ## list the verbs
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# What was given to `make` itself, so that a misspelt setting is refused and not passed over.
run up: export GIVEN_TO_MAKE = $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))

run: $(LOCAL) ## start everything here and show the page; Ctrl-C stops it (TRAINING=1: with petitions to practise on)
	@exec $(BIN)/python -m infra.local run

up: $(LOCAL) ## start everything in the background (STACK=name for a second one, NAME=value for a setting)
	@exec $(BIN)/python -m infra.local up

down: $(LOCAL) ## stop what `make up` started; the state stays
	@exec $(BIN)/python -m infra.local down

reset: $(LOCAL) ## empty the state of the stack, running or not
	@exec $(BIN)/python -m infra.local reset

load: $(LOCAL) ## reference data into the database, the difference first (PROJECT=id: in the cloud, YES=1: ask nothing)
	@$(BIN)/python -m infra.operate load $(OPERATOR)

publish: $(LOCAL) ## a calendar, rules or reminders into force (KIND=calendars|deadline_rules|... FILE=...; DRY=1 only shows it)
	@$(BIN)/python -m infra.operate publish "$(KIND)" $(if $(FILE),"$(FILE)",--show) $(if $(DRY),--dry-run) $(OPERATOR)

pause: $(LOCAL) ## stop all sending; what is due waits (PROJECT=id: in the cloud, YES=1: ask nothing, DRY=1: only say how it is)
	@$(BIN)/python -m infra.operate pause $(if $(DRY),--dry-run) $(OPERATOR)

resume: $(LOCAL) ## start sending again
	@$(BIN)/python -m infra.operate resume $(if $(DRY),--dry-run) $(OPERATOR)

merge-units: $(LOCAL) ## units become one from a day on (FROM=A,B INTO=C NAME="..." DATE=2026-12-01; DRY=1 only shows it)
	@$(BIN)/python -m infra.operate merge-units "$(FROM)" "$(INTO)" "$(DATE)" --name "$(NAME)" \
		$(if $(SOURCE),--source "$(SOURCE)") $(if $(DRY),--dry-run) $(OPERATOR)

erasures: $(LOCAL) ## who was erased; after a restore FROM=petitions DATABASE=the-restored-one erases them there too
	@$(BIN)/python -m infra.operate erasures $(if $(FROM),--from "$(FROM)") $(OPERATOR)

figures: $(LOCAL) ## the dashboards' figures counted anew, what differs put right (FROM=2026-11-23: days before; DRY=1 only shows it)
	@$(BIN)/python -m infra.operate figures $(if $(FROM),--from "$(FROM)") $(if $(DRY),--dry-run) $(OPERATOR)

search-keys: $(LOCAL) ## what petitions of earlier releases are found by at the desk, put right (DRY=1 only counts them)
	@$(BIN)/python -m infra.operate search-keys $(if $(DRY),--dry-run) $(OPERATOR)

recount: $(LOCAL) ## count a frozen report again: REPORT=ket-qua.json INPUTS=du-lieu-vao.jsonl.gz
	@$(BIN)/python -m infra.operate recount "$(REPORT)" "$(INPUTS)"

recount-scores: $(LOCAL) ## score a frozen year again from its exported inputs: FILE=du-lieu.json
	@$(BIN)/python -m infra.operate recount-scores "$(FILE)"

corrections: $(LOCAL) ## officers' decisions about units as masked examples into FILE=corrections.jsonl; they stay on this machine
	@$(BIN)/python -m infra.operate corrections "$(FILE)" $(filter-out --yes,$(OPERATOR))

train: $(TESTS) ## the models of routing and of messages anew; a worse one is refused (DEV_SAMPLE=file and CORRECTIONS=file teach it too)
	@PYTHONPATH=functions $(BIN)/python -m infra.routing.retrain $(foreach file,$(DEV_SAMPLE) $(CORRECTIONS),"$(file)")
	@PYTHONPATH=functions $(BIN)/python -m infra.conversation.retrain

route: $(LOCAL) ## where each petition of FILE=petitions.jsonl goes, one JSON object a line (make -s route FILE=...)
	@PYTHONPATH=functions $(BIN)/python -m infra.routing.predict "$(FILE)"

understand: $(LOCAL) ## how each message of FILE=utterances.jsonl is read, one JSON object a line (make -s understand FILE=...)
	@PYTHONPATH=functions $(BIN)/python -m infra.conversation.understand "$(FILE)"

replay: $(LOCAL) ## what got stuck: WHAT=list | show, letter, change, repair, dismiss with ID=... | letters, dismiss-letters (of one reason: ID=reason; DRY=1); letters are dismissed with REASON="..."
	@$(BIN)/python -m infra.operate replay $(or $(WHAT),list) $(ID) $(if $(REASON),--reason "$(REASON)") $(if $(DRY),--dry-run) $(OPERATOR)

officer: $(LOCAL) ## an officer entered or changed: EMAIL=... NAME="..." UNIT=VPUB ROLE=coordinator (PROJECT=id; DRY=1 only shows it)
	@$(BIN)/python -m infra.operate officer --email "$(EMAIL)" --name "$(NAME)" --unit "$(UNIT)" --role "$(ROLE)" \
		$(if $(DRY),--dry-run) $(OPERATOR)

restored: $(LOCAL) ## a restored database made safe: DATABASE=petitions-restored FROM=petitions AT=2026-11-24T02:00Z (DRY=1)
	@$(BIN)/python -m infra.operate restored --at "$(AT)" $(if $(FROM),--from "$(FROM)") $(if $(DRY),--dry-run) $(OPERATOR)

backup-drill: $(LOCAL) ## a restore on a stack of its own, every step looked at (STACK=name; DRY=1 only says the steps)
	@$(BIN)/python -m infra.operate backup-drill $(if $(DRY),--dry-run)

rotate-key: $(LOCAL) ## the OA secret key was changed at Zalo: KEY=new (FINISH=1 ends all but KEY, asks first); infra/README.md
	@exec $(BIN)/python -m infra.operate rotate-key $(if $(FINISH),--finish) $(if $(DRY),--dry-run) $(if $(YES),--yes) $(if $(PROJECT),--project=$(PROJECT) \
		--webhook=$(WEBHOOK) --app-id=$(ZALO_APP_ID) --oa-id=$(ZALO_OA_ID))

# With ALONE=1 what failed beside others runs once more, alone, and is named; what fails twice fails.
AGAIN = $(if $(ALONE),|| $(BIN)/pytest --last-failed --last-failed-no-failures none --maxfail 3 -v -m "browser or release or not faults" $(1))

test: $(TESTS) ## the tests of every change, in one process more than there are cores (tests/conftest.py)
	@rm -rf .build/doors .build/privileges
	@$(BIN)/pytest -n auto $(AGAIN)

RUNNING := tests/e2e tests/local

test-e2e: $(TESTS) ## after `make test`: the running stack from outside, then what neither of the two has gone through or used
	@$(BIN)/pytest -n auto $(RUNNING) $(call AGAIN,$(RUNNING))
	@$(BIN)/python -m tests.doors
	@$(BIN)/python -m tests.privileges

check: $(TESTS) ## lint, types, and the unit and property tests of what differs from main, in at most 90 s
	@$(BIN)/python -m tests.check

test-release: $(TESTS) $(INFRA) ## what a release must pass: Terraform, archives, audit, a rolling deployment, a restore
	$(BIN)/pytest -n auto -m release tests $(call AGAIN,tests)

test-security: $(TESTS) ## the attacks that were tried on the running system; `make test` runs them too, but for the long ones
	$(BIN)/pytest -n auto -m "not browser" tests/security

test-faults: $(TESTS) ## the long runs: kills under load, thousands of random operations
	$(BIN)/pytest tests infra/emulators/tests -m faults

simulate: $(TESTS) ## the whole system in one process, a world for each seed (SEEDS=300, FIRST=0, JOBS=1, SHRINK=1 or a promise, PLANTED=1 or a name)
	@$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),300) --jobs $(or $(JOBS),1) --first $(or $(FIRST),0) $(if $(SHRINK),--shrink $(filter-out 1,$(SHRINK))) $(if $(PLANTED),--planted $(if $(filter-out 1,$(PLANTED)),"$(PLANTED)"))

mutate: $(TESTS) ## small faults planted in a room, and those that its nearest tests do not tell of (ROOM=clock, else ten rooms; MUTANTS=60 SEED=1; of a whole night)
	@$(BIN)/python -m tests.mutation $(ROOM) $(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(SEED),--seed $(SEED))

test-google: $(TESTS) ## the emulators' suites and e2e on Google's emulators, where gcloud and Java are installed (E2E=file: only this of e2e)
	$(BIN)/python -m tests.integration.google_run $(E2E)

bench: $(TESTS) ## the emulators beside Google's, a sweep of reminders, the desk, the webhook beside the bare framework
	$(BIN)/python -m tests.load.bench

bench-desk: $(TESTS) ## every page of the desk with 100,000 petitions stored: reads, and time beside the list's (15 minutes)
	PYTHONPATH=functions $(BIN)/python -m tests.load.bench_pages

bench-spikes: $(TESTS) ## up to 35 messages a second on a stack, in turns with another checkout's (AGAINST=folder, 6 to 12 minutes)
	PYTHONPATH=functions $(BIN)/python -m tests.load.bench_spikes $(if $(AGAINST),--against $(AGAINST))

soak: $(TESTS) ## two weeks of petitions and what is kept of them, as curves (.build/soak.svg); fails where something grows (HOURS=2: a running stack for real hours, .build/soak-real.svg)
	PYTHONPATH=functions $(BIN)/python -m tests.load.$(if $(HOURS),soak_hours --hours $(HOURS),soak)

capacity: $(TESTS) ## reads, writes, money at 1, 10 and 100 times the city's volume, and what breaks first (COUNT=1 counts anew)
	@$(if $(COUNT),PYTHONPATH=functions $(BIN)/python -m tests.load.count_steps)
	@$(BIN)/python -m infra.capacity

package: $(LOCAL) ## the archives of the functions, named by their hashes, with a bill of materials (.build/package)
	@$(BIN)/python -m infra.build package

preflight bootstrap plan deploy destroy test-alert canary ci-identity: $(LOCAL)
	@exec $(BIN)/python -m infra.operate $@ $(or $(ENV),dev)$(OF_THE_CLOUD) $(if $(PROJECT),--project "$(PROJECT)") $(if $(DRY),--dry-run) $(if $(YES),--yes) $(if $(PLAN),--plan "$(PLAN)") $(if $(SHARE),--share "$(SHARE)") $(if $(FUNCTION),--function "$(FUNCTION)") $(if $(REPOSITORY),--repository "$(REPOSITORY)")

rehearse: $(TESTS) $(INFRA) ## a deployment walked through on a fake of Google's control plane (REHEARSAL_MIRROR=folder of the real provider, else a stub; SHORT=1, REPORT=file; POINTS=5 SEED=1 or EVERY=1: trouble at its requests)
	@$(BIN)/python -m infra.rehearsal.walk $(if $(SHORT),--short) $(if $(POINTS),--points=$(POINTS)) $(if $(SEED),--seed=$(SEED)) $(if $(EVERY),--every)

logs: $(LOCAL) ## the functions' newest warnings and errors in the cloud, with reason and error (PROJECT=id, or ENV=dev|prod; FUNCTION=routing SINCE=1h)
	@exec $(BIN)/python -m infra.operate logs $(or $(ENV),dev)$(OF_THE_CLOUD) $(if $(PROJECT),--project "$(PROJECT)") $(if $(FUNCTION),--function "$(FUNCTION)") $(if $(SINCE),--since "$(SINCE)") $(if $(DRY),--dry-run)

preflight: ## what person, organisation and project lack for a deployment, each with its cure (ENV=dev|prod)
bootstrap: ## once per project: Terraform's state, first APIs, containers of secrets (ENV=dev|prod; DRY=1 only prints)
plan: ## what a deployment would change (ENV=dev|prod)
deploy: ## checks, packages, plans, asks, applies in order, loads data, probes the webhook (ENV=dev|prod DRY=1 YES=1; PLAN=digest: what `make plan` showed)
destroy: ## everything in the cloud but data (ENV=dev|prod; DRY=1 only prints)
test-alert: ## one alert that reaches whoever is told of alerts, and whoever is woken (ENV=dev|prod; DRY=1 only prints)

canary: ## the newest revision of the webhook gets this percentage of Zalo's events, 0 takes them back (SHARE=10 ENV=prod; FUNCTION=routing: of another function; DRY=1 only prints)
ci-identity: ## accounts without keys for a pipeline at GitHub, one plans, one deploys (REPOSITORY=owner/name ENV=prod; DRY=1 only prints)

audit: $(LOCAL) $(INFRA) ## known flaws of the locked packages, secrets in the sources (OFFLINE=1: without the database of flaws)
	@$(BIN)/python -m infra.build audit $(if $(OFFLINE),--offline)

test-browser: $(TESTS) chromium ## the tests that drive a browser (installs Debian's chromium where it may)
	@if command -v chromium >/dev/null; then $(BIN)/pytest -n auto -m browser tests $(call AGAIN,tests); else echo "$$NO_CHROMIUM" >&2; fi

pictures: $(TESTS) chromium ## the pictures of the desk's help that are older than their pages, anew
	@HELP_PICTURES=renew $(BIN)/pytest -q -m browser tests/unit/desk/guide -k pictured

chromium:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then \
		root=""; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
		if $$root true 2>/dev/null; then \
			echo "Installing chromium for the browser tests ..."; \
			$$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends chromium || true; \
		fi; \
	fi

lint: $(TESTS) ## formatting, rules, types, the manifest
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy functions infra tests
	$(BIN)/mypy functions/public_site/main.py
	$(BIN)/mypy functions/citizen_page/main.py
	$(BIN)/python -m infra.build check-manifest

format: $(TESTS) ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(TESTS) ## lock the dependencies of pyproject.toml again, with hashes
	$(LOCK) --extra local --extra test -o tests/requirements.txt pyproject.toml
	$(LOCK) --extra local --constraints tests/requirements.txt -o infra/local/requirements.txt pyproject.toml
	$(LOCK) --constraints tests/requirements.txt -o functions/requirements.txt pyproject.toml
	$(LOCK) -o tests/infra/requirements.txt tests/infra/requirements.in

clean: ## delete the virtual environment and the caches; stacks keep their state (make reset)
	rm -rf $(VENV) .venv-infra .build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find functions infra tests -name __pycache__ -prune -exec rm -rf {} +

# A Python that the project supports; `python3` may be another version or a shim that runs nothing.
$(BIN)/python:
	@for candidate in $${PYTHON:-} python3 python3.13 python3.12 python3.11; do \
		command -v "$$candidate" >/dev/null || continue; \
		"$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
		if ! "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$candidate cannot make virtual environments: install its venv package (Debian: python3-venv)." >&2; \
			exit 1; \
		fi; \
		echo "Setting up $(VENV) with $$("$$candidate" --version) ..." >&2; \
		exec "$$candidate" -m venv --clear $(VENV); \
	done; \
	echo "Python 3.11, 3.12 or 3.13 is needed and none of python3, python3.13, python3.12, python3.11 is one." >&2; \
	echo "Install one (Debian: apt-get install python3 python3-venv) or name it: make run PYTHON=/path/to/python3" >&2; \
	exit 1

$(LOCAL): infra/local/requirements.txt | $(BIN)/python
	@echo "Installing what the local stack needs ..." >&2
	@$(PIP) -r $< >&2
	@touch $@

$(TESTS): tests/requirements.txt infra/local/requirements.txt | $(BIN)/python
	@echo "Installing what the tests need ..." >&2
	@$(PIP) -r <(awk '/^uv==/ {of_uv = 1; print; next} /^[^ ]/ {of_uv = 0} of_uv' $<) >&2
	@$(UV) --python $(BIN)/python -r $< >&2
	@touch $@ $(LOCAL)

$(INFRA): tests/infra/requirements.txt | $(TESTS)
	@echo "Installing what the tests of Terraform need (.venv-infra) ..."
	@$(BIN)/python -m venv --clear .venv-infra
	@$(UV) --python .venv-infra/bin/python -r $<
	@touch $@
