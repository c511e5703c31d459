// Package audio opens audio files of every kind that Parrots knows, and says what
// they hold.
//
// Open reads what keeps its samples exactly: WAV and its relatives, AIFF, FLAC. Probe
// knows the type and the facts of these and of many others, which are kept opaque: MP3,
// Ogg, MP4 and so on. Both trust nothing but a file's real size, and read no more of it
// than they need. Below, pcm is the one view of samples, and wav, aiff and flac are the
// containers, each of which knows only pcm.
//
// It is pure: of ours nothing outside internal/audio may be imported, and nothing here
// touches a file system, a clock or a terminal.
package audio

import (
	"errors"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Errors of this package. Those of reading a file pass through.
var (
	// ErrNotAudio means that a file is no audio, neither by its bytes nor by its name.
	ErrNotAudio = errors.New("this is no audio file")
	// ErrInvalid means that a file is audio, by its first bytes or by its name only,
	// and is not what it says it is. The text names the byte and the fact.
	ErrInvalid = errors.New("this is no sound audio file")
	// ErrOpaque means that a file is audio and sound as far as its header goes, but
	// that its samples are not decoded here.
	ErrOpaque = errors.New("this audio is not decoded")
)

// Facts are what a file says of its audio.
type Facts struct {
	// Container is the kind of file: wav, rifx, rf64, bw64, w64, aiff, aifc, flac, mp3,
	// aac, ogg, mp4, caf, wavpack, ...; docs/reference/audio.md lists them.
	Container string
	// Codec is how the audio is coded, as trees name it: pcm, float, flac, mp3, ...;
	// empty if it is not known.
	Codec string
	// SampleRate is in Hz. It, Channels and BitDepth are 0 where they are not known or
	// where the codec has no such thing.
	SampleRate, Channels, BitDepth int
	// Frames is the length; -1 if it is not known exactly.
	Frames int64
	// TimeReference is where the recorder says that the first frame belongs, in frames
	// from midnight or from where the session begins; -1 if it says nothing.
	TimeReference int64
	// Tempo is in beats per minute; 0 if the file says nothing.
	Tempo float64
	// Opaque is nil if Open decodes the file, or says why not; it matches ErrOpaque.
	Opaque error
	// Warnings are sentences on what is wrong with the file, and was read in spite of it.
	Warnings []string
}

// facts returns those of a container of which nothing else is known yet.
func facts(container, codec string) Facts {
	return Facts{Container: container, Codec: codec, Frames: -1, TimeReference: -1}
}

// format sets what a decoder says.
func (f *Facts) format(p pcm.Format) {
	f.SampleRate, f.Channels, f.BitDepth = p.SampleRate, p.Channels, p.BitDepth
}
