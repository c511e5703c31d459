package songfile

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Set gives the field at a path of keys a value and returns the new file. Everything
// else stays as it is, with comments, order, blank lines and unknown fields; mappings
// that the path leads through are made where they are missing.
func Set(data []byte, value string, path ...string) ([]byte, error) {
	return edit(data, path, scalarNode(value))
}

// Add makes a field that is an empty mapping, such as a stem of which nothing is said,
// if it is not there.
func Add(data []byte, path ...string) ([]byte, error) {
	doc, err := load(data)
	if err != nil {
		return nil, err
	}
	at := doc.Content[0]
	for _, name := range path {
		_, at = field(at, name)
	}
	if at != nil {
		return data, nil
	}
	return edit(data, path, emptyMapping())
}

// SetList gives the field at a path a list of values.
func SetList(data []byte, values []string, path ...string) ([]byte, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Tag: "!!seq"}
	for _, v := range values {
		list.Content = append(list.Content, scalarNode(v))
	}
	return edit(data, path, list)
}

// Remove takes a field away, with all that is below it.
func Remove(data []byte, path ...string) ([]byte, error) { return edit(data, path, nil) }

// scalarNode is a value as a person would write it: a number if it looks like one, text
// else. What would be read as nothing is text.
func scalarNode(value string) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Load([]byte(value), &doc, yaml.WithV4Defaults()); err == nil && len(doc.Content) == 1 {
		n := doc.Content[0]
		if n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == value && !isNull(n) && n.Anchor == "" {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: n.ShortTag(), Value: value}
		}
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	if strings.Trim(value, "~nulNUL") == "" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// edit changes one field; a nil value removes it. The text is changed where it stands,
// and read again to see that it says what it should. Where that fails, which takes a
// layout that nobody writes by hand, the whole file is written anew.
func edit(data []byte, path []string, value *yaml.Node) ([]byte, error) {
	doc, err := load(data)
	if err != nil {
		return nil, err
	}
	wanted := clone(doc)
	if err := change(wanted.Content[0], path, value); err != nil {
		return nil, err
	}
	for _, inPlace := range []func(*yaml.Node, []string, *yaml.Node) ([]byte, bool){newText(data).edit, newText(data).putAnew} {
		out, ok := inPlace(doc.Content[0], path, value)
		if !ok {
			continue
		}
		if again, err := load(out); err == nil && same(again.Content[0], wanted.Content[0]) {
			return out, nil
		}
	}
	out, err := yaml.Dump(clone(wanted), yaml.WithV4Defaults()) // it drops the tags of what it is given
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", Name, err)
	}
	again, err := load(out)
	if err != nil {
		return nil, err
	}
	if !same(again.Content[0], wanted.Content[0]) {
		return nil, fmt.Errorf("%w: the change of %v cannot be written; edit the file by hand", ErrInvalid, path)
	}
	return out, nil
}

// change sets or removes a field in a tree of nodes.
func change(m *yaml.Node, path []string, value *yaml.Node) error {
	for i, name := range path {
		_, next := field(m, name)
		last := i == len(path)-1
		switch {
		case last && value == nil:
			removeField(m, name)
			return nil
		case last && next != nil:
			comment := next.LineComment
			*next = *clone(value)
			next.LineComment = comment
			return nil
		case last:
			insertField(m, name, clone(value), i)
			return nil
		case next == nil && value == nil:
			return nil
		case next == nil:
			next = emptyMapping()
			insertField(m, name, next, i)
		case isNull(next):
			next.Kind, next.Tag, next.Value, next.Style = yaml.MappingNode, "!!map", "", 0
		case next.Kind != yaml.MappingNode:
			return Problems{{next.Line, next.Column, fmt.Sprintf("%q is one value", cut(name)), "remove it, so that there can be fields below it"}}
		}
		m = next
	}
	return nil
}

func removeField(m *yaml.Node, name string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

func insertField(m *yaml.Node, name string, value *yaml.Node, depth int) {
	at := 2 * placeOf(m, name, depth)
	m.Content = slices.Insert(m.Content, at, scalarNode(name), value)
}

// placeOf says after how many fields of a mapping a new one goes: where the order of
// the known ones has it, or at the end.
func placeOf(m *yaml.Node, name string, depth int) int {
	order := map[int][]string{0: songFields, 2: stemFields}[depth]
	rank := slices.Index(order, name)
	n := len(m.Content) / 2
	if rank < 0 {
		return n
	}
	for i := n - 1; i >= 0; i-- {
		if r := slices.Index(order, m.Content[2*i].Value); r >= 0 && r < rank {
			return i + 1
		}
	}
	for i := range n {
		if slices.Contains(order, m.Content[2*i].Value) {
			return i
		}
	}
	return n
}

func clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = clone(c)
	}
	return &out
}

// same compares what two trees say: fields in any order, and nothing is as good as an
// empty mapping.
func same(a, b *yaml.Node) bool {
	if isEmpty(a) && isEmpty(b) {
		return true
	}
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return a.Value == b.Value && a.ShortTag() == b.ShortTag()
	case yaml.MappingNode:
		values := make(map[string]*yaml.Node, len(b.Content)/2)
		for i := 0; i+1 < len(b.Content); i += 2 {
			values[b.Content[i].Value] = b.Content[i+1]
		}
		for i := 0; i+1 < len(a.Content); i += 2 {
			v, ok := values[a.Content[i].Value]
			if !ok || !same(a.Content[i+1], v) {
				return false
			}
		}
		return true
	}
	return slices.EqualFunc(a.Content, b.Content, same)
}

func isEmpty(n *yaml.Node) bool {
	return isNull(n) || n.Kind == yaml.MappingNode && len(n.Content) == 0
}
