package cli

import (
	"fmt"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
)

// maxTold is how many regions of a stem are listed; --json has all.
const maxTold = 50

// showStem writes what became of an entry.
func (a *app) showStem(v stemView) {
	line := fmt.Sprintf("%-9s %s", v.change, ui.Clean(v.path))
	switch {
	case v.change == worktree.Renamed:
		line = fmt.Sprintf("%-9s %s -> %s", v.change, ui.Clean(v.from), ui.Clean(v.path))
	case v.from != "" && v.stem != nil: // two files on disk
		line = fmt.Sprintf("%s -> %s", ui.Clean(v.from), ui.Clean(v.path))
	}
	if v.stem == nil {
		a.ui.Printf("%s  (%s, %s)", line, v.kind, ui.Bytes(int64(v.size)))
		for _, f := range v.files {
			a.ui.Printf("  %-9s %s  (%s)", f.Kind, ui.Clean(f.Path), ui.Bytes(int64(f.Size)))
		}
		return
	}
	a.ui.Printf("%s", line)
	for _, s := range v.sentences() {
		a.ui.Printf("  %s", s)
	}
	for _, w := range v.warnings() {
		a.ui.Warnf("%s", ui.Clean(w))
	}
}

func (v stemView) warnings() []string {
	var list []string
	for _, w := range v.stem.Other.Warnings {
		list = append(list, v.path+": "+w)
	}
	return list
}

// sentences say what became of a stem.
func (v stemView) sentences() []string {
	s := v.stem
	switch s.What {
	case diff.SameFile:
		return []string{"the same file, byte for byte"}
	case diff.SameAudio:
		if s.Retagged() {
			return []string{"the same audio; only tags or other data around it differ"}
		}
		return []string{fmt.Sprintf("the same audio in another container: %s -> %s", s.Base.Container, s.Other.Container)}
	case diff.Opaque:
		return v.opaque()
	}
	var list []string
	if s.Finding.Base != s.Finding.Other {
		list = append(list, v.format())
	}
	if !s.Finding.Comparable() || s.Finding.Same() {
		return list
	}
	if t := s.Finding.Whole; t != nil && s.Finding.Base == s.Finding.Other || t != nil && !t.Identity() {
		list = append(list, throughout(*t)+v.but())
	}
	return append(list, v.regions()...)
}

// opaque says why two files were not compared.
func (v stemView) opaque() []string {
	list := []string{"the bytes differ; the audio was not compared"}
	for _, side := range []diff.Side{v.stem.Base, v.stem.Other} {
		if side.Reason != nil {
			return append(list, ui.Clean(side.Reason.Error()))
		}
	}
	return list
}

// format says what the formats are, and what that means for the samples.
func (v stemView) format() string {
	f := v.stem.Finding
	text := fmt.Sprintf("other format: %s -> %s", f.Base, f.Other)
	if f.Alike {
		text += "; dual mono: all channels are the same"
	}
	switch {
	case f.Base.SampleRate != f.Other.SampleRate:
		return text + "; at another rate no frame is comparable"
	case !f.Comparable():
		return text + "; with other channels no frame is comparable"
	case f.Same():
		return text + "; every sample has the same value"
	case f.Whole != nil && f.Whole.Identity():
		return text + "; the same samples, " + left(*f.Whole) + v.but()
	}
	return text
}

// but leads over to what a transform does not explain.
func (v stemView) but() string {
	if len(v.told()) == 0 {
		return ""
	}
	return "; beside that:"
}

// left says what a transform leaves.
func left(t compare.Transform) string {
	switch t.Accuracy {
	case compare.Exact:
		return "exactly"
	case compare.Rounded:
		return "but for rounding"
	}
	return fmt.Sprintf("but for dither (noise of %s RMS)", dbfs(t.Left.RMS))
}

// throughout says what a transform of all of a stem did.
func throughout(t compare.Transform) string {
	if t.Identity() {
		return "rendered again: nothing but noise of " + dbfs(t.Left.RMS) + " RMS differs"
	}
	return describe(t) + " throughout, " + left(t)
}

// describe says what a transform did.
func describe(t compare.Transform) string {
	if t.Identity() {
		return "rendered again"
	}
	var list []string
	if t.Moves() {
		list = append(list, channels(t.Channels))
	}
	if g, same := t.Gain(); !same {
		list = append(list, gains(t.Gains))
	} else {
		if g < 0 {
			list = append(list, "polarity inverted")
		}
		if g != 1 && g != -1 {
			list = append(list, "gain "+decibels(g))
		}
	}
	return strings.Join(list, ", ")
}

func channels(from []int) string {
	if len(from) == 2 && from[0] == 1 && from[1] == 0 {
		return "left and right exchanged"
	}
	list := make([]string, len(from))
	for i, c := range from {
		list[i] = fmt.Sprint(c + 1)
	}
	return "channels taken from " + strings.Join(list, ", ")
}

func gains(factors []float64) string {
	list := make([]string, len(factors))
	for i, g := range factors {
		list[i] = fmt.Sprintf("channel %d %s", i+1, decibels(g))
		if g < 0 {
			list[i] += " inverted"
		}
	}
	return "gain " + strings.Join(list, ", ")
}

// regions tell what changed, one line each.
func (v stemView) regions() []string {
	var list []string
	told := v.told()
	for i, r := range told {
		if i == maxTold {
			return append(list, fmt.Sprintf("... and %s more; --json lists all", ui.Count(len(told)-maxTold, "region")))
		}
		list = append(list, v.region(r))
	}
	if n := v.stem.Finding.Delay(); n != 0 {
		way := "later"
		if n < 0 {
			way, n = "earlier", -n
		}
		list = append(list, fmt.Sprintf("all the rest comes %d frames (%s) %s", n, v.seconds(n), way))
	}
	if rms := v.stem.Finding.Residual; len(told) > 1 && rms.Peak > 0 {
		list = append(list, fmt.Sprintf("null test over what was replaced: %s RMS, peak %s", dbfs(rms.RMS), dbfs(rms.Peak)))
	}
	if f := v.stem.Finding; f.Whole == nil || f.Whole.Identity() && len(told) > 0 {
		list = append(list, v.kept())
	}
	return list
}

// kept says how much is as it was.
func (v stemView) kept() string {
	script, rendered := v.stem.Finding.Rendered()
	_, other := script.Lengths()
	word := "kept"
	if rendered > 0 {
		word = "kept or only rendered again"
	}
	if other == 0 {
		return "nothing is left"
	}
	percent := 100 * float64(script.Kept()) / float64(other)
	if script.Kept() < other {
		percent = min(percent, 99.9)
	}
	return fmt.Sprintf("%s: %.1f %% of %s", word, percent, v.clock(other))
}

func (v stemView) region(r compare.Region) string {
	at, was := r.Other, r.Base
	if r.Kind == edit.Deleted {
		at = r.Base
	}
	text := fmt.Sprintf("%-8s %s - %s", r.Kind, v.clock(at.From), v.clock(at.To))
	if v.bar != nil {
		text += fmt.Sprintf("  bar %s - %s", v.bar(at.From), v.bar(at.To))
	}
	text += fmt.Sprintf("  frames %d - %d (%s)", at.From, at.To, v.seconds(at.Len()))
	if r.Kind == edit.Replaced && was != at {
		text += fmt.Sprintf(", before %d - %d", was.From, was.To)
	}
	if r.Resolution > 0 {
		text += fmt.Sprintf(", to within %d frames", r.Resolution)
	}
	return text + v.meaning(r)
}

// meaning says what a region is now.
func (v stemView) meaning(r compare.Region) string {
	var list []string
	switch {
	case r.Transform != nil:
		list = append(list, describe(*r.Transform)+", "+left(*r.Transform))
	case r.Fade != nil && r.Fade.From < r.Fade.To:
		list = append(list, "faded in")
	case r.Fade != nil:
		list = append(list, "faded out")
	case r.Kind == edit.Deleted:
	case r.After.Silent() && r.Kind == edit.Replaced:
		list = append(list, "muted")
	case r.After.Silent():
		list = append(list, "silence")
	case r.Difference.Peak > 0:
		list = append(list, fmt.Sprintf("null test %s RMS, peak %s", dbfs(r.Difference.RMS), dbfs(r.Difference.Peak)))
	}
	for _, o := range v.origins(r) {
		word := "copied from"
		if o.Moved {
			word = "moved from"
		}
		list = append(list, fmt.Sprintf("%s %s - %s", word, v.clock(o.Base.From), v.clock(o.Base.To)))
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + strings.Join(list, "; ")
}
