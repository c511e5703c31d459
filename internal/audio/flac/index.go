package flac

import (
	"slices"
	"sync"
)

// index is what is remembered of a file while it is read: where frames begin, and
// what was decoded last, because readers go on where they stopped. Only places that
// were reached from the beginning, every frame in between decoded, are in it.
type index struct {
	mu     sync.Mutex
	marks  []mark // ascending; the first is the beginning of the audio
	recent [4]*group
	oldest int
}

// maxMarks bounds the index to 1 MiB; a mark every 64 KiB makes 4 GiB.
const maxMarks = 1 << 16

// learn adds a place.
func (x *index) learn(m mark) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if m.frame <= x.marks[len(x.marks)-1].frame {
		return
	}
	if len(x.marks) == maxMarks {
		for i := range maxMarks / 2 {
			x.marks[i] = x.marks[2*i]
		}
		x.marks = x.marks[:maxMarks/2]
	}
	x.marks = append(x.marks, m)
}

// before returns the last known place that is not behind a frame of audio.
func (x *index) before(frame int64) mark {
	x.mu.Lock()
	defer x.mu.Unlock()
	i, found := slices.BinarySearchFunc(x.marks, frame, func(m mark, at int64) int {
		return int(max(-1, min(1, m.frame-at)))
	})
	if !found {
		i--
	}
	return x.marks[i]
}

// keep remembers what was decoded.
func (x *index) keep(g *group) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, other := range x.recent {
		if other != nil && other.start == g.start {
			return
		}
	}
	x.recent[x.oldest] = &group{start: g.start, length: g.length, out: g.out}
	x.oldest = (x.oldest + 1) % len(x.recent)
}

// kept returns the group with a frame of audio, if it is remembered.
func (x *index) kept(frame int64) *group {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, g := range x.recent {
		if g != nil && g.start.frame <= frame && frame < g.start.frame+g.length {
			return g
		}
	}
	return nil
}
