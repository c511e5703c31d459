package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

// chart is docs/licences.md's: a row for the licence of a work, a column for that of a
// song that takes it in.
const chart = `
            CC0 BY BY-SA BY-NC BY-NC-SA BY-ND BY-NC-ND ARR
CC0          x  x    x     x      x       x      x      x
BY           -  x    x     x      x       x      x      x
BY-SA        -  -    x     -      -       -      -      -
BY-NC        -  -    -     x      x       -      x      x
BY-NC-SA     -  -    -     -      x       -      -      -
BY-ND        -  -    -     -      -       -      -      -
BY-NC-ND     -  -    -     -      -       -      -      -
ARR          -  -    -     -      -       -      -      -
`

func spdx(short string) string {
	switch short {
	case "CC0":
		return "CC0-1.0"
	case "ARR":
		return types.AllRightsReserved
	default:
		return "CC-" + short + "-4.0"
	}
}

func TestEveryCellOfTheChart(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(chart), "\n")
	columns := strings.Fields(rows[0])
	require.Len(t, columns, len(types.Licences()))
	require.Len(t, rows[1:], len(types.Licences()))
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		work := spdx(cells[0])
		require.Contains(t, types.Licences(), work)
		open := false
		for i, cell := range cells[1:] {
			song := spdx(columns[i])
			require.Equal(t, cell == "x", types.AllowsAdaptation(work, song), "%s in a song under %s", work, song)
			if cell == "x" {
				open = true
				require.Contains(t, types.Adapters(work), song)
			}
		}
		require.Equal(t, !open, types.IsClosed(work), work)
		require.Equal(t, strings.Contains(cells[0], "NC"), types.IsNonCommercial(work), work)
	}
	require.True(t, types.IsClosed(""), "no licence gives nothing away")
	require.True(t, types.AllowsAdaptation("CC-BY-4.0", ""))
	require.False(t, types.AllowsAdaptation("", ""))
	require.False(t, types.AllowsAdaptation("MIT", "MIT"))
}

func TestAiTrainingIsNeverLaxer(t *testing.T) {
	order := []types.AiTraining{
		types.AiTraining_AI_TRAINING_CONSENT, types.AiTraining_AI_TRAINING_UNSPECIFIED, types.AiTraining_AI_TRAINING_REFUSAL,
	}
	require.Len(t, order, len(types.AiTraining_name))
	for i, song := range order {
		for j, work := range order {
			require.Equal(t, i >= j, song.AsStrictAs(work), "%s in a song that says %s", work.Word(), song.Word())
		}
	}
}

func TestObligationsOfOneKind(t *testing.T) {
	add := func(list []types.Obligation, licence, song string) []types.Obligation {
		list, _ = types.WithObligation(list, types.Obligation{Licence: licence, Song: song})
		return list
	}
	var open, closed []types.Obligation
	for _, song := range []string{"a", "a", "b", "c", "b", "d"} {
		open = add(open, "CC-BY-SA-4.0", song)
		closed = add(closed, "CC-BY-ND-4.0", song)
	}
	require.Len(t, open, 2, "an open licence binds alike, whosever it is")
	require.Len(t, closed, 4, "a closed one has another door for each song")
	require.Len(t, add(open, "CC-BY-4.0", "a"), 3)
	require.Len(t, open, 2)

	refused, fresh := types.WithObligation(open, types.Obligation{AiTraining: types.AiTraining_AI_TRAINING_REFUSAL, Song: "a"})
	require.True(t, fresh)
	_, fresh = types.WithObligation(refused, types.Obligation{Song: "a"})
	require.True(t, fresh, "nobody has consented is another thing than refusal")
}

func TestNonCommercialIsRemembered(t *testing.T) {
	song := types.Song{Id: "mine", Metadata: types.Metadata{Licence: types.AllRightsReserved}}
	_, is := song.NonCommercial()
	require.False(t, is)
	song.Obligations = []types.Obligation{{Licence: "CC-BY-4.0", Song: "a"}, {Licence: "CC-BY-NC-4.0", Song: "b"}}
	from, is := song.NonCommercial()
	require.True(t, is)
	require.Equal(t, "b", from)
	song.Metadata.Licence = "CC-BY-NC-ND-4.0"
	from, _ = song.NonCommercial()
	require.Equal(t, "mine", from)
}

func TestNamePrefixes(t *testing.T) {
	for _, s := range []string{"", "b", "blue-", "blue-bossa", strings.Repeat("a", types.MaxSongNameBytes), "-bossa"} {
		require.NoError(t, types.CheckNamePrefix(s), s)
	}
	for _, s := range []string{"B", "a--b", "a b", "\x00", "blu\u0435", strings.Repeat("a", types.MaxSongNameBytes+1)} {
		require.ErrorIs(t, types.CheckNamePrefix(s), types.ErrInvalidName, s)
	}
}
