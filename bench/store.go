package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// A keeper is a way to keep versions of a folder; save stores the folder as it is.
type keeper struct {
	name  string
	store string // folder whose growth counts
	save  func() error
}

// benchStore commits a song, applies one pass of edits, commits again, and
// reports the new bytes that each way of keeping it stored for the second.
func benchStore(b *bench) error {
	song := filepath.Join(b.dir, "edited")
	if err := b.writeSong(song); err != nil {
		return err
	}
	defer os.RemoveAll(song)
	keepers, err := b.keepers(song)
	if err != nil {
		return err
	}
	before := make([]int64, len(keepers))
	for i, k := range keepers {
		if err := k.save(); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		if before[i], err = treeBytes(k.store); err != nil {
			return err
		}
	}
	if err := editSong(song); err != nil {
		return err
	}
	grown := map[string]float64{}
	for i, k := range keepers {
		if err := k.save(); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		after, err := treeBytes(k.store)
		if err != nil {
			return err
		}
		grown[k.name] = float64(after - before[i])
		fmt.Printf("%-12s first %7.1f MB, edit pass %7.1f MB\n", k.name, float64(before[i])/1e6, grown[k.name]/1e6)
	}
	fmt.Printf("ratio to restic           %.2f (bar: 1.25)\n", grown["parrots"]/grown["restic"])
	fmt.Printf("ratio to git-lfs          %.2f (bar: 0.20)\n", grown["parrots"]/grown["git-lfs"])
	return nil
}

func (b *bench) keepers(song string) ([]keeper, error) {
	env, err := b.home("home-store")
	if err != nil {
		return nil, err
	}
	if _, err := command(song, env, b.parrots, "init"); err != nil {
		return nil, err
	}
	restic := filepath.Join(b.dir, "restic")
	renv := []string{"RESTIC_REPOSITORY=" + restic, "RESTIC_PASSWORD=bench", "RESTIC_CACHE_DIR=" + filepath.Join(b.dir, "restic-cache")}
	if _, err := command(song, renv, "restic", "init"); err != nil {
		return nil, fmt.Errorf("%w (is restic installed?)", err)
	}
	gitDir := filepath.Join(b.dir, "lfs.git")
	genv := []string{"GIT_DIR=" + gitDir, "GIT_WORK_TREE=" + song, "GIT_AUTHOR_NAME=b", "GIT_AUTHOR_EMAIL=b@b", "GIT_COMMITTER_NAME=b", "GIT_COMMITTER_EMAIL=b@b"}
	for _, args := range [][]string{{"init", "-q"}, {"lfs", "install", "--local"}, {"lfs", "track", "*.wav"}} {
		if _, err := command(song, genv, "git", args...); err != nil {
			return nil, fmt.Errorf("%w (is git-lfs installed?)", err)
		}
	}
	if err := os.WriteFile(filepath.Join(gitDir, "info", "exclude"), []byte(".parrots\n"), 0o644); err != nil {
		return nil, err
	}
	return []keeper{
		{"parrots", filepath.Join(b.dir, "home-store", "blocks"), func() error {
			_, err := command(song, env, b.parrots, "commit", "-m", "pass")
			return err
		}},
		{"restic", restic, func() error {
			_, err := command(song, renv, "restic", "backup", "--exclude=.parrots", "--exclude=.gitattributes", ".")
			return err
		}},
		{"git-lfs", gitDir, func() error {
			if _, err := command(song, genv, "git", "add", "-A"); err != nil {
				return err
			}
			_, err := command(song, genv, "git", "commit", "-q", "-m", "pass")
			return err
		}},
	}, nil
}
