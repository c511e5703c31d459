package object_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// fuzz feeds a decoder; what it accepts must be what it writes, and what another
// dag-cbor implementation reads and writes.
func fuzz(f *testing.F, kind string) {
	f.Helper()
	for _, c := range append(append(validTrees(), validSessions()...), validCommits()...) {
		if b, err := codecs[c.kind].encode(c.value); err == nil && len(b) < 8192 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		v, err := codecs[kind].decode(block)
		if err != nil {
			require.ErrorIs(t, err, object.ErrInvalid)
			return
		}
		again, err := codecs[kind].encode(v)
		require.NoError(t, err)
		require.Equal(t, block, again)
		checkAgainstPrime(t, block)
	})
}

func FuzzDecodeTree(f *testing.F)    { fuzz(f, "tree") }
func FuzzDecodeSession(f *testing.F) { fuzz(f, "session") }
func FuzzDecodeCommit(f *testing.F)  { fuzz(f, "commit") }

func FuzzCheckPath(f *testing.F) {
	for _, p := range append(badPaths(), goodPaths...) {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if object.CheckPath(p) != nil {
			return
		}
		// What passes stays within a folder, on every system.
		require.NotContains(t, "/"+p+"/", "/../")
		require.NotContains(t, "/"+p+"/", "//")
		require.False(t, strings.ContainsAny(p, "\\:\x00"))
		require.LessOrEqual(t, len(p), object.MaxPathBytes)
		folded := object.FoldPath(p)
		require.Len(t, folded, len(p))
		require.NoError(t, object.CheckPath(folded))
		tree := object.Tree{Entries: []object.Entry{stem(p)}}
		block, err := tree.Encode()
		require.NoError(t, err)
		_, err = object.DecodeTree(block)
		require.NoError(t, err)
	})
}

func FuzzParseCID(f *testing.F) {
	for _, s := range []string{raw("a").String(), block("a").String(), "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "bafkqaaa", "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := object.ParseCID(s)
		if err != nil {
			require.ErrorIs(t, err, object.ErrInvalid)
			return
		}
		require.Equal(t, s, c.String())
		require.Len(t, c.Bytes(), 36)
		if o, err := object.ParseObjectCID(s); err == nil {
			require.Equal(t, o, object.FromDigest(object.Digest(o)))
		}
	})
}

// Heads that promise more than they hold must not make a decoder take memory.
func TestHostileLengthsTakeNoMemory(t *testing.T) {
	entries := append([]byte{0xa2, 0x67}, "entries"...)
	for _, n := range []uint64{1024, 8192, 1 << 20, 1 << 32, 1<<64 - 1} {
		head := binary.BigEndian.AppendUint64(append(bytes.Clone(entries), 0x9b), n)
		short := append(append(bytes.Clone(entries), 0x99, 0x20, 0x00), make([]byte, 8192)...)
		for _, b := range [][]byte{head, short} {
			for kind := range codecs {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for range 10 {
					_, err := codecs[kind].decode(b)
					require.Error(t, err)
				}
				runtime.ReadMemStats(&after)
				got := (after.TotalAlloc - before.TotalAlloc) / 10
				require.Less(t, got, uint64(64<<10), "%s, %d", kind, n)
			}
		}
	}
}

// A block is never refused by the other implementation if we accept it; the
// reverse is ours to decide. These are the forms that it lets pass and we do not.
func TestStricterThanPrime(t *testing.T) {
	lenient := 0
	for _, c := range invalidCases(t) {
		nb := basicnode.Prototype.Any.NewBuilder()
		if dagcbor.Decode(nb, bytes.NewReader(c.block)) == nil {
			lenient++
		}
		_, err := codecs[c.kind].decode(c.block)
		require.Error(t, err, c.name)
	}
	require.Positive(t, lenient)
}

func twelve() object.Tree {
	var t object.Tree
	for i := range 12 {
		e := fullEntry()
		e.Path = fmt.Sprintf("stems/%02d.wav", i)
		t.Entries = append(t.Entries, e)
	}
	return t
}

func BenchmarkEncodeTree12(b *testing.B) {
	t := twelve()
	b.ReportAllocs()
	for b.Loop() {
		_, err := t.Encode()
		require.NoError(b, err)
	}
}

func BenchmarkDecodeTree12(b *testing.B) {
	t := twelve()
	block, err := t.Encode()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, err := object.DecodeTree(block)
		require.NoError(b, err)
	}
}

// The costliest tree to check: many long paths of upper-case folders.
func BenchmarkEncodeWorstTree(b *testing.B) {
	var t object.Tree
	for i := range object.MaxTreeEntries {
		e := stem(fmt.Sprintf("%s%04d", strings.Repeat("A/", 60), i))
		t.Entries = append(t.Entries, e)
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := t.Encode()
		require.NoError(b, err)
	}
}
