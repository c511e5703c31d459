# make help lists the targets. Everything a target needs is built or fetched by the
# target itself: Go, a C compiler for LEDGER=1, Node for the web app, and make are enough.

.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null)
TOOLS   := $(CURDIR)/.cache/tools

# Nothing here needs C but a Ledger: without it, one build cache serves the binaries,
# the tests and the cross-compiled tool.
CGO_ENABLED ?= 0
TAGS :=
ifdef LEDGER
CGO_ENABLED := 1
TAGS := ledger
endif
export CGO_ENABLED

# The same paths in every build, so that binaries and tests share what is compiled.
export GOFLAGS := $(GOFLAGS) -trimpath

SDK_VERSION := github.com/cosmos/cosmos-sdk/version
LDFLAGS := -s -w \
	-X $(SDK_VERSION).Name=parrots \
	-X $(SDK_VERSION).AppName=parrotsd \
	-X $(SDK_VERSION).Version=$(VERSION) \
	-X $(SDK_VERSION).Commit=$(COMMIT) \
	-X $(SDK_VERSION).BuildTags=$(TAGS) \
	-X main.version=$(VERSION)
BUILD := go build -tags '$(TAGS)' -ldflags '$(LDFLAGS)'

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Binaries

.PHONY: build
build: ## build parrotsd and parrots into build/ (LEDGER=1: with Ledger support)
	$(BUILD) -o build/ ./cmd/parrotsd ./cmd/parrots

.PHONY: install
install: ## install parrotsd and parrots into $(go env GOPATH)/bin
	CGO_ENABLED=$(CGO_ENABLED) go install -tags '$(TAGS)' -ldflags '$(LDFLAGS)' ./cmd/parrotsd ./cmd/parrots

.PHONY: demo
demo: build $(TOOLS)/ipfs ## start a node, a hub and three wallets here, and play a song's story
	./build/parrots localnet --demo

## Tests

.PHONY: test
test: build tools-test ## run all tests
	PARROTSD=$(CURDIR)/build/parrotsd go test -timeout 25m ./...
	$(SIMULATE) -timeout 25m -NumBlocks 20 -BlockSize 40

.PHONY: e2e
e2e: build tools-test ## run the stories over real processes only
	go test -count 1 -v -timeout 25m ./e2e/...

SIMULATE := go test -tags sims ./app -run '^TestSimulation'

.PHONY: sim
sim: ## run long random simulations of the chain
	$(SIMULATE) -timeout 4h -NumBlocks 500 -BlockSize 100 -Seeds 10

FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## fuzz every parser, each for FUZZTIME (30s)
	scripts/fuzz.sh $(FUZZTIME)

# Other people's block stores, to compare with: a module apart.
STOREBENCH := internal/ipfs/storebench

# Credits signed by another implementation, with the version of it that the lock pins.
COSMJS := x/credit/keeper/testdata/cosmjs

.PHONY: vectors
vectors: ## make the test vectors of docs/credit-signature.md again, with CosmJS (needs npm)
	cd $(COSMJS) && npm ci --ignore-scripts --no-audit --no-fund && node make-vectors.mjs
	go test -count 1 -run TestCosmJSVectors ./x/credit/keeper

.PHONY: bench
bench: build $(TOOLS)/ipfs ## measure the figures of docs/benchmarks.md (needs restic and git-lfs)
	go run ./bench
	go test -run '^$$' -bench . -benchtime 1x ./app
	go test -run '^$$' -bench 'LongHistory|Push$$' -benchtime 3s ./x/song/keeper
	go test -run '^$$' -bench Pages -benchtime 100x ./x/social/keeper
	go test -run '^$$' -bench Verify ./internal/chain/proof
	go -C $(STOREBENCH) test -run '^$$' -bench . -benchtime 1x

## Checks

.PHONY: check
check: format tidy vet lint proto-check cross ## run every check that is not a test
	go test ./internal/arch

.PHONY: format
format:
	@files=$$(git ls-files '*.go' | grep -vE '\.pb(\.gw)?\.go$$' | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

.PHONY: tidy
tidy:
	go mod tidy -diff
	go -C $(STOREBENCH) mod tidy -diff

.PHONY: vet
vet:
	go vet ./...
	go vet -tags sims ./app
	go -C $(STOREBENCH) vet

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## run the linter
	$(TOOLS)/golangci-lint run

# The musician's tool is one file that needs nothing else on its machine.
.PHONY: cross
cross:
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 go build -o /dev/null ./cmd/parrots
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build -o /dev/null ./cmd/parrots
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -o /dev/null ./cmd/parrots

## The API

BUF := go tool -modfile=tools/go.mod buf

.PHONY: proto
proto: ## format and lint the .proto files, generate Go code and the OpenAPI document
	scripts/proto-deps.sh
	$(BUF) format -w proto
	$(BUF) lint
	scripts/proto-gen.sh

.PHONY: proto-check
proto-check:
	scripts/proto-deps.sh
	$(BUF) format -d --exit-code proto
	$(BUF) lint
	scripts/proto-gen.sh --check

## Tools, each at the version that its go.mod under tools/ pins

.PHONY: tools
tools: tools-test $(TOOLS)/golangci-lint ## build the pinned tools into .cache/tools

.PHONY: tools-test
tools-test: $(TOOLS)/ipfs $(TOOLS)/ignite

$(TOOLS)/ipfs: tools/kubo/go.mod tools/kubo/go.sum
	go build -C tools/kubo -o $@ github.com/ipfs/kubo/cmd/ipfs

$(TOOLS)/ignite: tools/ignite/go.mod tools/ignite/go.sum
	go build -C tools/ignite -o $@ github.com/ignite/cli/v29/ignite/cmd/ignite

$(TOOLS)/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	go build -C tools/lint -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: clean
clean: ## remove what was built
	rm -rf build .cache third_party
