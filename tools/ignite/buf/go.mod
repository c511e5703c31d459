// A stand-in for buf's module: see cmd/buf.
module github.com/bufbuild/buf

go 1.26.5
