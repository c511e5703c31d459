package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestLicencesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"CC-BY-SA-4.0": "CC-BY-SA-4.0", "cc-by-sa": "CC-BY-SA-4.0", "cc0": "CC0-1.0", "CC-BY-NC": "CC-BY-NC-4.0",
		"all-rights-reserved": songtypes.AllRightsReserved, "licenseref-all-rights-reserved": songtypes.AllRightsReserved,
	} {
		got, err := parseLicence(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "MIT", "CC-BY-3.0", "CC-BY-SA-4.0 ", "CC"} {
		_, err := parseLicence(text)
		require.ErrorIs(t, err, errUsage, text)
	}
}

func TestLicenceInWords(t *testing.T) {
	song := songtypes.Song{Id: "song1a", Obligations: []songtypes.Obligation{
		{Licence: "CC-BY-NC-4.0", Song: "song1b", Height: 7}, {AiTraining: songtypes.AiTraining_AI_TRAINING_REFUSAL, Song: "song1b", Height: 7},
	}}
	require.Equal(t, licenceJSON{
		Song: "song1a", Licence: songtypes.AllRightsReserved, Under: []string{}, AiTraining: "unspecified", Commercial: false,
		Obligations: []obligationJSON{{Licence: "CC-BY-NC-4.0", Song: "song1b", Height: 7}, {AiTraining: "refusal", Song: "song1b", Height: 7}},
		Granted:     []string{},
	}, describeLicence(song, []string{}))
}
