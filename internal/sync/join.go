package sync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/history/lines"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

// MergeOptions say how files that both sides changed are merged.
type MergeOptions struct {
	// Exact takes a side that was only rendered again for changed.
	Exact bool
	// Crossfade is how long a change in audio fades in and out; 0 for a plain cut.
	Crossfade time.Duration
}

// joiner merges what files hold, by what they are. It is a history.Join.
type joiner struct {
	ctx  context.Context
	song *Song
	MergeOptions
	// prefer decides conflicts for one side. merge.Base leaves them to a person.
	prefer merge.Source
	// renames are those of ours and of theirs since the base, which their song files follow.
	renames []renamed
	// findings are what was found out, by the base's path.
	findings map[string]*finding
}

// finding is what a person should know about a file that both sides changed.
type finding struct {
	// Notes are sentences on what was merged.
	Notes []string
	// Reason says why a person has to choose, if one has to.
	Reason string
	// result is what was merged; cid.Undef if nothing was.
	result cid.Cid
	// sounds are what previews are made of.
	sounds *sounds
}

func (s *Song) newJoiner(ctx context.Context, options MergeOptions) *joiner {
	return &joiner{ctx: ctx, song: s, MergeOptions: options, prefer: merge.Base, findings: map[string]*finding{}}
}

// of returns the finding about a file.
func (j *joiner) of(path string) *finding {
	if j.findings[path] == nil {
		j.findings[path] = &finding{}
	}
	return j.findings[path]
}

// join implements history.Join.
func (j *joiner) join(base, ours, theirs *object.Entry) (object.Entry, bool, error) {
	if base == nil {
		if ours.Path != songfile.Name {
			return object.Entry{}, false, nil
		}
		base = &object.Entry{Path: ours.Path} // a song file has a common beginning: none
	}
	out := j.of(base.Path)
	e, ok, err := j.joinText(out, base, ours, theirs)
	if err == nil && !ok && out.Reason == "" && base.CID.Defined() {
		e, ok, err = j.joinAudio(out, base, ours, theirs)
	}
	if errors.Is(err, ipfs.ErrNotFound) {
		out.Reason = "a version of it is not on this machine"
		return object.Entry{}, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("merge %s: %w", ours.Path, err)
	}
	if ok {
		out.result = e.CID
	}
	return e, ok, nil
}

// joinText merges a song file by its fields and other small texts by their lines.
func (j *joiner) joinText(out *finding, base, ours, theirs *object.Entry) (object.Entry, bool, error) {
	var texts [3][]byte
	for i, e := range []*object.Entry{base, ours, theirs} {
		if e.Size > lines.MaxBytes {
			return object.Entry{}, false, nil
		}
		var err error
		if texts[i], err = j.small(e.CID); err != nil {
			return object.Entry{}, false, err
		}
	}
	if j.prefer == merge.Theirs {
		texts[1], texts[2] = texts[2], texts[1]
	}
	merged, ok := j.mergeTexts(out, ours.Path, texts)
	if !ok {
		return object.Entry{}, false, nil
	}
	added, err := ipfs.Add(j.ctx, j.song.Blocks, strings.NewReader(string(merged)))
	return object.Entry{CID: added.CID, Size: uint64(added.Size)}, true, err
}

func (j *joiner) mergeTexts(out *finding, path string, texts [3][]byte) ([]byte, bool) {
	if path == songfile.Name {
		for i := range texts {
			texts[i], _ = renameIn(texts[i], j.renames)
		}
		merged, conflicts, err := songfile.Merge(texts[0], texts[1], texts[2])
		switch {
		case err != nil:
			out.Reason = err.Error()
		case len(conflicts) > 0 && j.prefer == merge.Base:
			out.Reason = fieldsText(conflicts)
		}
		return merged, out.Reason == ""
	}
	merged, conflicts, ok := lines.Merge(texts[0], texts[1], texts[2])
	if ok && conflicts > 0 && j.prefer == merge.Base {
		out.Reason = "you and they changed the same lines"
	}
	return merged, ok && out.Reason == ""
}

// fieldsText names the fields of a song file that both sides changed.
func fieldsText(conflicts []songfile.Conflict) string {
	const most = 3
	var parts []string
	for i, c := range conflicts {
		if i == most {
			parts = append(parts, fmt.Sprintf("%d more", len(conflicts)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (yours %s, theirs %s)", c.Field, orNone(c.Ours), orNone(c.Theirs)))
	}
	return "you and they changed " + strings.Join(parts, ", ")
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// small reads a file of at most lines.MaxBytes; none is empty.
func (j *joiner) small(c cid.Cid) ([]byte, error) {
	if !c.Defined() {
		return nil, nil
	}
	f, err := ipfs.Open(j.ctx, j.song.Blocks, c)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, lines.MaxBytes+1))
}
