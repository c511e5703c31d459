package ui_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ui"
)

func TestDataAndDiagnosticsAreApart(t *testing.T) {
	var out, errs bytes.Buffer
	u := ui.New(nil, &out, &errs, ui.Options{})
	u.Printf("song1abc")
	u.Notef("pushed %d commits", 2)
	u.Hintf("run `parrots pull`")
	require.Equal(t, "song1abc\n", out.String())
	require.Equal(t, "pushed 2 commits\nhint: run `parrots pull`\n", errs.String())

	u.SetQuiet(true)
	u.Notef("not seen")
	u.Warnf("seen")
	require.NotContains(t, errs.String(), "not seen")
	require.Contains(t, errs.String(), "warning: seen\n")
}

func TestEmit(t *testing.T) {
	var out bytes.Buffer
	u := ui.New(nil, &out, nil, ui.Options{})
	v := map[string]string{"message": "drums & bass"}
	require.NoError(t, u.Emit(v, func() { u.Printf("text") }))
	require.Equal(t, "text\n", out.String())
	out.Reset()
	u.SetJSON(true)
	require.NoError(t, u.Emit(v, func() { u.Printf("text") }))
	require.JSONEq(t, `{"message":"drums & bass"}`, out.String())
	require.NotContains(t, out.String(), `\u0026`)
}

func TestAskNeedsAPerson(t *testing.T) {
	var errs bytes.Buffer
	u := ui.New(strings.NewReader("yes\nrest"), nil, &errs, ui.Options{})
	_, err := u.Confirm("publish?")
	require.ErrorIs(t, err, ui.ErrNoAnswer)
	require.Empty(t, errs.String())

	in := strings.NewReader("yes\r\nno\nrest")
	u = ui.New(in, nil, &errs, ui.Options{Interactive: true})
	ok, err := u.Confirm("publish?")
	require.NoError(t, err)
	require.True(t, ok)
	ok, err = u.Confirm("again?")
	require.NoError(t, err)
	require.False(t, ok)
	require.Equal(t, 4, in.Len(), "only the lines asked for are taken")
}

func TestProgressWaitsASecond(t *testing.T) {
	var errs bytes.Buffer
	now := time.Unix(0, 0)
	u := ui.New(nil, nil, &errs, ui.Options{Terminal: true, Now: func() time.Time { return now }})
	p := u.Progress()
	p.Start("uploading", 10_000_000)
	now = now.Add(900 * time.Millisecond)
	p.Add(1_000_000)
	require.Empty(t, errs.String())
	now = now.Add(1100 * time.Millisecond)
	p.Add(1_000_000)
	require.Equal(t, "\r\x1b[Kuploading:  20% of 10 MB, 1.0 MB/s, 8s left", errs.String())
	u.Notef("done")
	require.True(t, strings.HasSuffix(errs.String(), "\r\x1b[Kdone\n"), "a note erases the bar first")
}

func TestProgressOfWhatPlays(t *testing.T) {
	var errs bytes.Buffer
	now := time.Unix(0, 0)
	u := ui.New(nil, nil, &errs, ui.Options{Terminal: true, Now: func() time.Time { return now }})
	p := u.Progress()
	p.StartClock("playing", 184*time.Second)
	now = now.Add(12 * time.Second)
	p.Add(int64(12 * time.Second))
	require.Equal(t, "\r\x1b[Kplaying: 0:12 of 3:04", errs.String())
	require.Equal(t, "1:00:05", ui.Clock(time.Hour+5*time.Second))
}

func TestClean(t *testing.T) {
	require.Equal(t, "a?[31mred?b", ui.Clean("a\x1b[31mred\nb"))
	require.Equal(t, "기타 🎸", ui.Clean("기타 🎸"))
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_600: "1.0 MB", 12_345_678: "12 MB"} {
		require.Equal(t, want, ui.Bytes(n))
	}
}

// What holds for a run is in the object that a command emits, whatever that is.
func TestFieldsOfEveryObject(t *testing.T) {
	for _, tc := range []struct {
		value any
		want  string
	}{
		{struct{}{}, `{"paid_by":"b <c>","fee":"1"}`},
		{struct {
			A []int `json:"a"`
		}{[]int{1}}, `{"a":[1],"paid_by":"b <c>","fee":"1"}`},
		{[]string{"}"}, `["}"]`},
		{"}", `"}"`},
	} {
		var out, errs bytes.Buffer
		u := ui.New(strings.NewReader(""), &out, &errs, ui.Options{JSON: true})
		u.SetField("paid_by", "a")
		u.SetField("fee", "1")
		u.SetField("paid_by", "b <c>")
		require.NoError(t, u.Emit(tc.value, nil))
		require.JSONEq(t, tc.want, out.String())
		require.NotContains(t, out.String(), "\\u003c")
		require.True(t, strings.HasSuffix(out.String(), "\n"))
		require.False(t, strings.HasSuffix(out.String(), "\n\n"))
	}
}
