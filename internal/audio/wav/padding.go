package wav

import (
	"errors"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// believePadding looks at samples that take more bytes than the header says they
// need, such as 24 bits in 32. If there are bits where it promises none, the header is
// wrong, and every bit counts, as for other programs. That takes reading the audio up
// to there: of all formats, for these rare ones only.
func (h *Header) believePadding(r io.ReaderAt) error {
	c := h.region.Coding // zero if the audio is not decoded
	if c.Container == c.SampleSize() || c.Container > 4 {
		return nil
	}
	audio := pcm.NewSection(r, h.region)
	block := make([]byte, paddingFrames*c.FrameSize())
	for at := int64(0); at < audio.Frames(); {
		n, err := audio.ReadFrames(block, at)
		at += int64(n)
		if errors.Is(err, pcm.ErrPadding) {
			h.useAllBits(at)
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

func (h *Header) useAllBits(from int64) {
	said, all := h.region.BitDepth, 8*h.region.Container
	h.warn("samples are said to have %d bits, and all %d are used from frame %d on: they are read as %d bits", said, all, from, all)
	h.BitDepth, h.region.BitDepth = all, all
}

// paddingFrames is how many frames are looked at together.
const paddingFrames = 1 << 10
