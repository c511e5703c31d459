package sync

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/object"
)

// sounds are the three versions of a recording that both sides changed, and where they
// disagree.
type sounds struct {
	base, ours, theirs *object.Entry
	conflicts          []merge.Conflict
	rate               int
}

// joinAudio merges a recording. What is no audio is not ok, without a reason. A
// recording that turns out to be damaged, or to be too long for its kind of file, is for a
// person to choose: it must not keep everything else from being merged.
func (j *joiner) joinAudio(out *finding, base, ours, theirs *object.Entry) (object.Entry, bool, error) {
	e, ok, err := j.joinSounds(out, base, ours, theirs)
	if errors.Is(err, audio.ErrInvalid) || errors.Is(err, iff.ErrTooLong) {
		out.Notes, out.Reason, out.sounds = nil, err.Error(), nil
		return object.Entry{}, false, nil
	}
	return e, ok, err
}

func (j *joiner) joinSounds(out *finding, base, ours, theirs *object.Entry) (object.Entry, bool, error) {
	var opened [3]*sound
	blocks := newRecentBlocks(j.song.Blocks)
	for i, e := range []*object.Entry{base, ours, theirs} {
		s, err := openSound(j.ctx, blocks, e)
		if errors.Is(err, audio.ErrOpaque) {
			out.Reason = "you and they changed it; it is not merged, as its audio is not decoded"
		}
		if errors.Is(err, errNoSound) {
			return object.Entry{}, false, nil
		}
		if err != nil {
			return object.Entry{}, false, err
		}
		opened[i] = s
	}
	out.sounds = &sounds{base: base, ours: ours, theirs: theirs, rate: opened[0].Format().SampleRate}
	plan, ways, err := j.plan(out, opened)
	var formats *merge.FormatError
	if errors.As(err, &formats) {
		out.Reason = err.Error()
		return object.Entry{}, false, nil
	}
	if err != nil {
		return object.Entry{}, false, err
	}
	out.sounds.conflicts = plan.Conflicts
	if len(plan.Conflicts) > 0 {
		if j.prefer == merge.Base {
			out.Reason = conflictText(plan.Conflicts, out.sounds.rate, ways)
			return object.Entry{}, false, nil
		}
		if err := plan.DecideAll(j.prefer); err != nil {
			return object.Entry{}, false, err
		}
	}
	if len(plan.Conflicts) == 0 || plan.Taken != (merge.Counts{}) {
		out.Notes = append(out.Notes, takenText(plan.Taken))
	}
	e, err := j.store(out, plan, opened)
	return e, err == nil, err
}

// plan compares both sides with the base and plans the merge. It says of each side, in
// words, what explains a change of everything.
func (j *joiner) plan(out *finding, opened [3]*sound) (plan *merge.Plan, ways [3]string, err error) {
	if err := merge.CheckFormats(opened[0].Format(), opened[1].Format(), opened[2].Format()); err != nil {
		return nil, ways, err
	}
	j.song.Progress.Start("comparing", 2*opened[0].bytes()+opened[1].bytes()+opened[2].bytes())
	defer j.song.Progress.Done()
	var found [3]compare.Finding
	group, ctx := errgroup.WithContext(j.ctx)
	for _, s := range []merge.Source{merge.Ours, merge.Theirs} {
		group.Go(func() (err error) {
			found[s], err = compare.Compare(ctx, opened[0], opened[s], compare.Options{Exact: j.Exact, Progress: func(frames int64) {
				j.song.Progress.Add(frames * int64(opened[0].Format().FrameSize()))
			}})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, ways, err
	}
	var sides [3]merge.Side
	for _, s := range []merge.Source{merge.Ours, merge.Theirs} {
		script, rendered := found[s].Rendered()
		sides[s] = merge.Side{Audio: opened[s], Script: script, Rerendered: rendered > 0}
		if rendered > 0 {
			whose := map[merge.Source]string{merge.Ours: "your version", merge.Theirs: "their version"}[s]
			out.Notes = append(out.Notes, whose+" was rendered again, which counts as unchanged (--exact turns that off)")
		}
		if whole := found[s].Whole; whole != nil && !whole.Identity() {
			sides[s].Everything, ways[s] = true, wayText(whole)
		}
	}
	plan, err = merge.Make(opened[0], sides[merge.Ours], sides[merge.Theirs])
	return plan, ways, err
}

// wayText says in words how a side changed everything.
func wayText(t *compare.Transform) string {
	var parts []string
	if t.Moves() {
		parts = append(parts, "channels")
	}
	if slices.ContainsFunc(t.Gains, func(g float64) bool { return g < 0 }) {
		parts = append(parts, "polarity")
	}
	switch g, same := t.Gain(); {
	case !same:
		parts = append(parts, "gain of each channel")
	case math.Abs(g) != 1:
		parts = append(parts, fmt.Sprintf("gain %+.2f dB", pcm.DBFS(math.Abs(g))))
	}
	return strings.Join(parts, ", ")
}

// takenText says what a merge of audio took from whom.
func takenText(n merge.Counts) string {
	var parts []string
	for _, c := range []struct {
		n    int
		whom string
	}{{n.Ours, "of yours"}, {n.Theirs, "of theirs"}, {n.Both, "that you both made"}} {
		switch {
		case c.n == 1:
			parts = append(parts, "1 change "+c.whom)
		case c.n > 1:
			parts = append(parts, fmt.Sprintf("%d changes %s", c.n, c.whom))
		}
	}
	if len(parts) == 0 {
		return "no change of the sound"
	}
	return strings.Join(parts, " and ")
}

// conflictText says where both sides changed a recording.
func conflictText(conflicts []merge.Conflict, rate int, ways [3]string) string {
	const most = 4
	var parts []string
	for i, c := range conflicts {
		if len(c.Everything) > 0 {
			return everythingText(c.Everything, ways)
		}
		if i == most {
			parts = append(parts, fmt.Sprintf("%d more places", len(conflicts)-most))
			break
		}
		parts = append(parts, regionText(c.Was, rate))
	}
	return "you and they changed " + strings.Join(parts, ", ")
}

// everythingText says who changed all of a recording.
func everythingText(who []merge.Source, ways [3]string) string {
	var parts []string
	for _, s := range who {
		part := map[merge.Source]string{merge.Ours: "you", merge.Theirs: "they"}[s] + " changed everything in it"
		if ways[s] != "" {
			part += " (" + ways[s] + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", and ") + ": there is nothing left to go by"
}

// regionText is a region of the base in minutes and seconds.
func regionText(r edit.Range, rate int) string {
	if r.Empty() {
		return "what is at " + clock(r.From, rate)
	}
	return clock(r.From, rate) + " to " + clock(r.To, rate)
}

// clock is a frame as minutes, seconds and milliseconds.
func clock(frame int64, rate int) string {
	ms := frame / int64(rate) * 1000
	ms += frame % int64(rate) * 1000 / int64(rate)
	return fmt.Sprintf("%d:%02d.%03d", ms/60_000, ms/1000%60, ms%1000)
}

// store writes the result of a plan into a file like ours and stores it.
func (j *joiner) store(out *finding, plan *merge.Plan, opened [3]*sound) (object.Entry, error) {
	frames, err := plan.Frames()
	if err != nil {
		return object.Entry{}, err
	}
	marks, err := moveMarks(out, plan, opened)
	if err != nil {
		return object.Entry{}, err
	}
	j.song.Progress.Start("merging", frames*int64(plan.Format.FrameSize()))
	defer j.song.Progress.Done()
	id, like := pcm.NewIdentity(plan.Format), opened[merge.Ours].File
	added, err := j.song.addWritten(j.ctx, audioFile{like, frames, marks, func(w io.Writer) error {
		return plan.Copy(j.ctx, io.MultiWriter(w, id, progressWriter{j.song.Progress}), fadeFrames(j.Crossfade, plan.Format.SampleRate))
	}})
	return object.Entry{
		CID: added.CID, Size: uint64(added.Size), Codec: like.Facts.Codec,
		SampleRate: uint64(plan.Format.SampleRate), Channels: uint64(plan.Format.Channels),
		BitDepth: uint64(plan.Format.BitDepth), Frames: uint64(frames), PCM: id.Multihash(),
	}, err
}

// fadeFrames is a duration in frames, rounded down.
func fadeFrames(d time.Duration, rate int) int64 {
	return int64(d) / int64(time.Microsecond) * int64(rate) / 1_000_000
}

type progressWriter struct{ Progress }

func (p progressWriter) Write(b []byte) (int, error) {
	p.Add(int64(len(b)))
	return len(b), nil
}
