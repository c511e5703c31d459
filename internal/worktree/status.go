package worktree

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// ChangeKind says what happened to a path since the commit.
type ChangeKind string

// The kinds of changes.
const (
	Added    ChangeKind = "added"
	Modified ChangeKind = "modified"
	Deleted  ChangeKind = "deleted"
	Renamed  ChangeKind = "renamed"
)

// Change is one entry of a tree that differs between a commit and the folder. A
// project folder is one entry.
type Change struct {
	Kind ChangeKind
	Path string
	// From is the former path of what was renamed.
	From string
	// Entry is the kind of the entry.
	Entry object.Kind
	// Size is in bytes; of what was deleted, its former one.
	Size uint64
}

// Status is how the folder differs from a commit.
type Status struct {
	// Changes are sorted by path.
	Changes []Change
	// Conflicts are those of a merge that is under way.
	Conflicts []repo.Conflict
	// Warnings are what is left out of commits, such as links, and mistakes in the song
	// file.
	Warnings []Warning
	// Problems are what keeps the folder from being committed.
	Problems []Problem
	// Notices say what was repaired on the way.
	Notices []string
}

// Clean says whether a commit would change nothing.
func (s Status) Clean() bool { return len(s.Changes) == 0 && len(s.Problems) == 0 }

// Status compares the folder with base, the tree of the commit that it stands
// on. It reads a file only if its stat has changed and its length has not, or to
// see whether it was renamed; nothing is read of unchanged files. It takes the
// lock, if that is free, to remember what it has read.
func (w *Worktree) Status(ctx context.Context, base object.Tree) (Status, error) {
	f, err := w.look(ctx, base)
	if err != nil {
		return Status{}, err
	}
	moment, errMoment := w.momentIfNeeded(f)
	skip, unread, err := w.settle(ctx, f, moment)
	if err != nil {
		return Status{}, err
	}
	w.lookAtSongFile(f)
	a, problems := f.assemble(skip)
	f.problems = append(f.problems, problems...)
	if n := len(a.tree.Entries) + len(unread); n > object.MaxTreeEntries {
		f.problems = append(f.problems, treeProblems(object.Tree{Entries: make([]object.Entry, n)})...)
	}
	changes := compare(base, a.tree, unread)
	changes, err = w.pairRenames(ctx, f, base, changes, moment)
	if err != nil {
		return Status{}, err
	}
	if errMoment == nil {
		w.refreshIndex(f)
	}
	st := Status{Changes: changes, Warnings: f.warnings, Problems: f.problems, Notices: f.notices}
	merge, err := w.repo.Merge()
	if err != nil {
		return Status{}, err
	}
	if merge != nil {
		st.Conflicts = merge.Conflicts
	}
	return st, nil
}

// momentIfNeeded asks for the file system's time only if a file may be read. In
// a folder that cannot be written everything read counts as racy.
func (w *Worktree) momentIfNeeded(f *folder) (int64, error) {
	if !slices.Contains(f.fresh, false) {
		return 0, nil
	}
	return w.moment()
}

// settle finds out about files whose stat is not the remembered one. It returns
// the sessions that differ from what they were and the plain files that do,
// without having read those whose length tells.
func (w *Worktree) settle(ctx context.Context, f *folder, moment int64) (skip map[string]bool, unread []Change, err error) {
	skip = map[string]bool{}
	for i, file := range f.files {
		if f.fresh[i] {
			continue
		}
		root := sessionOf(file.path, f.sessions)
		if skip[root] {
			continue
		}
		then, wasThere := uint64(f.entries[i].stat.size), f.entries[i].cid.Defined()
		if root == "" {
			e, ok := f.base.Find(file.path)
			then, wasThere = e.Size, ok && e.Kind != object.KindSession
		}
		if wasThere && then == uint64(file.stat.size) {
			c, st, err := w.read(ctx, file, w.hash)
			if err == nil {
				f.remember(i, c, st, moment)
				continue
			}
			problem, err := readProblem(file, err)
			if err != nil {
				return nil, nil, err
			}
			f.problems = append(f.problems, problem)
		}
		if root != "" {
			skip[root] = true
			continue
		}
		kind := Added
		if wasThere {
			kind = Modified
		}
		unread = append(unread, Change{Kind: kind, Path: file.path, Entry: kindOf(file.path), Size: uint64(file.stat.size)})
	}
	return skip, append(unread, f.skipped(skip)...), nil
}

// skipped lists sessions that differ, with the size that they have now.
func (f *folder) skipped(skip map[string]bool) []Change {
	sizes := make(map[string]uint64, len(skip))
	for _, file := range f.files {
		if root := sessionOf(file.path, f.sessions); skip[root] {
			sizes[root] += uint64(file.stat.size)
		}
	}
	var changes []Change
	for root, size := range sizes {
		kind := Added
		if _, ok := f.base.Find(root); ok {
			kind = Modified
		}
		changes = append(changes, Change{Kind: kind, Path: root, Entry: object.KindSession, Size: size})
	}
	return changes
}

// compare lists how now, together with what is known to differ, differs from base.
func compare(base, now object.Tree, differing []Change) []Change {
	changes := slices.Clone(differing)
	here := make(map[string]bool, len(now.Entries)+len(differing))
	for _, c := range differing {
		here[c.Path] = true
	}
	for _, e := range now.Entries {
		here[e.Path] = true
		old, ok := base.Find(e.Path)
		switch {
		case !ok:
			changes = append(changes, Change{Kind: Added, Path: e.Path, Entry: e.Kind, Size: e.Size})
		case !old.CID.Equals(e.CID):
			changes = append(changes, Change{Kind: Modified, Path: e.Path, Entry: e.Kind, Size: e.Size})
		}
	}
	for _, e := range base.Entries {
		if !here[e.Path] {
			changes = append(changes, Change{Kind: Deleted, Path: e.Path, Entry: e.Kind, Size: e.Size})
		}
	}
	sortChanges(changes)
	return changes
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
}

// pairRenames joins what was deleted with what was added if it is the same file.
// Only added files as long as a deleted one are read.
func (w *Worktree) pairRenames(ctx context.Context, f *folder, base object.Tree, changes []Change, moment int64) ([]Change, error) {
	gone := map[uint64][]object.Entry{} // by size
	for _, c := range changes {
		if e, ok := base.Find(c.Path); ok && c.Kind == Deleted && e.Kind != object.KindSession && e.Size > 0 {
			gone[e.Size] = append(gone[e.Size], e)
		}
	}
	if len(gone) == 0 {
		return changes, nil
	}
	from := map[string]bool{}
	for i := range changes {
		c := &changes[i]
		candidates := gone[c.Size]
		if c.Kind != Added || c.Entry == object.KindSession || len(candidates) == 0 {
			continue
		}
		content, err := w.contentOf(ctx, f, c.Path, moment)
		if err != nil {
			return nil, err
		}
		for j, e := range candidates {
			if e.CID.Equals(content.cid) {
				c.Kind, c.From, c.Entry = Renamed, e.Path, e.Kind
				from[e.Path] = true
				gone[c.Size] = slices.Delete(candidates, j, j+1)
				break
			}
		}
	}
	return slices.DeleteFunc(changes, func(c Change) bool { return c.Kind == Deleted && from[c.Path] }), nil
}

// contentOf returns what the file at a path consists of, without storing it and
// without remembering it: only what is stored belongs into the index.
func (w *Worktree) contentOf(ctx context.Context, f *folder, path string, moment int64) (cached, error) {
	i, ok := slices.BinarySearchFunc(f.files, path, func(file found, p string) int { return strings.Compare(file.path, p) })
	if !ok {
		return cached{}, nil
	}
	if f.fresh[i] {
		return f.entries[i], nil
	}
	c, st, err := w.read(ctx, f.files[i], w.hash)
	if err != nil {
		problem, err := readProblem(f.files[i], err)
		if err == nil {
			f.problems = append(f.problems, problem)
		}
		return cached{}, err
	}
	return cached{path: path, stat: st, cid: c, racy: st.changedSince(moment)}, nil
}

// refreshIndex remembers what Status has read, so that the next one need not. It
// is a favour: in a folder that cannot be written, or while another command
// works in it, nothing happens.
func (w *Worktree) refreshIndex(f *folder) {
	ix, news := f.refreshed()
	if !news {
		return
	}
	lock, err := w.repo.TryLock("status")
	if err != nil {
		return
	}
	defer lock.Unlock()
	if now, err := w.repo.ReadIndex(); err != nil || !bytes.Equal(now, f.raw) {
		return // another command knows better
	}
	_ = w.repo.WriteIndex(ix.encode())
}

// refreshed is the index with what is fresh now, and all else as it was. What
// was read and is not what the index says stays out: it is not stored.
func (f *folder) refreshed() (ix index, news bool) {
	ix = index{files: slices.Clone(f.index.files), projects: f.index.projects}
	for i, entry := range f.entries {
		if !f.fresh[i] {
			continue
		}
		j, ok := ix.find(entry.path)
		if ok && ix.files[j].cid.Equals(entry.cid) && ix.files[j] != entry {
			ix.files[j] = entry
			news = true
		}
	}
	return ix, news
}
