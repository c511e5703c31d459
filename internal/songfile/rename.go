package songfile

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// RenameStem gives a stem that the file lists another path, with all that is said of it,
// and returns the new file. The file stays as it is where it does not list the stem, or
// lists the new path already. Everything else stays where it stands.
func RenameStem(data []byte, from, to string) ([]byte, error) {
	doc, err := load(data)
	if err != nil {
		return nil, err
	}
	_, stems := field(doc.Content[0], "stems")
	key, _ := field(stems, from)
	if taken, _ := field(stems, to); key == nil || taken != nil {
		return data, nil
	}
	t := newText(data)
	written, ok := inline(scalarNode(to))
	at, end, onOneLine := t.span(key)
	*key = *keyNamed(key, to)
	if ok && onOneLine {
		out := t.splice(at, end, written)
		if again, err := load(out); err == nil && same(again.Content[0], doc.Content[0]) {
			return out, nil
		}
	}
	out, err := yaml.Dump(doc, yaml.WithV4Defaults())
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", Name, err)
	}
	return out, nil
}

// keyNamed is a key with another name and the same comments.
func keyNamed(key *yaml.Node, name string) *yaml.Node {
	n := scalarNode(name)
	n.HeadComment, n.LineComment, n.FootComment = key.HeadComment, key.LineComment, key.FootComment
	return n
}
