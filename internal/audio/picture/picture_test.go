package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/picture"
)

// tone is a sine of half of full scale, from frame 0 on.
func tone(t *testing.T, frames int) *picture.Wave {
	t.Helper()
	f := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 16}
	b := make([]byte, 2*frames)
	for i := range frames {
		pcm.PutInt(b[2*i:], 2, int32(16384*math.Sin(float64(i))))
	}
	r, err := pcm.NewBuffer(f, b)
	require.NoError(t, err)
	var told int64
	w, err := picture.NewWave(t.Context(), r, func(n int64) { told += n })
	require.NoError(t, err)
	require.EqualValues(t, frames, told)
	return w
}

func drawn(t *testing.T, panels ...picture.Panel) image.Image {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, picture.Draw(&b, panels))
	img, err := png.Decode(&b)
	require.NoError(t, err)
	return img
}

// reddish says that a color is of what was deleted, or of its band.
func reddish(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r > g+0x1000 && r > b+0x1000
}

func TestChangesAreMarkedWhereTheyAre(t *testing.T) {
	base, other := tone(t, 16_000), tone(t, 12_000)
	deleted := picture.Mark{
		Style: picture.Deleted, Base: edit.Range{From: 8_000, To: 12_000}, Other: edit.Range{From: 8_000, To: 8_000}, Label: "deleted",
	}
	img := drawn(t, picture.Panel{Title: "bass.wav", Detail: "a bar less", Base: base, Other: other, Marks: []picture.Mark{deleted}})
	require.Equal(t, 1600, img.Bounds().Dx())
	const left, width, y = 116, 1600 - 116 - 40, 40 + 66 + 75
	for frame, red := range map[int]bool{100: false, 7_900: false, 8_100: true, 11_900: true, 12_100: false, 15_900: false} {
		x := left + width*frame/16_000
		require.Equal(t, red, reddish(img.At(x, y)), "frame %d of base", frame)
		require.False(t, reddish(img.At(x, y+150+54)), "nothing is red in other")
	}
	// Other is shorter, and drawn to the same scale.
	white := color.RGBA{255, 255, 255, 255}
	require.Equal(t, white, color.RGBAModel.Convert(img.At(left+width*13_000/16_000, y+150+54)))
	require.NotEqual(t, white, color.RGBAModel.Convert(img.At(left+width*11_000/16_000, y+150+54)))
}

func TestPicturesAreTheSameEachTime(t *testing.T) {
	p := picture.Panel{Title: "a.wav", Base: tone(t, 5000), Other: tone(t, 5000)}
	require.Equal(t, drawn(t, p), drawn(t, p))
}

func TestBarsAreNumbered(t *testing.T) {
	p := picture.Panel{Title: "a.wav", Base: tone(t, 16_000), Other: tone(t, 16_000)}
	plain := drawn(t, p)
	p.Bars, p.FirstBar = []int64{0, 4_000, 8_000, 12_000}, 5
	img := drawn(t, p)
	const left, width, y = 116, 1600 - 116 - 40, 40 + 66 + 150 + 54 + 150 + 25
	for _, frame := range p.Bars {
		x := left + width*int(frame)/16_000
		require.NotEqual(t, plain.At(x, y), img.At(x, y), "frame %d", frame)
	}
	p.Bars = make([]int64, 5000)
	for i := range p.Bars {
		p.Bars[i] = int64(i)
	}
	drawn(t, p) // thinned out
}

func TestNothingIsTooShort(t *testing.T) {
	none := tone(t, 0)
	all := picture.Mark{Style: picture.Inserted, Other: edit.Range{From: 0, To: 1}, Label: "inserted 0:00.000 – 0:00.000"}
	drawn(t, picture.Panel{Title: "x", Base: none, Other: none})
	drawn(t, picture.Panel{Title: "x", Base: none, Other: tone(t, 1), Marks: []picture.Mark{all}})
	drawn(t)
}

func TestPicturesAreBounded(t *testing.T) {
	p := picture.Panel{Base: tone(t, 0), Other: tone(t, 0)}
	panels := make([]picture.Panel, picture.MaxPanels+1)
	for i := range panels {
		panels[i] = p
	}
	require.ErrorIs(t, picture.Draw(&bytes.Buffer{}, panels), picture.ErrTooMany)
}
