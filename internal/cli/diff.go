package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/worktree"
)

const diffLong = `Show what changed in the sound: which frames were kept, replaced, inserted, deleted,
moved or copied, exact to the frame; gain, polarity, exchanged channels and fades where
one of them explains a change; and else how loud the difference is. A bounce that was
only dithered again is told apart from one that was played anew.

Without a commit, the folder is compared with the last one; with one commit, the folder
with that; with two, the second with the first. Paths narrow it down; put "--" before
them where they could be taken for commits or for two files.

Two audio files are compared wherever they are: "parrots diff before.wav after.wav".`

const diffExample = `  parrots diff
  parrots diff takes/vox.wav
  parrots diff HEAD~1 HEAD --png change.png
  parrots diff main -- drums
  parrots diff before.wav after.flac --json`

type diffFlags struct {
	png   string
	exact bool
}

func diffCommand(a *app) *cobra.Command {
	var flags diffFlags
	c := &cobra.Command{
		Use:     "diff [COMMIT [COMMIT]] [PATH...] | diff FILE FILE",
		Short:   "show what changed in the sound",
		Long:    diffLong,
		Example: diffExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() < 0 && a.areTwoFiles(args) {
				return a.diffFiles(cmd.Context(), args[0], args[1], flags)
			}
			song, done, err := a.openSong()
			if errors.Is(err, repo.ErrNotSong) && len(args) > 0 {
				err = a.notTwoFiles(args, err)
			}
			if err != nil {
				return err
			}
			defer done()
			return a.diffSong(cmd.Context(), song, args, cmd.ArgsLenAtDash(), flags)
		},
	}
	c.Flags().StringVar(&flags.png, "png", "", "draw both versions and what changed to this file")
	c.Flags().BoolVar(&flags.exact, "exact", false, "explain nothing: frames are the same or they are not")
	return c
}

// areTwoFiles says whether the arguments name two files on disk.
func (a *app) areTwoFiles(args []string) bool {
	if len(args) != 2 {
		return false
	}
	for _, arg := range args {
		if info, err := os.Stat(a.path(arg)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// notTwoFiles says why arguments outside a song cannot be compared.
func (a *app) notTwoFiles(args []string, err error) error {
	for _, arg := range args {
		if !a.isThere(arg) {
			err = fmt.Errorf("%w: %s", sync.ErrNoFile, arg)
			break
		}
	}
	return withHint(err, "outside a song two files are compared: `parrots diff before.wav after.wav`")
}

// diffFiles compares two files on disk, with a song around them or without.
func (a *app) diffFiles(ctx context.Context, from, to string, flags diffFlags) error {
	base, done, err := a.openFile(from)
	if err != nil {
		return err
	}
	defer done()
	other, done, err := a.openFile(to)
	if err != nil {
		return err
	}
	defer done()
	v := stemView{path: to, from: from, change: worktree.Modified, kind: object.KindStem, size: uint64(other.Size)}
	stem, err := diff.Compare(ctx, base, other, a.comparing(from, flags))
	a.ui.Progress().Done()
	if err != nil {
		return err
	}
	v.stem = &stem
	drawing := a.drawing(flags)
	if err := drawing.add(ctx, v, base, other); err != nil {
		return err
	}
	if err := drawing.save(); err != nil {
		return err
	}
	out := diffJSON{From: versionJSON{File: from}, To: versionJSON{File: to}, Stems: []differenceJSON{v.json()}}
	return a.ui.Emit(out, func() { a.showStem(v) })
}

func (a *app) openFile(path string) (f diff.File, done func(), err error) {
	file, err := os.Open(a.path(path))
	if err != nil {
		return f, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return f, nil, err
	}
	return diff.File{Name: filepath.ToSlash(path), Content: file, Size: info.Size()}, func() { file.Close() }, nil
}

// comparing tells the progress of a comparison, whose length nobody knows ahead.
func (a *app) comparing(path string, flags diffFlags) diff.Options {
	p := a.ui.Progress()
	p.Start("comparing "+path, 0)
	return diff.Options{Exact: flags.exact, Progress: p.Add}
}

// diffSong compares versions of a song.
func (a *app) diffSong(ctx context.Context, song *sync.Song, args []string, dash int, flags diffFlags) error {
	what, err := a.diffArguments(ctx, song, args, dash)
	if err != nil {
		return err
	}
	return a.diffVersions(ctx, song, what, flags)
}

// diffVersions shows how two versions of a song differ.
func (a *app) diffVersions(ctx context.Context, song *sync.Song, what diffArgs, flags diffFlags) error {
	d, err := song.Difference(ctx, what.from, what.to, what.paths)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // a folder that was only read
	file := d.SongFile(ctx)
	drawing := a.drawing(flags)
	var stems []stemView
	for _, c := range d.Changes {
		v, err := a.view(ctx, d, c, file, flags, drawing)
		if err != nil {
			return err
		}
		stems = append(stems, v)
	}
	if err := drawing.save(); err != nil {
		return err
	}
	out := diffJSON{From: versionOf(what.from, false), To: versionOf(what.to.Commit, what.to.Folder), Stems: []differenceJSON{}}
	for _, v := range stems {
		out.Stems = append(out.Stems, v.json())
	}
	return a.ui.Emit(out, func() {
		for _, v := range stems {
			a.showStem(v)
		}
		if len(stems) == 0 {
			a.ui.Notef("nothing differs")
		}
	})
}

// view finds out what there is to tell of a change.
func (a *app) view(ctx context.Context, d *sync.Difference, c worktree.Change, song *songfile.Song, flags diffFlags, drawing *drawing) (stemView, error) {
	v := stemView{path: c.Path, from: c.From, change: c.Kind, kind: c.Entry, size: c.Size}
	var err error
	switch {
	case c.Entry == object.KindSession && c.Kind == worktree.Modified:
		v.files, err = d.Files(ctx, c)
		return v, err
	case c.Kind != worktree.Modified && c.Kind != worktree.Renamed || !worktree.IsAudio(c.Path):
		return v, nil
	}
	base, other, done, err := d.Open(ctx, c)
	if err != nil {
		return v, err
	}
	defer done()
	stem, err := diff.Compare(ctx, base, other, a.comparing(c.Path, flags))
	a.ui.Progress().Done()
	if err != nil {
		return v, err
	}
	v.stem = &stem
	v.place(song)
	return v, drawing.add(ctx, v, base, other)
}

// diffArgs are what the arguments mean.
type diffArgs struct {
	from  cid.Cid
	to    sync.Version
	paths []string
}

// diffArguments tells commits from paths: what stands before "--" and is no file is a
// commit, as long as there are no more than two.
func (a *app) diffArguments(ctx context.Context, song *sync.Song, args []string, dash int) (diffArgs, error) {
	what := diffArgs{to: sync.Version{Folder: true}}
	before, after := args, []string(nil)
	if dash >= 0 {
		before, after = args[:dash], args[dash:]
	}
	var commits []cid.Cid
	for len(before) > 0 && len(commits) < 2 {
		id, err := song.Resolve(ctx, before[0])
		if err != nil {
			if _, errStat := os.Lstat(a.path(before[0])); dash >= 0 || errStat != nil {
				return what, withHint(err, "put \"--\" before paths")
			}
			break
		}
		commits, before = append(commits, id), before[1:]
	}
	if dash >= 0 && len(before) > 0 {
		return what, usagef("%q: name two commits at most before \"--\"", before[0])
	}
	var err error
	if what.paths, err = a.songPaths(song, append(before, after...)); err != nil {
		return what, err
	}
	switch len(commits) {
	case 2:
		what.to = sync.Version{Commit: commits[1]}
		fallthrough
	case 1:
		what.from = commits[0]
	default:
		head, err := song.Repo.Head()
		if err != nil {
			return what, err
		}
		what.from = head.Commit
	}
	return what, nil
}
