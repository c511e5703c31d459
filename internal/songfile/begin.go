package songfile

import (
	"slices"
	"strings"
)

// SongFields are the fields of a song, and StemFields those of a stem, in the order in
// which they are written.
func SongFields() []string { return slices.Clone(songFields) }

// StemFields are the fields of a stem.
func StemFields() []string { return slices.Clone(stemFields) }

const header = `# What this song is, and how its stems sound together. Edit it here or with
# "parrots song set"; "parrots help song" names the fields.
`

const offers = `# tempo: 96
# key: A minor
# time_signature: 4/4
# sample_rate: 48000
# wanted: [violin]
`

// Begin makes the file of a new song: its title, its stems by path, and what else could
// be said as comments.
func Begin(title string, stems []string) []byte {
	var b strings.Builder
	b.WriteString(header)
	if s, ok := inline(scalarNode(title)); ok && title != "" {
		b.WriteString("title: " + s + "\n")
	}
	b.WriteString(offers + "\nstems:\n")
	for _, path := range stems {
		if key, ok := inline(scalarNode(path)); ok {
			b.WriteString("  " + key + ":\n")
		}
	}
	return []byte(b.String())
}
