package sync

import (
	"context"
	"fmt"
	"io"
	"path"
	"sync/atomic"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/audio/wav"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// How much is written to listen to.
const (
	// previewAround is how many seconds sound before and after a conflict.
	previewAround = 2
	// maxJoints and maxPreviewed bound the conflicts of a recording, and the
	// recordings of a merge, that have previews.
	maxJoints, maxPreviewed = 8, 16
)

// preview is a file to write.
type preview struct {
	path string
	from *object.Entry
	// part is what of the audio to write; the file as it is if whole.
	part  edit.Range
	whole bool
}

// planPreviews lists the previews of conflicts, and tells the conflicts.
func (s *Song) planPreviews(j *joiner, conflicts []Conflict) ([]preview, error) {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return nil, err
	}
	defer work.Close() //nolint:errcheck // it was only looked at
	var list []preview
	previewed := 0
	for i := range conflicts {
		c := &conflicts[i]
		found := j.findings[c.Path]
		if found == nil || found.sounds == nil || c.OursPath == "" || previewed == maxPreviewed {
			continue
		}
		previewed++
		for _, p := range found.sounds.previews(work.PreviewFolder(c.OursPath)) {
			c.Previews = append(c.Previews, p.path)
			list = append(list, p)
		}
	}
	return list, nil
}

// previews are the base, whole, and of each joint what everyone has there.
func (s *sounds) previews(folder string) []preview {
	list := []preview{{path: folder + "/base" + path.Ext(s.base.Path), from: s.base, whole: true}}
	for n, c := range s.conflicts {
		if n == maxJoints || len(c.Everything) > 0 {
			break
		}
		name := fmt.Sprintf("%s/joint %d at %s, ", folder, n+1, clockName(c.Was.From, s.rate))
		around := int64(previewAround * s.rate)
		for _, v := range []struct {
			from   merge.Source
			entry  *object.Entry
			region edit.Range
		}{{merge.Base, s.base, c.Was}, {merge.Ours, s.ours, c.Ours}, {merge.Theirs, s.theirs, c.Theirs}} {
			list = append(list, preview{
				path: name + v.from.String() + ".wav", from: v.entry,
				part: edit.Range{From: max(0, v.region.From-around), To: v.region.To + around},
			})
		}
	}
	return list
}

// clockName is a frame's time as file names can have it: no colons.
func clockName(frame int64, rate int) string {
	seconds := frame / int64(rate)
	return fmt.Sprintf("%dm%02ds", seconds/60, seconds%60)
}

// writePreviews writes files to listen to. The merge does not need them.
func (s *Song) writePreviews(ctx context.Context, list []preview) error {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return err
	}
	defer work.Close() //nolint:errcheck // each preview is closed by itself
	for _, p := range list {
		err := work.WritePreview(p.path, func(w io.Writer) error {
			if p.whole {
				return s.copyContent(ctx, w, p.from)
			}
			return s.writePart(ctx, w, p)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
	}
	return nil
}

func (s *Song) copyContent(ctx context.Context, w io.Writer, e *object.Entry) error {
	var read atomic.Int64
	f, err := stored{blocks: s.Blocks, progress: NoProgress{}, added: &read}.Open(ctx, e.CID)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	_, err = io.Copy(w, f)
	return err
}

// writePart writes a part of a recording as a WAV file.
func (s *Song) writePart(ctx context.Context, w io.Writer, p preview) error {
	from, err := openSound(ctx, s.Blocks, p.from)
	if err != nil {
		return err
	}
	part := edit.Range{From: p.part.From, To: min(p.part.To, from.Frames())}
	file, err := wav.NewWriter(w, wav.RIFF, from.Format(), part.Len())
	if err != nil {
		return err
	}
	if err := from.copyFrames(ctx, file, part); err != nil {
		return err
	}
	return file.Close()
}

// removePreviews removes files that were written to listen to. What stays is ignored
// by every command, so that this is no reason to fail.
func (s *Song) removePreviews(conflicts []repo.Conflict) {
	var list []string
	for _, c := range conflicts {
		list = append(list, c.Previews...)
	}
	if len(list) == 0 {
		return
	}
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err == nil {
		defer work.Close() //nolint:errcheck // it removes files only
		err = work.RemovePreviews(list)
	}
	if err != nil {
		s.notice("previews of the merge were left: " + err.Error())
	}
}

func (s *Song) notice(text string) {
	if s.Notice != nil {
		s.Notice(text)
	}
}
