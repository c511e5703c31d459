package wav

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// maxTable bounds how many sizes of a ds64 chunk are read beside the data's.
const maxTable = 64

// bigSizes is what a ds64 chunk says: sizes that 32 bits cannot hold.
type bigSizes struct {
	riff, data, frames uint64
	table              map[string]uint64
}

// read takes a ds64 chunk in.
func (b *bigSizes) read(r io.ReaderAt, c iff.Chunk) error {
	body, err := c.Body(r, 28+12*maxTable)
	if err != nil {
		return err
	}
	if len(body) < 24 {
		return iff.Errorf(c.Offset, "the ds64 chunk has %d bytes of at least 24", len(body))
	}
	u64 := binary.LittleEndian.Uint64
	b.riff, b.data, b.frames = u64(body), u64(body[8:]), u64(body[16:])
	b.table = map[string]uint64{}
	for at := 28; at+12 <= len(body); at += 12 {
		b.table[string(body[at:at+4])] = u64(body[at+4:])
	}
	return nil
}

// end is where the file ends by what the chunk says.
func (b *bigSizes) end() uint64 {
	if b.riff == 0 || b.riff > math.MaxInt64 {
		return math.MaxUint64
	}
	return b.riff + 8
}
