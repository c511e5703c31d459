package arch

import (
	"slices"
	"strings"
)

// house is a room that is so large that there are arrows in it.
const house = "internal/audio"

// inside says of each folder of the house which others it may import; "." is the house's
// own. Whoever may import the house may import any of them.
var inside = map[string][]string{
	// samples, scripts and places: they know of no file
	"pcm":  nil,
	"edit": {"pcm"},
	"mark": nil,

	// containers
	"iff":  {"pcm", "mark"},
	"wav":  {"pcm", "mark", "iff"},
	"aiff": {"pcm", "mark", "iff"},
	"flac": {"pcm"},
	".":    {"pcm", "mark", "iff", "wav", "aiff", "flac"},

	// what is done with samples, whatever they came from
	"align":   {"pcm", "edit"},
	"compare": {"pcm", "edit", "align"},
	"merge":   {"pcm", "edit", "mark"},
	"mix":     {"pcm"},
	"peaks":   {"pcm"},
	"picture": {"pcm", "edit"},

	// what is done with files
	"diff":   {"pcm", "compare", "."},
	"intake": {"pcm", "peaks", "."},
}

// folder returns which folder of the house a package is in.
func folder(path string) (string, bool) {
	if path == house {
		return ".", true
	}
	rest, ok := strings.CutPrefix(path, house+"/")
	name, _, _ := strings.Cut(rest, "/")
	return name, ok
}

// mayImportInside reports whether a package of the house may import another one. What is
// not in the house is allowed or not by others.
func mayImportInside(path, dep string) bool {
	from, in := folder(path)
	to, too := folder(dep)
	return !in || !too || from == to || slices.Contains(inside[from], to)
}

// known reports whether a package of the house is in the table.
func known(path string) bool {
	name, in := folder(path)
	_, ok := inside[name]
	return !in || ok
}
