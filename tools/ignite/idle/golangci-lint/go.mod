// A stand-in: Ignite asks for this tool in go.mod, this chain does not use it.
module github.com/golangci/golangci-lint

go 1.26.5
