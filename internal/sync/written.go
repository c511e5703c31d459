package sync

import (
	"context"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/wav"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// addWritten stores an audio file like another one, but for its frames, which write
// writes in their canonical form.
func (s *Song) addWritten(ctx context.Context, like *audio.File, frames int64, write func(io.Writer) error) (ipfs.Added, error) {
	var begin func(io.Writer) (io.WriteCloser, error)
	switch f := like.Reader.(type) {
	case *wav.File:
		begin = func(w io.Writer) (io.WriteCloser, error) { return wav.NewWriterLike(w, f, frames) }
	case *aiff.File:
		begin = func(w io.Writer) (io.WriteCloser, error) { return aiff.NewWriterLike(w, f, frames) }
	default:
		return s.addFile(ctx, like, frames, write)
	}
	group, ctx := errgroup.WithContext(ctx)
	r, w := io.Pipe()
	group.Go(func() error {
		err := writeAll(begin, w, write)
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

func writeAll(begin func(io.Writer) (io.WriteCloser, error), w io.Writer, write func(io.Writer) error) error {
	file, err := begin(w)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		return err
	}
	return file.Close()
}

// addFile is addWritten for a file whose beginning is written last, as FLAC's: it has to
// be somewhere first.
func (s *Song) addFile(ctx context.Context, like *audio.File, frames int64, write func(io.Writer) error) (ipfs.Added, error) {
	f, err := os.CreateTemp(s.Repo.Dir(), ".tmp-merge-")
	if err != nil {
		return ipfs.Added{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close() //nolint:errcheck // it is removed
	err = writeAll(func(io.Writer) (io.WriteCloser, error) { return audio.NewWriterLike(f, like, frames) }, f, write)
	if err != nil {
		return ipfs.Added{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ipfs.Added{}, err
	}
	return ipfs.Add(ctx, s.Blocks, f)
}
