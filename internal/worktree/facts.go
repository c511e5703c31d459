package worktree

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/intake"
	"github.com/parrots-music/parrots/internal/object"
)

// facts are what is known of a file's audio, as an entry has them.
type facts struct {
	// known says that the file was looked at. One that is no audio has no facts then.
	known                         bool
	codec                         string
	rate, channels, depth, frames uint64
	pcm                           string // a multihash
}

// factsOf returns what an entry can say of what was learnt.
func factsOf(r intake.Result) facts {
	f := facts{known: true, pcm: string(r.PCM)}
	if r.Facts == nil {
		return f
	}
	f.codec = r.Facts.Codec
	f.rate, f.channels, f.depth = natural(r.Facts.SampleRate), natural(r.Facts.Channels), natural(r.Facts.BitDepth)
	f.frames = natural(r.Facts.Frames)
	return f
}

// natural is a number as a tree holds it: absent where it is none, or beyond bounds.
func natural[T int | int64](n T) uint64 {
	if n < 0 || int64(n) > object.MaxInt {
		return 0
	}
	return uint64(n)
}

// describe adds the facts to an entry. What the format does not allow is left out:
// no file is refused because of what it says of itself.
func (f facts) describe(e *object.Entry) {
	bare := *e
	e.Codec, e.SampleRate, e.Channels, e.BitDepth, e.Frames, e.PCM = f.codec, f.rate, f.channels, f.depth, f.frames, []byte(f.pcm)
	if f.pcm == "" {
		e.PCM = nil
	}
	probe := *e
	probe.Path = "probe"
	if (object.Tree{Entries: []object.Entry{probe}}).Validate() != nil {
		*e = bare
	}
}

// append writes the facts into the index.
func (f facts) append(b []byte) []byte {
	b = appendBytes(b, f.codec)
	for _, n := range []uint64{f.rate, f.channels, f.depth, f.frames} {
		b = binary.AppendUvarint(b, n)
	}
	return appendBytes(b, f.pcm)
}

func (r *indexReader) facts() facts {
	return facts{true, r.bytes(), r.uvarint(), r.uvarint(), r.uvarint(), r.uvarint(), r.bytes()}
}

// lacksFacts says whether a file that is stored has to be read for its audio's facts:
// its entry is new, and a checkout or another commit brought the file.
func (f *folder) lacksFacts(i int, moved map[string]object.Entry) bool {
	c := f.entries[i]
	if c.facts.known || sessionOf(c.path, f.sessions) != "" {
		return false
	}
	if e, ok := f.base.Find(c.path); ok && e.Kind != object.KindSession {
		return !e.CID.Equals(c.cid)
	}
	_, ok := moved[c.cid.KeyString()]
	return !ok
}

// intaking is a file that is read for good: stored, and looked at.
type intaking struct {
	w       *Worktree
	path    string
	session bool // it is in one, where entries have no facts
	peaks   bool
	result  intake.Result
}

// add is a reading.
func (in *intaking) add(ctx context.Context, file source, size int64) (cid.Cid, uint64, error) {
	if in.session {
		return in.w.content.Add(ctx, file)
	}
	pass := intake.Begin(ctx, file, size, in.path, intake.Options{Peaks: in.peaks})
	c, n, err := in.w.content.Add(ctx, pass.Reader(file))
	if err != nil {
		pass.Stop()
		return c, n, err
	}
	in.result = pass.Finish()
	return c, n, nil
}

// learn remembers the facts of files[i] and returns what is to be said of it.
func (in *intaking) learn(f *folder, i int) []Warning {
	if in.session {
		return nil
	}
	f.entries[i].facts = factsOf(in.result)
	var warnings []Warning
	for _, text := range in.result.Warnings {
		if in.result.Facts == nil {
			text = "is kept as it is, but not understood: " + text
		}
		warnings = append(warnings, Warning{f.files[i].real, text})
	}
	return slices.Clip(warnings)
}
