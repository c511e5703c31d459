// Package peaks is the overview of audio that a waveform is drawn from: for stretches
// of frames the least and the greatest sample of every channel and the root of their
// mean square, in several resolutions. docs/reference/peaks.md specifies the bytes.
//
// It is derived data: never part of a tree, made anew wherever it is missing. Still
// the same audio gives the same bytes on every machine, because all of it is integer
// arithmetic.
//
// Only the pcm package may be imported of ours, and nothing here touches a file
// system, a clock or a terminal.
package peaks

import "encoding/binary"

// Resolutions.
const (
	// Finest is the number of frames in a point of the finest resolution that can be.
	Finest = 256
	// Factor is how many points make one of the next coarser resolution.
	Factor = 4
	// Overview is the most points that the coarsest resolution has.
	Overview = 1024
	// MaxValues is the most points, times channels, that a resolution has. What would
	// have more is left out, so that an overview has at most 2 MiB of them.
	MaxValues = 1 << 18
)

// Point is a stretch of one channel. Full scale is 32,768.
type Point struct {
	Min, Max int16
	RMS      uint16
}

// Level is one resolution.
type Level struct {
	// FramesPerPoint is how many frames a point stands for; the last one may have fewer.
	FramesPerPoint int64
	channels       int
	extremes       []byte // int16 min and max, channel by channel, point by point
	rms            []byte // uint16
}

// Points returns how many there are of each channel.
func (l Level) Points() int { return len(l.rms) / (2 * l.channels) }

// At returns a point of a channel.
func (l Level) At(point, channel int) Point {
	i := point*l.channels + channel
	return Point{
		Min: int16(binary.LittleEndian.Uint16(l.extremes[4*i:])),
		Max: int16(binary.LittleEndian.Uint16(l.extremes[4*i+2:])),
		RMS: binary.LittleEndian.Uint16(l.rms[2*i:]),
	}
}

// Peaks is the overview of some audio.
type Peaks struct {
	SampleRate int // Hz
	Channels   int
	Frames     int64
	// Levels are sorted, the coarsest first; there is none only if there are no frames.
	Levels []Level
}

// Level returns the coarsest resolution in which so many frames have at least so many
// points, or else the finest. There must be one.
func (p *Peaks) Level(frames int64, points int) Level {
	for _, l := range p.Levels {
		if frames/l.FramesPerPoint >= int64(points) {
			return l
		}
	}
	return p.Levels[len(p.Levels)-1]
}
