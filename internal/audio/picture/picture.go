// Package picture draws two versions of audio above each other, with what became of
// what between them, as a PNG: people would rather look.
//
// It is pure: it reads audio through pcm.Reader and writes to an io.Writer. Of ours it
// imports the rooms of frames and of scripts only; what the marks and the words are is
// the caller's to say.
package picture

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// ErrTooMany means that more panels were asked for than make a picture.
var ErrTooMany = errors.New("too much for one picture")

// MaxPanels is how many stems a picture shows at most.
const MaxPanels = 40

// Style says what a mark means, and by that its color.
type Style int

// The styles.
const (
	Replaced Style = iota
	Inserted
	Deleted
	// Copied is for what comes from elsewhere in base.
	Copied
	// Explained is for what a gain or the like explains.
	Explained
	// Rendered is for what was only rendered again.
	Rendered
)

// Mark is frames that changed.
type Mark struct {
	Style       Style
	Base, Other edit.Range
	Label       string
	// Origins are where frames of Other come from.
	Origins []edit.Origin
}

// Panel is one stem.
type Panel struct {
	Title, Detail string
	Base, Other   *Wave
	Marks         []Mark
	// Bars are the frames of Other at which bars begin, from that numbered FirstBar on;
	// none where the song has no tempo.
	Bars     []int64
	FirstBar int
}

// Measures, in pixels.
const (
	pictureWidth = 1600
	margin       = 40
	labelWidth   = 76
	left         = margin + labelWidth
	plotWidth    = pictureWidth - left - margin
	headHeight   = 66
	waveHeight   = 150
	gutterHeight = 54
	axisHeight   = 46
	panelHeight  = headHeight + 2*waveHeight + gutterHeight + axisHeight
	legendHeight = 52
	spacing      = 26
)

// ink are the colors of a style: of the wave, and of the band behind it.
type ink struct {
	name       string
	wave, band color.NRGBA
}

var (
	paper   = color.NRGBA{255, 255, 255, 255}
	field   = color.NRGBA{246, 247, 249, 255}
	text    = color.NRGBA{24, 32, 44, 255}
	faint   = color.NRGBA{104, 116, 132, 255}
	line    = color.NRGBA{214, 219, 226, 255}
	same    = ink{"the same", color.NRGBA{86, 103, 124, 255}, color.NRGBA{236, 239, 243, 255}}
	palette = map[Style]ink{
		Replaced:  {"replaced", color.NRGBA{200, 95, 4, 255}, color.NRGBA{253, 232, 200, 255}},
		Inserted:  {"inserted", color.NRGBA{21, 128, 61, 255}, color.NRGBA{209, 240, 219, 255}},
		Deleted:   {"deleted", color.NRGBA{190, 30, 45, 255}, color.NRGBA{252, 219, 222, 255}},
		Copied:    {"copied or moved", color.NRGBA{29, 90, 200, 255}, color.NRGBA{214, 229, 252, 255}},
		Explained: {"explained by a gain or the like", color.NRGBA{109, 60, 190, 255}, color.NRGBA{233, 224, 251, 255}},
		Rendered:  {"only rendered again", color.NRGBA{122, 124, 154, 255}, color.NRGBA{239, 239, 247, 255}},
	}
	legend = []Style{Replaced, Inserted, Deleted, Copied, Explained, Rendered}
	origin = color.NRGBA{29, 90, 200, 46}
)

// Draw writes the picture of some stems as a PNG.
func Draw(w io.Writer, panels []Panel) error {
	if len(panels) > MaxPanels {
		return fmt.Errorf("%w: %d stems, more than %d", ErrTooMany, len(panels), MaxPanels)
	}
	height := margin + len(panels)*(panelHeight+spacing) + legendHeight
	c, err := newCanvas(pictureWidth, height)
	if err != nil {
		return err
	}
	c.rect(0, 0, pictureWidth, float64(height), paper)
	y := float64(margin)
	for _, p := range panels {
		c.panel(p, y)
		y += panelHeight + spacing
	}
	c.legend(panels, y)
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	return encoder.Encode(w, image.Image(c.RGBA))
}

// scale is how many pixels a frame takes: the same for both waves of a panel.
func (p Panel) scale() float64 {
	longest := max(p.Base.seconds(), p.Other.seconds())
	if longest == 0 {
		return 0
	}
	return plotWidth / longest
}

func (w *Wave) seconds() float64 { return float64(w.frames) / float64(w.rate) }

// x returns where a frame is.
func (p Panel) x(w *Wave, frame int64) float64 {
	return left + float64(frame)/float64(w.rate)*p.scale()
}

func (c *canvas) panel(p Panel, y float64) {
	c.text(c.bold, margin, y+20, text, fit(c.bold, p.Title, pictureWidth-2*margin))
	c.text(c.plain, margin, y+46, faint, fit(c.plain, p.Detail, pictureWidth-2*margin))
	top := y + headHeight
	gutter := top + waveHeight
	bottom := gutter + gutterHeight
	c.wave(p, p.Base, top, "before", func(m Mark) edit.Range { return m.Base })
	c.wave(p, p.Other, bottom, "after", func(m Mark) edit.Range { return m.Other })
	c.gutter(p, gutter, bottom)
	c.axis(p, bottom+waveHeight)
	c.bars(p, bottom+waveHeight)
}

// wave draws one version, with a band behind what changed.
func (c *canvas) wave(p Panel, w *Wave, y float64, name string, of func(Mark) edit.Range) {
	c.text(c.plain, margin, y+waveHeight/2+5, faint, name)
	end := p.x(w, w.frames)
	c.rect(left, y, end, y+waveHeight, field)
	for _, m := range p.Marks {
		if r := of(m); !r.Empty() {
			x0, x1 := p.x(w, r.From), max(p.x(w, r.To), p.x(w, r.From)+2)
			c.rect(x0, y, x1, y+waveHeight, palette[m.Style].band)
		}
	}
	middle, half := y+waveHeight/2, float64(waveHeight)/2-6
	c.rect(left, middle-0.5, end, middle+0.5, line)
	perPixel := float64(w.rate) / max(p.scale(), 1e-9)
	gain := 1 / max(p.loudest(), 1e-9)
	for x := 0; float64(left+x) < end; x++ {
		from, to := float64(x)*perPixel, float64(x+1)*perPixel
		i := p.ink(int64(from), int64(math.Ceil(to)), of)
		v := w.between(from, to)
		x0 := float64(left + x)
		light := i.wave
		light.A = 120
		c.rect(x0, middle-v.high*gain*half-0.5, x0+1, middle-v.low*gain*half+0.5, light)
		rms := min(v.rms, max(v.high, -v.low)) * gain * half
		c.rect(x0, middle-rms, x0+1, middle+rms, i.wave)
	}
}

// loudest returns the greatest magnitude of both versions: they are drawn to one scale.
func (p Panel) loudest() float64 {
	var most float64
	for _, w := range []*Wave{p.Base, p.Other} {
		for _, v := range w.points {
			most = max(most, v.high, -v.low)
		}
	}
	return most
}

// ink returns the colors for frames of one version.
func (p Panel) ink(from, to int64, of func(Mark) edit.Range) ink {
	for _, m := range p.Marks {
		if r := of(m); !r.Empty() && r.From < to && from < r.To {
			return palette[m.Style]
		}
	}
	return same
}

// gutter joins what belongs together of both versions.
func (c *canvas) gutter(p Panel, top, bottom float64) {
	var base, other int64
	join := func(b, o edit.Range, ink color.NRGBA, least float64) {
		x0, x1 := p.x(p.Base, b.From), p.x(p.Base, b.To)
		x2, x3 := p.x(p.Other, o.From), p.x(p.Other, o.To)
		if least > 0 {
			x1, x3 = max(x1, x0+least), max(x3, x2+least)
		}
		c.polygon(ink, x0, top, x1, top, x3, bottom, x2, bottom)
	}
	for _, m := range p.Marks {
		join(edit.Range{From: base, To: m.Base.From}, edit.Range{From: other, To: m.Other.From}, same.band, 0)
		base, other = m.Base.To, m.Other.To
	}
	join(edit.Range{From: base, To: p.Base.frames}, edit.Range{From: other, To: p.Other.frames}, same.band, 0)
	for _, m := range p.Marks {
		join(m.Base, m.Other, palette[m.Style].band, 2)
	}
	for _, m := range p.Marks {
		for _, o := range m.Origins {
			join(o.Base, o.Other, origin, 2)
		}
	}
	c.labels(p, (top+bottom)/2+5)
}

// labels names the marks, as far as there is room.
func (c *canvas) labels(p Panel, y float64) {
	const inset, apart = 8, 14
	free := float64(left + inset)
	for _, m := range p.Marks {
		middle := (p.x(p.Base, m.Base.From) + p.x(p.Base, m.Base.To) + p.x(p.Other, m.Other.From) + p.x(p.Other, m.Other.To)) / 4
		w := width(c.small, m.Label)
		x := min(max(middle-w/2, free), left+plotWidth-inset-w)
		if x < free || x > middle+w {
			continue
		}
		c.text(c.small, x, y, palette[m.Style].wave, m.Label)
		free = x + w + apart
	}
}

// axis writes minutes and seconds below.
func (c *canvas) axis(p Panel, y float64) {
	if p.scale() == 0 {
		return
	}
	step := tick(110 / p.scale())
	for n := 0; ; n++ {
		s := float64(n) * step
		x := left + s*p.scale()
		if x > left+plotWidth+1 {
			return
		}
		c.rect(x-0.5, y, x+0.5, y+6, faint)
		c.text(c.small, min(x+4, pictureWidth-margin-width(c.small, "00:00")), y+20, faint, moment(s, step))
	}
}

// bars numbers the bars below the time, as many as there is room for.
func (c *canvas) bars(p Panel, y float64) {
	const room = 64
	step := 1
	for len(p.Bars) > 1 && float64(step)*(p.x(p.Other, p.Bars[1])-p.x(p.Other, p.Bars[0])) < room {
		step *= 2
	}
	for i, frame := range p.Bars {
		if (p.FirstBar+i-1)%step != 0 {
			continue
		}
		x := p.x(p.Other, frame)
		label := fmt.Sprintf("bar %d", p.FirstBar+i)
		if x < left || x+width(c.small, label) > pictureWidth-margin {
			continue
		}
		c.rect(x-0.5, y, x+0.5, y+30, line)
		c.text(c.small, x+4, y+37, same.wave, label)
	}
}

// tick returns a step of so many seconds at least that is easy to read.
func tick(least float64) float64 {
	for _, s := range []float64{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800} {
		if s >= least {
			return s
		}
	}
	return math.Ceil(least/3600) * 3600
}

func moment(s, step float64) string {
	if step >= 1 {
		return fmt.Sprintf("%d:%02d", int(s)/60, int(s)%60)
	}
	return fmt.Sprintf("%d:%06.3f", int(s)/60, math.Mod(s, 60))
}

// legend explains the colors that there are.
func (c *canvas) legend(panels []Panel, y float64) {
	x := float64(margin)
	entry := func(i ink) {
		c.rect(x, y, x+34, y+20, i.band)
		c.rect(x+3, y+6, x+31, y+14, i.wave)
		x = c.text(c.small, x+42, y+15, faint, i.name) + 30
	}
	entry(same)
	for _, s := range legend {
		if slices.ContainsFunc(panels, func(p Panel) bool { return p.has(s) }) {
			entry(palette[s])
		}
	}
}

func (p Panel) has(s Style) bool {
	return slices.ContainsFunc(p.Marks, func(m Mark) bool { return m.Style == s })
}
