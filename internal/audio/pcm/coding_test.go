package pcm_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

func coding(depth, container int, float, big, unsigned bool) pcm.Coding {
	return pcm.Coding{
		Format:    pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: depth, Float: float},
		Container: container, BigEndian: big, Unsigned: unsigned,
	}
}

func TestCodingOfOneFrame(t *testing.T) {
	for name, c := range map[string]struct {
		coding         pcm.Coding
		file, frame    string
		plain, invalid bool
	}{
		"16 little":      {coding(16, 2, false, false, false), "\x01\x02\x03\x04", "\x01\x02\x03\x04", true, false},
		"16 big":         {coding(16, 2, false, true, false), "\x02\x01\x04\x03", "\x01\x02\x03\x04", false, false},
		"8 signed":       {coding(8, 1, false, true, false), "\x00\x7f", "\x00\x7f", true, false},
		"8 unsigned":     {coding(8, 1, false, false, true), "\x80\xff", "\x00\x7f", false, false},
		"24 big":         {coding(24, 3, false, true, false), "\x03\x02\x01\x06\x05\x04", "\x01\x02\x03\x04\x05\x06", false, false},
		"32 big":         {coding(32, 4, false, true, false), "\x04\x03\x02\x01\x08\x07\x06\x05", "\x01\x02\x03\x04\x05\x06\x07\x08", false, false},
		"20 in 3":        {coding(20, 3, false, false, false), "\x10\x02\x03\x20\x05\x06", "\x10\x02\x03\x20\x05\x06", true, false},
		"24 in 4":        {coding(24, 4, false, false, false), "\x00\x01\x02\x03\x00\x04\x05\x06", "\x01\x02\x03\x04\x05\x06", false, false},
		"24 in 4 big":    {coding(24, 4, false, true, false), "\x03\x02\x01\x00\x06\x05\x04\x00", "\x01\x02\x03\x04\x05\x06", false, false},
		"16 in 8":        {coding(16, 8, false, false, false), "\x00\x00\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x00\x00\x03\x04", "\x01\x02\x03\x04", false, false},
		"double big":     {coding(64, 8, true, true, false), "\x08\x07\x06\x05\x04\x03\x02\x01\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08", "\x01\x02\x03\x04\x05\x06\x07\x08\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", false, false},
		"24 in 2":        {coding: coding(24, 2, false, false, false), invalid: true},
		"float in 8":     {coding: coding(32, 8, true, false, false), invalid: true},
		"unsigned 16":    {coding: coding(16, 2, false, false, true), invalid: true},
		"of 9 bytes":     {coding: coding(16, 9, false, false, false), invalid: true},
		"no depth":       {coding: coding(0, 0, false, false, false), invalid: true},
		"unsigned float": {coding: coding(32, 4, true, false, true), invalid: true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.invalid {
				require.ErrorIs(t, c.coding.Check(), pcm.ErrFormat)
				return
			}
			require.NoError(t, c.coding.Check())
			require.Equal(t, c.plain, c.coding.Plain())
			require.Equal(t, len(c.file), c.coding.Stride())
			frame := make([]byte, len(c.frame))
			n, err := c.coding.Decode(frame, []byte(c.file + "\x01")[:len(c.file)], 0)
			require.NoError(t, err)
			require.Equal(t, 1, n)
			require.Equal(t, c.frame, string(frame))
			file := make([]byte, len(c.file))
			require.Equal(t, 1, c.coding.Encode(file, frame))
			require.Equal(t, c.file, string(file))
		})
	}
}

func TestPaddingThatIsNone(t *testing.T) {
	c := coding(24, 4, false, false, false)
	file := make([]byte, 10*c.Stride())
	file[7*c.Stride()+4] = 1 // frame 7, second channel
	dst := make([]byte, len(file))
	n, err := c.Decode(dst, file, 100)
	require.ErrorIs(t, err, pcm.ErrPadding)
	require.ErrorContains(t, err, "frame 107, channel 2: the lower 8 of the 32 bits of the sample 01000000 must be zero")
	require.Equal(t, 7, n)

	n, err = pcm.NewSection(bytes.NewReader(file), pcm.Region{Coding: c, Frames: 10}).ReadFrames(dst[:9*6], 1)
	require.ErrorContains(t, err, "frame 7, channel 2")
	require.Equal(t, 6, n)
}

// Every way of reading a section gives the same frames.
func TestSectionReads(t *testing.T) {
	for _, c := range []pcm.Coding{
		coding(16, 2, false, false, false), coding(24, 3, false, true, false),
		coding(24, 4, false, false, false), coding(24, 4, false, true, false), coding(8, 1, false, false, true),
		coding(12, 8, false, true, false), coding(16, 2, false, true, false), coding(32, 4, true, true, false),
		coding(64, 8, true, true, false),
	} {
		const frames = 5000
		want := make([]byte, frames*c.FrameSize())
		random := rand.NewChaCha8([32]byte{1})
		_, _ = random.Read(want)
		file := make([]byte, 7+frames*c.Stride())
		c.Encode(file[7:], want)
		s := pcm.NewSection(bytes.NewReader(file), pcm.Region{Coding: c, Offset: 7, Frames: frames})
		require.EqualValues(t, frames, s.Frames())
		require.Equal(t, c.Format, s.Format())
		require.EqualValues(t, len(file)-7, s.DataRegion().Bytes())

		got := make([]byte, len(want))
		n, err := s.ReadFrames(got, 0)
		require.NoError(t, err)
		require.Equal(t, frames, n)
		require.True(t, bytes.Equal(want, got))

		n, err = s.ReadFrames(got[:9*c.FrameSize()], frames-3)
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, 3, n)
		require.Equal(t, want[(frames-3)*c.FrameSize():], got[:3*c.FrameSize()])
		n, err = s.ReadFrames(got, frames+7)
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, n)
		_, err = s.ReadFrames(got, -1)
		require.ErrorContains(t, err, "frame -1")
		n, err = s.ReadFrames(nil, 0)
		require.NoError(t, err)
		require.Zero(t, n)
	}
}

// failing is a file with a part that cannot be read.
type failing struct{ *bytes.Reader }

var errDisk = errors.New("the disk is on fire")

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if n := 1000 - at; n < int64(len(p)) {
		k, _ := f.Reader.ReadAt(p[:n], at)
		return k, errDisk
	}
	return f.Reader.ReadAt(p, at)
}

func TestSectionOfABrokenFile(t *testing.T) {
	c := coding(24, 3, false, false, false)
	got := make([]byte, 200*c.FrameSize())
	region := pcm.Region{Coding: c, Offset: 4, Frames: 400}
	n, err := pcm.NewSection(bytes.NewReader(make([]byte, 1000)), region).ReadFrames(got, 100)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "byte 1000")
	require.Equal(t, 66, n)
	n, err = pcm.NewSection(failing{bytes.NewReader(make([]byte, 5000))}, region).ReadFrames(got, 100)
	require.ErrorIs(t, err, errDisk)
	require.ErrorContains(t, err, "byte 1000")
	require.Equal(t, 66, n)
}
