package aiff_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/mark"
)

func TestMovesMarkers(t *testing.T) {
	file := func(at string) string {
		return form("AIFF", comm(1, 2, 16, 44100), chunk("MARK", "\x00\x01\x00\x05"+at+"\x03abc"), ssnd("abcd"), chunk("INST", "\x00\x05"))
	}
	like, frames := read(t, []byte(file("\x00\x00\x00\x01")))
	marks, err := like.Marks()
	require.NoError(t, err)
	require.Equal(t, []mark.Mark{{Name: "marker 5", Frame: 1}}, marks.Marks)
	require.Zero(t, marks.Move([]int64{0x1234}))
	var out bytes.Buffer
	w, err := aiff.NewWriterLike(&out, like, 2, marks)
	require.NoError(t, err)
	write(t, w, frames, 4)
	require.Equal(t, file("\x00\x00\x12\x34"), out.String())
}

func TestNamesMarkersItDoesNotMove(t *testing.T) {
	like, _ := read(t, []byte(form("AIFF", comm(1, 1, 16, 44100), ssnd("ab"), chunk("MARK", strings.Repeat("\x00", mark.MaxBytes+2)))))
	marks, err := like.Marks()
	require.NoError(t, err)
	require.Equal(t, []string{"MARK"}, marks.Left)
}
