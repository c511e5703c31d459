package compare

import "math"

// Level is how loud something is; 1 is full scale.
type Level struct {
	// Peak is the largest magnitude of a sample.
	Peak float64
	// RMS is the root of the mean square over all samples of all channels.
	RMS float64
}

// Silent says that there is nothing but zeros.
func (l Level) Silent() bool { return l.Peak == 0 }

// meter measures levels.
type meter struct {
	peak, squares float64
	samples       int64
}

func (m *meter) add(x []float64) {
	peak, squares := m.peak, m.squares
	for _, v := range x {
		squares += float64(v * v) // a conversion forbids to fuse the two, which only some machines do
		peak = max(peak, math.Abs(v))
	}
	m.peak, m.squares = peak, squares
	m.samples += int64(len(x))
}

func (m *meter) level() Level {
	if m.samples == 0 {
		return Level{}
	}
	return Level{m.peak, math.Sqrt(m.squares / float64(m.samples))}
}

// with returns the meter of what either has measured.
func (m meter) with(o meter) meter {
	return meter{max(m.peak, o.peak), m.squares + o.squares, m.samples + o.samples}
}
