package align

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Comparing begins with few frames, as most runs that were guessed are short, and
// takes twice as many until a block is full.
const (
	firstBytes = 1 << 10
	blockBytes = 1 << 17
	// besideBytes is from how many bytes on both versions are read at a time: decoding
	// and verifying takes longer than comparing.
	besideBytes = 1 << 15
)

// pair is two versions side by side, and what reading them needs. It is for one
// goroutine.
type pair struct {
	ctx         context.Context
	base, other pcm.Reader
	size        int // bytes of a frame
	progress    func(int64)
	b, o        []byte // blocks of either
	work        int64  // frames that were read and steps that were taken, for tests
}

func newPair(ctx context.Context, base, other pcm.Reader, progress func(int64)) *pair {
	size := base.Format().FrameSize()
	if progress == nil {
		progress = func(int64) {}
	}
	longest := max(base.Frames(), other.Frames(), 1)
	block := int(min(int64(max(blockBytes/size, 1)), longest)) * size
	return &pair{
		ctx: ctx, base: base, other: other, size: size, progress: progress,
		b: make([]byte, block), o: make([]byte, block),
	}
}

// forward counts the equal frames from base frame i and other frame j on, up to limit.
func (p *pair) forward(i, j, limit int64) (int64, error) {
	var done int64
	for n := p.first(); done < limit; n = min(2*n, p.full()) {
		n = min(n, limit-done)
		if err := p.read(i+done, j+done, n); err != nil {
			return 0, err
		}
		same := commonPrefix(p.b[:n*int64(p.size)], p.o[:n*int64(p.size)]) / p.size
		if done += int64(same); int64(same) < n {
			break
		}
	}
	return done, nil
}

// backward counts the equal frames that end before base frame i and other frame j,
// up to limit.
func (p *pair) backward(i, j, limit int64) (int64, error) {
	var done int64
	for n := p.first(); done < limit; n = min(2*n, p.full()) {
		n = min(n, limit-done)
		if err := p.read(i-done-n, j-done-n, n); err != nil {
			return 0, err
		}
		same := commonSuffix(p.b[:n*int64(p.size)], p.o[:n*int64(p.size)]) / p.size
		if done += int64(same); int64(same) < n {
			break
		}
	}
	return done, nil
}

func (p *pair) first() int64 { return int64(max(firstBytes/p.size, 1)) }
func (p *pair) full() int64  { return int64(len(p.b) / p.size) }

// read fills the blocks with n frames from i and from j on.
func (p *pair) read(i, j, n int64) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	p.progress(2 * n)
	p.work += 2 * n
	b, o := p.b[:n*int64(p.size)], p.o[:n*int64(p.size)]
	if len(b) < besideBytes {
		if err := readFrames(p.base, b, i); err != nil {
			return err
		}
		return readFrames(p.other, o, j)
	}
	base := make(chan error, 1)
	go func() { base <- readFrames(p.base, b, i) }()
	err := readFrames(p.other, o, j)
	return cmp.Or(<-base, err)
}

// readFrames fills b with the frames from at on.
func readFrames(r pcm.Reader, b []byte, at int64) error {
	n, err := r.ReadFrames(b, at)
	if n*r.Format().FrameSize() == len(b) {
		return nil
	}
	return fmt.Errorf("frame %d: %w", at+int64(n), err)
}

// commonPrefix counts the equal bytes that a and b, of one length, begin with.
func commonPrefix(a, b []byte) int {
	const step = 4096
	n := 0
	for len(a)-n >= step && bytes.Equal(a[n:n+step], b[n:n+step]) {
		n += step
	}
	for ; len(a)-n >= 8; n += 8 {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
	}
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n
}

// commonSuffix counts the equal bytes that a and b, of one length, end with.
func commonSuffix(a, b []byte) int {
	const step = 4096
	n := len(a)
	for n >= step && bytes.Equal(a[n-step:n], b[n-step:n]) {
		n -= step
	}
	for ; n >= 8; n -= 8 {
		if x := binary.LittleEndian.Uint64(a[n-8:]) ^ binary.LittleEndian.Uint64(b[n-8:]); x != 0 {
			return len(a) - n + bits.LeadingZeros64(x)/8
		}
	}
	for n > 0 && a[n-1] == b[n-1] {
		n--
	}
	return len(a) - n
}
