package proof_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/chain/proof"
	"github.com/parrots-music/parrots/internal/object"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

func (n *testNode) make(req proof.Request) ([]byte, *proof.Statement) {
	n.Helper()
	if !req.Commit.Defined() {
		req.Commit = n.commits[len(n.commits)-1]
	}
	data, s, err := proof.Make(context.Background(), n, req)
	require.NoError(n, err)
	return data, s
}

func TestProofOfACommit(t *testing.T) {
	n := newTestNode(t, 9, 4)
	treeBlock, _ := encode(t, n.tree)
	data, made := n.make(proof.Request{Tree: treeBlock})

	s, err := proof.Verify(data, n.blocks[2].Hash())
	require.NoError(t, err)
	require.Equal(t, made, s)
	require.True(t, s.Trusted)
	require.EqualValues(t, 3, s.Proving.Height)
	require.Equal(t, "take 8", s.Fields.Message)
	require.True(t, s.Signed)
	require.Equal(t, s.Author, s.Pusher)
	require.Equal(t, "lyrics.txt", s.Tree.Entries[0].Path)
	require.True(t, strings.HasPrefix(s.Song, "song1"))

	s, err = proof.Verify(data, nil)
	require.NoError(t, err)
	require.False(t, s.Trusted, "nobody said which chain to trust")
	_, err = proof.Verify(data, n.blocks[1].Hash())
	require.ErrorIs(t, err, proof.ErrInvalid)
	require.ErrorContains(t, err, "the hash that you trust")

	data, s = n.make(proof.Request{Commit: n.commits[0]})
	require.False(t, s.Signed, "its author signed the transaction")
	require.Nil(t, s.Tree)
	_, err = proof.Verify(data, n.blocks[2].Hash())
	require.NoError(t, err)
}

func TestProofOfACredit(t *testing.T) {
	n := newTestNode(t, 3, 4)
	n.confirm()
	who, err := chain.FormatAddress(n.author.PubKey().Address())
	require.NoError(t, err)
	data, s := n.make(proof.Request{Credits: []string{who}})
	require.Equal(t, credittypes.Status_STATUS_CONFIRMED, s.Credits[0].Status)
	require.Equal(t, []string{"Composer"}, s.Credits[0].Contributions[0].Roles)
	require.EqualValues(t, 3, s.Credits[0].Confirmed)

	p := decode(t, data)
	p.Credits[0].Record = p.Record
	changed, err := p.Encode()
	require.NoError(t, err)
	_, err = proof.Verify(changed, nil)
	require.ErrorIs(t, err, proof.ErrInvalid, "a record of another store")
	_, _, err = proof.Make(t.Context(), n, proof.Request{Commit: n.commits[0], Credits: []string{who}})
	require.ErrorContains(t, err, "has no credit")
}

func TestNotOnTheChain(t *testing.T) {
	n := newTestNode(t, 1, 1)
	for _, id := range []cid.Cid{object.CIDOf([]byte("nothing"))} {
		_, _, err := proof.Make(context.Background(), n, proof.Request{Commit: id})
		require.ErrorIs(t, err, chain.ErrNotFound)
	}
}

// TestEveryByteCounts changes each byte of a file, and cuts it at each.
func TestEveryByteCounts(t *testing.T) {
	n := newTestNode(t, 5, 3)
	n.confirm()
	n.blockBefore(append(n.keys[:2:2], keysOf("w", 1)...))
	n.block()
	treeBlock, _ := encode(t, n.tree)
	who, err := chain.FormatAddress(n.author.PubKey().Address())
	require.NoError(t, err)
	data, _ := n.make(proof.Request{Tree: treeBlock, Credits: []string{who}, From: 2})
	trust := n.blocks[1].Hash()
	_, err = proof.Verify(data, trust)
	require.NoError(t, err)
	for i := range data {
		for _, flip := range []byte{1, 0x20} {
			changed := bytes.Clone(data)
			changed[i] ^= flip
			_, err := proof.Verify(changed, trust)
			require.ErrorIs(t, err, proof.ErrInvalid, "byte %d of %q", i, around(data, i))
		}
	}
	for i := 0; i < len(data); i += 7 {
		_, err := proof.Verify(data[:i], trust)
		require.ErrorIs(t, err, proof.ErrInvalid)
	}
	for _, more := range []string{" ", "\n", "{}"} {
		_, err := proof.Verify(append(bytes.Clone(data), more...), trust)
		require.ErrorIs(t, err, proof.ErrInvalid)
	}
}

func around(data []byte, i int) string { return string(data[max(0, i-20):min(len(data), i+20)]) }

// TestTrustPath leads from an old header over changes of validators: a third of
// them at each block, so that no step skips all of them.
func TestTrustPath(t *testing.T) {
	n := newTestNode(t, 3, 6)
	for i := range 5 {
		n.blockBefore(append(n.keys[2:len(n.keys):len(n.keys)], keysOf(string(rune('a'+i)), 2)...))
	}
	data, s := n.make(proof.Request{From: 1})
	require.EqualValues(t, 1, s.Root.Height)
	require.EqualValues(t, 8, s.Proving.Height)
	p, err := proof.Decode(data)
	require.NoError(t, err)
	require.Greater(t, len(p.Headers), 2, "no validator of the first header is left at the last")

	_, err = proof.Verify(data, n.blocks[0].Hash())
	require.NoError(t, err)

	without := *p
	without.Headers = []proof.Header{p.Headers[0], p.Headers[len(p.Headers)-1]}
	data, err = without.Encode()
	require.NoError(t, err)
	_, err = proof.Verify(data, n.blocks[0].Hash())
	require.ErrorContains(t, err, "cant trust new val set")
}

// TestForgedHeaders are by somebody who has the proof and keys of their own, but not
// those of the chain's validators.
func TestForgedHeaders(t *testing.T) {
	n := newTestNode(t, 3, 4)
	data, _ := n.make(proof.Request{From: 1})
	trust := n.blocks[0].Hash()
	forger := newTestNode(t, 4, 4)
	forger.keys = keysOf("forger", 4)
	forger.block()
	forged, _, err := proof.Make(context.Background(), forger, proof.Request{Commit: forger.commits[3]})
	require.NoError(t, err, "a chain of their own proves itself")
	_, err = proof.Verify(forged, trust)
	require.ErrorContains(t, err, "the hash that you trust")

	mixed := decode(t, data)
	mixed.Headers = append(mixed.Headers[:1], decode(t, forged).Headers...)
	mixed.Record, mixed.Commit = decode(t, forged).Record, decode(t, forged).Commit
	again, err := mixed.Encode()
	require.NoError(t, err)
	_, err = proof.Verify(again, trust)
	require.ErrorIs(t, err, proof.ErrInvalid)
}

// TestTooFewSignatures: two thirds are not more than two thirds.
func TestTooFewSignatures(t *testing.T) {
	n := newTestNode(t, 1, 3)
	last := n.blocks[2]
	last.SignedHeader = sign(t, last.Header, last.ValidatorSet, n.keys[:2])
	_, _, err := proof.Make(context.Background(), n, proof.Request{Commit: n.commits[0]})
	require.ErrorContains(t, err, "signatures under header 3")
}

func decode(t testing.TB, data []byte) *proof.Proof {
	p, err := proof.Decode(data)
	require.NoError(t, err)
	return p
}

// TestSwapped facts: a record under another commit's name, another chain, store or tree.
func TestSwapped(t *testing.T) {
	n := newTestNode(t, 3, 1)
	data, _ := n.make(proof.Request{})
	for name, change := range map[string]func(*proof.Proof){
		"another commit": func(p *proof.Proof) { p.Commit = n.commits[0].String() },
		"another chain":  func(p *proof.Proof) { p.ChainID = "parrots-2" },
		"odd chain":      func(p *proof.Proof) { p.ChainID = "a\nb" },
		"another tree":   func(p *proof.Proof) { p.Tree = []byte{0xa0} },
		"no headers":     func(p *proof.Proof) { p.Headers = nil },
		"no validators":  func(p *proof.Proof) { p.Headers[0].Validators = nil },
		"nobody's store": func(p *proof.Proof) { p.Record.InState = p.Record.InStore },
		"no proof":       func(p *proof.Proof) { p.Record.InStore = nil },
	} {
		p := decode(t, data)
		change(p)
		changed, err := p.Encode()
		require.NoError(t, err)
		_, err = proof.Verify(changed, nil)
		require.ErrorIs(t, err, proof.ErrInvalid, name)
	}
	_, err := proof.Verify(bytes.Replace(data, []byte("parrots proof v1"), []byte("parrots proof v2"), 1), nil)
	require.ErrorContains(t, err, "parrots proof v2")
	_, err = proof.Verify(make([]byte, proof.MaxBytes+1), nil)
	require.ErrorContains(t, err, "over the limit")
}

// TestSize holds a proof of a song of 1,000 commits under 100 validators to 64 KB.
func TestSize(t *testing.T) {
	n := newTestNode(t, 1000, 100)
	data, _ := n.make(proof.Request{})
	require.Less(t, len(data), 64_000)
}

func BenchmarkVerify(b *testing.B) {
	n := newTestNode(b, 1000, 100)
	data, _ := n.make(proof.Request{})
	trust := n.blocks[2].Hash()
	for b.Loop() {
		if _, err := proof.Verify(data, trust); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(data)), "bytes")
}

func FuzzVerify(f *testing.F) {
	n := newTestNode(f, 2, 2)
	n.block()
	treeBlock, _ := encode(f, n.tree)
	data, _ := n.make(proof.Request{Tree: treeBlock, From: 1})
	f.Add(data)
	p := decode(f, data)
	f.Add([]byte(base64.StdEncoding.EncodeToString(p.Headers[0].Header)))
	f.Fuzz(func(t *testing.T, changed []byte) {
		s, err := proof.Verify(changed, n.blocks[0].Hash())
		if err == nil && !bytes.Equal(changed, data) {
			t.Fatalf("another file proves %s", s.Commit)
		}
	})
}
