package flac

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// blocksOf writes a file of blocks of so many frames. STREAMINFO names the smallest and
// the largest, and next says what number comes after a number and a block.
func blocksOf(t *testing.T, frames []byte, sizes []int, next func(number uint64, size int) uint64) []byte {
	t.Helper()
	f := pcm.Format{SampleRate: 44100, Channels: 1, BitDepth: 16}
	var m seekBuffer
	e, err := NewEncoder(&m, f, nil)
	require.NoError(t, err)
	smallest, largest := sizes[0], sizes[0]
	for _, n := range sizes {
		number := e.number
		require.NoError(t, e.block(frames[:n*2]))
		e.number = next(number, n)
		frames = frames[n*2:]
		smallest, largest = min(smallest, n), max(largest, n)
	}
	require.NoError(t, e.Close())
	binary.BigEndian.PutUint16(m.data[8:], uint16(smallest))
	binary.BigEndian.PutUint16(m.data[10:], uint16(largest))
	return m.data
}

// Flake 0.11 wrote blocks of many sizes whose headers say that there is one, with the
// numbers of samples in place of those of frames. flac -d reads them.
func TestOldFilesOfVaryingBlocks(t *testing.T) {
	sizes := []int{576, 4608, 1152, 576, 2304, 4608, 100}
	var frames []byte
	for i := range 2 * (576 + 4608 + 1152 + 576 + 2304 + 4608 + 100) {
		frames = append(frames, byte(i*i>>7))
	}
	data := blocksOf(t, frames, sizes, func(number uint64, size int) uint64 { return number + uint64(size) })
	got, err := decodeAll(data)
	require.NoError(t, err)
	require.True(t, bytes.Equal(frames, got))

	file, err := Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	require.EqualValues(t, len(frames)/2, file.Frames())
	p := make([]byte, 2000)
	n, err := file.ReadFrames(p, 6000)
	require.NoError(t, err)
	require.Equal(t, 1000, n)
	require.True(t, bytes.Equal(frames[12000:14000], p))
}

// Others name the size of the last block in STREAMINFO, and number their frames.
func TestTheLastBlockIsTheSmallest(t *testing.T) {
	frames := bytes.Repeat([]byte("some audio"), 2000)
	data := blocksOf(t, frames, []int{4096, 4096, 1808}, func(number uint64, _ int) uint64 { return number + 1 })
	got, err := decodeAll(data)
	require.NoError(t, err)
	require.True(t, bytes.Equal(frames, got))
}
