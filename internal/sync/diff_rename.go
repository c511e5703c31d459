package sync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/worktree"
)

// renamer finds files that were renamed and saved anew: they hold the same audio as
// one that is gone.
type renamer struct {
	*Difference
	// identities are those of files that were read, by path: of what is gone, and of
	// what was added.
	gone, added map[string]string
}

// pairSameAudio joins what was deleted with what was added if it holds the same audio.
// What trees say of it is a hint; the samples are read.
func (d *Difference) pairSameAudio(ctx context.Context) error {
	r := renamer{d, map[string]string{}, map[string]string{}}
	paired := map[string]bool{}
	for i := range d.Changes {
		added := &d.Changes[i]
		if added.Kind != worktree.Added || !isStem(*added) {
			continue
		}
		for _, gone := range d.Changes {
			if gone.Kind != worktree.Deleted || paired[gone.Path] || !isStem(gone) || !d.mayBe(gone.Path, added.Path) {
				continue
			}
			same, err := r.same(ctx, gone.Path, added.Path)
			if err != nil {
				return err
			}
			if same {
				added.Kind, added.From = worktree.Renamed, gone.Path
				paired[gone.Path] = true
				break
			}
		}
	}
	d.Changes = slices.DeleteFunc(d.Changes, func(c worktree.Change) bool { return c.Kind == worktree.Deleted && paired[c.Path] })
	return nil
}

func isStem(c worktree.Change) bool {
	return c.Entry != object.KindSession && worktree.IsAudio(c.Path)
}

// mayBe says whether two files may hold the same audio, as far as trees tell.
func (d *Difference) mayBe(gone, added string) bool {
	a, _ := d.old.Find(gone)
	b, ok := d.now.Find(added)
	switch {
	case !ok:
		return true
	case len(a.PCM) > 0 && len(b.PCM) > 0:
		return slices.Equal(a.PCM, b.PCM)
	}
	return a.Frames == b.Frames
}

// same compares the samples of a file that is gone with those of one that was added.
func (r *renamer) same(ctx context.Context, gone, added string) (bool, error) {
	a, err := remembered(r.gone, gone, func() (string, error) {
		f, err := r.stored(ctx, r.old, gone)
		if err != nil {
			return "", err
		}
		return identityOf(ctx, f)
	})
	if err != nil || a == "" {
		return false, err
	}
	b, err := remembered(r.added, added, func() (string, error) {
		f, done, err := r.later(ctx, added)
		if err != nil {
			return "", err
		}
		defer done()
		return identityOf(ctx, f)
	})
	return a == b, err
}

func remembered(memory map[string]string, key string, find func() (string, error)) (string, error) {
	if v, ok := memory[key]; ok {
		return v, nil
	}
	v, err := find()
	if err == nil {
		memory[key] = v
	}
	return v, err
}

// identityOf returns the identity of a file's samples; nothing if it has none that can
// be read.
func identityOf(ctx context.Context, f diff.File) (string, error) {
	a, err := audio.Open(f.Content, f.Size)
	switch {
	case errors.Is(err, audio.ErrNotAudio), errors.Is(err, audio.ErrInvalid), errors.Is(err, audio.ErrOpaque):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("%s: %w", f.Name, err)
	case a.Frames() == 0:
		return "", nil
	}
	const blockBytes = 1 << 17
	size := a.Format().FrameSize()
	block := make([]byte, max(blockBytes/size, 1)*size)
	identity := pcm.NewIdentity(a.Format())
	for at := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := a.ReadFrames(block, at)
		_, _ = identity.Write(block[:n*size])
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return string(identity.Multihash()), nil
		}
		if errors.Is(err, audio.ErrInvalid) { // it showed only now
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("%s: frame %d: %w", f.Name, at, err)
		}
	}
}
