package sync

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/worktree"
)

// Described is what a song's folder says of the song.
type Described struct {
	// File says whether there is a song file.
	File bool
	Song *songfile.Song
	// Unlisted are audio files that the song file does not list, Missing those that it
	// lists and that are not in the folder.
	Unlisted, Missing []string
}

// Describe reads the song file of the folder.
func (s *Song) Describe(ctx context.Context) (Described, error) {
	var out Described
	err := s.withWork(ctx, func(work *worktree.Worktree, base object.Tree) error {
		data, err := work.ReadSongFile()
		if err != nil {
			return err
		}
		out.File = data != nil
		if out.Song, err = songfile.Parse(data); err != nil {
			return err
		}
		audio, err := work.Audio(ctx, base)
		if err != nil {
			return err
		}
		for _, e := range audio {
			if _, ok := out.Song.Stem(e.Path); !ok {
				out.Unlisted = append(out.Unlisted, e.Path)
			}
		}
		for _, stem := range out.Song.Stems {
			if !slices.ContainsFunc(audio, func(e object.Entry) bool { return e.Path == stem.Path }) && worktree.IsAudio(stem.Path) {
				out.Missing = append(out.Missing, stem.Path)
			}
		}
		return nil
	})
	return out, err
}

// EditSongFile changes the song file of the folder. What a stem was before it was first
// listed is written down with it. The file stays as it is where the change would break
// it, or where it is broken already.
func (s *Song) EditSongFile(ctx context.Context, change func(*SongFileEdit) error) error {
	return s.locked(ctx, "song", func() error {
		return s.withWork(ctx, func(work *worktree.Worktree, base object.Tree) error {
			data, err := work.ReadSongFile()
			if err != nil {
				return err
			}
			e := &SongFileEdit{data: data, base: base}
			if e.audio, err = work.Audio(ctx, base); err != nil {
				return err
			}
			e.starts = sync.OnceValue(func() map[string]uint64 { return work.Starts(e.audio) })
			if e.song, err = songfile.Parse(data); err != nil {
				return err
			}
			if err := change(e); err != nil {
				return err
			}
			if _, err := songfile.Parse(e.data); err != nil {
				return fmt.Errorf("that would not do, and nothing was changed: %w", err)
			}
			if data != nil && string(data) == string(e.data) {
				return nil
			}
			return work.WriteSongFile(e.data)
		})
	})
}

func (s *Song) withWork(ctx context.Context, do func(*worktree.Worktree, object.Tree) error) error {
	head, err := s.Repo.Head()
	if err != nil {
		return err
	}
	base, err := s.treeOf(ctx, head.Commit)
	if err != nil {
		return err
	}
	work, err := s.openWork(new(atomic.Int64))
	if err != nil {
		return err
	}
	defer work.Close() //nolint:errcheck // the song file is closed by then
	return do(work, base)
}

// SongFileEdit is a song file while it is changed.
type SongFileEdit struct {
	data  []byte
	song  *songfile.Song
	audio []object.Entry
	base  object.Tree
	// starts are where files begin by what their recorders noted.
	starts func() map[string]uint64
}

// Unlisted are the audio files that the song file does not list.
func (e *SongFileEdit) Unlisted() []string {
	var paths []string
	for _, a := range e.audio {
		if _, ok := e.song.Stem(a.Path); !ok {
			paths = append(paths, a.Path)
		}
	}
	return paths
}

// Has says whether a stem is listed or in the folder.
func (e *SongFileEdit) Has(path string) bool {
	_, listed := e.song.Stem(path)
	return listed || slices.ContainsFunc(e.audio, func(a object.Entry) bool { return a.Path == path })
}

// Set gives a field of the song a value.
func (e *SongFileEdit) Set(field, value string) error {
	return e.take(songfile.Set(e.data, value, field))
}

// SetList gives a field of the song a list of values.
func (e *SongFileEdit) SetList(field string, values []string) error {
	return e.take(songfile.SetList(e.data, values, field))
}

// Unset takes a field of the song away.
func (e *SongFileEdit) Unset(field string) error { return e.take(songfile.Remove(e.data, field)) }

// SetStem gives a field of a stem a value.
func (e *SongFileEdit) SetStem(path, field, value string) error {
	if err := e.List(path); err != nil {
		return err
	}
	return e.take(songfile.Set(e.data, value, "stems", path, field))
}

// UnsetStem takes a field of a stem away; the stem itself where field is empty.
func (e *SongFileEdit) UnsetStem(path, field string) error {
	if field == "" {
		return e.take(songfile.Remove(e.data, "stems", path))
	}
	return e.take(songfile.Remove(e.data, "stems", path, field))
}

// List lists a stem. What the last commit says of it is written down, so that it holds
// on now that the file speaks for the stem; of one that is new, where its recorder says
// that it begins.
func (e *SongFileEdit) List(path string) error {
	if _, listed := e.song.Stem(path); listed {
		return nil
	}
	if err := e.take(songfile.Add(e.data, "stems", path)); err != nil {
		return err
	}
	known, ok := e.base.Find(path)
	if !ok {
		known = object.Entry{Kind: worktree.KindOf(path), Start: e.starts()[path]}
	}
	said := map[string]string{"instrument": known.Instrument}
	if known.Kind != worktree.KindOf(path) && known.Kind != object.KindSession {
		said["kind"] = string(known.Kind)
	}
	if known.Start != 0 {
		said["start"] = songfile.FormatSeconds(known.Start)
	}
	for _, field := range songfile.StemFields() {
		if said[field] == "" {
			continue
		}
		if err := e.take(songfile.Set(e.data, said[field], "stems", path, field)); err != nil {
			return err
		}
	}
	return nil
}

// take replaces the file, and what is known of it if the new one can be understood.
func (e *SongFileEdit) take(data []byte, err error) error {
	if err != nil {
		return err
	}
	e.data = data
	if song, err := songfile.Parse(data); err == nil {
		e.song = song
	}
	return nil
}
