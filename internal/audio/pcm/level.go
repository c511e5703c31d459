package pcm

import (
	"encoding/binary"
	"math"
)

// Floats converts the samples of canonical frames into numbers of which 1.0 is full
// scale, channel by channel as they are interleaved, and returns how many it wrote.
// dst has room for all of src. Integers are exact; they are divided by a power of two.
func (f Format) Floats(dst []float64, src []byte) int {
	size := f.SampleSize()
	n := len(src) / size
	dst = dst[:n]
	switch {
	case f.Float && size == 4:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(src[i*4:])))
		}
	case f.Float:
		for i := range dst {
			dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(src[i*8:]))
		}
	default:
		for i := range dst {
			dst[i] = float64(Int(src[i*size:], size)) * scale[size]
		}
	}
	return n
}

// scale is what an integer of so many bytes is multiplied with.
var scale = [5]float64{0, 1.0 / (1 << 7), 1.0 / (1 << 15), 1.0 / (1 << 23), 1.0 / (1 << 31)}

// Int returns the integer sample of size bytes, 1 to 4, that p begins with.
func Int(p []byte, size int) int32 {
	switch size {
	case 1:
		return int32(int8(p[0]))
	case 2:
		return int32(int16(binary.LittleEndian.Uint16(p)))
	case 3:
		return int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24) >> 8
	}
	return int32(binary.LittleEndian.Uint32(p))
}

// PutInt writes v as an integer sample of size bytes, 1 to 4. What does not fit is cut.
func PutInt(p []byte, size int, v int32) {
	for i := range size {
		p[i] = byte(v >> (8 * i))
	}
}

// DBFS returns a level, of which 1.0 is full scale, in dBFS; silence is -Inf.
func DBFS(level float64) float64 { return 20 * math.Log10(level) }
