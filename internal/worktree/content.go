package worktree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/ipfs/go-cid"
)

// How a file that changes while it is read is treated: a save that is just
// ending is waited for, a recording that goes on is not.
const (
	readAttempts = 3
	readPause    = 200 * time.Millisecond
)

// source is a file that is read from its beginning, and whose parts can be looked at
// meanwhile.
type source interface {
	io.Reader
	io.ReaderAt
}

// reading consumes a file that has a length and returns its content's CID and how much
// it read.
type reading func(ctx context.Context, file source, size int64) (cid.Cid, uint64, error)

// hash reads a file and stores nothing.
func (w *Worktree) hash(ctx context.Context, file source, _ int64) (cid.Cid, uint64, error) {
	return w.content.Hash(ctx, file)
}

// read gives a file's bytes to consume and returns the CID with the stat of what
// was read. It fails with ErrChanged if the file never stands still.
func (w *Worktree) read(ctx context.Context, f found, consume reading) (cid.Cid, stat, error) {
	for attempt := 1; ; attempt++ {
		c, st, err := w.readOnce(ctx, f, consume)
		if !errors.Is(err, ErrChanged) || attempt == readAttempts {
			return c, st, err
		}
		select {
		case <-ctx.Done():
			return cid.Undef, stat{}, ctx.Err()
		case <-time.After(readPause):
		}
	}
}

func (w *Worktree) readOnce(ctx context.Context, f found, consume reading) (cid.Cid, stat, error) {
	file, err := openFile(filepath.Join(w.repo.Root(), filepath.FromSlash(f.real)))
	if err != nil {
		return cid.Undef, stat{}, err
	}
	defer file.Close()
	before, err := statOpen(file)
	if err != nil {
		return cid.Undef, stat{}, err
	}
	c, n, err := consume(ctx, file, before.size)
	if err != nil {
		return cid.Undef, stat{}, err
	}
	after, err := statOpen(file)
	if err != nil {
		return cid.Undef, stat{}, err
	}
	if before != after || uint64(after.size) != n {
		return cid.Undef, stat{}, ErrChanged
	}
	return c, after, nil
}

func statOpen(file *os.File) (stat, error) {
	info, err := file.Stat()
	if err != nil {
		return stat{}, err
	}
	if !info.Mode().IsRegular() {
		return stat{}, ErrChanged
	}
	return statOf(info), nil
}

// readProblem tells a file's fault, which the person can mend, from one of the
// store or the system, which is returned.
func readProblem(f found, err error) (Problem, error) {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && !strings.HasSuffix(filepath.ToSlash(pathErr.Path), path.Base(filepath.ToSlash(f.real))) {
		return Problem{}, fmt.Errorf("read %s: %w", printable(f.real), err) // a file of the store's
	}
	switch {
	case errors.Is(err, ErrChanged):
		return Problem{f.real, "changes while it is read", "let the recording or the save end, then try again"}, nil
	case errors.Is(err, fs.ErrNotExist):
		return Problem{f.real, "was removed while it was read", "try again"}, nil
	case errors.Is(err, fs.ErrPermission) && errors.As(err, &pathErr):
		return Problem{f.real, reasonOf(err), "make it readable, or ignore it in " + IgnoreFile}, nil
	case isInUse(err):
		return Problem{f.real, "is open in another program", "close it there, then try again"}, nil
	}
	return Problem{}, fmt.Errorf("read %s: %w", printable(f.real), err)
}

// moment returns what the clock of the song's file system says, in ns. A file
// whose times are before it cannot change later without showing it.
func (w *Worktree) moment() (int64, error) {
	f, err := os.CreateTemp(w.repo.Dir(), ".tmp-clock-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write([]byte{0}); err != nil { // some systems set times only then
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.ModTime().UnixNano(), nil
}
