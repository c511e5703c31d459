package cli

import (
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
)

const statusLong = `Show what changed in the folder since the last commit. Files that did not change
are not read, so this is quick in a folder of any size.`

func statusCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "show what changed since the last commit",
		Long:    statusLong,
		Example: "  parrots status\n  parrots status --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			status, err := song.Status(cmd.Context())
			if err != nil {
				return err
			}
			return a.ui.Emit(statusOf(status), func() { a.showStatus(status) })
		},
	}
}

// statusJSON is the output of status --json.
type statusJSON struct {
	Branch    string         `json:"branch,omitempty"`
	Head      string         `json:"head,omitempty"`
	Clean     bool           `json:"clean"`
	Merging   bool           `json:"merging"`
	Ahead     int            `json:"ahead"`
	Behind    int            `json:"behind"`
	Changes   []changeJSON   `json:"changes"`
	Conflicts []conflictJSON `json:"conflicts,omitempty"`
	Problems  []problemJSON  `json:"problems,omitempty"`
	Warnings  []problemJSON  `json:"warnings,omitempty"`
}

type changeJSON struct {
	Change string `json:"change"`
	Path   string `json:"path"`
	From   string `json:"from,omitempty"`
	Kind   string `json:"kind"`
	Size   uint64 `json:"size"`
}

type conflictJSON struct {
	Path   string `json:"path"`
	Ours   string `json:"ours,omitempty"`
	Theirs string `json:"theirs,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Regions are frames of what both sides grew out of.
	Regions    []regionJSON `json:"regions,omitempty"`
	SampleRate int          `json:"sample_rate,omitempty"`
	Previews   []string     `json:"previews,omitempty"`
}

type regionJSON struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

type problemJSON struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Advice string `json:"advice,omitempty"`
}

func statusOf(s sync.Status) statusJSON {
	out := statusJSON{
		Branch: s.Head.Branch, Clean: s.Clean(), Merging: s.Merging,
		Ahead: s.Ahead, Behind: s.Behind, Changes: []changeJSON{}, Warnings: warningsOf(s.Warnings),
	}
	if s.Head.Commit.Defined() {
		out.Head = s.Head.Commit.String()
	}
	for _, c := range s.Changes {
		out.Changes = append(out.Changes, changeJSON{string(c.Kind), c.Path, c.From, string(c.Entry), c.Size})
	}
	for _, c := range s.Conflicts {
		out.Conflicts = append(out.Conflicts, storedConflict(c))
	}
	for _, p := range s.Problems {
		out.Problems = append(out.Problems, problemJSON{p.Path, p.Reason, p.Advice})
	}
	return out
}

// storedConflict is a conflict of a merge that waits.
func storedConflict(c repo.Conflict) conflictJSON {
	return conflictJSON{Path: c.Path, Ours: c.Ours, Theirs: c.Theirs, Kind: c.Kind, Reason: c.Reason, Previews: c.Previews}
}

func warningsOf(warnings []worktree.Warning) []problemJSON {
	var out []problemJSON
	for _, w := range warnings {
		out = append(out, problemJSON{Path: w.Path, Reason: w.Reason})
	}
	return out
}

func (a *app) showStatus(s sync.Status) {
	a.tell(s.Notices, s.Warnings)
	switch {
	case s.Head.Detached():
		a.ui.Printf("on no branch, at %s", sync.Short(s.Head.Commit))
	case !s.Head.Commit.Defined():
		a.ui.Printf("on branch %s, no commits yet", s.Head.Branch)
	default:
		a.ui.Printf("on branch %s at %s%s", s.Head.Branch, sync.Short(s.Head.Commit), distance(s))
	}
	if s.Merging {
		a.ui.Printf("a merge waits for you")
		for _, c := range s.Conflicts {
			a.showConflict(storedConflict(c))
		}
		if len(s.Conflicts) == 0 {
			a.ui.Hintf("everything is decided: `parrots merge --continue` commits it")
		} else {
			a.ui.Hintf("%s", conflictHint)
		}
	}
	for _, c := range s.Changes {
		if c.Kind == worktree.Renamed {
			a.ui.Printf("  %-9s %s -> %s", c.Kind, ui.Clean(c.From), ui.Clean(c.Path))
			continue
		}
		a.ui.Printf("  %-9s %s  (%s)", c.Kind, ui.Clean(c.Path), ui.Bytes(int64(c.Size)))
	}
	for _, p := range s.Problems {
		a.ui.Warnf("%s", ui.Clean(p.String()))
	}
	switch {
	case len(s.Problems) > 0:
		a.ui.Hintf("a commit is not possible before these are mended")
	case len(s.Changes) == 0 && s.Head.Commit.Defined():
		a.ui.Printf("nothing changed since")
	case len(s.Changes) > 0 && !s.Merging:
		a.ui.Hintf("`parrots commit -m \"what you did\"` saves this")
	}
}

func distance(s sync.Status) string {
	switch {
	case s.Upstream == "" && s.Ahead > 0:
		return ", " + ui.Count(s.Ahead, "commit") + " not pushed yet"
	case s.Ahead > 0 && s.Behind > 0:
		return ", " + ui.Count(s.Ahead, "commit") + " ahead of and " + ui.Count(s.Behind, "commit") + " behind " + s.Upstream
	case s.Ahead > 0:
		return ", " + ui.Count(s.Ahead, "commit") + " ahead of " + s.Upstream
	case s.Behind > 0:
		return ", " + ui.Count(s.Behind, "commit") + " behind " + s.Upstream
	}
	return ""
}

// showSides lists the two versions of a conflict.
func (a *app) showSides(ours, theirs string) {
	if ours != "" {
		a.ui.Printf("    yours   %s", ui.Clean(ours))
	}
	if theirs != "" {
		a.ui.Printf("    theirs  %s", ui.Clean(theirs))
	}
}

// tell passes on what was repaired or left out.
func (a *app) tell(notices []string, warnings []worktree.Warning) {
	for _, n := range notices {
		a.ui.Notef("%s", n)
	}
	for _, w := range warnings {
		a.ui.Warnf("%s: %s", ui.Clean(w.Path), w.Reason)
	}
}
