package ipfs_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

var update = flag.Bool("update", false, "write the golden vectors anew")

var contentVectors = filepath.Join("..", "object", "testdata", "vectors", "content.json")

// contentVector is a file and its CID; testdata/vectors/README.md says more.
type contentVector struct {
	Bytes  string `json:"bytes"`
	Size   int64  `json:"size"`
	Chunks []int  `json:"chunks,omitempty"`
	CID    string `json:"cid"`
}

type contentFile struct {
	Table   string          `json:"table"`
	Vectors []contentVector `json:"vectors"`
}

// counting is a stream that any language can make: the digests of "0", "1", ...
type counting struct {
	n    int
	rest []byte
}

func (c *counting) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		sum := sha256.Sum256([]byte(strconv.Itoa(c.n)))
		c.n, c.rest = c.n+1, sum[:]
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (v contentVector) open() io.Reader {
	if v.Bytes == "zeros" {
		return io.LimitReader(zeros{}, v.Size)
	}
	return io.LimitReader(&counting{}, v.Size)
}

// cuts is the chunker as docs/object-format.md has it, and nothing more: it holds
// that page to what the importer does.
func cuts(table [256]uint32, b []byte) []int {
	var lengths []int
	for len(b) > 0 {
		end := min(len(b), object.ChunkMax)
		for p := object.ChunkMin; p < end; p++ {
			var hash uint32
			for j, c := range b[p-32 : p] {
				hash ^= bits.RotateLeft32(table[c], 31-j)
			}
			if hash&(1<<17-1) == 0 {
				end = p
			}
		}
		lengths = append(lengths, end)
		b = b[end:]
	}
	return lengths
}

func (f contentFile) table(t *testing.T) (table [256]uint32) {
	t.Helper()
	b, err := hex.DecodeString(f.Table)
	require.NoError(t, err)
	require.Len(t, b, 4*len(table))
	for i := range table {
		table[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	return table
}

func TestContentVectors(t *testing.T) {
	raw, err := os.ReadFile(contentVectors)
	require.NoError(t, err)
	var file contentFile
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Greater(t, len(file.Vectors), 8)
	table := file.table(t)
	for i := range file.Vectors {
		v := &file.Vectors[i]
		added, err := ipfs.Add(t.Context(), ipfs.Discard, v.open())
		require.NoError(t, err)
		require.Equal(t, v.Size, added.Size)
		var chunks []int
		if v.Size <= 8<<20 {
			data, err := io.ReadAll(v.open())
			require.NoError(t, err)
			chunks = cuts(table, data)
		}
		if *update {
			v.CID, v.Chunks = added.CID.String(), chunks
		}
		require.Equal(t, v.Chunks, chunks)
		require.Equal(t, v.CID, added.CID.String(), "%s %d", v.Bytes, v.Size)
		require.Equal(t, chunks, imported(t, v.open(), len(chunks)))
	}
	if *update {
		out, err := json.MarshalIndent(file, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(contentVectors, append(out, '\n'), 0o644))
	}
}

// imported returns the lengths of the chunks that the importer makes, in order;
// nil for no file or a file that is not looked at.
func imported(t *testing.T, r io.Reader, chunks int) []int {
	t.Helper()
	if chunks == 0 {
		return nil
	}
	s := ipfs.NewMemStore()
	added, err := ipfs.Add(t.Context(), s, r)
	require.NoError(t, err)
	root, err := s.Get(t.Context(), added.CID)
	require.NoError(t, err)
	links, err := ipfs.Links(root)
	require.NoError(t, err)
	if links == nil {
		return []int{len(root.Data())}
	}
	var lengths []int
	for _, c := range links {
		n, err := s.Size(t.Context(), c)
		require.NoError(t, err)
		lengths = append(lengths, n)
	}
	return lengths
}
