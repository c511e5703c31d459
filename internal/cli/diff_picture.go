package cli

import (
	"context"
	"io"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/picture"
)

// drawing gathers what --png draws. A nil drawing draws nothing.
type drawing struct {
	app    *app
	path   string
	panels []picture.Panel
	more   int
}

func (a *app) drawing(flags diffFlags) *drawing {
	if flags.png == "" {
		return nil
	}
	return &drawing{app: a, path: flags.png}
}

// add measures both versions of a stem whose audio was compared.
func (d *drawing) add(ctx context.Context, v stemView, base, other diff.File) error {
	if d == nil || v.stem == nil || v.stem.Finding == nil {
		return nil
	}
	if len(d.panels) == picture.MaxPanels {
		d.more++
		return nil
	}
	p := picture.Panel{Title: v.path, Detail: v.summary(), Bars: v.bars, FirstBar: v.firstBar}
	if v.from != "" {
		p.Title = v.from + " → " + v.path
	}
	var err error
	if p.Base, err = d.wave(ctx, base); err != nil {
		return err
	}
	if p.Other, err = d.wave(ctx, other); err != nil {
		return err
	}
	for _, r := range v.stem.Finding.Regions {
		p.Marks = append(p.Marks, v.mark(r))
	}
	d.panels = append(d.panels, p)
	return nil
}

func (d *drawing) wave(ctx context.Context, f diff.File) (*picture.Wave, error) {
	a, err := audio.Open(f.Content, f.Size)
	if err != nil {
		return nil, err
	}
	progress := d.app.ui.Progress()
	progress.Start("drawing "+f.Name, a.Frames()*int64(a.Format().FrameSize()))
	defer progress.Done()
	return picture.NewWave(ctx, a, func(frames int64) { progress.Add(frames * int64(a.Format().FrameSize())) })
}

// save writes the picture, as a whole or not at all.
func (d *drawing) save() error {
	if d == nil {
		return nil
	}
	if len(d.panels) == 0 {
		d.app.ui.Warnf("no audio was compared, so there is nothing to draw; %s was not written", d.path)
		return nil
	}
	if d.more > 0 {
		d.app.ui.Warnf("the picture shows %d stems and leaves out %d; name paths to draw others", len(d.panels), d.more)
	}
	return replaceFile(d.app.path(d.path), func(w io.Writer) error { return picture.Draw(w, d.panels) })
}

// mark draws a region.
func (v stemView) mark(r compare.Region) picture.Mark {
	m := picture.Mark{Base: r.Base, Other: r.Other, Label: v.label(r), Origins: v.origins(r)}
	switch {
	case r.Transform != nil && r.Transform.Identity():
		m.Style = picture.Rendered
	case r.Transform != nil || r.Fade != nil:
		m.Style = picture.Explained
	case len(v.origins(r)) > 0:
		m.Style = picture.Copied
	case r.Kind == edit.Inserted:
		m.Style = picture.Inserted
	case r.Kind == edit.Deleted:
		m.Style = picture.Deleted
	}
	return m
}

// label names a region in a few words.
func (v stemView) label(r compare.Region) string {
	at := r.Other
	if r.Kind == edit.Deleted {
		at = r.Base
	}
	word := r.Kind.String()
	switch {
	case r.Transform != nil:
		return describe(*r.Transform)
	case r.Fade != nil && r.Fade.From < r.Fade.To:
		word = "fade in"
	case r.Fade != nil:
		word = "fade out"
	case r.Kind == edit.Replaced && r.After.Silent():
		word = "muted"
	}
	return word + " " + v.clock(at.From) + " – " + v.clock(at.To)
}
