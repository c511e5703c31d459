package align

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// exact finds the script by looking at all of them: the fewest changed frames, then
// the fewest changes, then the earliest ones.
type exact struct {
	base, other string
	kept        int
	memo        map[[4]int]*way
}

type way struct {
	cost    int
	changes [][4]int
}

func (a *way) better(b *way) bool {
	if b == nil || a.cost != b.cost {
		return b == nil || a.cost < b.cost
	}
	if len(a.changes) != len(b.changes) {
		return len(a.changes) < len(b.changes)
	}
	for i := range a.changes {
		for k := range 4 {
			if c := cmp.Compare(a.changes[i][k], b.changes[i][k]); c != 0 {
				return c < 0
			}
		}
	}
	return false
}

// from returns the best way on from a corner: with a change, or with more frames to
// keep after the run of so many that ends there.
func (e *exact) from(i, j, change, run int) *way {
	key := [4]int{i, j, change, min(run, e.kept)}
	if w, ok := e.memo[key]; ok {
		return w
	}
	var best *way
	take := func(w *way) {
		if w != nil && w.better(best) {
			best = w
		}
	}
	switch {
	case change == 0 && i == len(e.base) && j == len(e.other):
		take(&way{})
	case change == 0 && i < len(e.base) && j < len(e.other) && e.base[i] == e.other[j]:
		take(e.from(i+1, j+1, 0, run+1))
		if run+1 >= e.kept {
			take(e.from(i+1, j+1, 1, 0))
		}
	case change == 1:
		for x := i; x <= len(e.base); x++ {
			for y := j; y <= len(e.other); y++ {
				if rest := e.from(x, y, 0, 0); rest != nil && x+y > i+j {
					take(&way{rest.cost + x - i + y - j, append([][4]int{{i, j, x, y}}, rest.changes...)})
				}
			}
		}
	}
	e.memo[key] = best
	return best
}

// exactly returns the best script, in which a run between two changes keeps at least
// so many frames.
func exactly(base, other string, kept int) *way {
	e := &exact{base, other, kept, map[[4]int]*way{}}
	best := e.from(0, 0, 1, 0)
	if w := e.from(0, 0, 0, kept); w != nil && w.better(best) {
		best = w
	}
	return best
}

var tiny = limits{kept: 1, grid: 1, runs: 1 << 20, copies: 1 << 20, seeds: 1 << 20}

// alignText aligns texts, and checks that the script makes other of base.
func alignText(t testing.TB, base, other string, l limits) edit.Script {
	f := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 8}
	b, err := pcm.NewBuffer(f, []byte(base))
	require.NoError(t, err)
	o, err := pcm.NewBuffer(f, []byte(other))
	require.NoError(t, err)
	s, err := newPair(t.Context(), b, o, nil).align(l)
	require.NoError(t, err)
	require.NoError(t, s.Validate(b.Frames(), o.Frames()))
	var applied bytes.Buffer
	require.NoError(t, s.Apply(t.Context(), &applied, b, o))
	require.Equal(t, other, applied.String())
	return s
}

func random(r *rand.Rand, letters, length int) string {
	b := make([]byte, r.IntN(length+1))
	for i := range b {
		b[i] = 'a' + byte(r.IntN(letters))
	}
	return string(b)
}

func wayOf(s edit.Script) *way {
	base, other := s.Lengths()
	w := way{cost: int(base + other - 2*s.Kept())}
	for _, c := range s.Changes() {
		w.changes = append(w.changes, [4]int{int(c.Base.From), int(c.Other.From), int(c.Base.To), int(c.Other.To)})
	}
	return &w
}

// TestAlignIsExact compares with all scripts there are: none is shorter, none as
// short has fewer changes, and of those that have as many none is further left.
func TestAlignIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 600 {
		base, other := random(r, 2+n%3, 9), random(r, 2+n%3, 9)
		require.Equal(t, exactly(base, other, 1), wayOf(alignText(t, base, other, tiny)), "%s -> %s", base, other)
	}
}

// TestNoIslandIsTooShort does the same where short runs count as chance. The cuts
// that this forbids may be further left then.
func TestNoIslandIsTooShort(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 600 {
		l := tiny
		l.kept = 2 + int64(n%2)
		base, other := random(r, 2+n%3, 9), random(r, 2+n%3, 9)
		want, got := exactly(base, other, int(l.kept)), wayOf(alignText(t, base, other, l))
		require.Equal(t, want.cost, got.cost, "%s -> %s", base, other)
		require.Len(t, got.changes, len(want.changes), "%s -> %s", base, other)
	}
}

// FuzzAlign looks for pairs whose script does not make other of base.
func FuzzAlign(f *testing.F) {
	f.Add([]byte("abcabcabd"), []byte("abcabdabc"), uint8(1), uint8(1))
	f.Add([]byte("aaaaaaaaaaaaaaaaaaaa"), []byte("aaaabaaaaaaaaaaa"), uint8(3), uint8(2))
	f.Fuzz(func(t *testing.T, base, other []byte, kept, grid uint8) {
		l := limits{kept: int64(kept%16) + 1, grid: int64(grid%8) + 1, runs: 20, copies: 10, seeds: 100}
		alignText(t, string(base), string(other), l)
	})
}
