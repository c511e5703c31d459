package mark_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/mark"
)

func words(order binary.AppendByteOrder, values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = order.AppendUint32(b, v)
	}
	return b
}

func point(order binary.AppendByteOrder, number, position, frame uint32) []byte {
	b := append(words(order, number, position), "data"...)
	return append(b, words(order, 0, 0, frame)...)
}

func TestMovesWhatWAVFilesMark(t *testing.T) {
	for _, order := range []interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}{binary.LittleEndian, binary.BigEndian} {
		cue := slices.Concat(words(order, 2), point(order, 1, 100, 100), point(order, 7, 2, 500))
		smpl := slices.Concat(words(order, 1, 2, 3, 4, 5, 6, 7, 1, 0), words(order, 9, 0, 200, 299, 0, 0))
		plst := words(order, 1, 7, 50, 3)
		adtl := slices.Concat([]byte("adtl"), []byte("labl"), words(order, 7, 1), []byte("ab\x00\x00"),
			[]byte("ltxt"), words(order, 20, 1, 10), []byte("rgn "), words(order, 0, 0))

		var s mark.Set
		s.Cue(cue, order)
		s.Sampler(smpl, order)
		s.Playlist(plst, order)
		s.Labels(adtl, order)
		require.Empty(t, s.Left)
		require.Equal(t, []mark.Mark{
			{Name: "cue 1", Frame: 100}, {Name: "cue 7", Frame: 500},
			{Name: "loop 9 begin", Frame: 200}, {Name: "loop 9 end", Frame: 299},
			{Name: "cue 7 plst end", Frame: 549}, {Name: "cue 1 LIST end", Frame: 109},
		}, s.Marks)

		// Five frames were inserted before 105, and 505 to 544 deleted.
		require.Zero(t, s.Move([]int64{100, 505, 205, 304, 514, 114}))
		require.Equal(t, slices.Concat(words(order, 2), point(order, 1, 100, 100), point(order, 7, 2, 505)), cue)
		require.Equal(t, words(order, 9, 0, 205, 304, 0, 0), smpl[36:])
		require.Equal(t, words(order, 1, 7, 10, 3), plst)
		require.Equal(t, words(order, 20, 1, 15), adtl[len(adtl)-24:len(adtl)-12])
	}
}

func TestMovesAIFFMarkers(t *testing.T) {
	body := []byte("\x00\x03\x00\x01\x00\x00\x00\x64\x03abc\x00\x02\x00\x00\x01\x00\x00\x00\x00\x03\x00\x01\x00\x00\x02xy\x00")
	var s mark.Set
	s.Markers(body)
	require.Empty(t, s.Left)
	require.Equal(t, []mark.Mark{{"marker 1", 100}, {"marker 2", 256}, {"marker 3", 65536}}, s.Marks)
	require.Equal(t, 1, s.Move([]int64{1, math.MaxUint32 + 1, 3}), "32 bits are too few")
	require.Equal(t, "\x00\x03\x00\x01\x00\x00\x00\x01\x03abc\x00\x02\x00\x00\x01\x00\x00\x00\x00\x03\x00\x00\x00\x03\x02xy\x00", string(body))
}

func TestLeavesWhatItDoesNotUnderstand(t *testing.T) {
	le := binary.LittleEndian
	elsewhere := point(le, 1, 5, 5)
	copy(elsewhere[8:], "slnt")
	block := point(le, 2, 5, 5)
	block[16] = 1
	cue := slices.Concat(words(le, 4), elsewhere, block, point(le, 3, 5, 5))
	before := bytes.Clone(cue)
	var s mark.Set
	s.Cue(cue, le)
	require.Equal(t, []string{"cue"}, s.Left, "two count from elsewhere, the fourth is not there")
	require.Equal(t, []mark.Mark{{"cue 3", 5}}, s.Marks)
	s.Labels(slices.Concat([]byte("adtl"), []byte("ltxt"), words(le, 8, 9, 5)), le)
	require.Equal(t, []string{"cue", "LIST"}, s.Left, "there is no cue 9")
	s.Markers([]byte{0})
	s.Sampler(make([]byte, 35), le)
	s.Playlist(nil, le)
	require.Equal(t, []string{"cue", "LIST", "MARK"}, s.Left)
	require.Zero(t, s.Move([]int64{5}))
	require.Equal(t, before, cue)
}

func TestBounds(t *testing.T) {
	var s mark.Set
	require.True(t, s.Room(mark.MaxBytes-1))
	require.False(t, s.Room(2))
	require.False(t, s.Room(math.MaxInt64))
	require.True(t, s.Room(1))
	many := words(binary.LittleEndian, math.MaxUint32)
	for range mark.MaxMarks + 5 {
		many = append(many, point(binary.LittleEndian, 1, 1, 1)...)
	}
	s.Cue(many, binary.LittleEndian)
	require.Len(t, s.Marks, mark.MaxMarks)
	require.Equal(t, []string{"cue"}, s.Left)
	_, ok := (*mark.Set)(nil).Body(1)
	require.False(t, ok)
}

// FuzzSet reads any bytes as each kind of chunk. Marks that are moved nowhere leave every
// byte as it is, and those that are moved are found where they were moved to.
func FuzzSet(f *testing.F) {
	le := binary.LittleEndian
	f.Add(slices.Concat(words(le, 2), point(le, 1, 1, 1), point(le, 2, 0, 9)), slices.Concat(words(le, 1, 2, 3, 4, 5, 6, 7, 1, 0), words(le, 1, 0, 2, 3, 0, 0)),
		words(le, 1, 2, 5, 1), slices.Concat([]byte("adtlltxt"), words(le, 8, 1, 5)), uint16(3))
	f.Add([]byte("\x00\x01\x00\x01\x00\x00\x00\x64\x03abc"), []byte{}, []byte{}, []byte("adtl"), uint16(0))
	f.Fuzz(func(t *testing.T, cue, smpl, plst, adtl []byte, by uint16) {
		if !mark.IsLabels(adtl) {
			adtl = []byte("adtl")
		}
		for _, read := range []func(*mark.Set){
			func(s *mark.Set) {
				s.Cue(cue, le)
				s.Sampler(smpl, le)
				s.Playlist(plst, le)
				s.Labels(adtl, le)
			},
			func(s *mark.Set) { s.Markers(cue) },
		} {
			all := func() []byte { return slices.Concat(cue, smpl, plst, adtl) }
			before := all()
			var s mark.Set
			read(&s)
			to := make([]int64, len(s.Marks))
			for i, m := range s.Marks {
				to[i] = m.Frame
			}
			if s.Move(to) == 0 && !bytes.Equal(before, all()) {
				t.Fatal("marks that stay changed the file")
			}
			var far bool
			for i := range to {
				to[i] += int64(by)
				far = far || to[i] > math.MaxUint32
			}
			s.Move(to)
			if far {
				return
			}
			var again mark.Set
			read(&again)
			for i, m := range again.Marks {
				if m.Frame != to[i] || m.Name != s.Marks[i].Name {
					t.Fatalf("%v is %v, and should be at %d", s.Marks[i], m, to[i])
				}
			}
		}
	})
}
