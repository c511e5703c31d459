package songfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// load reads a document, whose only content is a mapping; that of an empty document is
// empty. Documents with aliases are refused: nothing in a song needs one, and they
// make a small file a big one.
func load(data []byte) (*yaml.Node, error) {
	switch {
	case len(data) > MaxBytes:
		return nil, Problems{{1, 1, fmt.Sprintf("the file is %d bytes long, over the limit of %d", len(data), MaxBytes), "keep notes in another file"}}
	case !utf8.Valid(data):
		line, column := invalidUTF8(data)
		return nil, Problems{{line, column, "the text is not UTF-8", "save the file as UTF-8"}}
	}
	if line, column, ok := tooDeep(data); ok {
		return nil, Problems{{line, column, "brackets are nested too deep", fmt.Sprintf("%d levels are the limit", MaxDepth)}}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults())
	if err != nil {
		return nil, err
	}
	var doc, more yaml.Node
	err = loader.Load(&doc)
	if errors.Is(err, io.EOF) {
		return &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{emptyMapping()}}, nil
	}
	if err == nil {
		if err = loader.Load(&more); errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			return nil, Problems{{more.Line, more.Column, "a second document begins here", "remove the line with \"---\""}}
		}
	}
	if err != nil {
		return nil, Problems{syntaxProblem(err)}
	}
	if len(doc.Content) != 1 || isNull(doc.Content[0]) {
		doc.Kind, doc.Content = yaml.DocumentNode, []*yaml.Node{emptyMapping()}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, Problems{{root.Line, root.Column, "the file is not a list of fields", "write \"title: ...\" on a line of its own"}}
	}
	if p := check(root, 1); p != nil {
		return nil, Problems{*p}
	}
	return &doc, nil
}

func emptyMapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// check refuses aliases, anchors, keys that are no text or come twice, and what is
// nested too deep.
func check(n *yaml.Node, depth int) *Problem {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return &Problem{n.Line, n.Column, "anchors and aliases (& and *) are not for song files", "write the value out, or put it in quotes"}
	case depth > MaxDepth:
		return &Problem{n.Line, n.Column, "values are nested too deep", fmt.Sprintf("%d levels are the limit", MaxDepth)}
	}
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			switch {
			case key.Kind != yaml.ScalarNode:
				return &Problem{key.Line, key.Column, "a field's name must be text", "put it in quotes"}
			case seen[key.Value]:
				return &Problem{key.Line, key.Column, fmt.Sprintf("%q comes twice", cut(key.Value)), "remove one of them"}
			}
			seen[key.Value] = true
		}
	}
	for _, child := range n.Content {
		if p := check(child, depth+1); p != nil {
			return p
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// syntaxProblem gives the library's error our form.
func syntaxProblem(err error) Problem {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return Problem{1, 1, err.Error(), ""}
	}
	mark := load.Mark
	if mark.Line == 0 {
		mark = load.ContextMark
	}
	reason := load.Message
	if load.ContextMsg != "" {
		reason = load.ContextMsg + ": " + reason
	}
	return Problem{max(1, mark.Line), max(1, mark.Column), reason, "check the indentation, and put text with \":\" or \"#\" in quotes"}
}

// tooDeep finds brackets that are nested deeper than any song file needs before a
// parser has to follow them. Brackets in text count too: nobody nests those either.
func tooDeep(data []byte) (line, column int, ok bool) {
	line, column = 1, 0
	depth := 0
	for _, r := range string(data) {
		column++
		switch r {
		case '\n':
			line, column = line+1, 0
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		}
		if depth > maxBrackets {
			return line, column, true
		}
	}
	return 0, 0, false
}

// maxBrackets is far more than MaxDepth, since brackets in text need not be closed.
const maxBrackets = 1000

func invalidUTF8(data []byte) (line, column int) {
	valid := data
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			valid = data[:i]
			break
		}
		i += size
	}
	last := valid[bytes.LastIndexByte(valid, '\n')+1:]
	return 1 + bytes.Count(valid, []byte("\n")), 1 + utf8.RuneCount(last)
}

// cut shortens a stranger's text for an error.
func cut(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// field returns the key and value of a field; nil where there is none.
func field(m *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; m != nil && m.Kind == yaml.MappingNode && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			return m.Content[i], m.Content[i+1]
		}
	}
	return nil, nil
}
