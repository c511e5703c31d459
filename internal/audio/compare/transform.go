package compare

import (
	"math"
	"slices"
)

// Accuracy says how well a transform explains a difference.
type Accuracy uint8

// The accuracies, the best first.
const (
	// Exact: nothing is left.
	Exact Accuracy = iota + 1
	// Rounded: what is left are the steps of the bit depth.
	Rounded
	// Dithered: what is left is noise of the level that plain dither has.
	Dithered
	// Shaped: what is left is noise of up to the level that noise-shaped dither has.
	Shaped
)

var accuracies = [...]string{"none", "exact", "rounded", "dithered", "shaped"}

// String returns the accuracy's name in lower case.
func (a Accuracy) String() string { return accuracies[min(int(a), len(accuracies)-1)] }

// Transform is a way in which each frame of other is made of the same frame of base.
type Transform struct {
	// Gains are the factors of other's channels. A negative one inverts polarity.
	Gains []float64
	// Channels are the channels of base that other's are made of.
	Channels []int
	// Accuracy says how good the explanation is, and Left what is left after it.
	Accuracy Accuracy
	Left     Level
}

// Gain returns the factor if it is the same for all channels.
func (t Transform) Gain() (float64, bool) {
	for _, g := range t.Gains {
		if g != t.Gains[0] {
			return 0, false
		}
	}
	return t.Gains[0], true
}

// Moves says that channels were exchanged or copied.
func (t Transform) Moves() bool {
	for i, c := range t.Channels {
		if i != c {
			return true
		}
	}
	return false
}

// Identity says that other is base but for what is left: it was rendered again.
func (t Transform) Identity() bool {
	g, same := t.Gain()
	return same && g == 1 && !t.Moves()
}

// alike says that two transforms tell the same of channels and gains.
func (t Transform) alike(o Transform) bool {
	for i, g := range t.Gains {
		if math.Abs(g-o.Gains[i]) > nearGain*math.Abs(g) {
			return false
		}
	}
	return slices.Equal(t.Channels, o.Channels)
}

// nearGain is how much two factors may differ, as a part of them, for them to be one:
// a thousandth of a dB.
const nearGain = 1.2e-4

// neat returns the transform that a person would have asked for, if its factors are
// nearly these: a gain of none, or in hundredths of a dB.
func (t Transform) neat() Transform {
	gains := make([]float64, len(t.Gains))
	for i, g := range t.Gains {
		gains[i] = neat(g)
	}
	t.Gains = gains
	return t
}

func neat(g float64) float64 {
	db := math.Round(2000*math.Log10(math.Abs(g))) / 100
	n := math.Copysign(math.Pow(10, db/20), g)
	if math.Abs(g-n) > nearGain*math.Abs(n) {
		return g
	}
	return n
}
