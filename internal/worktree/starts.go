package worktree

import (
	"math/big"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/object"
)

// Starts says where audio files in the folder begin by what their recorders noted: the
// time reference of a broadcast WAV, which counts from midnight or from where a session
// begins. The earliest of them is the beginning, so what comes back are the offsets from
// it, in ticks, of those that are later. Only headers are read; a file that cannot be
// read says nothing.
func (w *Worktree) Starts(files []object.Entry) map[string]uint64 {
	references := map[string]*big.Rat{}
	var first *big.Rat
	for _, e := range files {
		at := w.timeReference(e.Path)
		if at == nil {
			continue
		}
		references[e.Path] = at
		if first == nil || at.Cmp(first) < 0 {
			first = at
		}
	}
	starts := map[string]uint64{}
	for path, at := range references {
		ticks := new(big.Rat).Sub(at, first)
		ticks.Mul(ticks, big.NewRat(object.TicksPerSecond, 1))
		// Whole ticks at every common rate; at others less than one is lost.
		if n := new(big.Int).Quo(ticks.Num(), ticks.Denom()); n.Sign() > 0 && n.IsUint64() && n.Uint64() <= object.MaxInt {
			starts[path] = n.Uint64()
		}
	}
	return starts
}

// timeReference is in seconds; nil where a file has none.
func (w *Worktree) timeReference(path string) *big.Rat {
	file, size, err := w.OpenFile(path)
	if err != nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // nothing was written
	facts, err := audio.Probe(file, size, path)
	if err != nil || facts.TimeReference < 0 || facts.SampleRate < 1 {
		return nil
	}
	return big.NewRat(facts.TimeReference, int64(facts.SampleRate))
}
