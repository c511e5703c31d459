package hub

import (
	"bytes"
	"testing"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// FuzzReceive gives an upload a stranger's body: whatever it is, what is stored is
// counted, within what was announced, and hashes to its CID.
func FuzzReceive(f *testing.F) {
	block, err := ipfs.NewBlock(ipfs.CodecRaw, []byte("boom"))
	if err != nil {
		f.Fatal(err)
	}
	var body bytes.Buffer
	w, err := ipfs.NewCARWriter(&body, block.CID())
	if err == nil {
		err = w.Write(block)
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body.Bytes(), int64(10))
	f.Add(body.Bytes(), int64(1))
	f.Add(append(bytes.Clone(body.Bytes()), section(block.CID(), []byte("evil"))...), int64(100))
	f.Fuzz(func(t *testing.T, body []byte, announce int64) {
		store := ipfs.NewMemStore()
		u := &upload{store: store, announce: announce, space: &space{limit: 1 << 40}}
		_ = u.receive(ctx, bytes.NewReader(body), ipfs.NewMemStore())
		var sum int64
		err := store.Keys(ctx, func(c cid.Cid) error {
			b, err := store.Get(ctx, c)
			if err != nil {
				return err
			}
			sum += int64(len(b.Data()))
			_, err = ipfs.VerifyBlock(c, b.Data())
			return err
		})
		if err != nil || sum != u.received || sum > max(0, announce) {
			t.Fatalf("%d bytes stored, %d counted, %d announced: %v", sum, u.received, announce, err)
		}
	})
}
