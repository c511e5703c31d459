package sync

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func testManifest() Manifest {
	m := Manifest{
		Song: "song1xyz",
		Refs: []ManifestRef{
			{Name: "solo", Commit: object.CIDOf([]byte("b"))},
			{Name: "main", Commit: object.CIDOf([]byte("a"))},
		},
		Signatures: []ManifestSignature{
			{Commit: object.CIDOf([]byte("a")), Signer: "parrot1abc", ChainID: "parrots-1", PubKey: make([]byte, 33), Signature: make([]byte, 64)},
			{Commit: object.CIDOf([]byte("b")), Signer: "parrot1abc", ChainID: "parrots-1", PubKey: make([]byte, 33), Signature: make([]byte, 64)},
		},
	}
	m.sort()
	return m
}

func TestManifestRoundTrip(t *testing.T) {
	m := testManifest()
	block, err := m.Encode()
	require.NoError(t, err)
	back, err := DecodeManifest(block)
	require.NoError(t, err)
	require.Equal(t, m, back)
}

// A song of any length can be written to a file: signatures are taken as long as
// there is room, and what was taken fits.
func TestManifestIsFilledUpToItsLimit(t *testing.T) {
	m := testManifest()
	m.Signatures = nil
	room := m.room()
	for i := 0; ; i++ {
		s := ManifestSignature{
			Commit: object.CIDOf(binary.BigEndian.AppendUint32(nil, uint32(i))), Signer: strings.Repeat("s", maxManifestText),
			ChainID: strings.Repeat("c", maxManifestText), PubKey: make([]byte, maxSignatureBytes), Signature: make([]byte, maxSignatureBytes),
		}
		if s.size() > room {
			break
		}
		m.Signatures, room = append(m.Signatures, s), room-s.size()
	}
	m.sort()
	block, err := m.Encode()
	require.NoError(t, err)
	require.Greater(t, len(block), maxManifestBytes*95/100, "no room is wasted")
	_, err = DecodeManifest(block)
	require.NoError(t, err)
}

func TestManifestRefusals(t *testing.T) {
	good, err := testManifest().Encode()
	require.NoError(t, err)
	for name, block := range map[string][]byte{
		"empty":       nil,
		"truncated":   good[:len(good)-1],
		"trailing":    append(bytes.Clone(good), 0),
		"not a map":   {0x80},
		"huge length": {0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"deep":        bytes.Repeat([]byte{0x81}, 1<<16),
		"too long":    make([]byte, maxManifestBytes+1),
		"version":     bytes.Replace(good, []byte("gversion\x01"), []byte("gversion\x02"), 1),
	} {
		_, err := DecodeManifest(block)
		require.ErrorIs(t, err, ErrBundle, name)
	}
	for name, change := range map[string]func(*Manifest){
		"no branch":  func(m *Manifest) { m.Refs = nil },
		"order":      func(m *Manifest) { m.Refs[0], m.Refs[1] = m.Refs[1], m.Refs[0] },
		"twice":      func(m *Manifest) { m.Refs[1] = m.Refs[0] },
		"signatures": func(m *Manifest) { m.Signatures[1] = m.Signatures[0] },
	} {
		m := testManifest()
		change(&m)
		_, err := m.Encode()
		require.ErrorIs(t, err, ErrBundle, name)
	}
}

func FuzzDecodeManifest(f *testing.F) {
	good, err := testManifest().Encode()
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, block []byte) {
		m, err := DecodeManifest(block)
		if err != nil {
			require.ErrorIs(t, err, ErrBundle)
			return
		}
		again, err := m.Encode()
		require.NoError(t, err)
		require.Equal(t, block, again)
	})
}
