package sync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/worktree"
)

// Version is a state of a song: a commit, or the folder as it is.
type Version struct {
	// Commit is cid.Undef for a song before its first commit.
	Commit cid.Cid
	// Folder means the folder.
	Folder bool
}

// Difference is the entries of a song that differ between two versions. Close it when
// done.
type Difference struct {
	// Changes are sorted by path. What has the same audio under another path was
	// renamed, whatever its tags and its container.
	Changes []worktree.Change

	song     *Song
	work     *worktree.Worktree
	to       Version
	old, now object.Tree // now is empty if to is the folder
}

// Difference lists what differs between a commit and another one or the folder,
// below some paths; everywhere if none is given.
func (s *Song) Difference(ctx context.Context, from cid.Cid, to Version, paths []string) (*Difference, error) {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return nil, err
	}
	d := &Difference{song: s, work: work, to: to}
	if err := d.list(ctx, from, paths); err != nil {
		return nil, errors.Join(err, work.Close())
	}
	return d, nil
}

// Close gives the folder back to the system.
func (d *Difference) Close() error { return d.work.Close() }

func (d *Difference) list(ctx context.Context, from cid.Cid, paths []string) error {
	var err error
	if d.old, err = d.song.treeOf(ctx, from); err != nil {
		return err
	}
	if d.to.Folder {
		status, err := d.work.Status(ctx, d.old)
		if err != nil {
			return err
		}
		if len(status.Problems) > 0 {
			return &worktree.ProblemsError{Problems: status.Problems}
		}
		d.Changes = status.Changes
	} else {
		if d.now, err = d.song.treeOf(ctx, d.to.Commit); err != nil {
			return err
		}
		d.Changes = changesBetween(d.old, d.now)
	}
	if err := d.pairSameAudio(ctx); err != nil {
		return err
	}
	return d.keepBelow(paths)
}

// keepBelow drops the changes that are below none of the paths.
func (d *Difference) keepBelow(paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	for _, p := range paths {
		if !below(p, d.old.Entries) && !below(p, d.now.Entries) && !d.inFolder(p) {
			return fmt.Errorf("%w: %q is in neither version", ErrNoFile, p)
		}
	}
	d.Changes = slices.DeleteFunc(d.Changes, func(c worktree.Change) bool {
		return !slices.ContainsFunc(paths, func(p string) bool { return isBelow(c.Path, p) || isBelow(c.From, p) })
	})
	return nil
}

func below(folder string, entries []object.Entry) bool {
	return slices.ContainsFunc(entries, func(e object.Entry) bool { return isBelow(e.Path, folder) })
}

func isBelow(path, folder string) bool {
	return folder == "." || path == folder || strings.HasPrefix(path, folder+"/")
}

func (d *Difference) inFolder(path string) bool {
	return d.to.Folder && slices.ContainsFunc(d.Changes, func(c worktree.Change) bool { return isBelow(c.Path, path) })
}

// Open opens both versions of a file that changed. Call done afterwards.
func (d *Difference) Open(ctx context.Context, c worktree.Change) (base, other diff.File, done func(), err error) {
	from := c.From
	if from == "" {
		from = c.Path
	}
	if base, err = d.stored(ctx, d.old, from); err != nil {
		return base, other, nil, err
	}
	other, done, err = d.later(ctx, c.Path)
	return base, other, done, err
}

// later opens a file of the later version. Call done afterwards.
func (d *Difference) later(ctx context.Context, path string) (f diff.File, done func(), err error) {
	if !d.to.Folder {
		f, err = d.stored(ctx, d.now, path)
		return f, func() {}, err
	}
	file, size, err := d.work.OpenFile(path)
	if err != nil {
		return f, nil, fmt.Errorf("%s: %w", path, err)
	}
	return diff.File{Name: path, Content: file, Size: size}, func() { file.Close() }, nil
}

// stored opens a file of a tree.
func (d *Difference) stored(ctx context.Context, t object.Tree, path string) (diff.File, error) {
	e, ok := t.Find(path)
	if !ok {
		return diff.File{}, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	f, err := openStoredAt(ctx, d.song.Blocks, e.CID, e.Size)
	if err != nil {
		return diff.File{}, fmt.Errorf("%s: %w", path, err)
	}
	return diff.File{Name: path, Content: f, Size: f.size}, nil
}

// Stem compares both versions of an audio file that changed or was renamed.
func (d *Difference) Stem(ctx context.Context, c worktree.Change, opts diff.Options) (diff.Stem, error) {
	base, other, done, err := d.Open(ctx, c)
	if err != nil {
		return diff.Stem{}, err
	}
	defer done()
	return diff.Compare(ctx, base, other, opts)
}

// Files lists the files of a project that differ, by paths within it.
func (d *Difference) Files(ctx context.Context, c worktree.Change) ([]worktree.Change, error) {
	if d.to.Folder {
		return d.work.SessionStatus(ctx, d.old, c.Path)
	}
	return d.work.SessionFiles(ctx, d.old, d.now, c.Path)
}

// SongFile returns what the song file says in the later version, or in the earlier one
// where the later has none; nil where neither has one that can be understood.
func (d *Difference) SongFile(ctx context.Context) *songfile.Song {
	if d.to.Folder {
		if data, err := d.work.ReadSongFile(); err == nil && data != nil {
			if song, err := songfile.Parse(data); err == nil {
				return song
			}
		}
	}
	for _, t := range []object.Tree{d.now, d.old} {
		f, err := d.stored(ctx, t, songfile.Name)
		if err != nil || f.Size > songfile.MaxBytes {
			continue
		}
		data, err := io.ReadAll(io.NewSectionReader(f.Content, 0, f.Size))
		if err != nil {
			continue
		}
		if song, err := songfile.Parse(data); err == nil {
			return song
		}
	}
	return nil
}
