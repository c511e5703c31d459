// Package derived keeps on disk what is computed from content and can be computed
// again: so far the peaks of audio. It lies beside the block store, belongs to one
// person and is shared by all their songs. Losing any of it loses nothing.
//
// Of ours only internal/audio may be imported: what is kept here is named by the
// audio's own identity, and knows no song, no tree and no network.
package derived

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/parrots-music/parrots/internal/audio/peaks"
)

// ErrNotFound means that what was asked for has to be computed.
var ErrNotFound = errors.New("not computed yet")

// Store is a folder of what was computed. It may be used by several goroutines and
// programs at once.
type Store struct {
	dir string
	// max is how many bytes Tidy leaves.
	max int64
}

// DefaultMax is what Tidy leaves if nothing else is asked for: peaks of 1,000 stereo
// stems of ten minutes.
const DefaultMax = 2 << 30

// Open returns the store in a folder, which is made when something is put there.
func Open(dir string, maxBytes int64) *Store { return &Store{dir, maxBytes} }

// path returns where the peaks of a pcm lie.
func (s *Store) path(pcm []byte) (string, error) {
	if len(pcm) < 4 || len(pcm) > 80 {
		return "", fmt.Errorf("no multihash has %d bytes", len(pcm))
	}
	name := hex.EncodeToString(pcm)
	return filepath.Join(s.dir, name[len(name)-2:], name), nil
}

// PutPeaks keeps the overview of audio by its pcm, if it is not kept already.
func (s *Store) PutPeaks(pcm []byte, p *peaks.Peaks) error {
	path, err := s.path(pcm)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-")
	if err != nil {
		return err
	}
	_, err = f.Write(p.Encode())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// Peaks returns the overview of audio by its pcm. The error matches ErrNotFound where
// there is none, or a damaged one, which is removed. They are what was put there and
// nothing else: whoever shows them to others answers for their pcm.
func (s *Store) Peaks(pcm []byte) (*peaks.Peaks, error) {
	path, err := s.path(pcm)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, peaks.MaxFileSize+1))
	if err != nil {
		return nil, err
	}
	p, err := peaks.Parse(data)
	if err != nil {
		_ = os.Remove(path)
		return nil, ErrNotFound
	}
	return p, nil
}

// kept is a file of the store.
type kept struct {
	path string
	size int64
	at   time.Time
}

// Tidy removes the oldest until what is left has no more bytes than there may be, and
// what interrupted programs left behind an hour before now.
func (s *Store) Tidy(now time.Time) error {
	var files []kept
	var sum int64
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // removed meanwhile
		}
		if d.Name()[0] == '.' && now.Sub(info.ModTime()) > time.Hour {
			return os.Remove(path)
		}
		files = append(files, kept{path, info.Size(), info.ModTime()})
		sum += info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b kept) int { return a.at.Compare(b.at) })
	for _, f := range files {
		if sum <= s.max {
			break
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sum -= f.size
	}
	return nil
}
