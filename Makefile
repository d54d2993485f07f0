# Chatlake. `make help` lists the targets.
NODE = sh infra/local/node.sh
MOCHA = $(NODE) node_modules/mocha/bin/mocha.js

.DEFAULT_GOAL := help
.PHONY: help demo up test test-unit check types lint format clean histories chaos chaos-mutants day

help: ## What there is
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules ## The whole pipeline beside a simulated Twitch (ONCE=1: until the first report; TRANSCRIPT=file: its text)
	@$(NODE) cli/chatlake.ts demo $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED)) $(if $(TRANSCRIPT),--transcript $(TRANSCRIPT))

up: node_modules ## The pipeline for real Twitch; .env says how (see .env.example)
	@$(NODE) cli/chatlake.ts up

test: check ## Types, lint, format and all tests, on real servers
	@$(MOCHA)

test-unit: node_modules ## The tests that need no server, to run while working
	@$(NODE) test/unit-lane.ts

check: types lint format ## Types, lint and format

types: node_modules
	@$(NODE) node_modules/typescript/bin/tsc -p .

lint: node_modules
	@$(NODE) node_modules/eslint/bin/eslint.js --max-warnings 0 .

format: node_modules
	@$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn .

histories: node_modules ## Record the histories that this version's set lacks, for the replay test (ANEW=1: all of an unreleased version)
	@$(NODE) test/histories/record.ts $(if $(ANEW),--anew)

chaos: node_modules ## Faults by seed on the whole pipeline, held against what was said (SEED= MINUTES= RATE= ONLY= ALONE=1 LIST=1)
	@$(NODE) test/chaos/main.ts $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RATE),--rate $(RATE)) $(if $(ONLY),--only $(ONLY)) $(if $(ALONE),--alone) $(if $(LIST),--list)

day: node_modules ## A scripted day of a Twitch with 120,000 streams, held against its own account of who was connected when (SEED= MINUTES=)
	@$(NODE) test/day/main.ts $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

chaos-mutants: node_modules ## Break the code on purpose, one promise after the other, and see that the tests notice
	@$(NODE) test/mutants/main.ts

clean: node_modules ## Remove caches, scratch files, logs and the demo's data (LAKE=data: a whole installation, once its name is typed)
	@$(NODE) cli/chatlake.ts clean $(if $(LAKE),--lake '$(LAKE)')

node_modules: package.json package-lock.json
	@command -v npm >/dev/null || { echo 'Expected npm on PATH (Node 20 or later brings it along), found none. Install Node 24.' >&2; exit 69; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch node_modules
