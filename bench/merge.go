package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/merge"
)

// mergeSeconds is the length of the stem that is merged.
const mergeSeconds = 180

// benchMerge times the merge of a stem of three minutes, of which one side punched in
// and the other one inserted a bar, against a copy of it by sox, alternating: first from
// three files into one in this process, and then the whole command, which reads from the
// store, verified, stores the result, commits and writes it into the folder. Each run of
// the command begins with a song that has never seen the result.
func benchMerge(b *bench) error {
	dir := filepath.Join(b.dir, "merge")
	defer os.RemoveAll(dir)
	if err := writeVersions(dir); err != nil {
		return err
	}
	song := filepath.Join(dir, "song")
	env, err := b.mergeSong(dir, song)
	if err != nil {
		return err
	}
	var whole, files, theirs []result
	for range b.runs {
		r, err := b.mergeOnce(dir, song, env)
		if err != nil {
			return err
		}
		whole = append(whole, r)
		start := time.Now()
		if err := mergeFiles(dir); err != nil {
			return err
		}
		files = append(files, result{wall: time.Since(start)})
		if r, err = command(dir, nil, "sox", "base.wav", "copy.wav"); err != nil {
			return err
		}
		theirs = append(theirs, r)
	}
	copied := float64(median(theirs))
	fmt.Printf("three files into one      %d ms median of %d\n", median(files).Milliseconds(), b.runs)
	fmt.Printf("sox A B                   %d ms\n", median(theirs).Milliseconds())
	fmt.Printf("ratio                     %.2f (bar: 4)\n", float64(median(files))/copied)
	fmt.Printf("parrots merge, all of it  %d ms, %.2f of sox (bar: 4), %.0f MB\n", median(whole).Milliseconds(), float64(median(whole))/copied, peak(whole))
	return nil
}

// mergeFiles merges as the command does, from files into a file.
func mergeFiles(dir string) error {
	var open [3]*audio.File
	for s, name := range []string{"base.wav", "ours.wav", "theirs.wav"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if open[s], err = audio.Open(f, info.Size()); err != nil {
			return err
		}
	}
	var sides [3]merge.Side
	group, ctx := errgroup.WithContext(context.Background())
	for s := merge.Ours; s <= merge.Theirs; s++ {
		group.Go(func() error {
			found, err := compare.Compare(ctx, open[0], open[s], compare.Options{})
			script, rendered := found.Rendered()
			sides[s] = merge.Side{Audio: open[s], Script: script, Rerendered: rendered > 0}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	plan, err := merge.Make(open[0], sides[merge.Ours], sides[merge.Theirs])
	if err != nil {
		return err
	}
	return writePlan(filepath.Join(dir, "merged.wav"), plan, open[merge.Ours])
}

func writePlan(path string, plan *merge.Plan, like *audio.File) error {
	frames, err := plan.Frames()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := audio.NewWriterLike(f, like, frames, nil)
	if err != nil {
		return err
	}
	if err := plan.Copy(context.Background(), w, 0); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}

// writeVersions writes the three versions of a stem: ours is recorded anew from 30 to 38
// seconds, theirs has two seconds more at 60.
func writeVersions(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	base, other := filepath.Join(dir, "base.wav"), filepath.Join(dir, "other.wav")
	defer os.Remove(other)
	for seed, path := range []string{base, other} {
		if err := writeStem(path, uint64(seed), mergeSeconds*rate); err != nil {
			return err
		}
	}
	for name, p := range map[string]struct{ from, to, seconds int }{"ours.wav": {30, 38, 8}, "theirs.wav": {60, 60, 2}} {
		if err := splice(filepath.Join(dir, name), base, other, p.from, p.to, p.seconds); err != nil {
			return err
		}
	}
	return nil
}

// splice writes base with so many seconds of other in place of those from from to to. It
// holds none of it in memory, as this process's would count as that of the commands.
func splice(path, base, other string, from, to, seconds int) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := writeHeader(out, (mergeSeconds-(to-from)+seconds)*rate); err != nil {
		return err
	}
	for _, p := range []struct {
		path     string
		from, to int
	}{{base, 0, from}, {other, from, from + seconds}, {base, to, mergeSeconds}} {
		in, err := os.Open(p.path)
		if err != nil {
			return err
		}
		defer in.Close()
		const second = rate * frameBytes
		part := io.NewSectionReader(in, headerBytes+int64(p.from)*second, int64(p.to-p.from)*second)
		if _, err := io.Copy(out, part); err != nil {
			return err
		}
	}
	return out.Close()
}

// mergeSong makes a song of the stem with two branches that changed it.
func (b *bench) mergeSong(dir, song string) ([]string, error) {
	if err := os.MkdirAll(song, 0o755); err != nil {
		return nil, err
	}
	env, err := b.home("home-merge")
	if err != nil {
		return nil, err
	}
	for _, s := range []struct {
		version string
		command []string
	}{
		{"", []string{"init"}},
		{"base.wav", []string{"commit", "-m", "bass"}},
		{"", []string{"switch", "--create", "theirs"}},
		{"theirs.wav", []string{"commit", "-m", "a bar more"}},
		{"", []string{"switch", "main"}},
		{"ours.wav", []string{"commit", "-m", "eight seconds anew"}},
	} {
		if s.version != "" {
			if _, err := command(dir, nil, "cp", s.version, filepath.Join(song, "bass.wav")); err != nil {
				return nil, err
			}
		}
		if _, err := command(song, env, b.parrots, s.command...); err != nil {
			return nil, err
		}
	}
	return env, nil
}

// mergeOnce merges in a copy of the song and of its store.
func (b *bench) mergeOnce(dir, song string, env []string) (result, error) {
	run := filepath.Join(dir, "run")
	defer os.RemoveAll(run)
	for from, to := range map[string]string{song: "song", filepath.Join(b.dir, "home-merge"): "home"} {
		if err := os.CopyFS(filepath.Join(run, to), os.DirFS(from)); err != nil {
			return result{}, err
		}
	}
	env = append(env, "PARROTS_HOME="+filepath.Join(run, "home"))
	// The copies are new files to the index: let it know them, which is not merge's work.
	if _, err := command(filepath.Join(run, "song"), env, b.parrots, "status"); err != nil {
		return result{}, err
	}
	return command(filepath.Join(run, "song"), env, b.parrots, "merge", "theirs")
}
