package diff_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// sound is audio in the making: samples by channel, of which 1 is full scale.
type sound [][]float64

var stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// song plays notes of some partials with a breath of noise, so that nothing repeats,
// in steps of 24 bits.
func song(seed uint64, frames int) sound {
	r := rand.New(rand.NewPCG(seed, 0))
	s := sound{make([]float64, frames), make([]float64, frames)}
	for begin := 0; begin < frames; begin += 6000 {
		for range 4 {
			freq, amp, pan := 80*math.Exp2(4*r.Float64()), 0.05+0.05*r.Float64(), r.Float64()
			for i := begin; i < min(begin+9000, frames); i++ {
				t := float64(i - begin)
				v := amp * math.Exp(-t/4000) * math.Sin(2*math.Pi*freq*t/48000)
				s[0][i] += pan * v
				s[1][i] += (1 - pan) * v
			}
		}
	}
	for c := range s {
		for i := range s[c] {
			s[c][i] += 1e-3 * (r.Float64() - 0.5)
			s[c][i] = math.RoundToEven(s[c][i]*(1<<23)) / (1 << 23)
		}
	}
	return s
}

func (s sound) frames() int { return len(s[0]) }

// rms is the level of what is different in another sound.
func (s sound) rms(o sound) float64 {
	var sum float64
	for c := range s {
		for i, v := range s[c] {
			sum += (v - o[c][i]) * (v - o[c][i])
		}
	}
	return math.Sqrt(sum / float64(len(s)*len(s[0])))
}

// cut returns some frames.
func (s sound) cut(from, to int) sound {
	var out sound
	for _, c := range s {
		out = append(out, c[from:to])
	}
	return out
}

// then appends other sounds.
func (s sound) then(more ...sound) sound {
	var out sound
	for c := range s {
		all := append([]float64(nil), s[c]...)
		for _, m := range more {
			all = append(all, m[c]...)
		}
		out = append(out, all)
	}
	return out
}

// each makes every sample another one.
func (s sound) each(f func(i int, v float64) float64) sound {
	var out sound
	for _, c := range s {
		d := make([]float64, len(c))
		for i, v := range c {
			d[i] = f(i, v)
		}
		out = append(out, d)
	}
	return out
}

func (s sound) gain(g float64) sound { return s.each(func(_ int, v float64) float64 { return g * v }) }

func silence(frames int) sound { return sound{make([]float64, frames), make([]float64, frames)} }

// resampled reads at another speed, between samples in a straight line.
func (s sound) resampled(speed float64) sound {
	n := int(float64(s.frames()-1) / speed)
	var out sound
	for _, c := range s {
		d := make([]float64, n)
		for i := range d {
			at := float64(i) * speed
			k := int(at)
			d[i] = c[k] + (at-float64(k))*(c[k+1]-c[k])
		}
		out = append(out, d)
	}
	return out
}

// equalized boosts around a frequency: a biquad.
func (s sound) equalized() sound {
	w, q, a := 2*math.Pi*3000/48000, 1.0, math.Pow(10, 3.0/40)
	alpha := math.Sin(w) / (2 * q)
	b0, b1, b2 := 1+alpha*a, -2*math.Cos(w), 1-alpha*a
	a0, a1, a2 := 1+alpha/a, -2*math.Cos(w), 1-alpha/a
	var out sound
	for _, c := range s {
		d := make([]float64, len(c))
		var x1, x2, y1, y2 float64
		for i, x := range c {
			y := (b0*x + b1*x1 + b2*x2 - a1*y1 - a2*y2) / a0
			x1, x2, y1, y2 = x, x1, y, y1
			d[i] = 0.7 * y
		}
		out = append(out, d)
	}
	return out
}

// pack rounds to integers of a depth.
func (s sound) pack(depth int) []byte { return s.packed(depth, func() float64 { return 0 }, 0) }

// dithered rounds with triangular dither; shaping feeds errors back, which makes it
// louder where the ear does not mind.
func (s sound) dithered(depth int, seed uint64, shaping float64) []byte {
	r := rand.New(rand.NewPCG(seed, 9))
	return s.packed(depth, func() float64 { return r.Float64() - r.Float64() }, shaping)
}

func (s sound) packed(depth int, dither func() float64, shaping float64) []byte {
	size, full := depth/8, math.Exp2(float64(depth-1))
	out := make([]byte, 0, s.frames()*len(s)*size)
	e1, e2 := make([]float64, len(s)), make([]float64, len(s))
	for i := range s.frames() {
		for c := range s {
			want := s[c][i]*full - shaping*(2*e1[c]-e2[c])
			v := math.RoundToEven(want + dither())
			e1[c], e2[c] = v-want, e1[c]
			var p [4]byte
			pcm.PutInt(p[:], size, int32(max(min(v, full-1), -full)))
			out = append(out, p[:size]...)
		}
	}
	return out
}

// floats packs samples that are multiples of a step of a depth as 32-bit floats.
func floats(ints []byte, depth int) []byte {
	var out []byte
	for i := 0; i < len(ints); i += depth / 8 {
		v := float64(pcm.Int(ints[i:], depth/8)) / math.Exp2(float64(depth-1))
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
	}
	return out
}

// riff builds a WAV file.
type riff struct {
	magic    string // RIFF, RF64 or BW64
	format   pcm.Format
	before   []byte // chunks before the samples
	after    []byte
	streamed bool // sizes are not known
}

func chunk(id string, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data)))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func (r riff) file(samples []byte) []byte {
	f := r.format
	tag := uint16(1)
	if f.Float {
		tag = 3
	}
	head := binary.LittleEndian.AppendUint16(nil, tag)
	head = binary.LittleEndian.AppendUint16(head, uint16(f.Channels))
	head = binary.LittleEndian.AppendUint32(head, uint32(f.SampleRate))
	head = binary.LittleEndian.AppendUint32(head, uint32(f.SampleRate*f.FrameSize()))
	head = binary.LittleEndian.AppendUint16(head, uint16(f.FrameSize()))
	head = binary.LittleEndian.AppendUint16(head, uint16(f.BitDepth))
	body := bytes.Join([][]byte{chunk("fmt ", head), r.before, chunk("data", samples), r.after}, nil)
	data := len(chunk("fmt ", head)) + len(r.before) + 4
	riffSize, dataSize := uint32(len(body)+4), uint32(len(samples))
	var ds64 []byte
	if r.magic != "RIFF" {
		d := binary.LittleEndian.AppendUint64(nil, uint64(len(body)+4+36))
		d = binary.LittleEndian.AppendUint64(d, uint64(len(samples)))
		d = binary.LittleEndian.AppendUint64(d, uint64(len(samples)/f.FrameSize()))
		ds64 = chunk("ds64", binary.LittleEndian.AppendUint32(d, 0))
	}
	if r.streamed || r.magic != "RIFF" {
		riffSize, dataSize = math.MaxUint32, math.MaxUint32
	}
	binary.LittleEndian.PutUint32(body[data:], dataSize)
	out := binary.LittleEndian.AppendUint32([]byte(r.magic), riffSize)
	return bytes.Join([][]byte{out, []byte("WAVE"), ds64, body}, nil)
}

func wavOf(f pcm.Format, samples []byte) []byte { return riff{magic: "RIFF", format: f}.file(samples) }

// w64 wraps what a WAV file holds in Sony's chunks.
func w64(f pcm.Format, samples []byte) []byte {
	plain := wavOf(f, samples)
	guid := func(id string, tail string) []byte { return append([]byte(id), tail...) }
	const waves = "\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
	section := func(id string, data []byte) []byte {
		b := guid(id, waves)
		b = binary.LittleEndian.AppendUint64(b, uint64(24+len(data)))
		b = append(b, data...)
		return append(b, make([]byte, (8-len(b)%8)%8)...)
	}
	body := bytes.Join([][]byte{section("fmt ", plain[20:36]), section("data", samples)}, nil)
	head := guid("riff", "\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00")
	head = binary.LittleEndian.AppendUint64(head, uint64(40+len(body)))
	return bytes.Join([][]byte{head, guid("wave", waves), body}, nil)
}

// aiff turns the samples around.
func aiff(f pcm.Format, samples []byte) []byte {
	section := func(id string, data []byte) []byte {
		b := binary.BigEndian.AppendUint32([]byte(id), uint32(len(data)))
		return append(append(b, data...), make([]byte, len(data)%2)...)
	}
	comm := binary.BigEndian.AppendUint16(nil, uint16(f.Channels))
	comm = binary.BigEndian.AppendUint32(comm, uint32(len(samples)/f.FrameSize()))
	comm = binary.BigEndian.AppendUint16(comm, uint16(f.BitDepth))
	exponent := math.Ilogb(float64(f.SampleRate))
	comm = binary.BigEndian.AppendUint16(comm, uint16(16383+exponent))
	comm = binary.BigEndian.AppendUint64(comm, uint64(f.SampleRate)<<(63-exponent))
	size := f.SampleSize()
	turned := make([]byte, len(samples))
	for i := 0; i < len(samples); i += size {
		for k := range size {
			turned[i+k] = samples[i+size-1-k]
		}
	}
	body := bytes.Join([][]byte{[]byte("AIFF"), section("COMM", comm), section("SSND", append(make([]byte, 8), turned...))}, nil)
	return section("FORM", body)
}

// memory is a file to be written to.
type memory struct {
	bytes []byte
	at    int
}

func (m *memory) Write(p []byte) (int, error) {
	m.bytes = append(m.bytes[:m.at], append(append([]byte(nil), p...), m.bytes[min(m.at+len(p), len(m.bytes)):]...)...)
	m.at += len(p)
	return len(p), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	m.at = int(offset) + []int{0, m.at, len(m.bytes)}[whence]
	return int64(m.at), nil
}

func flacOf(t *testing.T, f pcm.Format, samples []byte) []byte {
	t.Helper()
	var m memory
	e, err := flac.NewEncoder(&m, f, nil)
	require.NoError(t, err)
	_, err = e.Write(samples)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	return m.bytes
}
