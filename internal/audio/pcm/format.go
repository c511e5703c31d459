// Package pcm is the one view of audio that all rooms share: frames of samples as
// they are, in a canonical layout of bytes, whatever container they came in.
//
// # Canonical frames
//
// A frame is one sample of every channel, in channel order. A sample takes the
// fewest whole bytes that hold its bits, little-endian: two's complement for
// integers, IEEE 754 for floats. An integer whose bits do not fill its bytes stands
// in the upper ones, so that full scale is the same for all samples of one size.
// Two samples are the same if their bytes are: floats are never rounded, and
// negative zero and the payload of a NaN are kept.
//
// For the most common file, a WAV of 16 or 24 bits, these are the bytes of its data
// chunk. It is pure: nothing of ours may be imported, and nothing here touches a
// file system, a clock or a terminal.
package pcm

import (
	"errors"
	"fmt"
)

// Limits of a format. What a header claims beyond them is refused.
const (
	MaxSampleRate = 1 << 24 // Hz
	MaxChannels   = 256
)

// ErrFormat means that a format is none that audio can have here.
var ErrFormat = errors.New("not a format of audio that is understood")

// Format says what the bytes of a frame mean.
type Format struct {
	// SampleRate is in Hz, that is frames per second.
	SampleRate int
	// Channels counts the samples of a frame.
	Channels int
	// BitDepth is the number of significant bits of a sample: 1 to 32 for
	// integers, 32 or 64 for floats.
	BitDepth int
	// Float says that samples are IEEE 754 numbers, whose full scale is 1.0.
	Float bool
}

// Check returns an error that matches ErrFormat if the format is out of bounds.
func (f Format) Check() error {
	switch {
	case f.SampleRate < 1 || f.SampleRate > MaxSampleRate:
		return fmt.Errorf("%w: a sample rate of %d Hz", ErrFormat, f.SampleRate)
	case f.Channels < 1 || f.Channels > MaxChannels:
		return fmt.Errorf("%w: %d channels", ErrFormat, f.Channels)
	case f.Float && f.BitDepth != 32 && f.BitDepth != 64:
		return fmt.Errorf("%w: floats of %d bits", ErrFormat, f.BitDepth)
	case !f.Float && (f.BitDepth < 1 || f.BitDepth > 32):
		return fmt.Errorf("%w: integers of %d bits", ErrFormat, f.BitDepth)
	}
	return nil
}

// SampleSize returns the bytes of a sample.
func (f Format) SampleSize() int { return (f.BitDepth + 7) / 8 }

// FrameSize returns the bytes of a frame.
func (f Format) FrameSize() int { return f.Channels * f.SampleSize() }

// String describes the format: "48000 Hz, 2 channels, 24 bit".
func (f Format) String() string {
	channels, float := "channels", ""
	if f.Channels == 1 {
		channels = "channel"
	}
	if f.Float {
		float = " float"
	}
	return fmt.Sprintf("%d Hz, %d %s, %d bit%s", f.SampleRate, f.Channels, channels, f.BitDepth, float)
}
