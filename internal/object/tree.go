package object

import (
	"slices"
	"strings"

	"github.com/ipfs/go-cid"
)

// Kind says what an entry is.
type Kind string

// The kinds of format version 1. A decoder refuses others.
const (
	KindTake    Kind = "take"
	KindComp    Kind = "comp"
	KindTrack   Kind = "track"
	KindStem    Kind = "stem"
	KindBounce  Kind = "bounce"
	KindMixdown Kind = "mixdown"
	KindMaster  Kind = "master"
	KindProject Kind = "project"
	KindArtwork Kind = "artwork"
	KindLyrics  Kind = "lyrics"
	KindSession Kind = "session"
	KindOther   Kind = "other"
)

var kinds = []Kind{
	KindTake, KindComp, KindTrack, KindStem, KindBounce, KindMixdown,
	KindMaster, KindProject, KindArtwork, KindLyrics, KindSession, KindOther,
}

// Kinds returns the kinds of format version 1.
func Kinds() []Kind { return slices.Clone(kinds) }

// Entry is one entry of a tree. Fields that are zero are absent.
type Entry struct {
	// Path is relative and "/"-separated; see CheckPath.
	Path string
	// CID links the content: a UnixFS file (raw or dag-pb), or for KindSession
	// the tree of a folder (dag-cbor).
	CID cid.Cid
	// Size is the content's length in bytes; for a session, of all its files.
	Size uint64
	// Kind says what the entry is.
	Kind Kind
	// Codec names the audio's coding in lower-case ASCII: pcm, float, flac, mp3...
	Codec string
	// SampleRate is in Hz.
	SampleRate uint64
	// Channels counts the audio's channels.
	Channels uint64
	// BitDepth is in bits per sample.
	BitDepth uint64
	// Frames is the audio's length in frames.
	Frames uint64
	// Instrument names what is played.
	Instrument string
	// Start is the offset on the song's time line in ticks (TicksPerSecond).
	Start uint64
	// PCM is the multihash of the decoded samples with their format.
	PCM []byte
	// Mtime is when the file was last changed, in Unix ms; in sessions only.
	Mtime uint64
}

// Tree is what a song consists of, or one folder of a session.
type Tree struct {
	// Entries are sorted by path, bytewise.
	Entries []Entry
}

// Sort puts the entries into canonical order.
func (t *Tree) Sort() {
	slices.SortFunc(t.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
}

// Find returns the entry at a path.
func (t Tree) Find(path string) (Entry, bool) {
	i, ok := slices.BinarySearchFunc(t.Entries, path, func(e Entry, p string) int {
		return strings.Compare(e.Path, p)
	})
	if !ok {
		return Entry{}, false
	}
	return t.Entries[i], true
}

// Validate checks a song's tree.
func (t Tree) Validate() error {
	if len(t.Entries) > MaxTreeEntries {
		return invalid("entries", "%d, over the limit of %d", len(t.Entries), MaxTreeEntries)
	}
	for i, e := range t.Entries {
		if e.Mtime != 0 {
			return in(invalid("mtime", "only in sessions"), "%q", e.Path)
		}
		if err := e.validate(); err != nil {
			return in(err, "entry %d %q", i, e.Path)
		}
	}
	return checkPaths(t.Entries)
}

// ValidateSession checks one folder of a session: the folder's own files and
// folders, by single-segment names; a folder is again of KindSession.
func (t Tree) ValidateSession() error {
	if len(t.Entries) > MaxSessionEntries {
		return invalid("entries", "%d, over the limit of %d", len(t.Entries), MaxSessionEntries)
	}
	for i, e := range t.Entries {
		if strings.Contains(e.Path, "/") {
			return in(invalid("path", "a session's folder lists its own files only"), "%q", e.Path)
		}
		if err := e.validate(); err != nil {
			return in(err, "entry %d %q", i, e.Path)
		}
	}
	return checkPaths(t.Entries)
}

func (e Entry) validate() error {
	if err := CheckPath(e.Path); err != nil {
		return err
	}
	if err := CheckLink(e.CID); err != nil {
		return err
	}
	if !slices.Contains(kinds, e.Kind) {
		return invalid("kind", "%.40q is none of format version %d", e.Kind, Version)
	}
	if isTree := e.CID.Type() == cid.DagCBOR; isTree != (e.Kind == KindSession) {
		return invalid("cid", "dag-cbor is for sessions, and sessions are dag-cbor")
	}
	ints := [...]struct {
		field string
		value uint64
	}{
		{"size", e.Size}, {"sample_rate", e.SampleRate}, {"channels", e.Channels}, {"bit_depth", e.BitDepth},
		{"frames", e.Frames}, {"start", e.Start}, {"mtime", e.Mtime},
	}
	for _, n := range ints {
		if n.value > MaxInt {
			return invalid(n.field, "over 2^53-1")
		}
	}
	if e.Codec != "" && !isToken(e.Codec) {
		return invalid("codec", "is not 1 to %d of a-z, 0-9, - and _", MaxTokenBytes)
	}
	if err := checkText("instrument", e.Instrument, MaxNameBytes); err != nil {
		return err
	}
	return checkMultihash(e.PCM)
}

// checkMultihash accepts nothing, or a well-formed multihash of 16 to 64 bytes
// of digest under any code but identity.
func checkMultihash(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	code, n := readUvarint(b)
	if n == 0 || code == 0 {
		return invalid("pcm", "is not a multihash")
	}
	length, m := readUvarint(b[n:])
	if m == 0 || length < 16 || length > 64 || uint64(len(b)-n-m) != length {
		return invalid("pcm", "is not a multihash of 16 to 64 bytes")
	}
	return nil
}

// readUvarint reads a minimally encoded varint of up to 4 bytes; n is 0 if
// there is none.
func readUvarint(b []byte) (v uint64, n int) {
	for i := 0; i < len(b) && i < 4; i++ {
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			if b[i] == 0 && i > 0 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}
