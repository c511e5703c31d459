package repo

import (
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// Signature is a wallet's ADR-036 signature over a commit. Who reads one from
// disk verifies it before believing it.
type Signature struct {
	// Signer is the bech32 address.
	Signer string `json:"signer"`
	// ChainID is the chain that the signed text names.
	ChainID string `json:"chain_id"`
	// PubKey is the compressed secp256k1 key, 33 bytes.
	PubKey []byte `json:"pub_key"`
	// Signature is r||s, 64 bytes.
	Signature []byte `json:"signature"`
}

// Signature returns the signature over a commit; ErrNotFound if there is none.
func (r *Repo) Signature(commit cid.Cid) (Signature, error) {
	if err := object.CheckLink(commit); err != nil {
		return Signature{}, err
	}
	var s Signature
	err := readRecord(r.signaturePath(commit), &s, "remove it and sign the commit again")
	return s, err
}

// PutSignature keeps the signature over a commit.
func (r *Repo) PutSignature(commit cid.Cid, s Signature) error {
	if err := object.CheckLink(commit); err != nil {
		return err
	}
	return writeRecord(r.signaturePath(commit), s)
}

func (r *Repo) signaturePath(commit cid.Cid) string {
	return r.path(sigDir, commit.String()+".json")
}
