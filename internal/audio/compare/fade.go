package compare

import (
	"github.com/parrots-music/parrots/internal/audio/edit"
)

// Fade is a gain that rises or falls all along a region.
type Fade struct {
	// From and To are the factors at its beginning and at its end.
	From, To float64
}

// Limits of what is taken for a fade.
const (
	// fadeSteps is how many parts of a region are looked at: in each, the gain hardly
	// changes.
	fadeSteps = 64
	// fadeLeft is how much energy, as a part of base's, a gain may leave unexplained
	// in a part.
	fadeLeft = 1e-3
	// fadeRange is the least ratio of a fade's ends: 3 dB.
	fadeRange = 1.4
)

// part holds the products of samples of a part of a region.
type part struct{ bb, oo, bo float64 }

// fade says whether a region of as many frames of either is base under a gain that
// rises or falls all along.
func (p *pair) fade(r Region) (*Fade, error) {
	n := r.Base.Len()
	if r.Kind != edit.Replaced || n != r.Other.Len() || n < fadeSteps {
		return nil, nil
	}
	parts := make([]part, fadeSteps)
	err := p.each(piece{r.Base.From, r.Other.From, n}, func(at int64, b, o []float64) {
		for i := range b {
			s := &parts[(at+int64(i/p.channels))*fadeSteps/n]
			s.bb += float64(b[i] * b[i])
			s.oo += float64(o[i] * o[i])
			s.bo += float64(b[i] * o[i])
		}
	})
	if err != nil {
		return nil, err
	}
	return ramp(parts, energy(2*ShapedLSB*p.step())*float64(n)/fadeSteps/Window), nil
}

// ramp reads the gains of the parts, of which the silent ones say nothing.
func ramp(parts []part, floor float64) *Fade {
	var gains []float64
	for _, s := range parts {
		if s.bb <= floor {
			continue
		}
		if s.oo-s.bo*s.bo/s.bb > float64(fadeLeft*s.bb) {
			return nil
		}
		gains = append(gains, s.bo/s.bb)
	}
	if len(gains) < fadeSteps/4 {
		return nil
	}
	first, last := gains[0], gains[len(gains)-1]
	if max(first, last) <= fadeRange*max(min(first, last), 0) || !steady(gains, last > first) {
		return nil
	}
	return &Fade{first, last}
}

// steady says that gains only rise, or only fall, but for a little.
func steady(gains []float64, rise bool) bool {
	for i := 1; i < len(gains); i++ {
		step := gains[i] - gains[i-1]
		if !rise {
			step = -step
		}
		if step < -0.02 {
			return false
		}
	}
	return true
}
