package worktree

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// assembly is a tree made of a folder's files, with the blocks of its sessions.
type assembly struct {
	tree   object.Tree
	blocks [][]byte
}

// assemble makes the tree of files whose content is known. Sessions named in
// skip are left out.
func (f *folder) assemble(skip map[string]bool) (assembly, []Problem) {
	var a assembly
	var problems []Problem
	moved := f.movedFrom()
	for i := 0; i < len(f.files); {
		path := f.files[i].path
		root := sessionOf(path, f.sessions)
		if root == "" {
			if f.entries[i].cid.Defined() && f.fresh[i] {
				a.tree.Entries = append(a.tree.Entries, f.said(f.plainEntry(f.entries[i], moved)))
			}
			i++
			continue
		}
		end := i
		for end < len(f.files) && strings.HasPrefix(f.files[end].path, root+"/") {
			end++
		}
		if !skip[root] {
			e, err := f.sessionEntry(&a, root, i, end)
			if err != nil {
				problems = append(problems, Problem{root, err.Error(), "make it smaller or split it"})
			}
			a.tree.Entries = append(a.tree.Entries, e)
		}
		i = end
	}
	a.tree.Sort()
	return a, problems
}

// sessionEntry describes the session at root, whose files are files[i:end]. As
// long as none of them has changed it is what it was.
func (f *folder) sessionEntry(a *assembly, root string, i, end int) (object.Entry, error) {
	e := object.Entry{Path: root, Kind: object.KindSession}
	if p, ok := f.index.project(root); ok && !slices.Contains(f.fresh[i:end], false) &&
		slices.EqualFunc(f.index.below(root), f.entries[i:end], cached.sameFile) {
		e.CID, e.Size = p.CID, p.Size
		return e, nil
	}
	link, err := a.session(root, f.entries[i:end], 1)
	e.CID, e.Size = link.CID, link.Size
	return e, err
}

// sameFile says whether c and o make the same entry of a session.
func (c cached) sameFile(o cached) bool {
	return c.path == o.path && c.cid.Equals(o.cid) && c.mtime == o.mtime
}

// movedFrom maps content to the base's entries that are no longer in the folder.
func (f *folder) movedFrom() map[string]object.Entry {
	here := make(map[string]bool, len(f.files))
	for _, file := range f.files {
		here[file.path] = true
	}
	moved := map[string]object.Entry{}
	for _, e := range f.base.Entries {
		if e.Kind != object.KindSession && !here[e.Path] {
			moved[e.CID.KeyString()] = e
		}
	}
	return moved
}

// plainEntry describes a file outside sessions. What people said of it (kind,
// instrument, start) stays when its content changes, and when it is renamed. It
// is the one place where what is known of the audio goes into an entry; one whose
// content is the base's stays as it is, so that no commit changes what it did not touch.
func (f *folder) plainEntry(c cached, moved map[string]object.Entry) object.Entry {
	old, ok := f.base.Find(c.path)
	if !ok || old.Kind == object.KindSession {
		old, ok = moved[c.cid.KeyString()]
	}
	if ok && old.CID.Equals(c.cid) {
		old.Path = c.path
		return old
	}
	e := object.Entry{Path: c.path, CID: c.cid, Size: uint64(c.stat.size), Kind: kindOf(c.path)}
	if ok {
		e.Kind, e.Instrument, e.Start = old.Kind, old.Instrument, old.Start
	}
	c.facts.describe(&e)
	return e
}

// session adds the blocks of the folder at root, whose files these are, and
// returns the entry that links it, without a path.
func (a *assembly) session(root string, files []cached, depth int) (object.Entry, error) {
	var t object.Tree
	var size uint64
	for i := 0; i < len(files); {
		name := files[i].path[len(root)+1:]
		folder, _, nested := strings.Cut(name, "/")
		if !nested {
			e := object.Entry{Path: name, CID: files[i].cid, Size: uint64(files[i].stat.size), Kind: kindOf(files[i].path), Mtime: files[i].mtime}
			t.Entries = append(t.Entries, e)
			size += e.Size
			i++
			continue
		}
		inner := root + "/" + folder
		end := i
		for end < len(files) && strings.HasPrefix(files[end].path, inner+"/") {
			end++
		}
		e, err := a.session(inner, files[i:end], depth+1)
		if err != nil {
			return object.Entry{}, err
		}
		e.Path = folder
		t.Entries = append(t.Entries, e)
		size += e.Size
		i = end
	}
	t.Sort()
	block, err := t.EncodeSession()
	if err != nil {
		return object.Entry{}, fmt.Errorf("project folder %s: %w", printable(root), err)
	}
	a.blocks = append(a.blocks, block)
	return object.Entry{CID: object.CIDOf(block), Size: size, Kind: object.KindSession}, nil
}
