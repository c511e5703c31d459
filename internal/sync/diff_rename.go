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

// renamer finds files that were renamed and saved anew: they hold the same audio as one
// that is gone. However many there are, no file is read more than once: first its header
// and a few samples, and all of it only where those are another one's.
type renamer struct {
	*Difference
	gone, added map[string]*candidate
}

// candidate is what is known of a file that was renamed, perhaps.
type candidate struct {
	open func() (diff.File, func(), error)
	// glance is what a look at the file has told; it is not audio if that is empty.
	glance string
	looked bool
	// identity is that of all samples; empty before they are read.
	identity string
}

// pairSameAudio joins what was deleted with what was added if it holds the same audio.
// What trees say of it is a hint; the samples are read.
func (d *Difference) pairSameAudio(ctx context.Context) error {
	r := renamer{d, map[string]*candidate{}, map[string]*candidate{}}
	for _, c := range d.Changes {
		switch {
		case !isStem(c):
		case c.Kind == worktree.Deleted:
			r.gone[c.Path] = &candidate{open: func() (diff.File, func(), error) {
				f, err := d.stored(ctx, d.old, c.Path)
				return f, func() {}, err
			}}
		case c.Kind == worktree.Added:
			r.added[c.Path] = &candidate{open: func() (diff.File, func(), error) { return d.later(ctx, c.Path) }}
		}
	}
	paired := map[string]bool{}
	for i := range d.Changes {
		added := &d.Changes[i]
		if r.added[added.Path] == nil {
			continue
		}
		from, err := r.origin(ctx, added.Path, paired)
		if err != nil {
			return err
		}
		if from != "" {
			added.Kind, added.From, paired[from] = worktree.Renamed, from, true
		}
	}
	d.Changes = slices.DeleteFunc(d.Changes, func(c worktree.Change) bool { return c.Kind == worktree.Deleted && paired[c.Path] })
	return nil
}

func isStem(c worktree.Change) bool {
	return c.Entry != object.KindSession && worktree.IsAudio(c.Path)
}

// origin returns the path that is gone whose audio an added file has, or "".
func (r *renamer) origin(ctx context.Context, added string, paired map[string]bool) (string, error) {
	for _, c := range r.Changes {
		gone := r.gone[c.Path]
		if gone == nil || c.Kind != worktree.Deleted || paired[c.Path] || !r.mayBe(c.Path, added) {
			continue
		}
		same, err := gone.same(ctx, r.added[added])
		if same || err != nil {
			return c.Path, err
		}
	}
	return "", nil
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

// same compares the samples of two files.
func (c *candidate) same(ctx context.Context, other *candidate) (bool, error) {
	for _, x := range []*candidate{c, other} {
		if err := x.look(); err != nil || x.glance == "" {
			return false, err
		}
	}
	if c.glance != other.glance {
		return false, nil
	}
	for _, x := range []*candidate{c, other} {
		if err := x.read(ctx); err != nil || x.glance == "" {
			return false, err
		}
	}
	return c.identity == other.identity, nil
}

// with calls do with the audio of the file. What is none, or turns out to be damaged, has
// no glance afterwards.
func (c *candidate) with(do func(*audio.File) error) error {
	f, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	a, err := audio.Open(f.Content, f.Size)
	if err == nil {
		err = do(a)
	}
	switch {
	case errors.Is(err, audio.ErrNotAudio), errors.Is(err, audio.ErrInvalid), errors.Is(err, audio.ErrOpaque):
		c.glance = ""
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	return nil
}

// What a look at a file takes of it: stems of one song often have one length and begin
// with the same silence.
const (
	glances      = 8
	glanceFrames = 64
)

// look notes the file's format, its length and a few of its samples.
func (c *candidate) look() error {
	if c.looked {
		return nil
	}
	c.looked = true
	return c.with(func(a *audio.File) error {
		if a.Frames() == 0 {
			return nil
		}
		id := pcm.NewIdentity(a.Format())
		size := int64(a.Format().FrameSize())
		p := make([]byte, min(glanceFrames, a.Frames())*size)
		for i := range int64(glances) {
			at := (a.Frames() - int64(len(p))/size) / (glances - 1) * i
			n, err := a.ReadFrames(p, at)
			if errors.Is(err, io.EOF) && n < len(p)/int(size) {
				return nil // it is shorter than it says
			}
			if n < len(p)/int(size) && err != nil {
				return fmt.Errorf("frame %d: %w", at+int64(n), err)
			}
			_, _ = id.Write(p)
		}
		c.glance = fmt.Sprintf("%d %x", a.Frames(), id.Multihash())
		return nil
	})
}

// read finds the identity of all samples.
func (c *candidate) read(ctx context.Context) error {
	if c.identity != "" {
		return nil
	}
	return c.with(func(a *audio.File) (err error) {
		c.identity, err = identityOf(ctx, a)
		return err
	})
}

// identityOf reads a file's samples.
func identityOf(ctx context.Context, a *audio.File) (string, error) {
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
		if err != nil {
			return "", fmt.Errorf("frame %d: %w", at, err)
		}
	}
}
