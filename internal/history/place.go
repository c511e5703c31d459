package history

import (
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// placer puts merged files into a tree such that no two collide.
//
// It works in three rounds. What stands where our own tree has it comes first and
// cannot collide, because our tree is valid. Then comes what stands where their
// tree has it. What collided there, and their versions of conflicting files, come
// last, when all the names that are taken are known.
type placer struct {
	side      Side
	tree      object.Tree
	conflicts []*Conflict

	first, second, beside []placement

	// files has the index of each file by folded path, folders the spelling of
	// each folder by folded path, and moved the folders that had to step aside.
	files   map[string]int
	folders map[string]string
	moved   map[string]string
}

// placement is a file on its way into the tree.
type placement struct {
	entry object.Entry
	// landed are told the path it gets; conflict is the one it is part of, if any.
	landed   []*string
	conflict *Conflict
}

func newPlacer(side Side) *placer {
	return &placer{
		side:  side,
		files: make(map[string]int), folders: make(map[string]string), moved: make(map[string]string),
	}
}

// resolve merges one file and queues what comes of it.
func (p *placer) resolve(t triple, join Join) error {
	switch {
	case t.ours == nil && t.theirs == nil:
	case t.base == nil && t.theirs == nil:
		p.queue(*t.ours, true, nil)
	case t.base == nil && t.ours == nil:
		p.queue(*t.theirs, false, nil)
	case t.theirs == nil:
		if !same(t.base, t.ours) {
			c := p.conflict(DeletedByTheirs, t)
			p.queue(*t.ours, true, c, &c.OursPath)
		}
	case t.ours == nil:
		if !same(t.base, t.theirs) {
			c := p.conflict(DeletedByOurs, t)
			p.queue(*t.theirs, false, c, &c.TheirsPath)
		}
	default:
		return p.resolveBoth(t, join)
	}
	return nil
}

func (p *placer) resolveBoth(t triple, join Join) error {
	e, outcome, err := mergeEntries(t.base, t.ours, t.theirs, join)
	if err != nil {
		return err
	}
	path, agreed := t.mergePath()
	var c *Conflict
	switch {
	case outcome == contentDiffers && t.base == nil:
		c = p.conflict(BothAdded, t)
	case outcome == contentDiffers:
		c = p.conflict(BothChanged, t)
	case !agreed:
		c = p.conflict(BothMoved, t)
	case outcome == detailsDiffer:
		c = p.conflict(Details, t)
	}
	switch {
	case outcome == contentDiffers:
		ours, theirs := *t.ours, *t.theirs
		p.queue(ours, true, c, &c.OursPath)
		p.beside = append(p.beside, placement{theirs, []*string{&c.TheirsPath}, c})
	case !agreed:
		ours, theirs := e, e
		ours.Path, theirs.Path = t.ours.Path, t.theirs.Path
		p.queue(ours, true, c, &c.OursPath)
		p.queue(theirs, false, c, &c.TheirsPath)
	default:
		e.Path = path
		var landed []*string
		if c != nil {
			landed = []*string{&c.OursPath, &c.TheirsPath}
		}
		p.queue(e, path == t.ours.Path, c, landed...)
	}
	return nil
}

func (p *placer) queue(e object.Entry, ours bool, c *Conflict, landed ...*string) {
	if ours {
		p.first = append(p.first, placement{e, landed, c})
	} else {
		p.second = append(p.second, placement{e, landed, c})
	}
}

func (p *placer) conflict(kind ConflictKind, t triple) *Conflict {
	c := &Conflict{Kind: kind, Base: t.base, Ours: t.ours, Theirs: t.theirs}
	for _, e := range []*object.Entry{t.theirs, t.ours, t.base} {
		if e != nil {
			c.Path = e.Path
		}
	}
	p.conflicts = append(p.conflicts, c)
	return c
}

func (p *placer) placeAll() {
	for _, pl := range p.first {
		p.put(pl, pl.entry.Path)
	}
	for _, pl := range p.second {
		path, ok := p.fit(pl.entry.Path)
		switch {
		case ok:
			if path != pl.entry.Path && pl.conflict == nil {
				pl.report(p, Spelling, nil)
			}
			p.put(pl, path)
		case p.isThere(pl.entry):
			for _, l := range pl.landed {
				*l = pl.entry.Path
			}
		default:
			if pl.conflict == nil {
				pl.report(p, Collision, p.rival(pl.entry.Path))
			}
			p.beside = append(p.beside, pl)
		}
	}
	for _, pl := range p.beside {
		p.put(pl, p.nameBeside(pl.entry.Path))
	}
	p.tree.Sort()
}

// report makes a conflict of a file of theirs that none was known of.
func (pl *placement) report(p *placer, kind ConflictKind, rival *object.Entry) {
	e := pl.entry
	c := p.conflict(kind, triple{ours: rival, theirs: &e})
	c.Path = e.Path
	if rival != nil {
		c.OursPath = rival.Path
	}
	pl.conflict = c
	pl.landed = append(pl.landed, &c.TheirsPath)
}

// put adds a file at a path that fits.
func (p *placer) put(pl placement, path string) {
	for i := range len(path) {
		if path[i] == '/' {
			p.folders[object.FoldPath(path[:i])] = path[:i]
		}
	}
	p.files[object.FoldPath(path)] = len(p.tree.Entries)
	pl.entry.Path = path
	p.tree.Entries = append(p.tree.Entries, pl.entry)
	for _, l := range pl.landed {
		*l = path
	}
}

// fit says whether a file can stand at a path, with its folders spelt as they
// are already.
func (p *placer) fit(path string) (spelt string, ok bool) {
	folded := object.FoldPath(path)
	if _, ok := p.files[folded]; ok {
		return "", false
	}
	if _, ok := p.folders[folded]; ok {
		return "", false
	}
	spelt = path
	for i := range len(path) {
		if path[i] != '/' {
			continue
		}
		if _, ok := p.files[folded[:i]]; ok {
			return "", false
		}
		if folder, ok := p.folders[folded[:i]]; ok {
			spelt = folder + path[i:]
		}
	}
	return spelt, true
}

// isThere says whether the same content already stands at the same path.
func (p *placer) isThere(e object.Entry) bool {
	i, ok := p.files[object.FoldPath(e.Path)]
	return ok && p.tree.Entries[i].Path == e.Path && p.tree.Entries[i].CID == e.CID
}

// rival returns the file that stands in the way of a path, if it is a file.
func (p *placer) rival(path string) *object.Entry {
	folded := object.FoldPath(path)
	for i := range len(folded) + 1 {
		if i < len(folded) && folded[i] != '/' {
			continue
		}
		if n, ok := p.files[folded[:i]]; ok {
			e := p.tree.Entries[n]
			return &e
		}
	}
	return nil
}

// nameBeside returns a path that fits, as like the one wanted as can be.
func (p *placer) nameBeside(path string) string {
	taken := func(s string) bool {
		spelt, ok := p.fit(s)
		return !ok || spelt != s
	}
	if aside := p.stepAside(path); aside != path {
		if spelt, ok := p.fit(aside); ok && len(spelt) <= object.MaxPathBytes {
			return spelt
		}
		path = aside
	}
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		if folder, ok := p.folders[object.FoldPath(path[:i])]; ok {
			path = folder + path[i:]
		} else if spelt, ok := p.fit(path); ok {
			path = spelt
		}
	}
	return BesideName(path, p.side, taken)
}

// stepAside renames the folder in a path that is a file of ours, the same way for
// each file in it.
func (p *placer) stepAside(path string) string {
	for i := range len(path) {
		if path[i] != '/' {
			continue
		}
		folded := object.FoldPath(path[:i])
		if _, ok := p.files[folded]; !ok {
			continue
		}
		to, ok := p.moved[folded]
		if !ok {
			to = besideFolder(path[:i], p.side, func(s string) bool {
				_, isFile := p.files[object.FoldPath(s)]
				_, isFolder := p.folders[object.FoldPath(s)]
				return isFile || isFolder
			})
			p.moved[folded] = to
		}
		return to + path[i:]
	}
	return path
}
