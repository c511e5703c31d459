package history

import (
	"path"

	"github.com/parrots-music/parrots/internal/object"
)

// triple is one file as base, ours and theirs have it; nil where they do not.
type triple struct {
	base, ours, theirs *object.Entry
}

// match pairs the entries of three trees: by path, and where a side has moved a
// file, by what it holds.
func match(base, ours, theirs object.Tree) []triple {
	movedByUs, movedByThem := renames(base, ours), renames(base, theirs)
	matchedOurs, matchedTheirs := make(map[string]bool), make(map[string]bool)
	var list []triple
	for i := range base.Entries {
		b := &base.Entries[i]
		t := triple{base: b, ours: find(ours, b.Path, movedByUs), theirs: find(theirs, b.Path, movedByThem)}
		if t.ours != nil {
			matchedOurs[t.ours.Path] = true
		}
		if t.theirs != nil {
			matchedTheirs[t.theirs.Path] = true
		}
		list = append(list, t)
	}
	added := make(map[string]int)
	for i := range ours.Entries {
		if o := &ours.Entries[i]; !matchedOurs[o.Path] {
			added[o.Path] = len(list)
			list = append(list, triple{ours: o})
		}
	}
	for i := range theirs.Entries {
		t := &theirs.Entries[i]
		if matchedTheirs[t.Path] {
			continue
		}
		if n, ok := added[t.Path]; ok {
			list[n].theirs = t
		} else {
			list = append(list, triple{theirs: t})
		}
	}
	return list
}

// find returns the entry that a path of the base has become.
func find(side object.Tree, basePath string, moved map[string]*object.Entry) *object.Entry {
	if e, ok := moved[basePath]; ok {
		return e
	}
	if e, ok := side.Find(basePath); ok {
		return &e
	}
	return nil
}

// renames says where files of the base that are gone from their paths went: to a
// path that is new and holds the same bytes, or else the same audio in another
// container. Empty files are all alike, and say nothing.
func renames(base, side object.Tree) map[string]*object.Entry {
	var gone, fresh []*object.Entry
	for i := range base.Entries {
		if e := &base.Entries[i]; e.Size > 0 {
			if _, ok := side.Find(e.Path); !ok {
				gone = append(gone, e)
			}
		}
	}
	for i := range side.Entries {
		if e := &side.Entries[i]; e.Size > 0 {
			if _, ok := base.Find(e.Path); !ok {
				fresh = append(fresh, e)
			}
		}
	}
	moved := make(map[string]*object.Entry)
	used := make(map[string]bool)
	pair(gone, fresh, moved, used, func(e *object.Entry) string { return e.CID.KeyString() })
	pair(gone, fresh, moved, used, func(e *object.Entry) string { return string(e.PCM) })
	return moved
}

// pair matches entries of equal, non-empty keys: those that kept their name
// first, then the rest in order.
func pair(gone, fresh []*object.Entry, moved map[string]*object.Entry, used map[string]bool, key func(*object.Entry) string) {
	byKey := make(map[string][]*object.Entry)
	for _, e := range fresh {
		if k := key(e); k != "" && !used[e.Path] {
			byKey[k] = append(byKey[k], e)
		}
	}
	for _, sameName := range []bool{true, false} {
		for _, g := range gone {
			if moved[g.Path] != nil {
				continue
			}
			for _, e := range byKey[key(g)] {
				if !used[e.Path] && (!sameName || path.Base(e.Path) == path.Base(g.Path)) {
					moved[g.Path], used[e.Path] = e, true
					break
				}
			}
		}
	}
}
