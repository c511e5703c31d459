package sync

import (
	"context"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// audioFile is an audio file like another one, but for its frames.
type audioFile struct {
	like   *audio.File
	frames int64
	// marks are those of like where they are now.
	marks *mark.Set
	// write writes the frames in their canonical form.
	write func(io.Writer) error
}

// addWritten stores an audio file.
func (s *Song) addWritten(ctx context.Context, f audioFile) (ipfs.Added, error) {
	if !f.like.InOrder() {
		return s.addFile(ctx, f)
	}
	group, ctx := errgroup.WithContext(ctx)
	r, w := io.Pipe()
	group.Go(func() error {
		err := f.writeTo(w)
		_ = w.CloseWithError(err) // it never fails
		return err
	})
	var added ipfs.Added
	group.Go(func() (err error) {
		added, err = ipfs.Add(ctx, s.Blocks, r)
		_ = r.CloseWithError(err)
		return err
	})
	return added, group.Wait()
}

func (f audioFile) writeTo(w io.Writer) error {
	file, err := audio.NewWriterLike(w, f.like, f.frames, f.marks)
	if err != nil {
		return err
	}
	if err := f.write(file); err != nil {
		return err
	}
	return file.Close()
}

// addFile is addWritten for a file whose beginning is written last, as FLAC's: it has to
// be somewhere first.
func (s *Song) addFile(ctx context.Context, f audioFile) (ipfs.Added, error) {
	temp, err := os.CreateTemp(s.Repo.Dir(), ".tmp-merge-")
	if err != nil {
		return ipfs.Added{}, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close() //nolint:errcheck // it is removed
	if err := f.writeTo(temp); err != nil {
		return ipfs.Added{}, err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return ipfs.Added{}, err
	}
	return ipfs.Add(ctx, s.Blocks, temp)
}
