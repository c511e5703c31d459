package worktree

import (
	"context"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

// folder is the song's folder as a command sees it: what is there, what is
// remembered of it, and which commit it is compared with.
type folder struct {
	*scan
	base     object.Tree
	index    index
	raw      []byte   // the index as it was read
	sessions []string // session roots, sorted
	// entries[i] is what is remembered of files[i]; fresh[i] if it still holds.
	entries []cached
	fresh   []bool
	// song is what the song file says; nil where there is none that can be understood.
	song *songfile.Song
	// stale says that the index differs from what is in the folder.
	stale   bool
	notices []string
}

// look scans the folder and compares it with the index, reading no content.
func (w *Worktree) look(ctx context.Context, base object.Tree) (*folder, error) {
	f := &folder{base: base}
	if err := w.loadIndex(ctx, f); err != nil {
		return nil, err
	}
	s, err := w.scan(ctx, f.knownPaths())
	if err != nil {
		return nil, err
	}
	f.scan = s
	paths := make([]string, len(s.files))
	for i, file := range s.files {
		paths[i] = file.path
	}
	f.sessions = sessionRoots(paths, base)
	allKnown := f.match()
	if !allKnown {
		f.problems = append(f.problems, checkNames(f.files, f.sessions)...)
	}
	return f, nil
}

// loadIndex reads the index; a damaged or missing one is rebuilt from base.
func (w *Worktree) loadIndex(ctx context.Context, f *folder) error {
	data, err := w.repo.ReadIndex()
	if err != nil {
		return err
	}
	f.raw = data
	ix, err := decodeIndex(data)
	if err == nil {
		f.index = ix
		return nil
	}
	switch {
	case isOtherIndex(data):
		f.notices = append(f.notices, "the index is of another version of parrots and is rebuilt; all files are read once")
	case data != nil:
		f.notices = append(f.notices, "the index was damaged and is rebuilt; all files are read once")
	}
	f.stale = true
	files, err := w.flatten(ctx, f.base)
	if err != nil {
		// A commit that is not here in full helps nothing, and hinders nothing.
		files = nil
	}
	for _, file := range files {
		f.index.files = append(f.index.files, cached{path: file.path, cid: file.cid, mtime: file.mtime, stat: stat{size: int64(file.size)}, racy: true})
	}
	for _, e := range f.base.Entries {
		if e.Kind == object.KindSession {
			f.index.projects = append(f.index.projects, project{e.Path, e.CID, e.Size})
		}
	}
	f.index = f.index.sorted()
	return nil
}

func (f *folder) knownPaths() known {
	paths := make([]string, 0, len(f.index.files)+len(f.base.Entries))
	for _, c := range f.index.files {
		paths = append(paths, c.path)
	}
	for _, e := range f.base.Entries {
		if e.Kind != object.KindSession {
			paths = append(paths, e.Path)
		}
	}
	slices.Sort(paths)
	return known{slices.Compact(paths)}
}

// match joins the files with the index, both sorted. It returns whether every
// file is in the index.
func (f *folder) match() bool {
	f.entries = make([]cached, len(f.files))
	f.fresh = make([]bool, len(f.files))
	all := true
	ix := f.index.files
	i := 0
	for j, file := range f.files {
		for i < len(ix) && ix[i].path < file.path {
			i++
			f.stale = true // gone from the folder
		}
		if i == len(ix) || ix[i].path != file.path {
			all = false
			f.stale = true
			continue
		}
		f.entries[j] = ix[i]
		f.fresh[j] = !ix[i].racy && ix[i].stat == file.stat
		f.stale = f.stale || !f.fresh[j]
		if j+1 == len(f.files) || f.files[j+1].path != file.path {
			i++
		} else {
			all = false // twins
		}
	}
	f.stale = f.stale || i < len(ix)
	return all
}

// sessionOf returns the session root that a path is in; empty if in none.
func sessionOf(path string, sessions []string) string {
	if len(sessions) == 0 {
		return ""
	}
	for i := range len(path) {
		if path[i] != '/' {
			continue
		}
		if _, ok := slices.BinarySearch(sessions, path[:i]); ok {
			return path[:i]
		}
	}
	return ""
}

// remember makes files[i] known by what was read.
func (f *folder) remember(i int, content cid.Cid, st stat, moment int64) {
	old := f.entries[i]
	mtime := unixMilli(st.mtime)
	if old.cid.Equals(content) && old.mtime != 0 {
		mtime = old.mtime // touched, or rounded by the file system: not changed
	}
	now := cached{path: f.files[i].path, stat: st, cid: content, mtime: mtime, racy: st.changedSince(moment)}
	if old.cid.Equals(content) {
		now.facts = old.facts
	}
	f.entries[i] = now
	f.fresh[i] = true
}

// unixMilli is ns as ms. Times that a tree cannot hold become the nearest.
func unixMilli(ns int64) uint64 { return uint64(max(1, min(ns/1e6, object.MaxInt))) }
