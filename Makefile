.DEFAULT_GOAL := help
.PHONY: help up down call ps logs models test unit check lock

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## Start everything and say how to call (HOST_NETWORK=1: Asterisk on the host's network)
	@HOST_NETWORK=$(HOST_NETWORK) scripts/up.sh

down: ## Stop everything; data and models stay
	@scripts/down.sh

call: ## Make a test call and measure it (SCRIPT=path.yaml: another conversation)
	@scripts/call.sh $(SCRIPT)

ps: ## Show what runs
	@scripts/compose.sh ps

logs: ## Follow the logs (SERVICE=name: only that one)
	@scripts/compose.sh logs --follow --tail 100 $(SERVICE)

models: ## Fetch the models that the settings name
	@scripts/models.sh

test: ## Run every test, in containers (PYTEST_ARGS="...")
	@scripts/test.sh

unit: ## Run the tests that need no running stack (PYTEST_ARGS="...")
	@scripts/test.sh unit

check: ## Lint, format, types
	@scripts/check.sh

lock: ## Write requirements/*.txt anew from pyproject.toml (ARGS=--upgrade: newest versions)
	@scripts/relock.sh $(ARGS)
