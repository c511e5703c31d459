package songfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Conflict is a field that both sides changed, each in its own way.
type Conflict struct {
	// Field is the path of keys: "stems: bass.wav: gain".
	Field string
	// Base, Ours and Theirs are the values as YAML; empty where there is none.
	Base, Ours, Theirs string
}

// Merge joins two edits of a song file, field by field. The result is ours with what
// theirs changed: its comments, order and layout are ours. Where both changed one field
// differently it keeps ours and reports a conflict. A tempo, a time signature and a
// list are one field each: half a tempo map of theirs in ours would be nobody's.
//
// An empty base is that of a file which both sides made. The error matches ErrInvalid
// where one of the files is no YAML that a song file may be.
func Merge(base, ours, theirs []byte) (merged []byte, conflicts []Conflict, err error) {
	var roots [3]*yaml.Node
	for i, data := range [][]byte{base, ours, theirs} {
		doc, err := load(data)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", [...]string{"the common version", "yours", "theirs"}[i], err)
		}
		roots[i] = doc.Content[0]
	}
	m := merger{base: flatten(roots[0]), ours: flatten(roots[1]), theirs: flatten(roots[2]), result: clone(roots[1])}
	if err := m.run(); err != nil {
		return nil, nil, err
	}
	merged, err = editAll(ours, m.edits, m.result)
	return merged, m.conflicts, err
}

// fieldTree is a file as a list of fields, by their path of keys. A mapping is a field
// too, whose value says no more than that it is there.
type fieldTree struct {
	paths  [][]string
	values map[string]*yaml.Node
}

const pathSeparator = "\x00"

func pathKey(path []string) string { return strings.Join(path, pathSeparator) }

func (t fieldTree) at(path []string) *yaml.Node { return t.values[pathKey(path)] }

func flatten(root *yaml.Node) fieldTree {
	t := fieldTree{values: map[string]*yaml.Node{}}
	t.add(root, nil)
	return t
}

func (t *fieldTree) add(m *yaml.Node, at []string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		path := append(slices.Clone(at), m.Content[i].Value)
		value := m.Content[i+1]
		if len(path) == 2 && path[0] == "stems" && isNull(value) {
			value = emptyMapping()
		}
		t.paths = append(t.paths, path)
		t.values[pathKey(path)] = value
		if isBranch(path, value) {
			t.add(value, path)
		}
	}
}

// isBranch says whether the fields below a mapping are merged one by one.
func isBranch(path []string, n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && !(len(path) == 1 && (path[0] == "tempo" || path[0] == "time_signature"))
}

// sameField compares two values of a field; what is below a mapping is compared field
// by field.
func sameField(path []string, a, b *yaml.Node) bool {
	switch {
	case a == nil || b == nil:
		return a == b
	case isBranch(path, a) || isBranch(path, b):
		return isBranch(path, a) && isBranch(path, b)
	}
	return same(a, b)
}

type merger struct {
	base, ours, theirs fieldTree
	// result is what edits make of ours.
	result    *yaml.Node
	edits     []fieldEdit
	conflicts []Conflict
}

func (m *merger) run() error {
	for _, path := range m.theirs.paths {
		if err := m.take(path); err != nil {
			return err
		}
	}
	// What theirs removed goes from the inside out, so that a mapping goes only when it
	// is empty.
	for _, path := range slices.Backward(m.base.paths) {
		if m.theirs.at(path) != nil || m.ours.at(path) == nil {
			continue
		}
		if err := m.drop(path); err != nil {
			return err
		}
	}
	return nil
}

// take brings a field of theirs into the result.
func (m *merger) take(path []string) error {
	base, ours, theirs := m.base.at(path), m.ours.at(path), m.theirs.at(path)
	switch {
	case sameField(path, base, theirs) || sameField(path, ours, theirs):
		return nil
	case !sameField(path, base, ours) || m.blocked(path):
		m.conflict(path)
		return nil
	}
	value := theirs
	if isBranch(path, theirs) {
		value = emptyMapping()
	}
	return m.apply(path, value)
}

// drop removes a field that theirs removed.
func (m *merger) drop(path []string) error {
	ours := m.ours.at(path)
	if !isBranch(path, ours) && !sameField(path, m.base.at(path), ours) {
		m.conflict(path)
		return nil
	}
	if isBranch(path, ours) {
		n := m.result
		for _, name := range path {
			_, n = field(n, name)
		}
		if n != nil && !isEmpty(n) {
			if !m.reported(path) {
				m.conflict(path)
			}
			return nil
		}
	}
	return m.apply(path, nil)
}

// blocked says whether ours has one value where the path leads through: then the field
// has no place, and the conflict is about that value.
func (m *merger) blocked(path []string) bool {
	for i := 1; i < len(path); i++ {
		above := m.ours.at(path[:i])
		if above == nil && m.base.at(path[:i]) != nil {
			return true // ours removed what it belongs to
		}
		if above != nil && !isBranch(path[:i], above) && !isNull(above) && !sameField(path[:i], m.base.at(path[:i]), above) {
			return true
		}
	}
	return false
}

func (m *merger) apply(path []string, value *yaml.Node) error {
	err := change(m.result, path, value)
	if errors.Is(err, ErrInvalid) { // one value where the path leads through
		m.conflict(path)
		return nil
	}
	m.edits = append(m.edits, fieldEdit{path, value})
	return err
}

func (m *merger) conflict(path []string) {
	m.conflicts = append(m.conflicts, Conflict{
		Field: strings.Join(path, ": "),
		Base:  written(m.base.at(path)), Ours: written(m.ours.at(path)), Theirs: written(m.theirs.at(path)),
	})
}

// reported says whether a conflict below a path is known.
func (m *merger) reported(path []string) bool {
	prefix := strings.Join(path, ": ") + ": "
	return slices.ContainsFunc(m.conflicts, func(c Conflict) bool { return strings.HasPrefix(c.Field, prefix) })
}

// written is a value as YAML on one line.
func written(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	s, ok := inline(n)
	if !ok {
		return "(text of several lines)"
	}
	return s
}
