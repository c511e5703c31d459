package audio

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Probe says what a file of size bytes holds. name is only looked at where the bytes
// say nothing: a file that should be audio and is none matches ErrInvalid, as does one
// that is damaged, and any other file that is none ErrNotAudio. Beside ErrInvalid the
// facts that are known are returned. Other errors are the reader's.
func Probe(r io.ReaderAt, size int64, name string) (Facts, error) {
	in := input{r, size}
	at, head, err := in.begin()
	if err != nil {
		return Facts{}, err
	}
	for _, k := range kinds {
		if !k.is(head) {
			continue
		}
		f, err := k.facts(in, at, head)
		if errors.Is(err, errUnlike) {
			continue
		}
		if err == nil && f.Opaque == nil && !k.decoded {
			f.Opaque = fmt.Errorf("%w: %s", ErrOpaque, describe(f))
		}
		return f, judge(err)
	}
	if audioNames[strings.ToLower(path.Ext(name))] {
		if len(head) == 0 {
			return facts("", ""), judge(iff.Errorf(0, "it is empty"))
		}
		return facts("", ""), judge(iff.Errorf(0, "it begins with %x, as no audio file does that is known", head[:min(len(head), 12)]))
	}
	return Facts{}, ErrNotAudio
}

// judge makes an error of one kind of file match ErrInvalid, unless it is the reader's.
func judge(err error) error {
	if errors.Is(err, iff.ErrInvalid) || errors.Is(err, flac.ErrInvalid) || errors.Is(err, pcm.ErrPadding) {
		return kindred{err, ErrInvalid}
	}
	return err
}

// kindred is an error that matches another one too, and does not repeat what it says.
type kindred struct {
	error
	also error
}

// Unwrap lets the error itself match.
func (e kindred) Unwrap() error { return e.error }

// Is lets the other error match.
func (e kindred) Is(target error) bool { return target == e.also }

// errUnlike means that a file only looked as if it were of a kind.
var errUnlike = errors.New("a file of another kind")

// describe names what is not decoded.
func describe(f Facts) string {
	if f.Codec == "" || f.Codec == f.Container {
		return f.Container
	}
	return f.Codec + " in " + f.Container
}

// audioNames are the endings of names that audio files have.
var audioNames = map[string]bool{
	".wav": true, ".wave": true, ".bwf": true, ".rf64": true, ".bw64": true, ".w64": true, ".aif": true,
	".aiff": true, ".aifc": true, ".flac": true, ".mp3": true, ".mp2": true, ".ogg": true, ".oga": true,
	".opus": true, ".m4a": true, ".aac": true, ".caf": true, ".wv": true, ".ape": true, ".au": true,
	".snd": true, ".wma": true, ".dsf": true, ".dff": true, ".tta": true, ".mpc": true,
}

// kind is one kind of file.
type kind struct {
	// is says that a file is of this kind, by the up to 64 bytes that it begins with.
	is func(head []byte) bool
	// facts reads what it says. The file begins at byte at, after tags, with head.
	facts   func(in input, at int64, head []byte) (Facts, error)
	decoded bool // Open reads it
}

// kinds are tried in order: what could be mistaken stands last.
var kinds = []kind{
	{wavKind.is, wavKind.facts, true},
	{aiffKind.is, aiffKind.facts, true},
	{flacKind.is, flacKind.facts, true},
	{begins("OggS"), oggFacts, false},
	{func(head []byte) bool { return len(head) >= 8 && string(head[4:8]) == "ftyp" }, mp4Facts, false},
	{begins("caff"), cafFacts, false},
	{begins("wvpk"), wavpackFacts, false},
	{begins(".snd"), auFacts, false},
	{begins("DSD "), dsfFacts, false},
	{begins("FRM8"), nothingMore("dff", "dsd"), false},
	{begins("MAC "), nothingMore("ape", "ape"), false},
	{begins("TTA1"), nothingMore("tta", "tta"), false},
	{begins("tBaK"), nothingMore("tak", "tak"), false},
	{begins("MPCK"), nothingMore("mpc", "musepack"), false},
	{begins("MP+"), nothingMore("mpc", "musepack"), false},
	{begins("#!AMR"), nothingMore("amr", "amr"), false},
	{begins("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"), nothingMore("asf", ""), false},
	{isADTS, adtsFacts, false},
	{isMPEG, mpegFacts, false},
}

// begins returns a test of a file's first bytes.
func begins(magic string) func([]byte) bool {
	return func(head []byte) bool { return strings.HasPrefix(string(head), magic) }
}

// nothingMore returns the facts of a kind of file that is known by its first bytes only.
func nothingMore(container, codec string) func(input, int64, []byte) (Facts, error) {
	return func(input, int64, []byte) (Facts, error) { return facts(container, codec), nil }
}
