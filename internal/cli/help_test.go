package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func testApp(args ...string) (*app, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	env := Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" },
	}
	return &app{env: env, ui: env.newUI()}, &out, &errs
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	a, _, _ := testApp()
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		require.NotEmpty(t, c.Short, c.CommandPath())
		require.Equal(t, strings.ToLower(c.Short[:1]), c.Short[:1], "%s: short help begins in lower case", c.CommandPath())
		require.Contains(t, c.Example, "parrots", "%s has no example", c.CommandPath())
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(a.root())
}

func TestExitCodes(t *testing.T) {
	for _, tc := range []struct {
		err  error
		code int
		hint string
	}{
		{nil, exitOK, ""},
		{errors.New("anything"), exitFailure, ""},
		{usagef("what"), exitUsage, "parrots help"},
		{fmt.Errorf("x: %w", repo.ErrNotSong), exitNotASong, "parrots init"},
		{fmt.Errorf("x: %w", sync.ErrNonFastForward), exitConflict, "parrots pull"},
		{&chain.UnreachableError{URL: "http://a", Err: errors.New("b")}, exitNetwork, "parrots doctor"},
		{&chain.BehindError{Height: 3}, exitNetwork, "wait"},
		{&chain.WrongChainError{Want: "a", Got: "b"}, exitNetwork, "join"},
		{&chain.Refusal{Codespace: "song", Code: 19}, exitRefused, ""},
		{sync.ErrBundle, exitCorrupt, ""},
		{chain.ErrNoKey, exitKey, "key list"},
		{withHint(chain.ErrNoKey, "do %s", "this"), exitKey, "do this"},
	} {
		a, _, errs := testApp()
		a.started = true
		require.Equal(t, tc.code, a.exit(context.Background(), tc.err), "%v", tc.err)
		require.Contains(t, errs.String(), tc.hint)
	}
}

func TestInterruptedIs130(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a, _, errs := testApp()
	a.started = true
	require.Equal(t, exitInterrupted, a.exit(ctx, context.Canceled))
	require.Equal(t, "parrots: interrupted\n", errs.String())
}

func TestErrorsCannotDriveTheTerminal(t *testing.T) {
	a, _, errs := testApp()
	a.started = true
	a.exit(context.Background(), errors.New("a\x1b[2J\nb"))
	require.Equal(t, "parrots: a?[2J\nb\n", errs.String())
}

func TestSongName(t *testing.T) {
	for folder, want := range map[string]string{
		"Night Train": "night-train", "--A--b--": "a-b", "기타": "song", "": "song", "..": "song",
		strings.Repeat("a", 80): strings.Repeat("a", songtypes.MaxSongNameBytes),
	} {
		require.Equal(t, want, songName(folder), folder)
	}
}

func TestParseSongName(t *testing.T) {
	for text, want := range map[string][2]string{
		"song1abc":                            {"", "song1abc"},
		"parrot1x/night-train":                {"", "parrot1x/night-train"},
		"http://127.0.0.1:4180/song1abc":      {"http://127.0.0.1:4180", "song1abc"},
		"https://hub.example/songs/song1abc":  {"https://hub.example", "song1abc"},
		"https://hub.example/parrot1x/train/": {"https://hub.example", "parrot1x/train"},
	} {
		hub, name, err := parseSongName(text)
		require.NoError(t, err, text)
		require.Equal(t, want, [2]string{hub, name}, text)
	}
	for _, text := range []string{"https://hub.example", "https:///song1abc"} {
		_, _, err := parseSongName(text)
		require.ErrorIs(t, err, errUsage, text)
	}
}

func TestRolesThatAreNone(t *testing.T) {
	require.NoError(t, checkRoles([]string{"Composer", "StudioMusician", "LeadVocalist"}))
	for role, near := range map[string]string{"Nope": "", "composer": "Composer", "Lyrics": "Lyricist"} {
		err := checkRoles([]string{role})
		require.ErrorIs(t, err, errUsage)
		require.ErrorContains(t, err, role)
		require.ErrorContains(t, err, near)
	}
	f := creditFlags{roles: []string{"A"}, with: []string{"parrot1x:B:drums", "none"}, guests: []string{"Mina:C"}}
	require.Equal(t, []string{"A", "B", "C"}, f.everyRole())
}
