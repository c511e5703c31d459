#!/usr/bin/env bash
# Generates the Go code of the API and its OpenAPI document from proto/.
#   proto-gen.sh          writes them into the tree
#   proto-gen.sh --check  only compares, and fails when the tree is out of date
set -euo pipefail
cd "$(dirname "$0")/.."

buf() { go tool -modfile=tools/go.mod buf "$@"; }
module=$(go list -m)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

scripts/proto-deps.sh
buf generate proto --template proto/buf.gen.gogo.yaml -o "$tmp/go"
buf generate --template proto/buf.gen.openapi.yaml -o "$tmp/openapi"
generated=$tmp/go/$module

if [[ ${1:-} != --check ]]; then
  cp -r "$generated/." .
  cp "$tmp/openapi/openapi.swagger.json" docs/static/openapi.json
  exit 0
fi

stale=0
compare() {
  cmp -s "$1" "$2" && return
  echo "out of date: $2" >&2
  stale=1
}
while IFS= read -r file; do
  compare "$generated/$file" "$file"
done < <(cd "$generated" && find . -name '*.go' -printf '%P\n')
while IFS= read -r file; do
  [[ -e $generated/$file ]] && continue
  echo "no .proto file makes this any more: $file" >&2
  stale=1
done < <(git ls-files '*.pb.go' '*.pb.gw.go')
compare "$tmp/openapi/openapi.swagger.json" docs/static/openapi.json
if ((stale)); then
  echo "hint: run 'make proto' and commit what it changes" >&2
  exit 1
fi
