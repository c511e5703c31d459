package sync

import (
	gosync "sync"

	"github.com/parrots-music/parrots/internal/audio/peaks"
)

// overviews keeps the peaks that a commit makes on the way. It is a favour: what
// cannot be kept is computed again when somebody wants to see it.
type overviews struct {
	song *Song
	mu   gosync.Mutex
	kept bool
	err  error
}

// put keeps the peaks of the audio with that pcm.
func (o *overviews) put(pcm []byte, p *peaks.Peaks) {
	err := o.song.Derived.PutPeaks(pcm, p)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = true
	if o.err == nil {
		o.err = err
	}
}

// done makes room for the next ones, and says what went wrong.
func (o *overviews) done() {
	if o.kept && o.err == nil {
		o.err = o.song.Derived.Tidy(o.song.Now())
	}
	if o.err != nil && o.song.Notice != nil {
		o.song.Notice("the waveforms could not be kept: " + o.err.Error())
	}
}
