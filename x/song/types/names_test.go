package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

func accepts(t *testing.T, check func(string) error, values ...string) {
	t.Helper()
	for _, v := range values {
		require.NoError(t, check(v), "%q", v)
	}
}

func refuses(t *testing.T, want error, check func(string) error, values ...string) {
	t.Helper()
	for _, v := range values {
		require.ErrorIs(t, check(v), want, "%q", v)
	}
}

func TestSongNames(t *testing.T) {
	accepts(t, types.CheckSongName, "a", "7", "blue-bossa", "take-5", strings.Repeat("a", 64))
	refuses(t, types.ErrInvalidName, types.CheckSongName, "", "-a", "a-", "a--b", "Blue", "blue bossa", "blue_bossa", "a/b", "..",
		"blue\x00", "blüe", "blu\u0435", "ｂlue", "blue\u200b", "\xff", strings.Repeat("a", 65))
	accepts(t, types.CheckTag, "jazz", "lo-fi")
	refuses(t, types.ErrInvalidName, types.CheckTag, "", "Jazz", "lo fi", strings.Repeat("a", 33))
}

func TestBranchNames(t *testing.T) {
	accepts(t, types.CheckBranchName, "main", "solo/verse_2", "v1.0", "Mix-2", "a/b/c", strings.Repeat("a", 100))
	refuses(t, types.ErrInvalidName, types.CheckBranchName, "", "/a", "a/", ".a", "a.", "-a", "a-", "a//b", "a..b", "a/../b", "a/.b",
		"a.lock", "a/b.LOCK/c", "a b", "a\\b", "a:b", "a~1", "ä", "a\x00", "a\n", strings.Repeat("a", 101))
	accepts(t, types.CheckReleaseTag, "v1", "single-2026", "1.0.0")
	refuses(t, types.ErrInvalidName, types.CheckReleaseTag, "", "a/b", "..", "v1.lock", strings.Repeat("a", 101))
}

func TestBranchNamesThatCollide(t *testing.T) {
	for _, pair := range [][2]string{{"main", "Main"}, {"solo", "solo/a"}, {"Solo/a", "solo"}, {"a/B", "a/b"}} {
		require.True(t, types.BranchNamesCollide(pair[0], pair[1]), "%v", pair)
		require.True(t, types.BranchNamesCollide(pair[1], pair[0]), "%v", pair)
	}
	for _, pair := range [][2]string{{"main", "main"}, {"solo", "solos"}, {"solo/a", "solo/b"}, {"a", "b/a"}} {
		require.False(t, types.BranchNamesCollide(pair[0], pair[1]), "%v", pair)
	}
}

func TestReleaseCodes(t *testing.T) {
	accepts(t, types.CheckISRC, "FRZ039800212", "USRC17607839", "GBAYE0601498")
	refuses(t, types.ErrInvalidCode, types.CheckISRC, "", "FR-Z03-98-00212", "frz039800212", "FRZ03980021", "FRZ0398002123", "1RZ039800212", "FRZ03980021A")
	accepts(t, types.CheckISWC, "", "T0345246801", "T0000000010", "T9214745718")
	refuses(t, types.ErrInvalidCode, types.CheckISWC, "T0345246802", "T-034.524.680-1", "0345246801", "t0345246801", "T034524680", "T034524680X")
	accepts(t, types.CheckUPC, "", "614141999996", "036000291452", "4006381333931", "0036000291452")
	refuses(t, types.ErrInvalidCode, types.CheckUPC, "614141999997", "4006381333932", "61414199999", "40063813339311", "61414199999x")
}

// Every digit of a code counts: one that is mistyped is noticed.
func TestCheckDigitsNoticeMistypedDigits(t *testing.T) {
	for _, code := range []struct {
		s     string
		check func(string) error
	}{{"T0345246801", types.CheckISWC}, {"614141999996", types.CheckUPC}, {"4006381333931", types.CheckUPC}} {
		for i := range code.s {
			if code.s[i] < '0' || code.s[i] > '9' {
				continue
			}
			b := []byte(code.s)
			b[i] = '0' + (b[i]-'0'+1)%10
			require.ErrorIs(t, code.check(string(b)), types.ErrInvalidCode, "%s", b)
		}
	}
}

func TestMetadata(t *testing.T) {
	good := types.Metadata{
		Title: "Blue Bossa — live 👩‍🎤", Description: "Line\nand\tline", TempoMbpm: 140_000, Key: "C minor", TimeSignature: "4/4",
		Tags: []string{"jazz", "bossa-nova"}, Licence: "CC-BY-SA-4.0",
		Hints: []string{"https://hub.example/x?y=1", "http://[::1]:8080", "/dns4/hub.example/tcp/4001/p2p/12D3KooW"},
	}
	params := types.DefaultParams()
	require.NoError(t, good.Validate(params))
	require.NoError(t, types.Metadata{}.Validate(params))
	for _, key := range []string{"A", "Bb", "F# minor", "D harmonic minor", "G mixolydian"} {
		require.NoError(t, types.Metadata{Key: key}.Validate(params), key)
	}
	for _, meter := range []string{"3/4", "7/8", "2+2+3/8", "64/64"} {
		require.NoError(t, types.Metadata{TimeSignature: meter}.Validate(params), meter)
	}
	for _, bad := range []func(*types.Metadata){
		func(m *types.Metadata) { m.Title = "a\nb" },
		func(m *types.Metadata) { m.Title = "\u202eevil" },
		func(m *types.Metadata) { m.Title = "a\u2028b" },
		func(m *types.Metadata) { m.Title = "\xff" },
		func(m *types.Metadata) { m.Title = strings.Repeat("a", int(params.MaxTitleBytes)+1) },
		func(m *types.Metadata) { m.Description = "a\x00" },
		func(m *types.Metadata) { m.Description = "\xc3\n\xa9" }, // two halves of a character
		func(m *types.Metadata) { m.Description = strings.Repeat("a", int(params.MaxDescriptionBytes)+1) },
		func(m *types.Metadata) { m.TempoMbpm = 999 },
		func(m *types.Metadata) { m.TempoMbpm = 1_000_001 },
		func(m *types.Metadata) { m.Key = "H minor" },
		func(m *types.Metadata) { m.Key = "c minor" },
		func(m *types.Metadata) { m.Key = "A  minor" },
		func(m *types.Metadata) { m.Key = "A " },
		func(m *types.Metadata) { m.Key = "Aminor" },
		func(m *types.Metadata) { m.TimeSignature = "4" },
		func(m *types.Metadata) { m.TimeSignature = "0/4" },
		func(m *types.Metadata) { m.TimeSignature = "4/3" },
		func(m *types.Metadata) { m.TimeSignature = "+4/4" },
		func(m *types.Metadata) { m.TimeSignature = "04/4" },
		func(m *types.Metadata) { m.Licence = "MIT" },
		func(m *types.Metadata) { m.Licence = "cc-by-4.0" },
		func(m *types.Metadata) { m.Tags = []string{"Jazz"} },
		func(m *types.Metadata) { m.Tags = []string{"jazz", "jazz"} },
		func(m *types.Metadata) { m.Hints = []string{"javascript:alert(1)"} },
		func(m *types.Metadata) { m.Hints = []string{"https://"} },
		func(m *types.Metadata) { m.Hints = []string{"https://a b"} },
		func(m *types.Metadata) { m.Hints = []string{"ftp://a"} },
		func(m *types.Metadata) { m.Hints = []string{"//a"} },
		func(m *types.Metadata) { m.Hints = []string{"/"} },
		func(m *types.Metadata) { m.Hints = []string{"https://hüb"} },
		func(m *types.Metadata) { m.Hints = []string{"https://a", "https://a"} },
	} {
		m := good
		bad(&m)
		require.Error(t, m.Validate(params), "%+v", m)
	}
	many := types.Metadata{Tags: make([]string, params.MaxTags+1)}
	require.ErrorIs(t, many.Validate(params), types.ErrLimit)
	many = types.Metadata{Hints: make([]string, params.MaxHints+1)}
	require.ErrorIs(t, many.Validate(params), types.ErrLimit)
}

func TestSongIDs(t *testing.T) {
	a, b := types.NewSongID(make([]byte, 20), 0), types.NewSongID(make([]byte, 20), 1)
	require.NotEqual(t, a, b)
	parsed, err := types.ParseSongID(a.String())
	require.NoError(t, err)
	require.Equal(t, a, parsed)
	typo := []byte(a.String())
	typo[10] ^= 1
	for _, s := range []string{"", "song1", strings.ToUpper(a.String()), string(typo), a.String() + "q", strings.Repeat("q", 2000),
		"parrot1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"} {
		_, err := types.ParseSongID(s)
		require.ErrorIs(t, err, types.ErrInvalidID, "%q", s)
	}
}

func TestParamsAreBounded(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	require.NoError(t, types.HighestParams().Validate())
	require.ErrorIs(t, types.Params{}.Validate(), types.ErrInvalidParams)
	p := types.HighestParams()
	p.MaxCommitsPerPush++
	require.ErrorIs(t, p.Validate(), types.ErrInvalidParams)
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"main", "a/b", "F# minor", "4/4", "T0345246801", "song1qqqq", "https://a", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if types.CheckBranchName(s) == nil {
			require.LessOrEqual(t, len(s), object.MaxBranchNameBytes)
			require.NotContains(t, s, "..")
			require.NotContains(t, s, "\\")
			require.NotContains(t, "/"+s+"/", "//")
		}
		if types.CheckSongName(s) == nil {
			require.NoError(t, types.CheckBranchName(s))
		}
		if id, err := types.ParseSongID(s); err == nil {
			require.Equal(t, s, id.String())
		}
		_ = types.Metadata{Title: s, Description: s, Key: s, TimeSignature: s, Hints: []string{s}}.Validate(types.DefaultParams())
		_, _, _ = types.CheckISRC(s), types.CheckISWC(s), types.CheckUPC(s)
	})
}
