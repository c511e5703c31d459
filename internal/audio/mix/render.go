package mix

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// blockFrames is how long a piece of the time line is that one worker mixes. Dither is
// seeded by block, so it is part of what decides the bytes.
const blockFrames = 1 << 15

// Stats is what a mix came to.
type Stats struct {
	// Clipped counts samples beyond full scale: of integers they were cut there.
	Clipped int64
	// Invalid counts samples that were no numbers; they became silence.
	Invalid int64
	// Peak is the highest level, of which 1.0 is full scale, before rounding.
	Peak float64
}

func (s *Stats) add(o Stats) {
	s.Clipped += o.Clipped
	s.Invalid += o.Invalid
	s.Peak = max(s.Peak, o.Peak)
}

// block is one piece on its way.
type block struct {
	index int64
	out   []byte
	stats Stats
	done  chan struct{}
}

// Render writes the mix as canonical frames and tells progress, if it is not nil, how
// many are written.
func (m *Mix) Render(ctx context.Context, w io.Writer, progress func(frames int64)) (Stats, error) {
	workers := max(1, m.opts.Workers)
	g, ctx := errgroup.WithContext(ctx)
	jobs, queue := make(chan *block), make(chan *block, workers)
	free := make(chan *block, 2*workers)
	for range 2 * workers {
		free <- &block{}
	}
	g.Go(func() error { return m.plan(ctx, free, jobs, queue) })
	for range workers {
		g.Go(func() error { return m.work(ctx, jobs) })
	}
	var stats Stats
	g.Go(func() error {
		for b := range queue {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if _, err := w.Write(b.out); err != nil {
				return err
			}
			stats.add(b.stats)
			if progress != nil {
				progress(int64(len(b.out) / m.format.FrameSize()))
			}
			free <- b
		}
		return nil
	})
	err := g.Wait()
	return stats, err
}

// plan hands out blocks in order: to whoever mixes them, and to who writes them.
func (m *Mix) plan(ctx context.Context, free <-chan *block, jobs, queue chan<- *block) error {
	defer close(jobs)
	defer close(queue)
	for i := int64(0); i*blockFrames < m.frames; i++ {
		var b *block
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		b.index, b.done = i, make(chan struct{})
		for _, to := range []chan<- *block{queue, jobs} {
			select {
			case to <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// work mixes blocks until there are no more.
func (m *Mix) work(ctx context.Context, jobs <-chan *block) error {
	var b buffers
	sum := make([]float64, blockFrames*m.format.Channels)
	voice := make([]float64, blockFrames*m.format.Channels)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case j, ok := <-jobs:
			if !ok {
				return nil
			}
			at := j.index * blockFrames
			n := int(min(blockFrames, m.frames-at))
			block := sum[:n*m.format.Channels]
			b.invalid = 0
			if err := m.sum(block, voice, at, &b); err != nil {
				return err
			}
			j.out, j.stats = m.encode(j.out[:0], block, j.index)
			j.stats.Invalid += b.invalid
			close(j.done)
		}
	}
}

// sum adds all voices of a block, in their order.
func (m *Mix) sum(block, scratch []float64, at int64, b *buffers) error {
	clear(block)
	channels := m.format.Channels
	frames := int64(len(block) / channels)
	for _, v := range m.voices {
		from, to := max(at, v.start), min(at+frames, v.start+v.frames)
		if from >= to {
			continue
		}
		samples := scratch[:int(to-from)*v.source.channels()]
		if err := v.source.read(samples, from-v.start, b); err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		add(block[(from-at)*int64(channels):], samples, v.factors, v.source.channels())
	}
	return nil
}

// add multiplies a voice with its factors and adds it to a block.
func add(block, samples, factors []float64, channels int) {
	switch {
	case channels == 1 && len(factors) == 2:
		left, right := factors[0], factors[1]
		block = block[:2*len(samples)]
		for i, x := range samples {
			block[2*i] += float64(x * left)
			block[2*i+1] += float64(x * right)
		}
	case channels == 2:
		left, right := factors[0], factors[1]
		block = block[:len(samples)]
		for i := 0; i+1 < len(samples); i += 2 {
			block[i] += float64(samples[i] * left)
			block[i+1] += float64(samples[i+1] * right)
		}
	default:
		factor := factors[0] // of a mono mix, or one that nothing is panned in
		block = block[:len(samples)]
		for i, x := range samples {
			block[i] += float64(x * factor)
		}
	}
}

// encode rounds a block to the format of the mix.
func (m *Mix) encode(out []byte, block []float64, index int64) ([]byte, Stats) {
	if m.format.Float {
		return encodeFloats(out, block)
	}
	noise := func() float64 { return 0 }
	if m.opts.Dither {
		noise = dither(index)
	}
	return encodeInts(out, block, m.format, noise)
}

func encodeFloats(out []byte, block []float64) ([]byte, Stats) {
	var s Stats
	for _, x := range block {
		if x-x != 0 {
			x = 0
			s.Invalid++
		}
		s.level(x, 1)
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
	}
	return out, s
}

func encodeInts(out []byte, block []float64, f pcm.Format, noise func() float64) ([]byte, Stats) {
	var s Stats
	size := f.SampleSize()
	scale := float64(int64(1) << (f.BitDepth - 1))
	for _, x := range block {
		if x-x != 0 {
			x = 0
			s.Invalid++
		}
		y := roundHalfEven(float64(x*scale) + noise())
		s.Peak = max(s.Peak, x, -x)
		if y > scale-1 {
			y = scale - 1
			s.Clipped++
		} else if y < -scale {
			y = -scale
			s.Clipped++
		}
		v := int32(y)
		switch size {
		case 2:
			out = append(out, byte(v), byte(v>>8))
		default:
			out = append(out, byte(v), byte(v>>8), byte(v>>16))
		}
	}
	return out, s
}

// level notes a sample whose full scale is so much.
func (s *Stats) level(x, full float64) {
	s.Peak = max(s.Peak, x, -x)
	if x > full || x < -full {
		s.Clipped++
	}
}

// roundHalfEven is math.RoundToEven, which is exact on every machine.
func roundHalfEven(x float64) float64 { return math.RoundToEven(x) }

// dither is noise with a triangular density over two steps: the difference of two
// uniform numbers, from the halves of what ChaCha8 (C2SP chacha8rand) gives for a seed
// that names the block.
func dither(index int64) func() float64 {
	var seed [32]byte
	copy(seed[:], "parrots mix dither v1")
	binary.LittleEndian.PutUint64(seed[24:], uint64(index))
	random := rand.NewChaCha8(seed)
	return func() float64 {
		n := random.Uint64()
		return (float64(n>>32) - float64(n&(1<<32-1))) / (1 << 32)
	}
}
