package songfile

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// text is a song file as it stands, for changes that touch nothing else.
type text struct {
	data    []byte
	starts  []int  // of lines
	newline string // "\n", or "\r\n" as some editors write
}

func newText(data []byte) text {
	t := text{data: data, starts: []int{0}, newline: "\n"}
	for i, c := range data {
		if c == '\n' {
			t.starts = append(t.starts, i+1)
		}
	}
	if bytes.Contains(data, []byte("\r\n")) {
		t.newline = "\r\n"
	}
	return t
}

// edit sets the field at a path, or removes it where value is nil. It returns false
// where the layout is one that it does not know. What it returns is to be checked.
func (t text) edit(root *yaml.Node, path []string, value *yaml.Node) ([]byte, bool) {
	m := root
	for i, name := range path {
		key, next := field(m, name)
		last := i == len(path)-1
		switch {
		case key == nil && value == nil:
			return t.data, true
		case key == nil:
			return t.insert(m, path[i:], value, i)
		case last && value == nil:
			return t.remove(m, key, next)
		case last:
			return t.replace(next, value)
		case isEmpty(next):
			return t.begin(m, key, next, path[i+1:], value)
		}
		m = next
	}
	return nil, false
}

// putAnew is edit for a field whose old value takes several lines: they go, and the
// field comes back where its place is.
func (t text) putAnew(root *yaml.Node, path []string, value *yaml.Node) ([]byte, bool) {
	if value == nil {
		return nil, false
	}
	without, ok := t.edit(root, path, nil)
	if !ok {
		return nil, false
	}
	doc, err := load(without)
	if err != nil {
		return nil, false
	}
	return newText(without).edit(doc.Content[0], path, value)
}

// offset finds a node's first byte.
func (t text) offset(n *yaml.Node) (int, bool) {
	if n.Line < 1 || n.Line > len(t.starts) || n.Column < 1 {
		return 0, false
	}
	at := t.starts[n.Line-1]
	for range n.Column - 1 {
		if at >= len(t.data) || t.data[at] == '\n' {
			return 0, false
		}
		_, size := utf8.DecodeRune(t.data[at:])
		at += size
	}
	return at, true
}

// span finds the bytes of a scalar that stands on one line.
func (t text) span(n *yaml.Node) (from, to int, ok bool) {
	from, ok = t.offset(n)
	if !ok || n.Kind != yaml.ScalarNode {
		return 0, 0, false
	}
	line := t.data[from:]
	if end := bytes.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		n := quoted(line)
		return from, from + n, n > 0
	case 0:
		if bytes.HasPrefix(line, []byte(n.Value)) {
			return from, from + len(n.Value), true
		}
	}
	return 0, 0, false
}

// quoted returns the length of the quoted text that a line begins with; 0 if it does
// not end there.
func quoted(line []byte) int {
	if len(line) == 0 {
		return 0
	}
	quote := line[0]
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] != quote:
		case quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

func (t text) splice(from, to int, with string) []byte {
	return slices.Concat(t.data[:from], []byte(with), t.data[to:])
}

// replace puts a value in place of another, on its line.
func (t text) replace(old, value *yaml.Node) ([]byte, bool) {
	written, ok := inline(value)
	if !ok {
		return nil, false
	}
	if isNull(old) && old.Value == "" {
		return nil, false // nothing stands there, and where is not known for sure
	}
	from, to, ok := t.span(old)
	if !ok {
		return nil, false
	}
	return t.splice(from, to, written), true
}

// inline writes a value as it may stand behind a colon.
func inline(n *yaml.Node) (string, bool) {
	flow := clone(n)
	if flow.Kind != yaml.ScalarNode {
		flow.Style = yaml.FlowStyle
	}
	out, err := yaml.Dump(flow, yaml.WithV4Defaults(), yaml.WithLineWidth(-1))
	if err != nil {
		return "", false
	}
	s := strings.TrimRight(string(out), "\n")
	return s, !strings.Contains(s, "\n")
}

// lines writes a path of new fields, each below the one before.
func (t text) lines(path []string, value *yaml.Node, indent int) (string, bool) {
	var b strings.Builder
	for i, name := range path {
		key, ok := inline(scalarNode(name))
		if !ok {
			return "", false
		}
		b.WriteString(strings.Repeat(" ", indent+2*i) + key + ":")
		if i == len(path)-1 && !isEmpty(value) {
			written, ok := inline(value)
			if !ok {
				return "", false
			}
			b.WriteString(" " + written)
		}
		b.WriteString(t.newline)
	}
	return b.String(), true
}

// insert adds fields to a mapping that has some, or to an empty file.
func (t text) insert(m *yaml.Node, path []string, value *yaml.Node, depth int) ([]byte, bool) {
	if len(m.Content) == 0 {
		if depth > 0 {
			return nil, false
		}
		return t.insertLines(len(t.starts)+1, path, value, 0)
	}
	if m.Style&yaml.FlowStyle != 0 {
		return t.insertFlow(m, path, value)
	}
	at := placeOf(m, path[0], depth)
	line := m.Content[0].Line
	if at > 0 {
		line = lastLine(m.Content[2*at-1], m.Content[2*at-2].Line) + 1
	}
	return t.insertLines(line, path, value, m.Content[0].Column-1)
}

// insertLines puts new lines before a line, or at the end.
func (t text) insertLines(line int, path []string, value *yaml.Node, indent int) ([]byte, bool) {
	written, ok := t.lines(path, value, indent)
	if !ok {
		return nil, false
	}
	at := len(t.data)
	if line <= len(t.starts) {
		at = t.starts[line-1]
	}
	if at > 0 && t.data[at-1] != '\n' {
		written = t.newline + written
	}
	return t.splice(at, at, written), true
}

// insertFlow adds a field to a mapping in braces, behind its last one.
func (t text) insertFlow(m *yaml.Node, path []string, value *yaml.Node) ([]byte, bool) {
	_, to, ok := t.span(m.Content[len(m.Content)-1])
	key, okKey := inline(scalarNode(path[0]))
	written, okValue := inline(value)
	if !ok || !okKey || !okValue || len(path) > 1 {
		return nil, false
	}
	return t.splice(to, to, ", "+key+": "+written), true
}

// begin adds the first field below a key of which nothing was said.
func (t text) begin(m, key, empty *yaml.Node, path []string, value *yaml.Node) ([]byte, bool) {
	if m.Style&yaml.FlowStyle != 0 {
		return nil, false
	}
	if empty.Kind == yaml.MappingNode { // written as {}
		from, ok := t.offset(empty)
		if !ok || !bytes.HasPrefix(t.data[from:], []byte("{}")) {
			return nil, false
		}
		to := from + len("{}")
		for from > 0 && t.data[from-1] == ' ' {
			from--
		}
		t = newText(t.splice(from, to, ""))
	} else if empty.Value != "" {
		return nil, false
	}
	return t.insertLines(key.Line+1, path, value, key.Column+1)
}

// remove takes away the lines of a field.
func (t text) remove(m, key, value *yaml.Node) ([]byte, bool) {
	if m.Style&yaml.FlowStyle != 0 {
		return nil, false
	}
	last := lastLine(value, key.Line)
	from, to := t.starts[key.Line-1], len(t.data)
	if last < len(t.starts) {
		to = t.starts[last]
	}
	if len(bytes.TrimSpace(t.data[from:from+key.Column-1])) > 0 {
		return nil, false
	}
	return t.splice(from, to, ""), true
}

// lastLine is the last line on which something of a node stands; line where it is
// nothing. It is too early for text of several lines, which the check finds out.
func lastLine(n *yaml.Node, line int) int {
	if n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0 {
		return line
	}
	line = max(line, n.Line)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		line += strings.Count(strings.TrimSuffix(n.Value, "\n"), "\n") + 1
	}
	for _, c := range n.Content {
		line = lastLine(c, line)
	}
	return line
}
