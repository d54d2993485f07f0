# Chatlake. `make help` lists the targets.
NODE = sh infra/local/node.sh
MOCHA = $(NODE) node_modules/mocha/bin/mocha.js

.DEFAULT_GOAL := help
.PHONY: help demo demo-containers test-containers spark notebook up test test-unit check types lint format clean histories chaos chaos-clusters chaos-mutants day pictures sbom

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules ## Run the whole pipeline on a simulated Twitch (ONCE=1: until the first report; TRANSCRIPT=file: recorded lines)
	@$(NODE) cli/chatlake.ts demo $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED)) $(if $(TRANSCRIPT),--transcript $(TRANSCRIPT))

demo-containers: node_modules ## Build the container images and run the demo in them, with podman (ONCE=1 SEED=)
	@$(NODE) cli/chatlake.ts demo --containers $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED))

spark: node_modules ## Like demo, but Spark refines the hours; installs it from PyPI the first time (512 MB; ONCE=1 SEED= TRANSCRIPT=)
	@REFINE_ENGINE=spark SPARK_PROPERTIES_FILE=$(or $(SPARK_PROPERTIES_FILE),infra/local/spark/short-jobs.properties) $(NODE) cli/chatlake.ts demo $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED)) $(if $(TRANSCRIPT),--transcript $(TRANSCRIPT))

notebook: node_modules ## Ask the collected chat in Jupyter with Spark, beside make demo or make up (ONCE=1: run the notebook, publish its page)
	@$(NODE) cli/chatlake.ts notebook $(if $(ONCE),--run docs/notebooks/lively-chat.ipynb)

up: node_modules ## Run the pipeline on the real Twitch, with the settings in .env (see .env.example)
	@$(NODE) cli/chatlake.ts up

test: check ## Check types, lint and format, and run all tests on real servers
	@$(NODE) test/two-lanes.ts

test-unit: node_modules ## Run the tests that need no server
	@$(NODE) test/unit-lane.ts

check: types lint format ## Check types, lint and format

types: node_modules
	@$(NODE) node_modules/typescript/bin/tsc -p .

lint: node_modules
	@$(NODE) node_modules/eslint/bin/eslint.js --max-warnings 0 .

format: node_modules
	@$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn .

pictures: node_modules ## Take the reference pictures of the pages anew, after a wanted change of how they look
	@PICTURES=anew $(MOCHA) --no-config --timeout 60000 --exit test/browser/pictures.test.ts

test-containers: node_modules ## Kill each container in turn, and check that no message is lost; needs podman
	@$(MOCHA) --no-config --timeout 1800000 --exit test/containers/*.check.ts

histories: node_modules ## Record missing histories of this version for the replay test (ANEW=1: all, if the version is unreleased)
	@$(NODE) test/histories/record.ts $(if $(ANEW),--anew)

chaos: node_modules ## Inject seeded faults into the whole pipeline, and check that no message is lost (SEED= MINUTES= RATE= ONLY= ALONE=1 LIST=1)
	@$(NODE) test/chaos/main.ts $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RATE),--rate $(RATE)) $(if $(ONLY),--only $(ONLY)) $(if $(ALONE),--alone) $(if $(LIST),--list)

chaos-clusters: node_modules ## Try several brokers, two NameNodes, Kerberos and HttpFS as real servers, while some of them are killed
	@$(MOCHA) --no-config --timeout 180000 'test/clusters/*.long.ts'

day: node_modules ## Play a scripted day of a Twitch with 120,000 streams, and check coverage against it (SEED= MINUTES=)
	@$(NODE) test/day/main.ts $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

sbom: node_modules ## Write the packages of the product to sbom.json (CycloneDX)
	@npm sbom --omit=dev --sbom-format=cyclonedx > sbom.json && echo 'sbom.json was written.'

chaos-mutants: node_modules ## Break the code on purpose, one guarantee at a time, and check that tests fail
	@$(NODE) test/mutants/main.ts

clean: node_modules ## Remove caches, scratch files, logs and the demo's data (LAKE=data: a whole installation, after you type its name)
	@$(NODE) cli/chatlake.ts clean $(if $(LAKE),--lake '$(LAKE)')

node_modules: package.json package-lock.json
	@command -v npm >/dev/null || { echo 'Expected npm on PATH (part of Node 20 and later), found none. Install Node 24.' >&2; exit 69; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch node_modules
