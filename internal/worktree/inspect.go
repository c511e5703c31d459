package worktree

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// realName returns how the disk spells a name in a folder: trees spell it in NFC.
func (w *Worktree) realName(folder, name string) string {
	if _, err := w.root.Lstat(filepath.Join(folder, name)); err == nil {
		return name
	}
	entries, err := fs.ReadDir(w.root.FS(), filepath.ToSlash(filepath.Join(".", folder)))
	if err != nil {
		return name
	}
	for _, e := range entries {
		if toNFC(e.Name()) == name {
			return e.Name()
		}
	}
	return name
}

// SessionFiles lists the files of a project that differ between two trees, by paths
// within the project. Either tree may lack it.
func (w *Worktree) SessionFiles(ctx context.Context, before, after object.Tree, path string) ([]Change, error) {
	old, err := w.sessionFiles(ctx, before, path)
	if err != nil {
		return nil, err
	}
	now, err := w.sessionFiles(ctx, after, path)
	if err != nil {
		return nil, err
	}
	return compare(old, now, nil), nil
}

// sessionFiles returns a project's files as a tree, which may be larger than trees are.
func (w *Worktree) sessionFiles(ctx context.Context, t object.Tree, path string) (object.Tree, error) {
	e, ok := t.Find(path)
	if !ok || e.Kind != object.KindSession {
		return object.Tree{}, nil
	}
	files, err := w.flatten(ctx, object.Tree{Entries: []object.Entry{e}})
	return asTree(files, path), err
}

func asTree(files []flat, root string) object.Tree {
	var t object.Tree
	for _, f := range files {
		name := strings.TrimPrefix(f.path, root+"/")
		t.Entries = append(t.Entries, object.Entry{Path: name, CID: f.cid, Size: f.size, Kind: kindOf(name)})
	}
	t.Sort()
	return t
}

// SessionStatus lists the files of a project that differ between base and the folder,
// by paths within the project. It reads those whose length is the same and whose stat
// is not.
func (w *Worktree) SessionStatus(ctx context.Context, base object.Tree, path string) ([]Change, error) {
	f, err := w.look(ctx, base)
	if err != nil {
		return nil, err
	}
	old, err := w.sessionFiles(ctx, base, path)
	if err != nil {
		return nil, err
	}
	var now object.Tree
	for i, file := range f.files {
		name, inside := strings.CutPrefix(file.path, path+"/")
		if !inside {
			continue
		}
		e := object.Entry{Path: name, CID: f.entries[i].cid, Size: uint64(file.stat.size), Kind: kindOf(name)}
		if then, ok := old.Find(name); !f.fresh[i] && ok && then.Size == e.Size {
			if e.CID, _, err = w.read(ctx, file, w.hash); err != nil {
				return nil, fmt.Errorf("%s: %w", printable(file.path), err)
			}
		} else if !f.fresh[i] {
			e.CID = object.CIDOf(nil) // of another length, and so of another content
		}
		now.Entries = append(now.Entries, e)
	}
	slices.SortFunc(now.Entries, func(a, b object.Entry) int { return strings.Compare(a.Path, b.Path) })
	return compare(old, now, nil), nil
}
