package songfile

import (
	"bytes"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// fieldEdit gives the field at a path a value, or removes it where that is nil.
type fieldEdit struct {
	path  []string
	value *yaml.Node
}

// Bounds that only files come to which were made for it: of the bytes that are looked
// at for edits at once, and of those that are parsed for edits one by one, each of which
// takes reading the file anew.
const (
	maxLooked = 2 << 30
	maxReread = 16 << 20
)

func errTooMany() error {
	return fmt.Errorf("%w: there are too many changes to bring together; choose one of the files", ErrInvalid)
}

// editAll makes edits, each as edit does, at once as far as they are in each other's
// way nowhere in the text: a file is then read once a round, not once an edit. wanted
// is what the file says in the end.
func editAll(data []byte, edits []fieldEdit, wanted *yaml.Node) ([]byte, error) {
	switch {
	case len(edits) == 0:
		return data, nil
	case len(edits) > maxLooked/max(1, len(data)):
		return nil, errTooMany()
	}
	if out, ok := editRounds(data, edits, wanted); ok {
		return out, nil
	}
	reread := 0
	for _, e := range edits {
		if reread += len(data); reread > maxReread {
			return nil, errTooMany()
		}
		var err error
		if data, err = edit(data, e.path, e.value); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// maxRounds is more than edits of a file that people write need: a round for each
// level of what is new.
const maxRounds = 16

// editRounds fails where the text has a layout that it does not know.
func editRounds(data []byte, edits []fieldEdit, wanted *yaml.Node) ([]byte, bool) {
	for range maxRounds {
		doc, err := load(data)
		if err != nil {
			return nil, false
		}
		if len(edits) == 0 {
			return data, same(doc.Content[0], wanted)
		}
		splices, later, ok := spliceAll(data, doc.Content[0], edits)
		if !ok {
			return nil, false
		}
		data, edits = joinSplices(data, splices), later
	}
	return nil, false
}

// splice puts other bytes in place of those from one up to another.
type splice struct {
	from, to int
	with     []byte
}

// spliceAll returns what edits change in the text, and those that have to wait: a field
// waits for what it lies in, or what lies in it.
func spliceAll(data []byte, root *yaml.Node, edits []fieldEdit) (list []splice, later []fieldEdit, ok bool) {
	t := newText(data)
	taken, above := map[string]bool{}, map[string]bool{}
	for _, e := range edits {
		if above[pathKey(e.path)] || anyAbove(taken, e.path) {
			later = append(later, e)
			continue
		}
		out, ok := t.edit(root, e.path, e.value)
		if !ok {
			return nil, nil, false
		}
		list = append(list, spliceOf(data, out))
		taken[pathKey(e.path)] = true
		for i := 1; i < len(e.path); i++ {
			above[pathKey(e.path[:i])] = true
		}
	}
	slices.SortStableFunc(list, func(a, b splice) int { return a.from - b.from })
	for i := 1; i < len(list); i++ {
		if list[i].from < list[i-1].to {
			return nil, nil, false
		}
	}
	return list, later, true
}

// anyAbove says whether a path, or one that it lies below, is among others.
func anyAbove(others map[string]bool, path []string) bool {
	for i := 1; i <= len(path); i++ {
		if others[pathKey(path[:i])] {
			return true
		}
	}
	return false
}

// spliceOf returns how one text became another.
func spliceOf(before, after []byte) splice {
	head, most := 0, min(len(before), len(after))
	for head < most && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < most-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	return splice{head, len(before) - tail, after[head : len(after)-tail]}
}

func joinSplices(data []byte, list []splice) []byte {
	var out bytes.Buffer
	at := 0
	for _, s := range list {
		out.Write(data[at:s.from])
		out.Write(s.with)
		at = s.to
	}
	out.Write(data[at:])
	return out.Bytes()
}
