package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// benchStatus times status on 10,000 unchanged files against git status on the
// same tree, alternating. The files lie in the folder of a session, as a DAW
// would put them.
func benchStatus(b *bench) error {
	song := filepath.Join(b.dir, "many")
	for i := range 10_000 {
		dir := filepath.Join(song, "Project", "Samples", fmt.Sprintf("%03d", i/100))
		if i%100 == 0 {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.wav", i)), fmt.Appendf(nil, "sample %d", i), 0o644); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(song, "Project", "song.rpp"), []byte("<REAPER_PROJECT 0.1\n>\n"), 0o644); err != nil {
		return err
	}
	defer os.RemoveAll(song)
	env, err := b.home("home-status")
	if err != nil {
		return err
	}
	gitDir := filepath.Join(b.dir, "status.git")
	genv := []string{"GIT_DIR=" + gitDir, "GIT_WORK_TREE=" + song, "GIT_AUTHOR_NAME=b", "GIT_AUTHOR_EMAIL=b@b", "GIT_COMMITTER_NAME=b", "GIT_COMMITTER_EMAIL=b@b"}
	for _, c := range [][]string{
		{b.parrots, "init"}, {b.parrots, "commit", "-m", "project"},
		{"git", "init", "-q"}, {"git", "add", "Project"}, {"git", "commit", "-q", "-m", "project"},
	} {
		if _, err := command(song, append(env, genv...), c[0], c[1:]...); err != nil {
			return err
		}
	}
	var ours, theirs []result
	for range 4 * b.runs {
		r, err := command(song, env, b.parrots, "status")
		if err != nil {
			return err
		}
		ours = append(ours, r)
		if r, err = command(song, genv, "git", "status"); err != nil {
			return err
		}
		theirs = append(theirs, r)
	}
	fmt.Printf("parrots status            %d ms median of %d\n", median(ours).Milliseconds(), len(ours))
	fmt.Printf("git status                %d ms median of %d\n", median(theirs).Milliseconds(), len(theirs))
	fmt.Printf("difference                %d ms (bar: 100 ms)\n", (median(ours) - median(theirs)).Milliseconds())
	return nil
}
