package worktree

import (
	"time"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// finish remembers what is in the folder, applies what follows and ends the
// operation. It can be repeated.
func (w *Worktree) finish(op repo.Operation, j journaled, files []cached) error {
	if err := w.fault("index"); err != nil {
		return err
	}
	ix, err := w.indexAfter(files, j)
	if err != nil {
		return err
	}
	if err := w.repo.WriteIndex(ix.encode()); err != nil {
		return err
	}
	if err := w.fault("transition"); err != nil {
		return err
	}
	if err := w.repo.Apply(op.After); err != nil {
		return err
	}
	if err := w.fault("end"); err != nil {
		return err
	}
	return w.endOperation()
}

// indexAfter is the index with what the steps have changed.
func (w *Worktree) indexAfter(files []cached, j journaled) (index, error) {
	steps := j.Steps
	entries := make(map[string]cached, len(files)+len(steps))
	for _, c := range files {
		entries[c.path] = c
	}
	placed := make([]string, 0, len(steps))
	for _, s := range steps {
		if s.Old != nil {
			delete(entries, toNFC(s.Old.Real))
		}
	}
	for _, s := range steps {
		if s.New == nil {
			continue
		}
		c, err := object.ParseCID(s.New.CID)
		if err != nil {
			return index{}, err
		}
		if s.Keep && s.New.Mtime != 0 {
			at := time.UnixMilli(int64(s.New.Mtime))
			_ = w.root.Chtimes(local(s.New.Real), at, at) // see fetch
		}
		entries[s.Path] = cached{path: s.Path, cid: c, mtime: s.New.Mtime, stat: stat{size: int64(s.New.Size)}, racy: true}
		placed = append(placed, s.New.Real)
	}
	moment, err := w.quietMoment()
	if err != nil {
		return index{}, err
	}
	for _, real := range placed {
		p := toNFC(real)
		c, ok := entries[p]
		info, err := w.root.Lstat(local(real))
		if !ok || err != nil || !info.Mode().IsRegular() || info.Size() != c.stat.size {
			continue // changed already: read again
		}
		c.stat = statOf(info)
		c.racy = c.stat.changedSince(moment)
		entries[p] = c
	}
	ix := index{projects: j.Projects}
	for _, c := range entries {
		ix.files = append(ix.files, c)
	}
	return ix.sorted(), nil
}

// quietMoment waits for the file system's clock to pass on, if it does so soon:
// what was put into place before it need not be read again.
func (w *Worktree) quietMoment() (int64, error) {
	first, err := w.moment()
	if err != nil {
		return 0, err
	}
	for range 20 {
		time.Sleep(time.Millisecond)
		now, err := w.moment()
		if err != nil || now > first {
			return now, err
		}
	}
	return first, nil
}
