package songfile

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"

	"github.com/parrots-music/parrots/internal/object"
)

// The fields of a song file and of a stem in it, in the order in which they are
// written.
var (
	songFields = []string{"title", "tempo", "key", "time_signature", "sample_rate", "wanted", "stems"}
	stemFields = []string{"instrument", "kind", "start", "gain", "pan", "mute"}
)

// Parse reads a song file. The error is of type Problems and names line and column of
// every mistake, up to ten.
func Parse(data []byte) (*Song, error) {
	doc, err := load(data)
	if err != nil {
		return nil, err
	}
	p := &parser{song: &Song{byPath: map[string]int{}}}
	p.readSong(doc.Content[0])
	if len(p.problems) > 0 {
		slices.SortStableFunc(p.problems, func(a, b Problem) int {
			return 10_000*(a.Line-b.Line) + min(9999, a.Column) - min(9999, b.Column)
		})
		return nil, p.problems[:min(len(p.problems), maxProblems)]
	}
	return p.song, nil
}

type parser struct {
	song     *Song
	problems Problems
}

func (p *parser) problem(n *yaml.Node, reason, advice string) {
	p.problems = append(p.problems, Problem{n.Line, n.Column, reason, advice})
}

// fail notes an error whose text may bring its advice after a semicolon.
func (p *parser) fail(n *yaml.Node, name string, err error) {
	reason, advice, _ := strings.Cut(err.Error(), "; ")
	p.problem(n, name+": "+reason, advice)
}

func (p *parser) readSong(root *yaml.Node) {
	p.unknown(root, songFields, "")
	p.text(root, "title", MaxTitleBytes, &p.song.Title)
	if n, text := p.scalar(root, "key"); text != "" {
		var err error
		if p.song.Key, err = ParseKey(text); err != nil {
			p.fail(n, "key", err)
		}
	}
	if n, text := p.scalar(root, "sample_rate"); text != "" {
		var err error
		if p.song.SampleRate, err = ParseSampleRate(text); err != nil {
			p.fail(n, "sample_rate", err)
		}
	}
	p.wanted(root)
	p.song.timeline = newTimeline(p.meters(root))
	p.tempos(root)
	p.stems(root)
}

// unknown notes the fields of a mapping that mean nothing here.
func (p *parser) unknown(m *yaml.Node, known []string, in string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if key := m.Content[i]; !slices.Contains(known, key.Value) {
			p.song.Unknown = append(p.song.Unknown, Field{in + key.Value, key.Line, key.Column})
		}
	}
}

// scalar returns the text of a field; empty where it is missing or empty.
func (p *parser) scalar(m *yaml.Node, name string) (*yaml.Node, string) {
	_, n := field(m, name)
	if n == nil || isNull(n) {
		return nil, ""
	}
	if n.Kind != yaml.ScalarNode {
		p.problem(n, name+" is one value, not a list", fmt.Sprintf("write \"%s: ...\" on one line", name))
		return nil, ""
	}
	return n, strings.TrimSpace(n.Value)
}

func (p *parser) text(m *yaml.Node, name string, limit int, to *string) {
	n, text := p.scalar(m, name)
	if n == nil {
		return
	}
	if err := object.CheckText(name, text, limit); err != nil {
		p.fail(n, name, reasonOf(err))
		return
	}
	*to = text
}

// reasonOf drops the field's name from an error of package object.
func reasonOf(err error) error {
	var field *object.FieldError
	if errors.As(err, &field) {
		return errors.New(field.Reason)
	}
	return err
}

func (p *parser) wanted(root *yaml.Node) {
	_, n := field(root, "wanted")
	if n == nil || isNull(n) {
		return
	}
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if len(items) > MaxWanted {
		p.problem(n, fmt.Sprintf("wanted: %d instruments, over the limit of %d", len(items), MaxWanted), "")
		return
	}
	for _, item := range items {
		if item.Kind != yaml.ScalarNode {
			p.problem(item, "wanted: an instrument is one word or a few", "write \"wanted: [violin, cello]\"")
			continue
		}
		if err := object.CheckText("wanted", item.Value, object.MaxNameBytes); err != nil {
			p.fail(item, "wanted", reasonOf(err))
			continue
		}
		p.song.Wanted = append(p.song.Wanted, item.Value)
	}
}

// changes reads a field that is one value, or a map of positions to values.
func (p *parser) changes(root *yaml.Node, name string, one func(at Position, n *yaml.Node) error) {
	_, n := field(root, name)
	beginning := Position{bar: 1, beat: big.NewRat(1, 1)}
	switch {
	case n == nil || isNull(n):
	case n.Kind == yaml.ScalarNode:
		if err := one(beginning, n); err != nil {
			p.fail(n, name, err)
		}
	case n.Kind != yaml.MappingNode:
		p.problem(n, name+" is one value or a map of positions", fmt.Sprintf("write \"bar 1: ...\" on a line of its own below %s", name))
	case len(n.Content)/2 > MaxChanges:
		p.problem(n, fmt.Sprintf("%s: %d changes, over the limit of %d", name, len(n.Content)/2, MaxChanges), "")
	default:
		for i := 0; i+1 < len(n.Content); i += 2 {
			at, err := ParsePosition(n.Content[i].Value)
			if err != nil {
				p.fail(n.Content[i], name, err)
				return
			}
			if err := one(at, n.Content[i+1]); err != nil {
				p.fail(n.Content[i], name, err)
				return
			}
		}
	}
}

func (p *parser) meters(root *yaml.Node) []meterChange {
	var list []meterChange
	p.changes(root, "time_signature", func(at Position, n *yaml.Node) error {
		meter, err := ParseMeter(n.Value)
		switch {
		case n.Kind != yaml.ScalarNode || err != nil:
			return err
		case !at.InBars() || !at.beat.IsInt() || at.beat.Num().Int64() != 1:
			return errors.New("it changes at the beginning of a bar; write \"bar 17: 3/4\"")
		case len(list) == 0 && at.bar != 1:
			return errors.New("the first one must be at the beginning; write \"bar 1: 4/4\" before it")
		case len(list) > 0 && at.bar <= list[len(list)-1].bar:
			return errors.New("a change must be later than the one before it; put them in order")
		}
		list = append(list, meterChange{bar: at.bar, meter: meter})
		return nil
	})
	return list
}

func (p *parser) tempos(root *yaml.Node) {
	p.changes(root, "tempo", func(at Position, n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return errors.New("a tempo is one number; write \"96\" or \"96.5\"")
		}
		milli, err := ParseTempo(n.Value)
		if err != nil {
			return err
		}
		return p.song.timeline.addTempo(at, milli)
	})
}

func (p *parser) stems(root *yaml.Node) {
	_, n := field(root, "stems")
	if n == nil || isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		p.problem(n, "stems is a map of files", "write \"bass.wav:\" on a line of its own below stems")
		return
	}
	if len(n.Content)/2 > object.MaxTreeEntries {
		p.problem(n, fmt.Sprintf("stems: %d files, over the limit of %d", len(n.Content)/2, object.MaxTreeEntries), "")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		p.stem(n.Content[i], n.Content[i+1])
	}
}

func (p *parser) stem(key, n *yaml.Node) {
	s := Stem{Path: norm.NFC.String(key.Value)}
	if err := object.CheckPath(s.Path); err != nil {
		p.fail(key, "stems: "+strconv.Quote(cut(s.Path)), fmt.Errorf("the path %w; write it as it is in the folder, with \"/\" between folders", reasonOf(err)))
		return
	}
	if _, twice := p.song.byPath[s.Path]; twice {
		p.problem(key, fmt.Sprintf("stems: %q comes twice", cut(s.Path)), "remove one of them")
		return
	}
	if !isNull(n) && n.Kind != yaml.MappingNode {
		p.problem(n, fmt.Sprintf("%s: a stem is a map of fields", s.Path), "write \"gain: -3\" on a line of its own below it")
		return
	}
	if n.Kind == yaml.MappingNode {
		p.unknown(n, stemFields, "stems: "+s.Path+": ")
		p.stemFields(n, &s)
	}
	p.song.byPath[s.Path] = len(p.song.Stems)
	p.song.Stems = append(p.song.Stems, s)
}

func (p *parser) stemFields(n *yaml.Node, s *Stem) {
	p.text(n, "instrument", object.MaxNameBytes, &s.Instrument)
	for name, set := range map[string]func(string) error{
		"kind":  func(text string) (err error) { s.Kind, err = ParseKind(text); return },
		"gain":  func(text string) (err error) { s.Gain, err = ParseGain(text); return },
		"pan":   func(text string) (err error) { s.Pan, err = ParsePan(text); return },
		"mute":  func(text string) (err error) { s.Mute, err = parseMute(text); return },
		"start": func(text string) (err error) { s.Start, err = p.start(text); s.HasStart = true; return },
	} {
		node, text := p.scalar(n, name)
		if node == nil {
			continue
		}
		if err := set(text); err != nil {
			p.fail(node, s.Path+": "+name, err)
		}
	}
}

func (p *parser) start(text string) (uint64, error) {
	at, err := ParsePosition(text)
	if err != nil {
		return 0, err
	}
	return p.song.timeline.Ticks(at)
}
