# make help lists the targets.

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: proto
proto: ## lint the .proto files and generate Go code and the OpenAPI document
	scripts/proto-deps.sh
	go tool -modfile=tools/go.mod buf format -w proto
	go tool -modfile=tools/go.mod buf lint
	scripts/proto-gen.sh
