package pcm

import (
	"crypto/sha256"
	"fmt"
	"hash"
)

// Identity is the running identity of audio apart from its container: write all
// canonical frames in order, then ask for the Multihash.
type Identity struct {
	hash hash.Hash
}

// NewIdentity begins the identity of audio in a format. What is hashed, as
// docs/object-format.md specifies, is a line that names the format, and the frames.
func NewIdentity(f Format) *Identity {
	kind := "int"
	if f.Float {
		kind = "float"
	}
	i := &Identity{hash: sha256.New()}
	fmt.Fprintf(i.hash, "parrots.music pcm v1 %s %d %d %d\n", kind, f.BitDepth, f.Channels, f.SampleRate)
	return i
}

// Write adds canonical frames. It never fails.
func (i *Identity) Write(p []byte) (int, error) { return i.hash.Write(p) }

// Multihash returns the identity of what was written so far: sha2-256 as a
// self-describing multihash of 34 bytes.
func (i *Identity) Multihash() []byte { return i.hash.Sum([]byte{0x12, sha256.Size}) }
