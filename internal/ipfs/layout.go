package ipfs

import (
	"context"

	"github.com/parrots-music/parrots/internal/object"
)

// layout builds the balanced tree over a file's leaves from the bottom up: every
// level collects links, and a full level becomes one node of the level above
// when the next link arrives. So a file of any length needs at most object.MaxLinks
// links per level in memory.
type layout struct {
	ctx    context.Context
	sink   Sink
	levels [][]link
}

// leaf puts a leaf and appends it.
func (t *layout) leaf(b Block) error {
	if err := t.sink.Put(t.ctx, b); err != nil {
		return err
	}
	n := uint64(len(b.Data()))
	return t.add(0, link{cid: b.CID(), size: n, total: n})
}

func (t *layout) add(level int, l link) error {
	if level == len(t.levels) {
		t.levels = append(t.levels, nil)
	}
	if len(t.levels[level]) == object.MaxLinks {
		if err := t.raise(level); err != nil {
			return err
		}
	}
	t.levels[level] = append(t.levels[level], l)
	return nil
}

// raise turns a level's links into one node of the level above.
func (t *layout) raise(level int) error {
	links := t.levels[level]
	data, size := encodeFileNode(links)
	total := uint64(len(data))
	for _, l := range links {
		total += l.total
	}
	b, err := NewBlock(CodecDagPB, data)
	if err != nil {
		return err
	}
	if err := t.sink.Put(t.ctx, b); err != nil {
		return err
	}
	t.levels[level] = links[:0]
	return t.add(level+1, link{cid: b.CID(), size: size, total: total})
}

// finish closes every level and returns the root. A file of one chunk is that
// chunk, an empty file is the empty raw block.
func (t *layout) finish() (link, error) {
	if len(t.levels) == 0 {
		b, err := NewBlock(CodecRaw, []byte{})
		if err != nil {
			return link{}, err
		}
		if err := t.leaf(b); err != nil {
			return link{}, err
		}
	}
	for level := 0; ; level++ {
		top := level == len(t.levels)-1
		if top && len(t.levels[level]) == 1 {
			return t.levels[level][0], nil
		}
		if len(t.levels[level]) == 0 {
			continue
		}
		if err := t.raise(level); err != nil {
			return link{}, err
		}
	}
}
