package worktree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// A checkout in the journal.
const (
	operationKind = "checkout"
	phaseApply    = "apply" // goes forward after a crash
	phaseUndo     = "undo"  // goes back after a crash
)

// spaceReserve is left free on the disk for everything else.
const spaceReserve = 16 << 20

// stagePath returns where step n has its file, relative to the root, in slashes.
// The stage is on the song's own file system, so that a rename moves the file.
func stagePath(which string, n int) string {
	return path.Join(repo.DirName, "journal", operationKind, which, strconv.Itoa(n))
}

func (w *Worktree) clearStage() error { return os.RemoveAll(w.repo.JournalDir(operationKind)) }

// stage fetches and verifies every new file.
func (w *Worktree) stage(ctx context.Context, p *plan, progress func(string, int64)) error {
	if err := w.clearStage(); err != nil {
		return err
	}
	if err := w.checkSpace(p.steps); err != nil {
		return err
	}
	for _, which := range []string{"old", "new"} {
		if err := os.MkdirAll(filepath.Join(w.repo.JournalDir(operationKind), which), 0o755); err != nil {
			return err
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(w.workers)
	for n, s := range p.steps {
		if s.New == nil || s.Keep {
			continue
		}
		g.Go(func() error {
			err := w.fault("stage")
			if err == nil {
				err = w.fetch(gctx, s.New, stagePath("new", n))
			}
			if err != nil {
				return stageError(s.New.Real, err)
			}
			if progress != nil {
				progress(s.Path, int64(s.New.Size))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return w.syncStage(len(p.steps))
}

func stageError(real string, err error) error {
	if isNoSpace(err) {
		return fmt.Errorf("%w for %s; nothing was changed: %w", ErrNoSpace, printable(real), err)
	}
	return fmt.Errorf("write %s: %w", printable(real), err)
}

// checkSpace refuses early what the disk has no room for.
func (w *Worktree) checkSpace(steps []step) error {
	var need uint64
	for _, s := range steps {
		if s.New != nil && !s.Keep {
			need += s.New.Size
		}
	}
	free, known := freeSpace(w.repo.Root())
	if known && need > 0 && (free < spaceReserve || need > free-spaceReserve) {
		return fmt.Errorf("%w: %d MB are needed and %d MB are free; nothing was changed", ErrNoSpace, need>>20, free>>20)
	}
	return nil
}

// fetch writes a new file's content, which Content verifies, to its place in the
// stage, and checks that it is as long as the tree says.
func (w *Worktree) fetch(ctx context.Context, n *newFile, to string) (err error) {
	in, err := w.content.Open(ctx, n.cid)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := w.root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	written, err := io.Copy(out, io.LimitReader(in, int64(n.Size)+1))
	if err != nil {
		return err
	}
	if uint64(written) != n.Size {
		return fmt.Errorf("%w: %s is not as long as the tree says", ErrBadTree, n.CID)
	}
	if n.Mtime != 0 {
		// A time that the file system cannot hold is no reason to fail: the index
		// remembers the tree's.
		at := time.UnixMilli(int64(n.Mtime))
		_ = w.root.Chtimes(to, at, at)
	}
	return nil
}

// apply moves old files out, then new files in. It stops at the first error.
func (w *Worktree) apply(steps []step) error {
	for n, s := range steps {
		if s.Old != nil {
			if err := w.moveOut(n, s.Old); err != nil {
				return err
			}
		}
	}
	w.removeEmptied(steps)
	made := map[string]bool{}
	for n, s := range steps {
		if s.New == nil || s.Keep {
			continue
		}
		if err := w.moveIn(n, s.New, made); err != nil {
			return err
		}
	}
	return w.syncFolders(steps)
}

// moveOut moves a file that is to go into the stage, if it is still the one that
// was compared.
func (w *Worktree) moveOut(n int, old *oldFile) error {
	if err := w.fault("out"); err != nil {
		return err
	}
	info, err := w.root.Lstat(local(old.Real))
	if err != nil {
		return fmt.Errorf("%s has gone meanwhile: %w", printable(old.Real), err)
	}
	if !info.Mode().IsRegular() || !old.is(statOf(info)) {
		return &LocalChangesError{[]string{old.Real}}
	}
	return w.rename(old.Real, stagePath("old", n), old.Real)
}

// moveIn moves a new file from the stage to its place, which is free.
func (w *Worktree) moveIn(n int, file *newFile, made map[string]bool) error {
	if err := w.fault("in"); err != nil {
		return err
	}
	if err := w.makeFolder(path.Dir(file.Real), made); err != nil {
		return err
	}
	if _, err := w.root.Lstat(local(file.Real)); err == nil {
		return &LocalChangesError{[]string{file.Real}}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return w.rename(stagePath("new", n), file.Real, file.Real)
}

// rename moves a file within the root; subject is the one to name in an error.
func (w *Worktree) rename(from, to, subject string) error {
	err := w.root.Rename(local(from), local(to))
	if err != nil && isInUse(err) {
		return &InUseError{subject, err}
	}
	return err
}

// makeFolder makes a folder and those above it. It fails if one of them is a
// link: nothing is written through links, not even inside the song's folder.
func (w *Worktree) makeFolder(dir string, made map[string]bool) error {
	if dir == "." || made[dir] {
		return nil
	}
	if err := w.makeFolder(path.Dir(dir), made); err != nil {
		return err
	}
	info, err := w.root.Lstat(local(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := w.root.Mkdir(local(dir), 0o755); err != nil {
			return err
		}
	case err != nil:
		return err
	case !info.IsDir():
		return &LocalChangesError{[]string{dir}}
	}
	made[dir] = true
	return nil
}

// removeEmptied removes the folders that moving files out has left empty. One
// that cannot be removed holds something, or is in use, and stays.
func (w *Worktree) removeEmptied(steps []step) {
	folders := map[string]bool{}
	for _, s := range steps {
		if s.Old != nil {
			for dir := path.Dir(s.Old.Real); dir != "."; dir = path.Dir(dir) {
				folders[dir] = true
			}
		}
	}
	list := make([]string, 0, len(folders))
	for dir := range folders {
		list = append(list, dir)
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(b, a) }) // inner ones first
	for _, dir := range list {
		// A file may stand there by now, which Remove would take too.
		if info, err := w.root.Lstat(local(dir)); err == nil && info.IsDir() {
			_ = w.root.Remove(local(dir))
		}
	}
}

// syncFolders makes the renames durable.
func (w *Worktree) syncFolders(steps []step) error {
	folders := map[string]bool{}
	for _, s := range steps {
		if s.Old != nil {
			folders[path.Dir(s.Old.Real)] = true
		}
		if s.New != nil && !s.Keep {
			for dir := path.Dir(s.New.Real); ; dir = path.Dir(dir) {
				folders[dir] = true
				if dir == "." {
					break
				}
			}
		}
	}
	for dir := range folders {
		err := repo.SyncDir(filepath.Join(w.repo.Root(), local(dir)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // removed because it was empty
			return err
		}
	}
	return nil
}

// undo moves new files back to the stage and old ones back to their places. It
// can be repeated.
func (w *Worktree) undo(steps []step) error {
	for n, s := range steps {
		if s.New == nil || s.Keep || w.exists(stagePath("new", n)) {
			continue
		}
		if err := w.fault("undo in"); err != nil {
			return err
		}
		if err := w.rename(s.New.Real, stagePath("new", n), s.New.Real); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	w.removeArrived(steps)
	made := map[string]bool{}
	for n, s := range steps {
		if s.Old == nil || !w.exists(stagePath("old", n)) {
			continue
		}
		if err := w.fault("undo out"); err != nil {
			return err
		}
		if err := w.makeFolder(path.Dir(s.Old.Real), made); err != nil {
			return err
		}
		if err := w.putBeside(stagePath("old", n), s.Old.Real); err != nil {
			return err
		}
	}
	return w.syncFolders(steps)
}

// removeArrived removes the folders that were made for files that did not come.
func (w *Worktree) removeArrived(steps []step) {
	var list []step
	for _, s := range steps {
		if s.New != nil && !s.Keep {
			list = append(list, step{Old: &oldFile{Real: s.New.Real}})
		}
	}
	w.removeEmptied(list)
}

// putBeside moves a file to its place, or beside it if something is there.
func (w *Worktree) putBeside(from, to string) error {
	if w.exists(to) {
		to = SideBySide(to, "recovered", w.exists)
	}
	return w.rename(from, to, to)
}

func (w *Worktree) exists(p string) bool {
	_, err := w.root.Lstat(local(p))
	return err == nil
}

func local(p string) string { return filepath.FromSlash(p) }

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

// journaled is a plan in the journal.
type journaled struct {
	Steps    []step    `json:"steps"`
	Projects []project `json:"projects,omitempty"`
}

// decodePlan reads a plan from the journal. The folder may come from a stranger,
// so paths are checked again.
func decodePlan(raw json.RawMessage) (journaled, error) {
	var j journaled
	if err := json.Unmarshal(raw, &j); err != nil {
		return journaled{}, err
	}
	for _, s := range j.Steps {
		paths := []string{s.Path}
		if s.Old != nil {
			paths = append(paths, s.Old.Real)
		}
		if s.New != nil {
			paths = append(paths, s.New.Real)
		}
		for _, p := range paths {
			first, _, _ := strings.Cut(p, "/")
			if !filepath.IsLocal(local(p)) || path.Clean(p) != p || p == "." || strings.EqualFold(first, repo.DirName) {
				return journaled{}, fmt.Errorf("path %q", p)
			}
		}
	}
	for _, p := range j.Projects {
		if err := object.CheckLink(p.CID); err != nil {
			return journaled{}, err
		}
	}
	return j, nil
}
