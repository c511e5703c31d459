package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const songLong = `Show what song.yaml says: what the song is, and where and how loud each stem sounds
in a mix. The file is part of the song like any other; edit it in a text editor, or
with "set" and "unset", which leave comments and order as they are.

Fields of the song: title, tempo (quarter notes per minute), key, time_signature,
sample_rate, wanted (instruments). Fields of a stem: instrument, kind, start (seconds,
minutes:seconds, "bar 17" or "17|2.5"), gain (dB), pan (-100 to 100, L30, R30), mute.`

func songCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "song",
		Short:   "show or change what the song is: tempo, key, levels",
		Long:    songLong,
		Example: "  parrots song\n  parrots song set tempo 96\n  parrots song set bass.wav gain -3",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.describeSong(cmd.Context()) },
	}
	c.AddCommand(songSet(a), songUnset(a), songAdd(a))
	return c
}

func songSet(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "set FIELD VALUE | set STEM FIELD VALUE",
		Short:   "give a field of song.yaml a value",
		Example: "  parrots song set tempo 96.5\n  parrots song set wanted violin cello\n  parrots song set bass.wav gain -3\n  parrots song set solo.wav start bar 17",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.editSongFile(cmd.Context(), func(song *sync.Song, e *sync.SongFileEdit) error {
				return a.setField(song, e, args)
			})
		},
	}
	c.Flags().SetInterspersed(false) // so that -3 is a value
	return c
}

// setField changes one field: of the song, or of a stem where the first argument is
// none of the song's.
func (a *app) setField(song *sync.Song, e *sync.SongFileEdit, args []string) error {
	if isSongField(args[0]) {
		if args[0] == "wanted" {
			return e.SetList(args[0], args[1:])
		}
		return e.Set(args[0], strings.Join(args[1:], " "))
	}
	path, err := a.stemPath(song, e, args[0])
	if err != nil {
		return err
	}
	if len(args) < 3 || !slices.Contains(songfile.StemFields(), args[1]) {
		return usagef("name one of a stem's fields and its value: %s", strings.Join(songfile.StemFields(), ", "))
	}
	return e.SetStem(path, args[1], strings.Join(args[2:], " "))
}

func isSongField(name string) bool {
	return name != "stems" && slices.Contains(songfile.SongFields(), name)
}

// stemPath finds the stem that a person means.
func (a *app) stemPath(song *sync.Song, e *sync.SongFileEdit, arg string) (string, error) {
	paths, err := a.songPaths(song, []string{arg})
	if err != nil {
		return "", err
	}
	if !e.Has(paths[0]) {
		fields := slices.DeleteFunc(songfile.SongFields(), func(f string) bool { return f == "stems" })
		return "", usagef("%q is neither a field of the song (%s) nor an audio file in the folder", arg, strings.Join(fields, ", "))
	}
	return paths[0], nil
}

func songUnset(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "unset FIELD | unset STEM [FIELD]",
		Short:   "take a field, or all that is said of a stem, out of song.yaml",
		Example: "  parrots song unset key\n  parrots song unset bass.wav pan\n  parrots song unset bass.wav",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.editSongFile(cmd.Context(), func(song *sync.Song, e *sync.SongFileEdit) error {
				if isSongField(args[0]) && len(args) == 1 {
					return e.Unset(args[0])
				}
				path, err := a.stemPath(song, e, args[0])
				if err != nil {
					return err
				}
				if len(args) == 1 {
					return e.UnsetStem(path, "")
				}
				if !slices.Contains(songfile.StemFields(), args[1]) {
					return usagef("%q is no field of a stem: %s", args[1], strings.Join(songfile.StemFields(), ", "))
				}
				return e.UnsetStem(path, args[1])
			})
		},
	}
}

func songAdd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "add [STEM]...",
		Short:   "list stems in song.yaml; all that it does not list yet, if none is named",
		Long:    "List stems in song.yaml; all that it does not list yet, if none is named. A broadcast\nWAV that is new brings where it begins: its time reference, counted from the\nearliest one in the folder.",
		Example: "  parrots song add\n  parrots song add takes/vox.wav",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.editSongFile(cmd.Context(), func(song *sync.Song, e *sync.SongFileEdit) error {
				paths := e.Unlisted()
				if len(args) > 0 {
					paths = nil
				}
				for _, arg := range args {
					path, err := a.stemPath(song, e, arg)
					if err != nil {
						return err
					}
					paths = append(paths, path)
				}
				for _, path := range paths {
					if err := e.List(path); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

// editSongFile changes the song file and shows it.
func (a *app) editSongFile(ctx context.Context, change func(*sync.Song, *sync.SongFileEdit) error) error {
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	err = song.EditSongFile(ctx, func(e *sync.SongFileEdit) error { return change(song, e) })
	if err != nil {
		return err
	}
	d, err := song.Describe(ctx)
	if err != nil {
		return err
	}
	return a.showSong(d)
}

func (a *app) describeSong(ctx context.Context) error {
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	d, err := song.Describe(ctx)
	if err != nil {
		return err
	}
	return a.showSong(d)
}

type songJSON struct {
	File          bool       `json:"file"`
	Title         string     `json:"title,omitempty"`
	Tempo         string     `json:"tempo,omitempty"`
	Key           string     `json:"key,omitempty"`
	TimeSignature string     `json:"time_signature,omitempty"`
	SampleRate    int        `json:"sample_rate,omitempty"`
	Wanted        []string   `json:"wanted,omitempty"`
	Stems         []stemJSON `json:"stems"`
	Unlisted      []string   `json:"unlisted,omitempty"`
	Missing       []string   `json:"missing,omitempty"`
	Unknown       []string   `json:"unknown,omitempty"`
}

type stemJSON struct {
	Path       string `json:"path"`
	Instrument string `json:"instrument,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Start      string `json:"start_seconds,omitempty"`
	Bar        string `json:"start_bar,omitempty"`
	Gain       string `json:"gain_db,omitempty"`
	Pan        int    `json:"pan,omitempty"`
	Mute       *bool  `json:"mute,omitempty"`
}

func songJSONOf(d sync.Described) songJSON {
	s := d.Song
	out := songJSON{
		File: d.File, Title: s.Title, Key: s.Key, TimeSignature: s.TimeSignature(), SampleRate: s.SampleRate,
		Wanted: s.Wanted, Stems: []stemJSON{}, Unlisted: d.Unlisted, Missing: d.Missing,
	}
	if s.Tempo() > 0 {
		out.Tempo = songfile.FormatMilli(s.Tempo())
	}
	for _, f := range s.Unknown {
		out.Unknown = append(out.Unknown, fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Name))
	}
	for _, stem := range s.Stems {
		j := stemJSON{Path: stem.Path, Instrument: stem.Instrument, Kind: string(stem.Kind), Pan: stem.Pan, Mute: stem.Mute}
		if stem.Start > 0 {
			j.Start = songfile.FormatSeconds(stem.Start)
			if place, ok := s.Timeline().At(stem.Start); ok {
				j.Bar = place.String()
			}
		}
		if stem.Gain != 0 {
			j.Gain = songfile.FormatMilli(stem.Gain)
		}
		out.Stems = append(out.Stems, j)
	}
	return out
}

func (a *app) showSong(d sync.Described) error {
	out := songJSONOf(d)
	return a.ui.Emit(out, func() {
		if !d.File {
			a.ui.Notef("there is no %s; `parrots song set` makes one", songfile.Name)
		}
		if out.Title != "" {
			a.ui.Printf("%s", ui.Clean(out.Title))
		}
		rate := ""
		if out.SampleRate > 0 {
			rate = fmt.Sprintf("%d Hz", out.SampleRate)
		}
		for _, line := range [][2]string{
			{"tempo", out.Tempo}, {"key", out.Key}, {"time signature", out.TimeSignature},
			{"sample rate", rate}, {"wanted", strings.Join(out.Wanted, ", ")},
		} {
			if line[1] != "" {
				a.ui.Printf("  %-15s %s", line[0], ui.Clean(line[1]))
			}
		}
		for _, stem := range out.Stems {
			a.ui.Printf("  %s", ui.Clean(stemLine(stem)))
		}
		if len(out.Unlisted) > 0 {
			a.ui.Notef("not listed: %s", ui.Clean(strings.Join(out.Unlisted, ", ")))
			a.ui.Hintf("`parrots song add` lists them")
		}
		for _, path := range out.Missing {
			a.ui.Warnf("%s is listed and not in the folder", ui.Clean(path))
		}
		for _, field := range out.Unknown {
			a.ui.Warnf("%s: %s means nothing here; it stays as it is", songfile.Name, ui.Clean(field))
		}
	})
}

// stemLine writes a stem in one line: "bass.wav  track, bass guitar, from 12.5 s (7|1), -3 dB, L30".
func stemLine(s stemJSON) string {
	var facts []string
	if s.Kind != "" {
		facts = append(facts, s.Kind)
	}
	if s.Instrument != "" {
		facts = append(facts, s.Instrument)
	}
	if s.Start != "" {
		at := "from " + s.Start + " s"
		if s.Bar != "" {
			at += " (" + s.Bar + ")"
		}
		facts = append(facts, at)
	}
	if s.Gain != "" {
		facts = append(facts, s.Gain+" dB")
	}
	if s.Pan != 0 {
		facts = append(facts, songfile.FormatPan(s.Pan))
	}
	if s.Mute != nil {
		facts = append(facts, map[bool]string{true: "muted", false: "not muted"}[*s.Mute])
	}
	if len(facts) == 0 {
		return s.Path
	}
	return s.Path + "  " + strings.Join(facts, ", ")
}
