package mix

import (
	"math"
	"math/big"
)

// Factor converts a gain in thousandths of a dB into what samples are multiplied with:
// the float that is nearest to 10^(gain/20000). It is computed with numbers of 256 bits,
// so that every machine finds the same one.
func Factor(gain int) float64 {
	if gain == 0 {
		return 1
	}
	// e^y by its series for a small y, and then squared back.
	const halvings = 16
	y := newFloat().Mul(newFloat().SetInt64(int64(gain)), ln10)
	y.Quo(y, newFloat().SetInt64(20_000<<halvings))
	sum, term := newFloat().SetInt64(1), newFloat().SetInt64(1)
	for k := int64(1); k <= 40; k++ {
		term.Mul(term, y)
		term.Quo(term, newFloat().SetInt64(k))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	f, _ := sum.Float64()
	return f
}

func newFloat() *big.Float { return new(big.Float).SetPrec(256) }

// ln10 is the natural logarithm of 10 to 80 digits.
var ln10, _ = newFloat().SetString("2.30258509299404568401799145468436420760110148862877297603332790096757260967735248023599720508959829834")

// factors are what a track is multiplied with, for each channel of the mix.
func factors(t Track, channels int) []float64 {
	list := make([]float64, channels)
	for i := range list {
		list[i] = Factor(t.Gain)
	}
	if t.Pan == 0 || channels != 2 {
		return list
	}
	for i, share := range [2]float64{float64(100-t.Pan) / 100, float64(100+t.Pan) / 100} {
		if t.Audio.Format().Channels == 1 {
			list[i] *= math.Sqrt(share)
		} else {
			list[i] *= min(1, share)
		}
	}
	return list
}
