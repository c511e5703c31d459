#!/usr/bin/env bash
# Fills third_party/proto with the .proto files that proto/ imports, out of the
# Go module cache, at the versions pinned in go.mod. No schema registry involved.
# Does nothing when the folder was made for these versions already.
set -euo pipefail
cd "$(dirname "$0")/.."

out=third_party/proto
stamp=third_party/.versions
modules=(
  github.com/cosmos/cosmos-sdk
  github.com/cosmos/gogoproto
  github.com/cosmos/cosmos-proto
  github.com/grpc-ecosystem/grpc-gateway
)

versions=$(go list -m "${modules[@]}")
[[ -f $stamp && $(<"$stamp") == "$versions" ]] && exit 0

go mod download "${modules[@]}"
dir_of() { go list -m -f '{{.Dir}}' "$1"; }

# copy ROOT PATH... copies the .proto files below ROOT/PATH to $out/PATH.
copy() {
  local root=$1 dest=$PWD/$out
  shift
  (cd "$root" && find "$@" -name '*.proto' -print0 | xargs -0 cp --parents -t "$dest")
}

rm -rf third_party
mkdir -p "$out"
copy "$(dir_of github.com/cosmos/cosmos-sdk)/proto" amino cosmos tendermint
copy "$(dir_of github.com/cosmos/gogoproto)" gogoproto
copy "$(dir_of github.com/cosmos/cosmos-proto)/proto" cosmos_proto
copy "$(dir_of github.com/grpc-ecosystem/grpc-gateway)/third_party/googleapis" google/api
chmod -R u+w third_party
# Dependency-injection configuration has no go_package, which stops protoc-gen-openapiv2.
rm -rf "$out"/cosmos/*/module "$out"/cosmos/tx/config "$out"/cosmos/app "$out"/cosmos/counter "$out"/cosmos/store
printf '%s' "$versions" >"$stamp"
