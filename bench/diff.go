package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// benchDiff compares two stems of 180 s, of which the second has a punch-in of 8 s and
// one bar more, against a null test of them with sox, alternating: two files, and two
// commits. The memory of a program that does nothing is told beside it: most of it is
// the program's file, which the system maps and shares.
func benchDiff(b *bench) error {
	song := filepath.Join(b.dir, "song")
	if err := os.MkdirAll(song, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(song)
	env, err := b.home("home-diff")
	if err != nil {
		return err
	}
	before, after := filepath.Join(b.dir, "before.wav"), stemPath(song, 0)
	if err := b.writeVersions(song, env, before); err != nil {
		return err
	}
	contenders := []struct {
		name string
		args []string
		runs []result
	}{
		{"parrots diff FILE FILE", []string{b.parrots, "diff", before, after}, nil},
		{"parrots diff HEAD~1 HEAD", []string{b.parrots, "diff", "HEAD~1", "HEAD"}, nil},
		{"sox null test", []string{"sox", "-m", "-v", "1", before, "-v", "-1", after, "-n", "stat"}, nil},
		{"parrots version", []string{b.parrots, "version"}, nil},
	}
	for range b.runs {
		for i := range contenders {
			c := &contenders[i]
			r, err := command(song, env, c.args[0], c.args[1:]...)
			if err != nil {
				return err
			}
			c.runs = append(c.runs, r)
		}
	}
	base := median(contenders[2].runs).Seconds()
	for _, c := range contenders {
		s := median(c.runs).Seconds()
		fmt.Printf("%-25s %.2f s median of %d, ratio %.2f (bar: 1.00), peak %.0f MB of its own (bar: 64), %.0f with the program's file\n",
			c.name, s, b.runs, s/base, own(c.runs), peak(c.runs))
	}
	return nil
}

// writeVersions commits two versions of one stem, and keeps the first as a file.
func (b *bench) writeVersions(song string, env []string, before string) error {
	stem := stemPath(song, 0)
	if err := writeStem(stem, 1, bounceSeconds*rate); err != nil {
		return err
	}
	if _, err := command(song, env, b.parrots, "init"); err != nil {
		return err
	}
	if _, err := command(song, env, b.parrots, "commit", "-m", "before"); err != nil {
		return err
	}
	data, err := os.ReadFile(stem)
	if err != nil {
		return err
	}
	if err := os.WriteFile(before, data, 0o644); err != nil {
		return err
	}
	if err := editStem(song, 0); err != nil {
		return err
	}
	_, err = command(song, env, b.parrots, "commit", "-m", "after")
	return err
}
