package repo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// objectCID is the CID of a commit in JSON, as a string; "" is cid.Undef.
type objectCID struct{ cid.Cid }

func (c objectCID) MarshalJSON() ([]byte, error) {
	if !c.Defined() {
		return []byte(`""`), nil
	}
	return json.Marshal(c.String())
}

func (c *objectCID) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil || s == "" {
		c.Cid = cid.Undef
		return err
	}
	parsed, err := object.ParseObjectCID(s)
	c.Cid = parsed
	return err
}

func wrapCIDs(list []cid.Cid) []objectCID {
	out := make([]objectCID, len(list))
	for i, c := range list {
		out[i] = objectCID{c}
	}
	return out
}

func unwrapCIDs(list []objectCID) []cid.Cid {
	out := make([]cid.Cid, len(list))
	for i, c := range list {
		out[i] = c.Cid
	}
	return out
}

// writeRecord replaces a JSON file.
func writeRecord(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(data, '\n'))
}

// readRecord reads a JSON file into v, strictly. It fails with ErrNotFound if
// there is none and with a CorruptError, which gives the advice, if it is bad.
func readRecord(path string, v any, advice string) error {
	return readLongRecord(path, maxRecord, v, advice)
}

func readLongRecord(path string, max int64, v any, advice string) error {
	data, err := readUpTo(path, max)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, path)
	}
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return &CorruptError{path, err.Error(), advice}
	}
	return nil
}
