package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/ui"
)

// indent writes a message as it stands under a commit.
func indent(message string) string {
	var b strings.Builder
	for line := range strings.Lines(message) {
		b.WriteString("    " + ui.Clean(strings.TrimRight(line, "\n")) + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// credit writes a contribution in one line.
func credit(c contributionJSON) string {
	who := c.Contributor
	if c.Guest != "" {
		who = ui.Clean(c.Guest) + " (guest)"
	}
	text := who + ": " + strings.Join(c.Roles, ", ")
	if c.Instrument != "" {
		text += " (" + ui.Clean(c.Instrument) + ")"
	}
	if len(c.Paths) > 0 {
		text += " on " + ui.Clean(strings.Join(c.Paths, ", "))
	}
	return text
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
