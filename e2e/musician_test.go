package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Exit codes of parrots, as its help lists them.
const (
	exitFailure  = 1
	exitUsage    = 2
	exitConflict = 4
	exitNetwork  = 5
	exitRefused  = 6
	exitCorrupt  = 7
)

// musician is somebody with a wallet, a block store and a desk of their own.
type musician struct {
	t       *testing.T
	name    string
	home    string // PARROTS_HOME
	desk    string // where songs lie
	address string
}

// newcomer is a musician who has a key and nothing else.
func newcomer(t *testing.T, name string) *musician {
	t.Helper()
	dir := t.TempDir()
	m := &musician{t: t, name: name, home: filepath.Join(dir, "home"), desk: filepath.Join(dir, "desk")}
	require.NoError(t, os.Mkdir(m.desk, 0o755))
	var key struct{ Address string }
	m.json(&key, m.desk, "key", "new")
	m.address = key.Address
	return m
}

// musicians have joined the shared network and have coins.
func musicians(t *testing.T, names ...string) []*musician {
	t.Helper()
	return musiciansAt(t, shared.hub, names...)
}

// musiciansAt have joined a hub beside the shared node.
func musiciansAt(t *testing.T, h *hub, names ...string) []*musician {
	t.Helper()
	return shared.musicians(t, h, names...)
}

func (n *network) musicians(t *testing.T, h *hub, names ...string) []*musician {
	t.Helper()
	var all []*musician
	var addresses []string
	for _, name := range names {
		m := newcomer(t, name)
		all, addresses = append(all, m), append(addresses, m.address)
	}
	n.fund(t, addresses...)
	for _, m := range all {
		m.parrots(m.desk, "join", h.url)
	}
	return all
}

// outcome is how a command ended.
type outcome struct {
	code        int
	out, errors string
}

// command is a run of parrots that is not started yet.
func (m *musician) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, parrots, args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + m.home, "TMPDIR=" + os.Getenv("TMPDIR"),
		"PARROTS_HOME=" + m.home, "PARROTS_KEYRING_BACKEND=test",
	}
	return cmd
}

// run runs parrots to its end, whatever that is.
func (m *musician) run(dir string, args ...string) outcome {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), patience)
	defer cancel()
	cmd := m.command(ctx, dir, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		require.NoError(m.t, err, "the %s runs parrots %s", m.name, strings.Join(args, " "))
	}
	require.NoError(m.t, ctx.Err(), "the %s waits for parrots %s: %s", m.name, strings.Join(args, " "), errs.String())
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// parrots runs a command that must succeed and returns what it printed.
func (m *musician) parrots(dir string, args ...string) string {
	m.t.Helper()
	o := m.run(dir, args...)
	require.Zero(m.t, o.code, "the %s runs parrots %s: %s", m.name, strings.Join(args, " "), o.errors)
	return o.out
}

// json runs a command that must succeed and reads its JSON.
func (m *musician) json(into any, dir string, args ...string) {
	m.t.Helper()
	out := m.parrots(dir, append(args, "--json")...)
	require.NoError(m.t, json.Unmarshal([]byte(out), into), "%s", out)
}

// song is a musician's folder of a song.
type song struct {
	*musician
	dir string
}

// begins makes a folder of stems a song, with a first commit.
func (m *musician) begins(name string, stems map[string][]byte) song {
	m.t.Helper()
	s := song{m, filepath.Join(m.desk, name)}
	require.NoError(m.t, os.Mkdir(s.dir, 0o755))
	for path, audio := range stems {
		s.records(path, audio)
	}
	s.does("init")
	s.does("commit", "-m", "first take")
	return s
}

// publishes is begins and a push.
func (m *musician) publishes(name string, stems map[string][]byte) song {
	m.t.Helper()
	s := m.begins(name, stems)
	s.does("push", "--yes", "--licence", "CC-BY-4.0")
	return s
}

// clones gets a song into a folder of that name.
func (m *musician) clones(id, name string) song {
	m.t.Helper()
	m.parrots(m.desk, "clone", id, name)
	return song{m, filepath.Join(m.desk, name)}
}

// forks makes a fork and gets it.
func (m *musician) forks(id, name string) song {
	m.t.Helper()
	m.parrots(m.desk, "fork", id, name)
	return song{m, filepath.Join(m.desk, name)}
}

// does runs a command in the song's folder that must succeed.
func (s song) does(args ...string) string {
	s.t.Helper()
	return s.musician.parrots(s.dir, args...)
}

// cannot runs a command that must end with an exit code, and returns what it says.
func (s song) cannot(code int, args ...string) string {
	s.t.Helper()
	o := s.run(s.dir, args...)
	require.Equal(s.t, code, o.code, "the %s runs parrots %s: %s%s", s.name, strings.Join(args, " "), o.out, o.errors)
	return o.errors
}

// records writes a stem into the folder.
func (s song) records(path string, audio []byte) {
	s.t.Helper()
	file := filepath.Join(s.dir, filepath.FromSlash(path))
	require.NoError(s.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(s.t, os.WriteFile(file, audio, 0o644))
}

// hears reads a stem.
func (s song) hears(path string) []byte {
	s.t.Helper()
	audio, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(path)))
	require.NoError(s.t, err)
	return audio
}

// head is the CID of the last commit.
func (s song) head() string {
	s.t.Helper()
	return s.log()[0].Commit
}

// logged is a commit in `parrots log --json`.
type logged struct {
	Commit, Author, Message string
	Parents                 []string
}

func (s song) log() []logged {
	s.t.Helper()
	var list []logged
	s.json(&list, s.dir, "log")
	require.NotEmpty(s.t, list)
	return list
}

// id is the song's id on the chain.
func (s song) id() string {
	s.t.Helper()
	var remotes []struct{ Name, Song string }
	s.json(&remotes, s.dir, "remote")
	for _, r := range remotes {
		if r.Name == "origin" {
			return r.Song
		}
	}
	require.FailNow(s.t, "the song has no origin")
	return ""
}

// onChain is the head of a branch of the song as the node tells it.
func (s song) onChain(branch string) string {
	s.t.Helper()
	b, err := shared.client(s.t).Branch(s.t.Context(), s.id(), branch)
	require.NoError(s.t, err)
	return b.Head.String()
}
