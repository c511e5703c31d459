package edit_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

func span(kind edit.Kind, b0, b1, o0, o1 int64) edit.Span {
	return edit.Span{Kind: kind, Base: edit.Range{From: b0, To: b1}, Other: edit.Range{From: o0, To: o1}}
}

// example keeps 2 frames, replaces 3 by 1, keeps 1, inserts 2, keeps 2, deletes 1.
var example = edit.Script{Spans: []edit.Span{
	span(edit.Kept, 0, 2, 0, 2),
	span(edit.Replaced, 2, 5, 2, 3),
	span(edit.Kept, 5, 6, 3, 4),
	span(edit.Inserted, 6, 6, 4, 6),
	span(edit.Kept, 6, 8, 6, 8),
	span(edit.Deleted, 8, 9, 8, 8),
}}

func TestBuild(t *testing.T) {
	got := edit.Build([]edit.Match{{0, 0, 1}, {1, 1, 1}, {5, 3, 1}, {6, 4, 0}, {6, 6, 2}}, 9, 8)
	require.Equal(t, example, got)
	require.NoError(t, got.Validate(9, 8))
	require.EqualValues(t, 5, got.Kept())
	require.Len(t, got.Changes(), 3)
	require.False(t, got.Same())

	require.Empty(t, edit.Build(nil, 0, 0).Spans)
	require.NoError(t, edit.Script{}.Validate(0, 0))
	require.True(t, edit.Build([]edit.Match{{0, 0, 7}}, 7, 7).Same())
	require.Equal(t, []edit.Span{span(edit.Inserted, 0, 0, 0, 3)}, edit.Build(nil, 0, 3).Spans)
}

func TestInvert(t *testing.T) {
	s := example
	s.Origins = []edit.Origin{
		{Base: edit.Range{From: 0, To: 1}, Other: edit.Range{From: 2, To: 3}},
		{Base: edit.Range{From: 8, To: 9}, Other: edit.Range{From: 4, To: 5}, Moved: true},
		{Base: edit.Range{From: 2, To: 3}, Other: edit.Range{From: 5, To: 6}, Moved: true},
	}
	require.NoError(t, s.Validate(9, 8))
	inverse := s.Invert()
	require.NoError(t, inverse.Validate(8, 9))
	require.Equal(t, span(edit.Deleted, 4, 6, 6, 6), inverse.Spans[3])
	require.Equal(t, []edit.Origin{
		{Base: edit.Range{From: 5, To: 6}, Other: edit.Range{From: 2, To: 3}, Moved: true},
		{Base: edit.Range{From: 4, To: 5}, Other: edit.Range{From: 8, To: 9}, Moved: true},
	}, inverse.Origins)
	require.Equal(t, s.Spans, inverse.Invert().Spans)
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*edit.Script){
		"a gap":              func(s *edit.Script) { s.Spans[2].Base.From++ },
		"kept of two sizes":  func(s *edit.Script) { s.Spans[0].Base.To++ },
		"an empty span":      func(s *edit.Script) { s.Spans[5].Base.From++ },
		"no kind":            func(s *edit.Script) { s.Spans[1].Kind = 0 },
		"inserted for none":  func(s *edit.Script) { s.Spans[1].Kind = edit.Inserted },
		"replaced by none":   func(s *edit.Script) { s.Spans[5].Kind = edit.Replaced },
		"too short":          func(s *edit.Script) { s.Spans = s.Spans[:5] },
		"two changes in row": func(s *edit.Script) { s.Spans[2].Kind = edit.Replaced },
		"two kept in a row": func(s *edit.Script) {
			s.Spans = append([]edit.Span{span(edit.Kept, 0, 1, 0, 1), span(edit.Kept, 1, 2, 1, 2)}, s.Spans[1:]...)
		},
		"an origin of kept frames": func(s *edit.Script) {
			s.Origins = []edit.Origin{{Base: edit.Range{From: 2, To: 3}, Other: edit.Range{From: 0, To: 1}}}
		},
		"a move of kept frames": func(s *edit.Script) {
			s.Origins = []edit.Origin{{Base: edit.Range{From: 0, To: 1}, Other: edit.Range{From: 2, To: 3}, Moved: true}}
		},
		"an origin beyond the end": func(s *edit.Script) {
			s.Origins = []edit.Origin{{Base: edit.Range{From: 9, To: 10}, Other: edit.Range{From: 2, To: 3}}}
		},
		"overlapping origins": func(s *edit.Script) {
			s.Origins = []edit.Origin{
				{Base: edit.Range{From: 0, To: 2}, Other: edit.Range{From: 4, To: 6}},
				{Base: edit.Range{From: 0, To: 1}, Other: edit.Range{From: 5, To: 6}},
			}
		},
	} {
		s := edit.Script{Spans: append([]edit.Span(nil), example.Spans...)}
		require.NoError(t, s.Validate(9, 8))
		change(&s)
		require.ErrorIs(t, s.Validate(9, 8), edit.ErrScript, name)
	}
}

func TestApply(t *testing.T) {
	f := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 16}
	base, err := pcm.NewBuffer(f, []byte("a.b.C.D.E.f.g.h.I."))
	require.NoError(t, err)
	other, err := pcm.NewBuffer(f, []byte("a.b.X.f.Y.Z.g.h."))
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, example.Apply(t.Context(), &got, base, other))
	require.Equal(t, string(other.Bytes()), got.String())
	got.Reset()
	require.NoError(t, example.Invert().Apply(t.Context(), &got, other, base))
	require.Equal(t, string(base.Bytes()), got.String())

	require.ErrorIs(t, example.Apply(t.Context(), &got, other, base), edit.ErrScript)
	wide, err := pcm.NewBuffer(pcm.Format{SampleRate: 8000, Channels: 2, BitDepth: 16}, nil)
	require.NoError(t, err)
	require.ErrorIs(t, example.Apply(t.Context(), &got, base, wide), edit.ErrScript)
}

func TestKindNames(t *testing.T) {
	text, err := json.Marshal(edit.Replaced)
	require.NoError(t, err)
	require.Equal(t, `"replaced"`, string(text))
	var k edit.Kind
	require.NoError(t, json.Unmarshal([]byte(`"deleted"`), &k))
	require.Equal(t, edit.Deleted, k)
	require.ErrorIs(t, json.Unmarshal([]byte(`"none"`), &k), edit.ErrScript)
}
