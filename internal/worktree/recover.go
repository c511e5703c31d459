package worktree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// Recover ends a checkout that was interrupted: forward if the new files were
// being put into place, back if they were being taken out again. It returns a
// sentence for the person, empty if there was nothing to do. What was saved into
// the folder since then is kept beside under a name with "recovered". The caller
// holds the repo's lock.
func (w *Worktree) Recover(ctx context.Context) (string, error) {
	op, err := w.repo.Pending()
	if err != nil || op == nil {
		return "", err
	}
	if op.Kind != operationKind {
		return "", fmt.Errorf("%w: %s", repo.ErrPending, op.Kind)
	}
	plan, err := decodePlan(op.Plan)
	if err != nil {
		return "", &repo.CorruptError{File: w.repo.JournalDir(), Reason: err.Error(), Advice: "move it away, then look at what status says"}
	}
	if op.Phase == phaseUndo {
		if err := w.undo(ctx, plan.Steps, false); err != nil {
			return "", err
		}
		if err := w.fault("undone"); err != nil {
			return "", err
		}
		return "an interrupted change of the folder was taken back", w.endOperation()
	}
	if err := w.resume(plan.Steps); err != nil {
		return "", err
	}
	f := &folder{}
	if err := w.loadIndex(ctx, f); err != nil {
		return "", err
	}
	return "an interrupted change of the folder was finished", w.finish(*op, plan, f.index.files, false)
}

// resume does what apply has not done. A file that is not the one that was there
// is somebody's work and is kept.
func (w *Worktree) resume(steps []step) error {
	for n, s := range steps {
		if s.Old == nil || w.exists(stagePath("old", n)) {
			continue
		}
		placed := s.New != nil && !s.Keep && !w.exists(stagePath("new", n))
		if placed {
			continue
		}
		if err := w.clear(s.Old, n); err != nil {
			return err
		}
	}
	w.removeEmptied(steps)
	made := map[string]bool{}
	for n, s := range steps {
		if s.New == nil || s.Keep || !w.exists(stagePath("new", n)) {
			continue
		}
		if err := w.makeFolder(path.Dir(s.New.Real), made); err != nil {
			return err
		}
		if w.exists(s.New.Real) {
			aside := w.recovered(s.New.Real)
			if err := w.rename(s.New.Real, aside, s.New.Real); err != nil {
				return err
			}
		}
		if err := w.rename(stagePath("new", n), s.New.Real, s.New.Real); err != nil {
			return err
		}
	}
	return w.syncFolders(steps)
}

// clear moves the file of step n out, or, if it was changed since, aside.
func (w *Worktree) clear(old *oldFile, n int) error {
	info, err := w.root.Lstat(local(old.Real))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() && old.is(statOf(info)) {
		return w.rename(old.Real, stagePath("old", n), old.Real)
	}
	return w.rename(old.Real, w.recovered(old.Real), old.Real)
}

// recovered returns where somebody's file goes, in its folder, that is in the way.
func (w *Worktree) recovered(real string) string {
	folder, name := path.Split(real)
	return folder + history.BesideName(name, history.Side{Name: "recovered"}, func(name string) bool { return w.exists(folder + name) })
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
