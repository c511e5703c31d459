package merge

import (
	"bytes"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// silenceBelow: a side that keeps less than one in so many frames of what is shorter,
// the base or itself, has to keep some that are no silence.
const silenceBelow = 16

// changedAll says whether a side left nothing of the base by which the other side's
// changes find their place. However little it keeps, frames that sound are such a
// place: nobody has them by chance. Silence is none if there is little of it, as two
// recordings that have nothing to do with each other share it. Where the base is
// nothing but silence, as a track that nobody has played on, silence is all there is
// to keep, and stands where it stands.
func (m *maker) changedAll(s Source) (bool, error) {
	script := m.sides[s].Script
	kept, shorter := script.Kept(), min(m.inputs[Base].Frames(), m.inputs[s].Frames())
	if m.sides[s].Everything || kept == 0 && shorter > 0 {
		return true, nil
	}
	if kept*silenceBelow >= shorter {
		return false, nil
	}
	silence, err := m.onlySilence(script.Spans, false)
	if err != nil || !silence {
		return false, err
	}
	silence, err = m.onlySilence(script.Spans, true)
	return err == nil && !silence, err
}

// onlySilence says whether the base has nothing but silence in all spans that changed,
// or in all that did not.
func (m *maker) onlySilence(spans []edit.Span, changed bool) (bool, error) {
	for _, span := range spans {
		if span.Changed() != changed {
			continue
		}
		if silent, err := m.silent(span.Base); err != nil || !silent {
			return false, err
		}
	}
	return true, nil
}

// silent says whether frames of the base are all one value, which need not be zero:
// some converters have an offset. A frame alone is silent only if it is zero.
func (m *maker) silent(r edit.Range) (bool, error) {
	size := int64(m.Format.FrameSize())
	step := blockBytes / size
	buf, first := make([]byte, min(step, r.Len())*size), []byte(nil)
	for at := r.From; at < r.To; at += step {
		p := buf[:min(step, r.To-at)*size]
		if err := m.read(Base, p, at); err != nil {
			return false, err
		}
		if first == nil {
			first = bytes.Clone(p[:size])
		}
		if !bytes.Equal(p[:size], first) || !bytes.Equal(p[size:], p[:len(p)-int(size)]) {
			return false, nil
		}
	}
	return r.Len() != 1 || len(bytes.Trim(first, "\x00")) == 0, nil
}
