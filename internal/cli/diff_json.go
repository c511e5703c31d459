package cli

import (
	"math"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// diffJSON is the output of diff --json, which docs/reference/diff.md specifies.
type diffJSON struct {
	From  versionJSON      `json:"from"`
	To    versionJSON      `json:"to"`
	Stems []differenceJSON `json:"stems"`
}

type versionJSON struct {
	Commit string `json:"commit,omitempty"`
	Folder bool   `json:"folder,omitempty"`
	File   string `json:"file,omitempty"`
}

func versionOf(commit cid.Cid, folder bool) versionJSON {
	v := versionJSON{Folder: folder}
	if commit.Defined() {
		v.Commit = commit.String()
	}
	return v
}

type differenceJSON struct {
	Change string       `json:"change"`
	Path   string       `json:"path"`
	From   string       `json:"from,omitempty"`
	Kind   string       `json:"kind"`
	Size   uint64       `json:"size"`
	Files  []changeJSON `json:"files,omitempty"`
	*comparedJSON
}

// comparedJSON is what is known of audio that is in both versions.
type comparedJSON struct {
	Audio      diff.What     `json:"audio"`
	Retagged   bool          `json:"retagged,omitempty"`
	DualMono   bool          `json:"dual_mono,omitempty"`
	Before     sideJSON      `json:"before"`
	After      sideJSON      `json:"after"`
	Kept       *int64        `json:"kept,omitempty"`
	Delay      int64         `json:"delay,omitempty"`
	Throughout *transformOut `json:"throughout,omitempty"`
	Residual   *levelJSON    `json:"residual,omitempty"`
	Regions    []partJSON    `json:"regions,omitempty"`
	Script     []spanJSON    `json:"script,omitempty"`
}

type sideJSON struct {
	Container  string   `json:"container,omitempty"`
	Codec      string   `json:"codec,omitempty"`
	SampleRate int      `json:"sample_rate,omitempty"`
	Channels   int      `json:"channels,omitempty"`
	BitDepth   int      `json:"bit_depth,omitempty"`
	UsedBits   int      `json:"used_bits,omitempty"`
	Frames     int64    `json:"frames,omitempty"`
	Warnings   []string `json:"warnings,omitempty"`
	Reason     string   `json:"not_compared,omitempty"`
}

type transformOut struct {
	GainDB   []float64  `json:"gain_db"`
	Inverted []bool     `json:"inverted"`
	Channels []int      `json:"channels"`
	Accuracy string     `json:"accuracy"`
	Left     *levelJSON `json:"left"`
}

type levelJSON struct {
	Peak *float64 `json:"peak_dbfs"`
	RMS  *float64 `json:"rms_dbfs"`
}

type spanJSON struct {
	Kind  edit.Kind `json:"kind"`
	Base  [2]int64  `json:"base"`
	Other [2]int64  `json:"other"`
}

type partJSON struct {
	spanJSON
	Time       [2]float64    `json:"seconds"`
	Bars       []string      `json:"bars,omitempty"`
	Resolution int64         `json:"resolution"`
	Transform  *transformOut `json:"transform,omitempty"`
	Fade       string        `json:"fade,omitempty"`
	Before     *levelJSON    `json:"before,omitempty"`
	After      *levelJSON    `json:"after,omitempty"`
	Difference *levelJSON    `json:"difference,omitempty"`
	Origins    []originJSON  `json:"origins,omitempty"`
}

type originJSON struct {
	Base  [2]int64 `json:"base"`
	Other [2]int64 `json:"other"`
	Moved bool     `json:"moved"`
}

func (v stemView) json() differenceJSON {
	out := differenceJSON{Change: string(v.change), Path: v.path, From: v.from, Kind: string(v.kind), Size: v.size}
	for _, f := range v.files {
		out.Files = append(out.Files, changeJSON{string(f.Kind), f.Path, f.From, string(f.Entry), f.Size})
	}
	if s := v.stem; s != nil {
		out.comparedJSON = &comparedJSON{Audio: s.What, Retagged: s.Retagged(), DualMono: s.Finding != nil && s.Finding.Alike, Before: sideOf(s.Base), After: sideOf(s.Other)}
		if s.Finding != nil && s.Finding.Comparable() {
			v.found(out.comparedJSON)
		}
	}
	return out
}

// found adds what a comparison found.
func (v stemView) found(out *comparedJSON) {
	f := v.stem.Finding
	kept := f.Script.Kept()
	out.Kept, out.Delay = &kept, f.Delay()
	out.Before.UsedBits, out.After.UsedBits = f.BaseBits, f.OtherBits
	if f.Whole != nil {
		out.Throughout = transformOf(*f.Whole)
	}
	if f.Residual.Peak > 0 {
		out.Residual = levelOf(f.Residual)
	}
	for _, r := range f.Regions {
		out.Regions = append(out.Regions, v.partJSON(r))
	}
	for _, s := range f.Script.Spans {
		out.Script = append(out.Script, spanOf(s.Kind, s.Base, s.Other))
	}
}

func (v stemView) partJSON(r compare.Region) partJSON {
	out := partJSON{spanJSON: spanOf(r.Kind, r.Base, r.Other), Resolution: r.Resolution}
	at := r.Other
	if r.Kind == edit.Deleted {
		at = r.Base
	}
	out.Time = [2]float64{float64(at.From) / float64(v.rate()), float64(at.To) / float64(v.rate())}
	if v.bar != nil {
		out.Bars = []string{v.bar(at.From), v.bar(at.To)}
	}
	if !r.Base.Empty() {
		out.Before = levelOf(r.Before)
	}
	if !r.Other.Empty() {
		out.After = levelOf(r.After)
	}
	if r.Base.Len() == r.Other.Len() {
		out.Difference = levelOf(r.Difference)
	}
	if r.Transform != nil {
		out.Transform = transformOf(*r.Transform)
	}
	if r.Fade != nil {
		out.Fade = "out"
		if r.Fade.From < r.Fade.To {
			out.Fade = "in"
		}
	}
	for _, o := range v.origins(r) {
		out.Origins = append(out.Origins, originJSON{pairOf(o.Base), pairOf(o.Other), o.Moved})
	}
	return out
}

func pairOf(r edit.Range) [2]int64 { return [2]int64{r.From, r.To} }

func spanOf(kind edit.Kind, base, other edit.Range) spanJSON {
	return spanJSON{kind, pairOf(base), pairOf(other)}
}

func sideOf(s diff.Side) sideJSON {
	out := sideJSON{
		Container: s.Container, Codec: s.Codec, SampleRate: s.SampleRate, Channels: s.Channels, BitDepth: s.BitDepth,
		Frames: max(s.Frames, 0), Warnings: s.Warnings,
	}
	if s.Reason != nil {
		out.Reason = s.Reason.Error()
	}
	return out
}

// levelOf converts a level; silence has none in dBFS, and is null.
func levelOf(l compare.Level) *levelJSON {
	return &levelJSON{decibelsOf(l.Peak), decibelsOf(l.RMS)}
}

func decibelsOf(level float64) *float64 {
	if level <= 0 {
		return nil
	}
	db := math.Round(100*pcm.DBFS(level)) / 100
	return &db
}

func transformOf(t compare.Transform) *transformOut {
	out := &transformOut{Accuracy: t.Accuracy.String(), Left: levelOf(t.Left)}
	for i, g := range t.Gains {
		out.GainDB = append(out.GainDB, math.Round(1e4*pcm.DBFS(math.Abs(g)))/1e4)
		out.Inverted = append(out.Inverted, g < 0)
		out.Channels = append(out.Channels, t.Channels[i]+1)
	}
	return out
}
