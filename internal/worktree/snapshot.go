package worktree

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio/peaks"
	"github.com/parrots-music/parrots/internal/object"
)

// Snapshot is the folder as a tree.
type Snapshot struct {
	// Tree is valid and encodes; all its content is stored.
	Tree object.Tree
	// Warnings are what was left out, such as links, mistakes in the song file, and files
	// that were read now and are not the audio that they should be.
	Warnings []Warning
	// Notices say what was repaired on the way.
	Notices []string
	// Read counts the files that had to be read.
	Read int
}

// SnapshotOptions say how a snapshot is taken.
type SnapshotOptions struct {
	// Base is the tree of the commit that the folder stands on.
	Base object.Tree
	// Total, if not nil, is told before the first file is read how many bytes will be.
	Total func(bytes int64)
	// Progress, if not nil, is called when a file was read. Calls may come from
	// several goroutines.
	Progress func(path string, bytes int64)
	// Peaks, if not nil, is given the overview of audio that was read, by its pcm. Calls
	// may come from several goroutines.
	Peaks func(pcm []byte, overview *peaks.Peaks)
}

// Snapshot stores what is new in the folder and returns the folder as a tree. It
// reads no file that has not changed. A ProblemsError lists every file that
// cannot be part of a song; the index then stays as it was. The caller holds the
// repo's lock.
func (w *Worktree) Snapshot(ctx context.Context, opts SnapshotOptions) (Snapshot, error) {
	if err := w.checkNoneRunning(); err != nil {
		return Snapshot{}, err
	}
	f, err := w.look(ctx, opts.Base)
	if err != nil {
		return Snapshot{}, err
	}
	if len(f.problems) > 0 {
		return Snapshot{}, &ProblemsError{f.problems}
	}
	read, err := w.addAll(ctx, f, opts)
	if err != nil {
		return Snapshot{}, err
	}
	if err := w.forgetCollected(ctx, f); err != nil {
		return Snapshot{}, err
	}
	if err := w.storedSongFile(ctx, f); err != nil {
		return Snapshot{}, err
	}
	a, problems := f.assemble(nil)
	problems = append(problems, treeProblems(a.tree)...)
	if len(problems) > 0 {
		return Snapshot{}, &ProblemsError{problems}
	}
	for _, block := range a.blocks {
		if _, err := w.content.Put(ctx, block); err != nil {
			return Snapshot{}, fmt.Errorf("store a project's folder: %w", err)
		}
	}
	// The index says that content is stored: it must not reach the disk before it.
	if err := w.content.Flush(ctx); err != nil {
		return Snapshot{}, err
	}
	if err := w.saveIndex(f, a.tree); err != nil {
		return Snapshot{}, err
	}
	return Snapshot{Tree: a.tree, Warnings: f.warnings, Notices: f.notices, Read: read}, nil
}

// treeProblems says why a whole tree is over the format's limits.
func treeProblems(t object.Tree) []Problem {
	if n := len(t.Entries); n > object.MaxTreeEntries {
		return []Problem{{
			".", fmt.Sprintf("%d files outside projects, over the limit of %d", n, object.MaxTreeEntries),
			"ignore what is no part of the song in " + IgnoreFile + ", or put a project's files into one folder with its project file",
		}}
	}
	if _, err := t.Encode(); err != nil {
		return []Problem{{".", err.Error(), "rename or move what it names"}}
	}
	return nil
}

// addAll stores the content of every file that is not known to be stored.
func (w *Worktree) addAll(ctx context.Context, f *folder, opts SnapshotOptions) (int, error) {
	moment, err := w.moment()
	if err != nil {
		return 0, explained(fmt.Errorf("the song's folder cannot be written: %w", err))
	}
	unknown, bytes, err := w.unknown(ctx, f)
	if err != nil {
		return 0, err
	}
	if opts.Total != nil {
		opts.Total(bytes)
	}
	var mu sync.Mutex
	var problems []Problem
	var count atomic.Int64
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(w.workers)
	for _, i := range unknown {
		g.Go(func() error {
			in := intaking{w: w, path: f.files[i].path, peaks: opts.Peaks != nil}
			in.session = sessionOf(in.path, f.sessions) != ""
			c, st, err := w.read(gctx, f.files[i], in.add)
			if err != nil {
				problem, err := readProblem(f.files[i], err)
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					problems = append(problems, problem)
				}
				return err
			}
			f.remember(i, c, st, moment)
			mu.Lock()
			f.warnings = append(f.warnings, in.learn(f, i)...)
			mu.Unlock()
			if in.result.Peaks != nil {
				opts.Peaks(in.result.PCM, in.result.Peaks)
			}
			count.Add(1)
			if opts.Progress != nil {
				opts.Progress(f.files[i].path, st.size)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	if len(problems) > 0 {
		return 0, &ProblemsError{problems}
	}
	slices.SortStableFunc(f.warnings, func(a, b Warning) int { return strings.Compare(a.Path, b.Path) })
	return int(count.Load()), nil
}

// unknown lists the files whose content has to be read, and their size.
func (w *Worktree) unknown(ctx context.Context, f *folder) (indexes []int, bytes int64, err error) {
	moved := f.movedFrom()
	for i := range f.files {
		stored, err := w.isStored(ctx, f, i)
		if err != nil {
			return nil, 0, err
		}
		if !stored || f.lacksFacts(i, moved) {
			indexes = append(indexes, i)
			bytes += f.files[i].stat.size
		}
	}
	return indexes, bytes, nil
}

// isStored says whether the content of files[i] need not be read: it is as it
// was, and still in the store, from which a collection may have taken what no
// commit holds.
func (w *Worktree) isStored(ctx context.Context, f *folder, i int) (bool, error) {
	if !f.fresh[i] {
		return false, nil
	}
	path := f.files[i].path
	if e, ok := f.base.Find(path); ok && e.CID.Equals(f.entries[i].cid) {
		return true, nil
	}
	if root := sessionOf(path, f.sessions); root != "" && f.projectInBase(root) {
		return true, nil
	}
	return w.content.Has(ctx, f.entries[i].cid)
}

// projectInBase says whether the index knows a session as it is in base.
func (f *folder) projectInBase(root string) bool {
	p, known := f.index.project(root)
	e, ok := f.base.Find(root)
	return known && ok && e.CID.Equals(p.CID)
}

// forgetCollected makes the blocks of those sessions anew that are not stored.
func (w *Worktree) forgetCollected(ctx context.Context, f *folder) error {
	var kept []project
	for _, p := range f.index.projects {
		stored := f.projectInBase(p.Root)
		if !stored {
			var err error
			if stored, err = w.content.Has(ctx, p.CID); err != nil {
				return err
			}
		}
		if stored {
			kept = append(kept, p)
		}
	}
	f.index.projects = kept
	return nil
}

// saveIndex writes what is known of the folder, which is a tree now, if that is
// news.
func (w *Worktree) saveIndex(f *folder, t object.Tree) error {
	if !f.stale {
		return nil
	}
	ix := index{files: f.known()}
	for _, e := range t.Entries {
		if e.Kind == object.KindSession {
			ix.projects = append(ix.projects, project{e.Path, e.CID, e.Size})
		}
	}
	if err := w.repo.WriteIndex(ix.encode()); err != nil {
		return explained(fmt.Errorf("write the index: %w", err))
	}
	return nil
}

// known is what is remembered of the folder's files.
func (f *folder) known() []cached {
	return slices.DeleteFunc(slices.Clone(f.entries), func(c cached) bool { return !c.cid.Defined() })
}
