package object

import (
	"bytes"

	"github.com/ipfs/go-cid"
)

// A field is written if it is present; fields stand in canonical key order:
// shorter keys first, then bytewise.
type field struct {
	key     string
	present bool
	write   func(*writer)
}

func (w *writer) object(fields ...field) {
	n := 0
	for _, f := range fields {
		if f.present {
			n++
		}
	}
	w.mapOf(n)
	for _, f := range fields {
		if f.present {
			w.text(f.key)
			f.write(w)
		}
	}
}

func uintField(key string, n uint64) field {
	return field{key, n != 0, func(w *writer) { w.uint(n) }}
}

func textField(key, s string) field {
	return field{key, s != "", func(w *writer) { w.text(s) }}
}

func bytesField(key string, b []byte) field {
	return field{key, len(b) != 0, func(w *writer) { w.bytes(b) }}
}

func linkField(key string, c cid.Cid) field {
	return field{key, true, func(w *writer) { w.link(c) }}
}

func textsField(key string, list []string) field {
	return field{key, len(list) != 0, func(w *writer) {
		w.array(len(list))
		for _, s := range list {
			w.text(s)
		}
	}}
}

// Encode validates a song's tree and returns its canonical bytes.
func (t Tree) Encode() ([]byte, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	return t.encode(MaxTreeBytes)
}

// EncodeSession validates one folder of a session and returns its canonical bytes.
func (t Tree) EncodeSession() ([]byte, error) {
	if err := t.ValidateSession(); err != nil {
		return nil, err
	}
	return t.encode(MaxSessionBytes)
}

func (t Tree) encode(max int) ([]byte, error) {
	w := &writer{b: make([]byte, 0, 32+128*len(t.Entries))}
	w.object(
		field{"entries", true, func(w *writer) {
			w.array(len(t.Entries))
			for i := range t.Entries {
				t.Entries[i].write(w)
			}
		}},
		uintField("version", Version),
	)
	if len(w.b) > max {
		return nil, invalid("tree", "encodes to %d bytes, over the limit of %d", len(w.b), max)
	}
	return w.b, nil
}

func (e *Entry) write(w *writer) {
	w.object(
		linkField("cid", e.CID),
		bytesField("pcm", e.PCM),
		textField("kind", string(e.Kind)),
		textField("path", e.Path),
		field{"size", true, func(w *writer) { w.uint(e.Size) }},
		textField("codec", e.Codec),
		uintField("mtime", e.Mtime),
		uintField("start", e.Start),
		uintField("frames", e.Frames),
		uintField("channels", e.Channels),
		uintField("bit_depth", e.BitDepth),
		textField("instrument", e.Instrument),
		uintField("sample_rate", e.SampleRate),
	)
}

// Encode validates a commit and returns its canonical bytes.
func (c Commit) Encode() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	w := &writer{b: make([]byte, 0, 256+len(c.Message))}
	w.object(
		linkField("tree", c.Tree),
		bytesField("author", c.Author),
		field{"created", true, func(w *writer) { w.uint(c.Created) }},
		textField("message", c.Message),
		field{"parents", len(c.Parents) > 0, func(w *writer) {
			w.array(len(c.Parents))
			for _, p := range c.Parents {
				w.link(p)
			}
		}},
		uintField("version", Version),
		field{"contributions", len(c.Contributions) > 0, func(w *writer) {
			w.array(len(c.Contributions))
			for i := range c.Contributions {
				c.Contributions[i].write(w)
			}
		}},
	)
	if len(w.b) > MaxCommitBytes {
		return nil, invalid("commit", "encodes to %d bytes, over the limit of %d", len(w.b), MaxCommitBytes)
	}
	return w.b, nil
}

func (c *Contribution) write(w *writer) {
	w.object(
		field{"guest", c.Guest != nil, func(w *writer) {
			w.object(bytesField("key", c.Guest.Key), textField("name", c.Guest.Name))
		}},
		textsField("paths", c.Paths),
		textsField("roles", c.Roles),
		textField("instrument", c.Instrument),
		bytesField("contributor", c.Contributor),
	)
}

// DecodeTree reads a song's tree and refuses every encoding but the canonical one.
func DecodeTree(block []byte) (Tree, error) {
	t, err := decodeTree(block, MaxTreeBytes, MaxTreeEntries)
	if err != nil {
		return Tree{}, err
	}
	return canonical(t, block, Tree.Encode)
}

// DecodeSession reads one folder of a session likewise.
func DecodeSession(block []byte) (Tree, error) {
	t, err := decodeTree(block, MaxSessionBytes, MaxSessionEntries)
	if err != nil {
		return Tree{}, err
	}
	return canonical(t, block, Tree.EncodeSession)
}

// DecodeCommit reads a commit and refuses every encoding but the canonical one.
func DecodeCommit(block []byte) (Commit, error) {
	c, err := decodeCommit(block)
	if err != nil {
		return Commit{}, err
	}
	return canonical(c, block, Commit.Encode)
}

// canonical encodes what was decoded and compares. Whatever a reader would let
// pass (unsorted or repeated keys, present zeros) differs then.
func canonical[T any](v T, block []byte, encode func(T) ([]byte, error)) (T, error) {
	var zero T
	again, err := encode(v)
	if err != nil {
		return zero, err
	}
	if !bytes.Equal(again, block) {
		return zero, invalid("encoding", "is not canonical")
	}
	return v, nil
}
