package worktree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/repo"
)

// spaceReserve is left free on the disk for everything else.
const spaceReserve = 16 << 20

// stageDir is the stage, relative to the root.
const stageDir = repo.DirName + "/journal/" + operationKind

// stagePath returns where step n has its file, relative to the root, in slashes.
// The stage is on the song's own file system, so that a rename moves the file.
func stagePath(which string, n int) string {
	return path.Join(stageDir, which, strconv.Itoa(n))
}

// clearStage removes the stage. Through the root, so that a link in a folder that
// a stranger has packed leads nowhere.
func (w *Worktree) clearStage() error { return w.root.RemoveAll(local(stageDir)) }

// stage fetches and verifies every new file.
func (w *Worktree) stage(ctx context.Context, p *plan, progress func(string, int64)) error {
	if err := w.clearStage(); err != nil {
		return err
	}
	if err := w.checkSpace(p.steps); err != nil {
		return err
	}
	for _, which := range []string{"old", "new"} {
		if err := w.root.MkdirAll(local(path.Join(stageDir, which)), 0o755); err != nil {
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
				return explained(fmt.Errorf("write %s: %w", printable(s.New.Real), err))
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

// explained says of a full disk that it is one, and what that has done.
func explained(err error) error {
	if isNoSpace(err) {
		return fmt.Errorf("%w; nothing was changed: %w", ErrNoSpace, err)
	}
	return err
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
		need += spaceReserve
		return fmt.Errorf("%w: %d MB are needed and %d MB are free; nothing was changed", ErrNoSpace, need>>20, free>>20)
	}
	return nil
}

// fetch writes a new file's content, which Content verifies, to its place in the
// stage, and checks that it is as long as the tree says: before anything is written
// what its root says, and then what comes.
func (w *Worktree) fetch(ctx context.Context, n *newFile, to string) (err error) {
	in, err := w.content.Open(ctx, n.cid)
	if err != nil {
		return err
	}
	defer in.Close()
	wrong := fmt.Errorf("%w: %s is not as long as the tree says", ErrBadTree, n.cid)
	if root, ok := in.(interface{ Size() int64 }); ok && uint64(root.Size()) != n.Size {
		return wrong // a few blocks can claim to be a file of any length
	}
	out, err := w.root.OpenFile(local(to), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	// The limit is on the side of the writer, so that a reader that knows how to
	// read ahead does.
	written, err := io.Copy(&capped{out, n.Size}, in)
	if errors.Is(err, errTooLong) || err == nil && uint64(written) != n.Size {
		return wrong
	}
	if err != nil {
		return err
	}
	if n.Mtime != 0 {
		// A time that the file system cannot hold is no reason to fail: the index
		// remembers the tree's.
		at := time.UnixMilli(int64(n.Mtime))
		_ = w.root.Chtimes(local(to), at, at)
	}
	return nil
}

var errTooLong = errors.New("longer than expected")

// capped takes so many bytes and no more.
type capped struct {
	w    io.Writer
	left uint64
}

func (c *capped) Write(p []byte) (int, error) {
	if uint64(len(p)) > c.left {
		return 0, errTooLong
	}
	n, err := c.w.Write(p)
	c.left -= uint64(n)
	return n, err
}
