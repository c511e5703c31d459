package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// sign signs a commit of the author's and keeps the signature. Before a network
// is known there is no chain id to sign for, and nothing happens.
func (s *Song) sign(author Author, commit cid.Cid) error {
	if author.ChainID == "" {
		return nil
	}
	if err := object.CheckChainID(author.ChainID); err != nil {
		return fmt.Errorf("sign commit %s: %w", Short(commit), err)
	}
	signature, err := author.SignText(object.CommitSignText(author.ChainID, commit))
	if err != nil {
		return fmt.Errorf("sign commit %s: %w", Short(commit), err)
	}
	return s.Repo.PutSignature(commit, repo.Signature{
		Signer:    author.Address,
		ChainID:   author.ChainID,
		PubKey:    signature.PubKey,
		Signature: signature.Bytes,
	})
}

// signature returns the author's signature over a commit for a chain, verified;
// nil where there is none. A signature for another chain counts as none.
func (s *Song) signature(id cid.Cid, commit object.Commit, chainID string) (*chain.Signature, error) {
	kept, err := s.Repo.Signature(id)
	if errors.Is(err, repo.ErrNotFound) || err == nil && kept.ChainID != chainID {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := verify(id, commit, kept); err != nil {
		return nil, err
	}
	return &chain.Signature{PubKey: kept.PubKey, Bytes: kept.Signature}, nil
}

// verify checks that a signature is the commit's author's.
func verify(id cid.Cid, commit object.Commit, s repo.Signature) error {
	raw, err := chain.ParseAddress(s.Signer)
	if err != nil {
		return fmt.Errorf("%w: commit %s: %w", ErrSignature, Short(id), err)
	}
	if !bytes.Equal(raw, commit.Author) {
		return fmt.Errorf("%w: commit %s is not by %s", ErrSignature, Short(id), s.Signer)
	}
	text := object.CommitSignText(s.ChainID, id)
	if err := chain.VerifyText(s.Signer, text, chain.Signature{PubKey: s.PubKey, Bytes: s.Signature}); err != nil {
		return fmt.Errorf("%w: commit %s: %w", ErrSignature, Short(id), err)
	}
	return nil
}

// Signed says who signed a commit, and that the signature holds; empty for none.
func (s *Song) Signed(ctx context.Context, id cid.Cid) (signer string, err error) {
	commit, err := s.Objects().Commit(ctx, id)
	if err != nil {
		return "", err
	}
	kept, err := s.Repo.Signature(id)
	if errors.Is(err, repo.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return kept.Signer, verify(id, commit, kept)
}
