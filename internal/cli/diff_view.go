package cli

import (
	"fmt"
	"math"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
)

// stemView is what became of an entry of a song, to be shown.
type stemView struct {
	path, from string
	change     worktree.ChangeKind
	kind       object.Kind
	size       uint64
	// stem is nil for what is no audio, or is in one version only.
	stem *diff.Stem
	// files are those of a project that differ.
	files []worktree.Change
	// bar writes a frame's place in bars and beats; nil where the song has no tempo.
	bar func(frame int64) string
	// bars are the frames at which bars begin, and the number of the first.
	bars     []int64
	firstBar int
}

// place lets the view speak in bars and beats if the song has a tempo.
func (v *stemView) place(song *songfile.Song) {
	if song == nil || v.stem == nil || !song.Timeline().HasTempo() {
		return
	}
	rate, line := v.rate(), song.Timeline()
	var start int64
	if s, ok := song.Stem(v.path); ok {
		start = songfile.Frames(s.Start, rate)
	}
	v.bar = func(frame int64) string {
		place, ok := line.AtFrame(start+frame, rate)
		if !ok {
			return ""
		}
		return place.String()
	}
	v.findBars(line, start)
}

// maxBars bounds what a picture numbers.
const maxBars = 4000

// findBars finds the bars that begin within the stem, which starts at a frame of the
// song.
func (v *stemView) findBars(line *songfile.Timeline, start int64) {
	for n := 1; n <= maxBars; n++ {
		position, err := songfile.ParsePosition(fmt.Sprintf("bar %d", n))
		if err != nil {
			return
		}
		ticks, err := line.Ticks(position)
		frame := songfile.Frames(ticks, v.rate()) - start
		if err != nil || frame > v.stem.Other.Frames {
			return
		}
		if frame >= 0 {
			if len(v.bars) == 0 {
				v.firstBar = n
			}
			v.bars = append(v.bars, frame)
		}
	}
}

func (v stemView) rate() int { return max(v.stem.Other.SampleRate, 1) }

// clock writes a frame as minutes and seconds.
func (v stemView) clock(frame int64) string { return clock(frame, v.rate()) }

func clock(frame int64, rate int) string {
	ms := int64(math.Round(float64(frame) * 1000 / float64(rate)))
	return fmt.Sprintf("%d:%02d.%03d", ms/60000, ms/1000%60, ms%1000)
}

// seconds writes a length.
func (v stemView) seconds(frames int64) string {
	s := float64(frames) / float64(v.rate())
	switch {
	case s >= 60:
		return v.clock(frames)
	case s >= 1:
		return fmt.Sprintf("%.3f s", s)
	}
	return fmt.Sprintf("%.4g ms", 1000*s)
}

// origins are those of what is new in a region.
func (v stemView) origins(r compare.Region) []edit.Origin {
	var list []edit.Origin
	for _, o := range v.stem.Finding.Script.Origins {
		if r.Other.Contains(o.Other) {
			list = append(list, o)
		}
	}
	return list
}

// told are the regions to be told of one by one: what one transform explains
// throughout is told once.
func (v stemView) told() []compare.Region {
	f := v.stem.Finding
	var list []compare.Region
	for _, r := range f.Regions {
		if f.Whole == nil || r.Transform == nil {
			list = append(list, r)
		}
	}
	return list
}

// summary says what became of a stem in one line.
func (v stemView) summary() string {
	list := v.sentences()
	if told := v.told(); len(told) > 1 {
		list = append(list[:len(list)-len(v.regions())], ui.Count(len(told), "change"), v.kept())
	}
	return strings.ReplaceAll(strings.Join(list, "; "), ":; ", ": ")
}

// decibels writes a factor; its sign is told apart.
func decibels(g float64) string { return fmt.Sprintf("%+.2f dB", pcm.DBFS(math.Abs(g))) }

// dbfs writes a level.
func dbfs(level float64) string {
	if level == 0 {
		return "silence"
	}
	return fmt.Sprintf("%.1f dBFS", pcm.DBFS(level))
}
