package object_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

var update = flag.Bool("update", false, "write the golden vectors anew")

// vector is one golden vector; testdata/vectors/README.md says what its fields mean.
type vector struct {
	Name  string         `json:"name"`
	Kind  string         `json:"kind"`
	Value map[string]any `json:"value,omitempty"`
	Rule  string         `json:"rule,omitempty"`
	Hex   string         `json:"hex,omitempty"`
	Size  int            `json:"size,omitempty"`
	CID   string         `json:"cid,omitempty"`
	Error string         `json:"error,omitempty"`
}

// codec is how one kind of object is read and written.
type codec struct {
	decode func([]byte) (any, error)
	encode func(any) ([]byte, error)
	fields func(any) map[string]any
}

var codecs = map[string]codec{
	"tree": {
		func(b []byte) (any, error) { return object.DecodeTree(b) },
		func(v any) ([]byte, error) { return v.(object.Tree).Encode() },
		func(v any) map[string]any { return treeFields(v.(object.Tree)) },
	},
	"session": {
		func(b []byte) (any, error) { return object.DecodeSession(b) },
		func(v any) ([]byte, error) { return v.(object.Tree).EncodeSession() },
		func(v any) map[string]any { return treeFields(v.(object.Tree)) },
	},
	"commit": {
		func(b []byte) (any, error) { return object.DecodeCommit(b) },
		func(v any) ([]byte, error) { return v.(object.Commit).Encode() },
		func(v any) map[string]any { return commitFields(v.(object.Commit)) },
	},
}

func treeFields(t object.Tree) map[string]any {
	entries := []map[string]any{}
	for _, e := range t.Entries {
		f := map[string]any{"path": e.Path, "cid": e.CID.String(), "size": e.Size, "kind": string(e.Kind)}
		putText(f, "codec", e.Codec)
		putText(f, "instrument", e.Instrument)
		putText(f, "pcm", hex.EncodeToString(e.PCM))
		putUint(f, "sample_rate", e.SampleRate)
		putUint(f, "channels", e.Channels)
		putUint(f, "bit_depth", e.BitDepth)
		putUint(f, "frames", e.Frames)
		putUint(f, "start", e.Start)
		putUint(f, "mtime", e.Mtime)
		entries = append(entries, f)
	}
	return map[string]any{"version": object.Version, "entries": entries}
}

func commitFields(c object.Commit) map[string]any {
	f := map[string]any{
		"version": object.Version, "tree": c.Tree.String(),
		"author": hex.EncodeToString(c.Author), "created": c.Created,
	}
	putText(f, "message", c.Message)
	var parents []string
	for _, p := range c.Parents {
		parents = append(parents, p.String())
	}
	putList(f, "parents", parents)
	var list []map[string]any
	for _, con := range c.Contributions {
		m := map[string]any{}
		if con.Guest != nil {
			m["guest"] = map[string]any{"key": hex.EncodeToString(con.Guest.Key), "name": con.Guest.Name}
		}
		putText(m, "contributor", hex.EncodeToString(con.Contributor))
		putText(m, "instrument", con.Instrument)
		putList(m, "roles", con.Roles)
		putList(m, "paths", con.Paths)
		list = append(list, m)
	}
	putList(f, "contributions", list)
	return f
}

func putText(m map[string]any, key, s string) {
	if s != "" {
		m[key] = s
	}
}

func putUint(m map[string]any, key string, n uint64) {
	if n != 0 {
		m[key] = n
	}
}

func putList[T any](m map[string]any, key string, list []T) {
	if len(list) > 0 {
		m[key] = list
	}
}

func TestVectorsValid(t *testing.T) {
	for file, cases := range map[string][]validCase{
		"trees.json": validTrees(), "sessions.json": validSessions(), "commits.json": validCommits(),
	} {
		var list []vector
		for _, c := range cases {
			list = append(list, c.vector(t))
		}
		golden(t, file, list)
	}
}

func (c validCase) vector(t *testing.T) vector {
	t.Helper()
	codec := codecs[c.kind]
	block, err := codec.encode(c.value)
	require.NoError(t, err, c.name)
	back, err := codec.decode(block)
	require.NoError(t, err, c.name)
	require.Equal(t, c.value, back, c.name)
	checkAgainstPrime(t, block)
	v := vector{Name: c.name, Kind: c.kind, CID: object.CIDOf(block).String()}
	if c.rule != "" {
		v.Rule, v.Size = c.rule, len(block)
	} else {
		v.Value, v.Hex = codec.fields(c.value), hex.EncodeToString(block)
	}
	return v
}

// checkAgainstPrime reads a block with go-ipld-prime's dag-cbor,
// and writes it again.
func checkAgainstPrime(t *testing.T, block []byte) {
	t.Helper()
	nb := basicnode.Prototype.Any.NewBuilder()
	strict := dagcbor.DecodeOptions{AllowLinks: true}
	require.NoError(t, strict.Decode(nb, bytes.NewReader(block)))
	var again bytes.Buffer
	require.NoError(t, dagcbor.Encode(nb.Build(), &again))
	require.Equal(t, block, again.Bytes())
}

func TestVectorsInvalid(t *testing.T) {
	var list []vector
	for _, c := range invalidCases(t) {
		_, err := codecs[c.kind].decode(c.block)
		var field *object.FieldError
		require.ErrorAs(t, err, &field, c.name)
		require.ErrorIs(t, err, object.ErrInvalid)
		v := vector{Name: c.name, Kind: c.kind, Error: field.Field}
		if c.rule != "" {
			v.Rule = c.rule
		} else {
			v.Hex = hex.EncodeToString(c.block)
		}
		list = append(list, v)
	}
	golden(t, "invalid.json", list)
}

func TestVectorsPaths(t *testing.T) {
	type pathVector struct {
		// Hex is the path's bytes, because some are no text.
		Hex   string `json:"hex"`
		Valid bool   `json:"valid"`
	}
	var list []pathVector
	for _, p := range goodPaths {
		require.NoError(t, object.CheckPath(p), "%q", p)
		list = append(list, pathVector{hex.EncodeToString([]byte(p)), true})
	}
	for _, p := range badPaths() {
		require.ErrorIs(t, object.CheckPath(p), object.ErrInvalid, "%q", p)
		list = append(list, pathVector{hex.EncodeToString([]byte(p)), false})
	}
	golden(t, "paths.json", list)
}

func TestVectorsSign(t *testing.T) {
	type signVector struct {
		Name      string `json:"name"`
		ChainID   string `json:"chain_id"`
		Commit    string `json:"commit"`
		Signer    string `json:"signer"`
		Text      string `json:"text"`
		SignBytes string `json:"sign_bytes"`
	}
	var list []signVector
	for _, chain := range []string{"parrots-1", "parrots-localnet", "a<b>&c-1"} {
		c := object.CIDOf([]byte(chain))
		signer := "parrot1qyqszqgpqyqszqgpqyqszqgpqyqszqgpzud86k"
		text := object.CommitSignText(chain, c)
		list = append(list, signVector{
			Name: "commit on " + chain, ChainID: chain, Commit: c.String(), Signer: signer,
			Text: string(text), SignBytes: string(object.ADR036SignBytes(signer, text)),
		})
	}
	golden(t, "sign.json", list)
}

// golden compares with a file of vectors, or writes it with -update.
func golden(t *testing.T, file string, list any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	require.NoError(t, enc.Encode(list))
	path := filepath.Join("testdata", "vectors", file)
	if *update {
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "%s; run with -update only where the format is meant to change", file)
}

// Every byte of a small object, changed to any other value, gives an error or
// another object: no two byte strings mean the same.
func TestNoTwoEncodings(t *testing.T) {
	for _, c := range append(validCommits(), validTrees()[1:3]...) {
		if c.rule != "" {
			continue
		}
		block, err := codecs[c.kind].encode(c.value)
		require.NoError(t, err)
		for i := range min(len(block), 400) {
			for _, flip := range []byte{1, 2, 4, 8, 16, 32, 64, 128, 0xff} {
				changed := bytes.Clone(block)
				changed[i] ^= flip
				v, err := codecs[c.kind].decode(changed)
				if err != nil {
					require.True(t, errors.Is(err, object.ErrInvalid))
					continue
				}
				require.NotEqual(t, c.value, v)
				checkAgainstPrime(t, changed)
			}
		}
	}
}
