package align

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// enemy is audio that is made to be hard to align.
type enemy struct {
	name        string
	base, other []byte
}

const enemyFrames = 1 << 19

// periodic repeats noise of so many frames.
func periodic(seed uint64, period, frames int) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, frames)
	for i := range b {
		if b[i] = byte(r.Uint32()); i >= period {
			b[i] = b[i-period]
		}
	}
	return b
}

// shuffled puts blocks of noise into another order.
func shuffled(seed uint64, b []byte, block int) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	var out []byte
	for _, n := range r.Perm(len(b) / block) {
		out = append(out, b[n*block:(n+1)*block]...)
	}
	return out
}

// deBruijn returns the sequence in which every word of n letters is once.
func deBruijn(letters, n int) []byte {
	var out []byte
	a := make([]byte, letters*n)
	var db func(t, p int)
	db = func(t, p int) {
		if t > n {
			if n%p == 0 {
				out = append(out, a[1:p+1]...)
			}
			return
		}
		a[t] = a[t-p]
		db(t+1, p)
		for j := int(a[t-p]) + 1; j < letters; j++ {
			a[t] = byte(j)
			db(t+1, t)
		}
	}
	db(1, 1)
	return out
}

// thueMorse is where sums of powers modulo 2^64 collide.
func thueMorse(frames int, flip byte) []byte {
	b := make([]byte, frames)
	for i := range b {
		x := i
		for x > 1 {
			x = x>>1 ^ x&1
		}
		b[i] = byte(x) ^ flip
	}
	return b
}

func concat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func enemies() []enemy {
	zeros := make([]byte, enemyFrames)
	noise := periodic(1, enemyFrames, enemyFrames)
	word := deBruijn(2, 18)
	list := []enemy{
		{"silence", zeros, zeros[:enemyFrames/3]},
		{"silence around other notes", concat(zeros, noise[:5000], zeros), concat(zeros[7:], noise[7000:12000], zeros[999:])},
		{"noise and other noise", noise, periodic(2, enemyFrames, enemyFrames)},
		{"de Bruijn", word, concat(word[1000:], word[:1000])},
		{"de Bruijn backward", word, shuffled(4, word, 1)},
		{"Thue-Morse", concat(noise[:9], thueMorse(enemyFrames, 0)), concat(noise[20:39], thueMorse(enemyFrames, 1))},
		{"one bit", shuffled(5, concat(zeros, periodic(1, 1, enemyFrames)), 1), shuffled(6, concat(zeros, periodic(1, 1, enemyFrames)), 1)},
	}
	for _, block := range []int{100, 1023, 1024, 1500, 5000} {
		list = append(list, enemy{"shuffled blocks", noise, shuffled(3, noise, block)})
	}
	for period := 1; period < enemyFrames/2; period = period*5/2 + 1 {
		b := periodic(7, period, enemyFrames)
		edited := concat(b[:enemyFrames/4], noise[:3333], b[enemyFrames/3:enemyFrames/2], noise[4000:6000], b[enemyFrames/2+5:])
		list = append(list,
			enemy{"a loop that is edited", b, edited},
			enemy{"a loop beside another phase", concat(noise[:5], b), concat(noise[50:57], b[period/2:], noise[60:61])},
			enemy{"loops in another order", concat(noise[:5000], b, noise[5000:9000]), concat(noise[5000:9000], b, noise[:5000])},
		)
	}
	return list
}

// TestWorkIsBounded counts what is read and what is looked at, whatever the audio is.
func TestWorkIsBounded(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 8}
	l := limitsFor(enemyFrames)
	l.runs, l.seeds = 512, 1<<20
	for _, e := range enemies() {
		base, err := pcm.NewBuffer(f, e.base)
		require.NoError(t, err)
		other, err := pcm.NewBuffer(f, e.other)
		require.NoError(t, err)
		p := newPair(t.Context(), base, other, nil)
		script, err := p.align(l)
		require.NoError(t, err)
		require.NoError(t, script.Validate(base.Frames(), other.Frames()))
		frames := base.Frames() + other.Frames()
		bound := 20*frames + int64(l.seeds) + int64(l.runs)*(frames/l.grid) + 10*int64(4*l.runs*l.runs)
		require.Less(t, p.work, bound, e.name)
	}
}
