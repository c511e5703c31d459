package iff_test

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

func known(id string) bool { return id == "data" || id == "note" }

var layout = iff.Classic(binary.BigEndian, known)

// all lists the chunks of a file as ID and body, and the error they end with.
func all(file string) (chunks []string, err error) {
	s := iff.NewScanner(strings.NewReader(file), 0, int64(len(file)), layout)
	for {
		c, err := s.Next()
		if err != nil {
			return chunks, err
		}
		chunks = append(chunks, c.ID+":"+file[c.Offset:c.End()])
	}
}

func TestScanner(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string
		err  error
	}{
		"nothing":                {"", nil, io.EOF},
		"even":                   {"data\x00\x00\x00\x02abnote\x00\x00\x00\x00", []string{"data:ab", "note:"}, io.EOF},
		"odd":                    {"data\x00\x00\x00\x01a\x00note\x00\x00\x00\x00", []string{"data:a", "note:"}, io.EOF},
		"odd, any byte for it":   {"data\x00\x00\x00\x01aXnote\x00\x00\x00\x00", []string{"data:a", "note:"}, io.EOF},
		"odd, no byte for it":    {"data\x00\x00\x00\x01anote\x00\x00\x00\x00", []string{"data:a", "note:"}, io.EOF},
		"odd, then an unknown":   {"data\x00\x00\x00\x01a\x00what\x00\x00\x00\x00", []string{"data:a", "what:"}, io.EOF},
		"odd at the end":         {"data\x00\x00\x00\x01a", []string{"data:a"}, io.EOF},
		"longer than the file":   {"data\xff\xff\xff\xffabc", []string{"data:abc"}, io.EOF},
		"rubble":                 {"data\x00\x00\x00\x02ab\x00\x01\x02\x03\x04\x05\x06\x07", []string{"data:ab"}, iff.ErrInvalid},
		"cut in a head":          {"data\x00\x00\x00\x02abno", []string{"data:ab"}, iff.ErrInvalid},
		"cut between two":        {"data\x00\x00\x00\x03abc\x00", []string{"data:abc"}, io.EOF},
		"one that is left alone": {"\x00\x00\x00\x00\x00\x00\x00\x00", nil, iff.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			chunks, err := all(c.file)
			require.Equal(t, c.want, chunks)
			require.ErrorIs(t, err, c.err)
		})
	}
}

func TestScannerIsBounded(t *testing.T) {
	chunks, err := all(strings.Repeat("note\x00\x00\x00\x00", 3*iff.MaxChunks))
	require.Len(t, chunks, iff.MaxChunks)
	require.ErrorIs(t, err, iff.ErrInvalid)
	require.ErrorContains(t, err, "byte 32768")
}

func TestResize(t *testing.T) {
	file := "data\x00\x00\x00\x00abcdnote\x00\x00\x00\x00"
	s := iff.NewScanner(strings.NewReader(file), 0, int64(len(file)), layout)
	_, err := s.Next()
	require.NoError(t, err)
	c, err := s.Resize(4)
	require.NoError(t, err)
	require.False(t, c.Truncated())
	body, err := c.Body(strings.NewReader(file), 3)
	require.NoError(t, err)
	require.Equal(t, "abc", string(body))
	c, err = s.Next()
	require.NoError(t, err)
	require.Equal(t, "note", c.ID)
	c, err = s.Resize(1<<64 - 1)
	require.NoError(t, err)
	require.True(t, c.Truncated())
	require.Zero(t, c.Size)
}

// broken is a file that cannot be read.
type broken struct{ error }

func (b broken) ReadAt([]byte, int64) (int, error) { return 0, b.error }

func TestReadersErrorsPassThrough(t *testing.T) {
	disk := errors.New("the disk is on fire")
	_, err := iff.NewScanner(broken{disk}, 4, 100, layout).Next()
	require.ErrorIs(t, err, disk)
	require.NotErrorIs(t, err, iff.ErrInvalid)
	require.ErrorContains(t, err, "byte 4")
	_, err = iff.NewScanner(broken{io.EOF}, 4, 100, layout).Next()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
