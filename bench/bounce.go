package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// bounceSeconds is the length of the stems that are mixed.
const bounceSeconds = 180

// benchBounce times the mix of ten stems, of a commit and of the folder, against sox -m
// of the same files, alternating.
func benchBounce(b *bench) error {
	song := filepath.Join(b.dir, "song")
	if err := os.MkdirAll(song, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(song)
	sox := []string{"sox", "-m"}
	for i := range stemCount {
		if err := writeStem(stemPath(song, i), uint64(i), bounceSeconds*rate); err != nil {
			return err
		}
		sox = append(sox, stemPath(song, i))
	}
	env, err := b.home("home-bounce")
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"init"}, {"commit", "-m", "stems"}} {
		if _, err := command(song, env, b.parrots, args...); err != nil {
			return err
		}
	}
	out := filepath.Join(b.dir, "mix.wav")
	contenders := []struct {
		name string
		args []string
		runs []result
	}{
		{"parrots bounce", []string{b.parrots, "bounce", "--yes", "-o", out}, nil},
		{"parrots bounce HEAD", []string{b.parrots, "bounce", "HEAD", "--yes", "-o", out}, nil},
		{"sox -m", append(sox, out), nil},
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
		fmt.Printf("%-25s %.2f s median of %d, peak %.0f MB, ratio %.2f (bar: 1.00)\n", c.name, s, b.runs, peak(c.runs), s/base)
	}
	return nil
}
