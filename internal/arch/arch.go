// Package arch draws the arrows between the rooms of this house: who may import
// whom. Its test reads `go list` and fails on any other arrow. Nothing of ours may
// be imported into it.
package arch

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the path that our packages begin with.
const Module = "github.com/parrots-music/parrots"

// room is a folder with what is below it, down to the next room.
type room struct {
	// name is a path below the module. <module> stands for the name of one chain module.
	name string
	// imports are the rooms it may import beside itself: in them <module> is the same
	// chain module, and * is any one name.
	imports []string
}

// rooms is the table. A package belongs to the room with the longest name.
var rooms = []room{
	// the chain
	{"app", []string{"x/*", "x/*/keeper", "x/*/types", "docs"}},
	{"cmd/parrotsd", []string{"app"}},
	{"x/<module>", []string{"x/<module>/keeper", "x/<module>/simulation", "x/<module>/types"}},
	{"x/<module>/simulation", []string{"x/<module>/keeper", "x/<module>/types", "internal/object"}},
	{"x/<module>/keeper", []string{"x/<module>/types", "internal/object", "internal/tally"}},
	{"x/<module>/types", []string{"internal/object"}},
	{"internal/tally", nil},
	{"docs", nil},

	// pure bytes
	{"internal/object", nil},
	{"internal/history", []string{"internal/object"}},
	{"internal/audio", nil},
	{"internal/songfile", []string{"internal/object"}},

	// disk
	{"internal/repo", []string{"internal/object"}},
	{"internal/derived", []string{"internal/audio"}},
	{"internal/worktree", []string{
		"internal/object", "internal/history", "internal/audio", "internal/songfile", "internal/repo",
	}},

	// network
	{"internal/ipfs", []string{"internal/object"}},
	{"internal/chain", []string{"internal/object", "x/*/types"}},
	{"internal/hub", []string{"internal/object", "internal/ipfs", "internal/chain", "internal/hub/api"}},
	{"internal/hub/api", []string{"internal/object", "internal/ipfs"}},

	// what combines rooms
	{"internal/sync", []string{
		"internal/object", "internal/history", "internal/audio", "internal/derived", "internal/songfile", "internal/repo",
		"internal/worktree", "internal/ipfs", "internal/chain", "internal/hub/api", "x/*/types",
	}},
	{"internal/localnet", []string{"internal/chain", "internal/hub/api", "sample"}},

	// what speaks to a person
	{"internal/ui", nil},
	{"internal/cli", []string{"internal/*", "internal/hub/api", "sample", "x/*/types"}},
	{"cmd/parrots", []string{"internal/cli"}},
	{"sample", nil},

	// what measures and tests from outside
	{"internal/arch", nil},
	{"internal/testports", nil},
	{"bench", []string{"internal/*", "internal/hub/api", "sample", "x/*/types"}},
	{"e2e", []string{"internal/*", "internal/hub/api", "sample", "x/*/types"}},
}

// stands says which chain module stands on which: it knows the other's types, and
// reaches the other's keeper through its own expected_keepers.go only.
var stands = map[string][]string{
	"credit":   {"song"},
	"audition": {"song"},
	"social":   {"song"},
}

// Check returns a sentence for every import that no arrow allows, and for every
// package that is in no room. imports are the packages of ours with what each
// imports, ours and other people's.
func Check(imports map[string][]string) []string {
	var wrong []string
	for pkg, deps := range imports {
		path, _ := ours(pkg)
		from, ok := roomOf(path)
		if !ok || !known(path) {
			wrong = append(wrong, fmt.Sprintf("%s is in no room: add it to the table of internal/arch", path))
			continue
		}
		for _, dep := range deps {
			if to, ok := ours(dep); ok && (!from.mayImport(to) || !mayImportInside(path, to)) {
				wrong = append(wrong, fmt.Sprintf("%s must not import %s", path, to))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// ours returns the path of a package below the module.
func ours(pkg string) (string, bool) {
	return strings.CutPrefix(pkg, Module+"/")
}

// place is a room as one package is in it, with the name that <module> stands for.
type place struct {
	room
	module string
}

// roomOf returns the room with the longest name that path is in.
func roomOf(path string) (place, bool) {
	var best place
	found := false
	for _, r := range rooms {
		module, ok := within(r.name, path)
		if ok && (!found || strings.Count(r.name, "/") >= strings.Count(best.name, "/")) {
			best, found = place{r, module}, true
		}
	}
	return best, found
}

func (p place) mayImport(path string) bool {
	to, ok := roomOf(path)
	if !ok {
		return false
	}
	if to.name == p.name && to.module == p.module {
		return true
	}
	if to.name == "x/<module>/types" && slices.Contains(stands[p.module], to.module) {
		return true
	}
	for _, allowed := range p.imports {
		if p.allows(allowed, to) {
			return true
		}
	}
	return false
}

// allows reports whether an entry of imports names the room of to.
func (p place) allows(allowed string, to place) bool {
	want := strings.Split(allowed, "/")
	have := strings.Split(to.name, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		switch {
		case want[i] == "*":
		case want[i] != have[i], want[i] == "<module>" && to.module != p.module:
			return false
		}
	}
	return true
}

// within reports whether path is the named room or below it, and what <module>
// stands for.
func within(name, path string) (module string, ok bool) {
	segments := strings.Split(path, "/")
	pattern := strings.Split(name, "/")
	if len(segments) < len(pattern) {
		return "", false
	}
	for i, want := range pattern {
		if want == "<module>" {
			module = segments[i]
		} else if want != segments[i] {
			return "", false
		}
	}
	return module, true
}
