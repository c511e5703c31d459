package sync

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/worktree"
)

// renamed is a file that has another path, with the same bytes or the same audio.
type renamed struct{ from, to string }

// renamesBetween pairs the stems that a tree lost with those that it gained.
func renamesBetween(before, after object.Tree) []renamed {
	var pairs []renamed
	taken := map[string]bool{}
	for _, gone := range before.Entries {
		if _, stays := after.Find(gone.Path); stays || !worktree.IsAudio(gone.Path) {
			continue
		}
		i := slices.IndexFunc(after.Entries, func(e object.Entry) bool {
			_, known := before.Find(e.Path)
			return !known && !taken[e.Path] && worktree.IsAudio(e.Path) && sameContent(gone, e)
		})
		if i >= 0 {
			to := after.Entries[i].Path
			taken[to] = true
			pairs = append(pairs, renamed{gone.Path, to})
		}
	}
	return pairs
}

func sameContent(a, b object.Entry) bool {
	return a.CID.Equals(b.CID) || len(a.PCM) > 0 && bytes.Equal(a.PCM, b.PCM)
}

// renameIn lets a song file speak of stems by their new paths. What it says of them
// stays; a file that cannot be understood stays as it is.
func renameIn(data []byte, renames []renamed) (out []byte, done []renamed) {
	out = data
	for _, r := range renames {
		next, err := songfile.RenameStem(out, r.from, r.to)
		if err != nil || bytes.Equal(next, out) {
			continue
		}
		out, done = next, append(done, r)
	}
	return out, done
}

// snapshotRenamed is snapshot with the song file following what was renamed in the
// folder: else gain, pan and mute of a stem would be lost with its old name.
func (s *Song) snapshotRenamed(ctx context.Context, standing object.Tree) (worktree.Snapshot, int64, error) {
	first, read, err := s.snapshot(ctx, standing)
	if err != nil {
		return first, read, err
	}
	notices := s.followRenames(renamesBetween(standing, first.Tree))
	if len(notices) == 0 {
		return first, read, nil
	}
	again, more, err := s.snapshot(ctx, standing)
	for _, w := range first.Warnings {
		if !slices.Contains(again.Warnings, w) {
			again.Warnings = append(again.Warnings, w)
		}
	}
	again.Notices = slices.Concat(first.Notices, again.Notices, notices)
	again.Read += first.Read
	return again, read + more, err
}

// followRenames renames stems in the folder's song file and says which.
func (s *Song) followRenames(renames []renamed) (notices []string) {
	if len(renames) == 0 {
		return nil
	}
	work, err := s.openWork(new(atomic.Int64))
	if err != nil {
		return nil
	}
	defer work.Close() //nolint:errcheck // the song file is closed by then
	data, err := work.ReadSongFile()
	if err != nil || data == nil {
		return nil
	}
	data, done := renameIn(data, renames)
	if len(done) == 0 {
		return nil
	}
	if err := work.WriteSongFile(data); err != nil {
		return []string{fmt.Sprintf("%s does not know yet that %s is called %s: %v", songfile.Name, done[0].from, done[0].to, err)}
	}
	for _, r := range done {
		notices = append(notices, fmt.Sprintf("%s calls %s %s now, as the folder does", songfile.Name, r.from, r.to))
	}
	return notices
}
