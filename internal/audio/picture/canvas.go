package picture

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// canvas is what is drawn on.
type canvas struct {
	*image.RGBA
	bold, plain, small font.Face
}

func newCanvas(width, height int) (*canvas, error) {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width, height))}
	var err error
	for _, f := range []struct {
		face *font.Face
		ttf  []byte
		size float64
	}{{&c.bold, gobold.TTF, 20}, {&c.plain, goregular.TTF, 16}, {&c.small, goregular.TTF, 14}} {
		if *f.face, err = face(f.ttf, f.size); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func face(ttf []byte, size float64) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
}

// rect fills a rectangle, whose edges may lie between pixels.
func (c *canvas) rect(x0, y0, x1, y1 float64, ink color.Color) {
	c.polygon(ink, x0, y0, x1, y0, x1, y1, x0, y1)
}

// polygon fills what is between corners, of which x and y follow each other.
func (c *canvas) polygon(ink color.Color, at ...float64) {
	low, high := math.Inf(1), math.Inf(-1)
	left, right := math.Inf(1), math.Inf(-1)
	for i := 0; i < len(at); i += 2 {
		left, right = min(left, at[i]), max(right, at[i])
		low, high = min(low, at[i+1]), max(high, at[i+1])
	}
	box := image.Rect(int(math.Floor(left)), int(math.Floor(low)), int(math.Ceil(right)), int(math.Ceil(high))).Intersect(c.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	x, y := float64(box.Min.X), float64(box.Min.Y)
	r.MoveTo(float32(at[0]-x), float32(at[1]-y))
	for i := 2; i < len(at); i += 2 {
		r.LineTo(float32(at[i]-x), float32(at[i+1]-y))
	}
	r.ClosePath()
	r.DrawOp = draw.Over
	r.Draw(c, box, image.NewUniform(ink), image.Point{})
}

// text writes from x on, on a line at y, and returns where it ends.
func (c *canvas) text(f font.Face, x, y float64, ink color.Color, s string) float64 {
	d := font.Drawer{Dst: c, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(int(math.Round(x)), int(math.Round(y)))}
	d.DrawString(s)
	return float64(d.Dot.X) / 64
}

// width returns how wide a text is.
func width(f font.Face, s string) float64 { return float64(font.MeasureString(f, s)) / 64 }

// fit cuts a text that is too wide.
func fit(f font.Face, s string, room float64) string {
	if width(f, s) <= room {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && width(f, string(runes)+"…") > room {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
