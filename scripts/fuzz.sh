#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, one after the other.
#   fuzz.sh DURATION
set -euo pipefail
cd "$(dirname "$0")/.."
duration=${1:?usage: fuzz.sh DURATION}

grep -rlE --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r package; do
  sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$package"/*_test.go | sort -u | while read -r target; do
    echo "$package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$duration"
  done
done
