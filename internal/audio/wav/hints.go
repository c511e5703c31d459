package wav

import (
	"io"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// hint reads what chunks beside the audio say of it: where it begins, how long and
// how fast it is. A chunk that is too short says nothing.
func (h *Header) hint(r io.ReaderAt, c iff.Chunk) error {
	order := h.Kind.order()
	switch {
	case c.ID == "fact" && c.Size >= 4:
		body, err := c.Body(r, 4)
		if err != nil {
			return err
		}
		if h.fact = int64(order.Uint32(body)); h.fact == math.MaxUint32 && h.big.frames <= math.MaxInt64 {
			h.fact = int64(h.big.frames)
		}
	case c.ID == "bext" && c.Size >= bextTime+8:
		body, err := c.Body(r, bextTime+8)
		if err != nil {
			return err
		}
		low, high := order.Uint32(body[bextTime:]), order.Uint32(body[bextTime+4:])
		if high <= math.MaxInt32 {
			h.TimeReference = int64(high)<<32 | int64(low)
		}
	case c.ID == "acid" && c.Size >= 24:
		body, err := c.Body(r, 24)
		if err != nil {
			return err
		}
		h.Tempo = tempo(math.Float32frombits(order.Uint32(body[20:])))
	}
	return nil
}

// bextTime is where the time reference stands in a bext chunk, by EBU Tech 3285.
const bextTime = 256 + 32 + 32 + 10 + 8

// tempo returns beats per minute as a number that people can have meant, or 0.
func tempo(bpm float32) float64 {
	if bpm >= 1 && bpm <= 1000 {
		return float64(bpm)
	}
	return 0
}
