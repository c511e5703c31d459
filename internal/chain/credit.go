package chain

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

const creditQuery = "/parrots.credit.v1.Query/"

// Credit returns a wallet's credit in a commit.
func (c *Client) Credit(ctx context.Context, commit cid.Cid, contributor string) (credittypes.Credit, error) {
	var r credittypes.QueryCreditResponse
	req := &credittypes.QueryCreditRequest{Commit: commit.String(), Contributor: contributor}
	if err := c.query(ctx, creditQuery+"Credit", req, &r); err != nil {
		return r.Credit, fmt.Errorf("credit of %s in %s: %w", contributor, commit, err)
	}
	if r.Credit.Commit != req.Commit || r.Credit.Contributor != contributor {
		return r.Credit, fmt.Errorf("%w: another credit than that of %s in %s", ErrBadAnswer, contributor, commit)
	}
	return r.Credit, nil
}

// CreditsOfCommit returns the credits in a commit, and its guests.
func (c *Client) CreditsOfCommit(ctx context.Context, commit cid.Cid) ([]credittypes.Credit, []credittypes.GuestCredit, error) {
	var r credittypes.QueryCreditsByCommitResponse
	err := c.query(ctx, creditQuery+"CreditsByCommit", &credittypes.QueryCreditsByCommitRequest{Commit: commit.String()}, &r)
	if err != nil {
		err = fmt.Errorf("credits of %s: %w", commit, err)
	}
	return r.Credits, r.Guests, err
}

// CreditsOfWallet returns a page of a wallet's credits, of one status or, where it is
// unspecified, all: what waits for the wallet first.
func (c *Client) CreditsOfWallet(ctx context.Context, wallet string, status credittypes.Status, page Page) ([]credittypes.Credit, []byte, error) {
	var r credittypes.QueryCreditsByWalletResponse
	req := &credittypes.QueryCreditsByWalletRequest{Wallet: wallet, Status: status, Pagination: page.request()}
	err := c.query(ctx, creditQuery+"CreditsByWallet", req, &r)
	return r.Credits, nextKey(r.Pagination), err
}

// CreditsOfSong returns a page of the credits in a song's commits, the newest first.
func (c *Client) CreditsOfSong(ctx context.Context, song string, page Page) ([]credittypes.Credit, []byte, error) {
	var r credittypes.QueryCreditsBySongResponse
	req := &credittypes.QueryCreditsBySongRequest{SongId: song, Pagination: page.request()}
	err := c.query(ctx, creditQuery+"CreditsBySong", req, &r)
	return r.Credits, nextKey(r.Pagination), err
}

// Honor returns what a wallet's standing counts.
func (c *Client) Honor(ctx context.Context, wallet string) (credittypes.Honor, error) {
	var r credittypes.QueryHonorResponse
	err := c.query(ctx, creditQuery+"Honor", &credittypes.QueryHonorRequest{Wallet: wallet}, &r)
	return r.Honor, err
}

// CreditSignature is the form in which a message carries a signature over a credit.
func (s Signature) CreditSignature() (*credittypes.Signature, error) {
	key, err := codectypes.NewAnyWithValue(&secp256k1.PubKey{Key: s.PubKey})
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &credittypes.Signature{PubKey: key, Signature: s.Bytes}, nil
}
