// Package songfile is song.yaml, the file in a song's folder that says what the song
// is: title, tempo, key, time signature, and for every stem its place and level in the
// mix. People edit it by hand, so it is read strictly where a mistake would be heard
// and loosely elsewhere: what it does not know it leaves alone.
//
// docs/reference/song-file.md specifies the format. The room is pure: bytes come in and
// go out; of ours only internal/object may be imported.
//
// It reads YAML with go.yaml.in/yaml/v4, the YAML organization's own library: of those
// that keep comments and order it is the one that is fuzzed, bounded in depth, and that
// tells line and column of every mistake.
package songfile

import (
	"github.com/parrots-music/parrots/internal/object"
)

// Name is the file's path in a song's folder.
const Name = "song.yaml"

// Limits of a song file.
const (
	// MaxBytes is the longest song file.
	MaxBytes = 512 << 10
	// MaxDepth is how deep its values may be nested.
	MaxDepth = 16
	// MaxChanges is the most entries of a tempo map, or of a map of time signatures.
	MaxChanges = 1024
	// MaxWanted is the most instruments that a song may look for.
	MaxWanted = 64
	// MaxTitleBytes is the longest title; the chain takes as much.
	MaxTitleBytes = 200
	// MinSampleRate and MaxSampleRate bound the song's rate, in Hz.
	MinSampleRate, MaxSampleRate = 8_000, 768_000
	// MinGain and MaxGain bound a stem's gain, in thousandths of a dB.
	MinGain, MaxGain = -144_000, 48_000
	// MinTempo and MaxTempo bound a tempo, in thousandths of a beat per minute.
	MinTempo, MaxTempo = 1_000, 1_000_000
)

// Song is what a song file says. What it is silent about is zero.
type Song struct {
	Title string
	// Key is normalised: "F# minor".
	Key string
	// SampleRate is the rate that the song is mixed at, in Hz.
	SampleRate int
	// Wanted are instruments that the song looks for.
	Wanted []string
	// Stems are in the file's order.
	Stems []Stem
	// Unknown are fields that mean nothing to this program.
	Unknown []Field

	timeline *Timeline
	byPath   map[string]int
}

// Stem is what a song file says of one stem.
type Stem struct {
	// Path is where the stem is, composed (NFC).
	Path string
	// Kind is empty where the file is silent.
	Kind       object.Kind
	Instrument string
	// Start is the offset on the song's time line in ticks; HasStart says that the file
	// gives one.
	Start    uint64
	HasStart bool
	// Gain is in thousandths of a dB.
	Gain int
	// Pan is from -100, left, to 100, right.
	Pan int
	// Mute says whether the stem is silent in a mix; nil where the file is silent.
	Mute *bool
}

// Field is a place in the file.
type Field struct {
	// Name is the path of keys: "stems: bass.wav: reverb".
	Name         string
	Line, Column int
}

// Timeline converts positions; it has no tempo where the file gives none.
func (s *Song) Timeline() *Timeline { return s.timeline }

// Stem returns what the file says of the stem at a path.
func (s *Song) Stem(path string) (Stem, bool) {
	if s == nil {
		return Stem{}, false
	}
	i, ok := s.byPath[path]
	if !ok {
		return Stem{}, false
	}
	return s.Stems[i], true
}

// Tempo is the tempo at the beginning in thousandths of a beat per minute; 0 where the
// file gives none.
func (s *Song) Tempo() int { return s.timeline.firstTempo() }

// TimeSignature is the time signature at the beginning; empty where the file gives none.
func (s *Song) TimeSignature() string {
	if s.timeline == nil || s.timeline.meters[0].implied {
		return ""
	}
	return s.timeline.meters[0].meter.String()
}
