package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/mix"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/worktree"
)

// Errors of a bounce.
var (
	// ErrNothingPlays says that no stem is left to mix.
	ErrNothingPlays = errors.New("nothing plays")
	// ErrNotMixable says that a stem cannot be decoded; see NotMixableError.
	ErrNotMixable = errors.New("a stem cannot be mixed")
)

// NotMixableError names a stem that should play and cannot. A mix without it would be
// another one, so there is none.
type NotMixableError struct {
	Path string
	Err  error
}

func (e *NotMixableError) Error() string { return fmt.Sprintf("%s cannot be mixed: %v", e.Path, e.Err) }

// Unwrap makes errors.Is hold for ErrNotMixable and for the cause.
func (e *NotMixableError) Unwrap() []error { return []error{ErrNotMixable, e.Err} }

// maxBounce bounds a mix: a start that was mistyped would fill the disk.
const maxBounce = 24 * time.Hour

// BounceRequest says what to mix, and to what.
type BounceRequest struct {
	// Commit is mixed; the folder as it is, if it is cid.Undef.
	Commit cid.Cid
	// Only are the stems that play, whatever they are; all that play by default if
	// empty. Mute are stems that do not.
	Only, Mute []string
	// Raw mixes without start, gain and pan: one stem as it is.
	Raw bool
	// Rate, if it is not 0, is the rate to convert to.
	Rate int
	// BitDepth is 16, 24, or 32 for floats.
	BitDepth int
	Float    bool
	Dither   bool
}

// Bounced is what was mixed.
type Bounced struct {
	mix.Stats
	Format pcm.Format
	Frames int64
	// PCM is the identity of the audio: the same on every machine.
	PCM []byte
	// Tracks are the stems that play, Muted those that do not, Missing those that the
	// song file lists and that are not there.
	Tracks, Muted, Missing []string
	// Chosen says that the stems that play were named one by one.
	Chosen bool
}

// Plays says whether a stem is heard where the song file does not mute it: what was
// recorded for the song does; takes, and mixes of it, are alternatives.
func Plays(kind object.Kind) bool {
	return kind == object.KindTrack || kind == object.KindStem || kind == object.KindComp
}

// Bounce mixes the stems of a commit and writes them in a container, as audio.NewWriter
// names it, to a file.
func (s *Song) Bounce(ctx context.Context, req BounceRequest, to io.WriteSeeker, container string) (Bounced, error) {
	song, entries, open, err := s.mixable(ctx, req.Commit)
	if err != nil {
		return Bounced{}, err
	}
	var out Bounced
	playing, err := choose(entries, song, req, &out)
	if err != nil {
		return out, err
	}
	tracks, done, err := openTracks(ctx, playing, open)
	defer done()
	if err != nil {
		return out, err
	}
	opts := mix.Options{
		Rate: cmp.Or(req.Rate, song.SampleRate), Resample: req.Rate != 0,
		BitDepth: req.BitDepth, Float: req.Float, Dither: req.Dither, Workers: runtime.GOMAXPROCS(0),
	}
	if opts.Rate == 0 || req.Raw && req.Rate == 0 {
		opts.Rate = tracks[0].Audio.Format().SampleRate
	}
	if !req.Raw {
		place(tracks, playing, song, opts.Rate)
	}
	m, err := mix.New(tracks, opts)
	if err != nil {
		return out, err
	}
	return out, s.render(ctx, m, to, container, &out)
}

// opener opens the content of an entry.
type opener func(ctx context.Context, e object.Entry) (r io.ReaderAt, size int64, close func(), err error)

// mixable lists what a commit, or the folder, has to mix.
func (s *Song) mixable(ctx context.Context, commit cid.Cid) (*songfile.Song, []object.Entry, opener, error) {
	if !commit.Defined() {
		return s.mixableFolder(ctx)
	}
	song, err := s.SongFileAt(ctx, commit)
	if err != nil {
		return nil, nil, nil, err
	}
	tree, err := s.treeOf(ctx, commit)
	if err != nil {
		return nil, nil, nil, err
	}
	if song == nil {
		song = &songfile.Song{}
	}
	return song, tree.Entries, func(ctx context.Context, e object.Entry) (io.ReaderAt, int64, func(), error) {
		f, err := openStoredAt(ctx, s.Blocks, e.CID, e.Size)
		if err != nil {
			return nil, 0, nil, err
		}
		return f, f.size, func() {}, nil
	}, nil
}

func (s *Song) mixableFolder(ctx context.Context) (*songfile.Song, []object.Entry, opener, error) {
	described, err := s.Describe(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	var entries []object.Entry
	err = s.withWork(ctx, func(work *worktree.Worktree, base object.Tree) error {
		entries, err = work.Audio(ctx, base)
		return err
	})
	return described.Song, entries, func(ctx context.Context, e object.Entry) (r io.ReaderAt, size int64, close func(), err error) {
		err = s.withWork(ctx, func(work *worktree.Worktree, _ object.Tree) error {
			file, n, err := work.OpenFile(e.Path)
			r, size, close = file, n, func() { _ = file.Close() }
			return err
		})
		return r, size, close, err
	}, err
}

// choose picks the entries that play.
func choose(entries []object.Entry, song *songfile.Song, req BounceRequest, out *Bounced) ([]object.Entry, error) {
	for _, path := range slices.Concat(req.Only, req.Mute) {
		if !slices.ContainsFunc(entries, func(e object.Entry) bool { return e.Path == path }) {
			return nil, fmt.Errorf("%w: %q is no stem of the song", ErrNoFile, path)
		}
	}
	out.Chosen = len(req.Only) > 0
	var playing []object.Entry
	for _, e := range entries {
		if !worktree.IsAudio(e.Path) || e.Kind == object.KindSession {
			continue
		}
		plays := Plays(e.Kind)
		if stem, ok := song.Stem(e.Path); ok && stem.Mute != nil {
			plays = !*stem.Mute
		}
		if len(req.Only) > 0 {
			plays = slices.Contains(req.Only, e.Path)
		}
		if plays && !slices.Contains(req.Mute, e.Path) {
			playing = append(playing, e)
			out.Tracks = append(out.Tracks, e.Path)
			continue
		}
		out.Muted = append(out.Muted, e.Path)
	}
	for _, stem := range song.Stems {
		if !out.Chosen && worktree.IsAudio(stem.Path) && !slices.ContainsFunc(entries, func(e object.Entry) bool { return e.Path == stem.Path }) {
			out.Missing = append(out.Missing, stem.Path)
		}
	}
	if len(playing) == 0 {
		return nil, fmt.Errorf("%w: there is no stem, track or comp that is not muted", ErrNothingPlays)
	}
	return playing, nil
}

// openTracks opens what plays. Call done in any case.
func openTracks(ctx context.Context, entries []object.Entry, open opener) (tracks []mix.Track, done func(), err error) {
	var closers []func()
	done = func() {
		for _, c := range closers {
			c()
		}
	}
	for _, e := range entries {
		r, size, closeFile, err := open(ctx, e)
		if err != nil {
			return nil, done, fmt.Errorf("open %s: %w", e.Path, err)
		}
		closers = append(closers, closeFile)
		f, err := audio.Open(r, size)
		if err != nil {
			return nil, done, &NotMixableError{e.Path, err}
		}
		tracks = append(tracks, mix.Track{Name: e.Path, Audio: f})
	}
	return tracks, done, nil
}

// place puts tracks where the song has them.
func place(tracks []mix.Track, entries []object.Entry, song *songfile.Song, rate int) {
	for i, e := range entries {
		tracks[i].Start = songfile.Frames(e.Start, rate)
		if stem, ok := song.Stem(e.Path); ok {
			tracks[i].Gain, tracks[i].Pan = stem.Gain, stem.Pan
		}
	}
}

// render writes the mix.
func (s *Song) render(ctx context.Context, m *mix.Mix, to io.WriteSeeker, container string, out *Bounced) error {
	out.Format, out.Frames = m.Format(), m.Frames()
	length := time.Duration(float64(m.Frames()) / float64(m.Format().SampleRate) * float64(time.Second))
	if length > maxBounce {
		return fmt.Errorf("%w: it would be %s long; is a start in %s mistyped?", mix.ErrRefused, length.Round(time.Minute), songfile.Name)
	}
	w, err := audio.NewWriter(to, container, m.Format(), m.Frames())
	if errors.Is(err, iff.ErrTooLong) && container == "wav" {
		w, err = audio.NewWriter(to, "rf64", m.Format(), m.Frames())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", strings.ToUpper(container), err)
	}
	identity := pcm.NewIdentity(m.Format())
	size := int64(m.Format().FrameSize())
	s.Progress.Start("bouncing", m.Frames()*size)
	defer s.Progress.Done()
	out.Stats, err = m.Render(ctx, io.MultiWriter(w, identity), func(frames int64) { s.Progress.Add(frames * size) })
	if err != nil {
		return err
	}
	out.PCM = identity.Multihash()
	return w.Close()
}
