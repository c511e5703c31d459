package worktree

import (
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// finish remembers what is in the folder, applies what follows and ends the
// operation. It can be repeated. justPlaced says that the new files were put into
// place by this very command.
func (w *Worktree) finish(op repo.Operation, j journaled, files []cached, justPlaced bool) error {
	if err := w.fault("index"); err != nil {
		return err
	}
	ix, err := w.indexAfter(files, j, justPlaced)
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

// indexAfter is the index with what the steps have changed. A file counts as what
// its step says only if it was placed by this very command, or was that before and
// has the same stat still. All others are read again: since the crash, or the
// comparison, somebody may have written to them in place, to the same length.
func (w *Worktree) indexAfter(files []cached, j journaled, justPlaced bool) (index, error) {
	entries := make(map[string]cached, len(files)+len(j.Steps))
	for _, c := range files {
		entries[c.path] = c
	}
	for _, s := range j.Steps {
		if s.Old != nil {
			delete(entries, toNFC(s.Old.Real))
		}
	}
	var sure []step
	for _, s := range j.Steps {
		if s.New == nil {
			continue
		}
		c, err := object.ParseCID(s.New.CID)
		if err != nil {
			return index{}, err
		}
		if s.Keep && w.isStill(entries[s.Path], s.New, c) {
			if s.New.Mtime != 0 {
				at := time.UnixMilli(int64(s.New.Mtime))
				_ = w.root.Chtimes(local(s.New.Real), at, at) // see fetch
			}
			sure = append(sure, s)
		} else if !s.Keep && justPlaced {
			sure = append(sure, s)
		}
		placed := cached{path: s.Path, cid: c, mtime: s.New.Mtime, stat: stat{size: int64(s.New.Size)}, racy: true}
		if old := entries[s.Path]; old.cid.Equals(c) {
			placed.facts = old.facts
		}
		entries[s.Path] = placed
	}
	if err := w.restat(entries, sure); err != nil {
		return index{}, err
	}
	ix := index{projects: j.Projects}
	for _, c := range entries {
		ix.files = append(ix.files, c)
	}
	return ix.sorted(), nil
}

// isStill says whether a file that is to stay is the one that is known to hold c.
func (w *Worktree) isStill(known cached, file *newFile, c cid.Cid) bool {
	info, err := w.root.Lstat(local(file.Real))
	return err == nil && known.cid.Equals(c) && !known.racy && known.stat == statOf(info)
}

// restat gives the entries of files that hold what their steps say the stat that
// they have now.
func (w *Worktree) restat(entries map[string]cached, sure []step) error {
	moment, err := w.quietMoment()
	if err != nil {
		return err
	}
	for _, s := range sure {
		c := entries[s.Path]
		info, err := w.root.Lstat(local(s.New.Real))
		if err != nil || !info.Mode().IsRegular() || info.Size() != c.stat.size {
			continue // changed already: read again
		}
		c.stat = statOf(info)
		c.racy = c.stat.changedSince(moment)
		entries[s.Path] = c
	}
	return nil
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
