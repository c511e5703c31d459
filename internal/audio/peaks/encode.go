package peaks

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrInvalid means that bytes are no peaks as docs/reference/peaks.md has them.
var ErrInvalid = errors.New("not a peaks file")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// The bytes: a header, an entry for each level, and the levels, the coarsest first.
const (
	magic      = "parrpks1"
	headerSize = 24
	entrySize  = 16
	maxLevels  = 24 // Finest * Factor^23 is 2^54 frames
	datHeader  = 24
	datVersion = 2
)

// MaxFileSize is the longest that a file can be.
const MaxFileSize = headerSize + maxLevels*(entrySize+datHeader) + 2*6*MaxValues

// Encode returns the file.
func (p *Peaks) Encode() []byte {
	b := make([]byte, 0, headerSize+len(p.Levels)*entrySize)
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(p.SampleRate))
	b = binary.LittleEndian.AppendUint16(b, uint16(p.Channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(p.Levels)))
	b = binary.LittleEndian.AppendUint64(b, uint64(p.Frames))
	at := cap(b)
	for _, l := range p.Levels {
		b = binary.LittleEndian.AppendUint64(b, uint64(l.FramesPerPoint))
		b = binary.LittleEndian.AppendUint32(b, uint32(l.Points()))
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += l.size()
	}
	for _, l := range p.Levels {
		b = append(b, p.DAT(l)...)
		b = append(b, l.rms...)
	}
	return b
}

// size is the length of a level in the file.
func (l Level) size() int { return datHeader + len(l.extremes) + len(l.rms) }

// DAT returns a level as a file of the BBC's audiowaveform, version 2 and 16 bits:
// peaks.js and others draw it. It has no RMS.
func (p *Peaks) DAT(l Level) []byte {
	b := make([]byte, 0, datHeader+len(l.extremes))
	b = binary.LittleEndian.AppendUint32(b, datVersion)
	b = binary.LittleEndian.AppendUint32(b, 0) // 16 bits
	b = binary.LittleEndian.AppendUint32(b, uint32(p.SampleRate))
	b = binary.LittleEndian.AppendUint32(b, uint32(min(l.FramesPerPoint, 1<<31-1)))
	b = binary.LittleEndian.AppendUint32(b, uint32(l.Points()))
	b = binary.LittleEndian.AppendUint32(b, uint32(p.Channels))
	return append(b, l.extremes...)
}

// Parse reads a file, of which parts are kept. Errors match ErrInvalid; a file has one
// form only.
func Parse(data []byte) (*Peaks, error) {
	if len(data) < headerSize || string(data[:8]) != magic {
		return nil, invalid("it does not begin with %q and a header", magic)
	}
	p := &Peaks{
		SampleRate: int(binary.LittleEndian.Uint32(data[8:])),
		Channels:   int(binary.LittleEndian.Uint16(data[12:])),
		Frames:     int64(binary.LittleEndian.Uint64(data[16:])),
	}
	levels := int(binary.LittleEndian.Uint16(data[14:]))
	switch {
	case len(data) > MaxFileSize:
		return nil, invalid("%d bytes", len(data))
	case p.SampleRate < 1 || p.SampleRate > pcm.MaxSampleRate || p.Channels < 1 || p.Channels > pcm.MaxChannels || p.Frames < 0 || p.Frames > 1<<53:
		return nil, invalid("%d frames of %d channels at %d Hz", p.Frames, p.Channels, p.SampleRate)
	case levels > maxLevels || (levels == 0) != (p.Frames == 0) || len(data) < headerSize+levels*entrySize:
		return nil, invalid("%d levels of %d frames in %d bytes", levels, p.Frames, len(data))
	}
	at := headerSize + levels*entrySize
	for i := range levels {
		l, err := p.parseLevel(data, data[headerSize+i*entrySize:], at)
		if err != nil {
			return nil, err
		}
		p.Levels = append(p.Levels, l)
		at += l.size()
	}
	if at != len(data) {
		return nil, invalid("%d bytes behind the levels", len(data)-at)
	}
	return p, p.checkLevels()
}

// parseLevel reads a level that has to lie at a byte.
func (p *Peaks) parseLevel(data, entry []byte, at int) (Level, error) {
	l := Level{FramesPerPoint: int64(binary.LittleEndian.Uint64(entry)), channels: p.Channels}
	points := int64(binary.LittleEndian.Uint32(entry[8:]))
	switch {
	case l.FramesPerPoint < Finest || l.FramesPerPoint > 1<<54 || points != (p.Frames-1)/l.FramesPerPoint+1:
		return l, invalid("%d points of %d frames for %d frames", points, l.FramesPerPoint, p.Frames)
	case int64(binary.LittleEndian.Uint32(entry[12:])) != int64(at):
		return l, invalid("a level is not at byte %d", at)
	case points*int64(p.Channels) > MaxValues || int64(len(data)-at) < datHeader+6*points*int64(p.Channels):
		return l, invalid("%d points are more than there can be", points)
	}
	values := int(points) * p.Channels
	body := data[at+datHeader:]
	l.extremes, l.rms = body[:4*values:4*values], body[4*values:6*values:6*values]
	if string(p.DAT(Level{FramesPerPoint: l.FramesPerPoint, channels: l.channels, rms: l.rms})) != string(data[at:at+datHeader]) {
		return l, invalid("the header of the level at byte %d is wrong", at)
	}
	return l, nil
}

// checkLevels says whether these are the levels that audio of such a length has.
func (p *Peaks) checkLevels() error {
	want := int64(Finest)
	for (p.Frames-1)/want+1 > MaxValues/int64(p.Channels) {
		want *= Factor
	}
	for i := len(p.Levels) - 1; i >= 0; i-- {
		l := p.Levels[i]
		if l.FramesPerPoint != want || (l.Points() <= Overview) != (i == 0) {
			return invalid("levels that audio of %d frames does not have", p.Frames)
		}
		want *= Factor
	}
	return nil
}
