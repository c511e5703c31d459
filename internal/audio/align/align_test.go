package align_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// noise returns frames that nobody has heard yet.
func noise(f pcm.Format, seed uint64, frames int) []byte {
	b := make([]byte, frames*f.FrameSize())
	for i := range b {
		seed = seed*6364136223846793005 + 1442695040888963407
		b[i] = byte(seed >> 56)
	}
	return b
}

func reader(t *testing.T, f pcm.Format, frames []byte) pcm.Reader {
	t.Helper()
	r, err := pcm.NewBuffer(f, frames)
	require.NoError(t, err)
	return r
}

func TestPunchInIsExactToTheFrame(t *testing.T) {
	const frames, from, to = 90_000, 30_011, 54_321
	size := stereo.FrameSize()
	base := noise(stereo, 1, frames)
	other := append([]byte(nil), base...)
	copy(other[from*size:to*size], noise(stereo, 2, to-from))
	script, err := align.Align(t.Context(), reader(t, stereo, base), reader(t, stereo, other), align.Options{})
	require.NoError(t, err)
	region := edit.Range{From: from, To: to}
	require.Equal(t, []edit.Span{{Kind: edit.Replaced, Base: region, Other: region}}, script.Changes())
	require.NoError(t, script.Validate(frames, frames))
}

func TestAlignRefusesTwoFormats(t *testing.T) {
	mono := stereo
	mono.Channels = 1
	_, err := align.Align(t.Context(), reader(t, stereo, nil), reader(t, mono, nil), align.Options{})
	require.ErrorIs(t, err, align.ErrFormat)
}
