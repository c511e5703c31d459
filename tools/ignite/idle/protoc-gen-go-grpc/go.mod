// A stand-in: Ignite asks for this tool in go.mod, this chain does not use it.
module google.golang.org/grpc/cmd/protoc-gen-go-grpc

go 1.26.5
