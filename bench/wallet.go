package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const (
	denom   = "ufeather"
	chainID = "parrots-bench-1"
	loadGas = 600_000
)

// wallet is a musician who signs transactions ahead of time.
type wallet struct {
	key      *secp256k1.PrivKey
	raw      types.AccAddress
	address  string
	number   uint64 // account number in the genesis
	sequence uint64
	song     string
	head     string
	takes    int
}

func newWallets(n int) ([]*wallet, error) {
	wallets := make([]*wallet, n)
	for i := range wallets {
		key := secp256k1.GenPrivKeyFromSecret(fmt.Appendf(nil, "musician %d", i))
		raw := types.AccAddress(key.PubKey().Address())
		address, err := chain.FormatAddress(raw)
		if err != nil {
			return nil, err
		}
		wallets[i] = &wallet{
			key: key, raw: raw, address: address, number: uint64(i), song: songtypes.NewSongID(raw, 0).String(),
		}
	}
	return wallets, nil
}

// sign returns the bytes of the wallet's next transaction.
func (w *wallet) sign(config client.TxConfig, msg types.Msg) ([]byte, error) {
	builder := config.NewTxBuilder()
	if err := builder.SetMsgs(msg); err != nil {
		return nil, err
	}
	builder.SetGasLimit(loadGas)
	builder.SetFeeAmount(types.NewCoins(types.NewInt64Coin(denom, loadGas/1000)))
	mode := signing.SignMode_SIGN_MODE_DIRECT
	unsigned := signing.SignatureV2{PubKey: w.key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: w.sequence}
	if err := builder.SetSignatures(unsigned); err != nil {
		return nil, err
	}
	signed, err := tx.SignWithPrivKey(context.Background(), mode, authsigning.SignerData{
		Address: w.address, ChainID: chainID, AccountNumber: w.number, Sequence: w.sequence, PubKey: w.key.PubKey(),
	}, builder, w.key, config, w.sequence)
	if err != nil {
		return nil, err
	}
	if err := builder.SetSignatures(signed); err != nil {
		return nil, err
	}
	w.sequence++
	return config.TxEncoder()(builder.GetTx())
}

// push returns a push of one more commit with 12 new stems.
func (w *wallet) push(now time.Time) (types.Msg, error) {
	w.takes++
	var tree songtypes.Tree
	for i := range 12 {
		digest := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", w.address, w.takes, i))
		hash, err := multihash.Encode(digest[:], multihash.SHA2_256)
		if err != nil {
			return nil, err
		}
		tree.Entries = append(tree.Entries, songtypes.Entry{
			Path: fmt.Sprintf("stem-%02d.wav", i), Cid: cid.NewCidV1(cid.DagProtobuf, hash).String(), Kind: string(object.KindStem),
			Size_: 50_000_000, Codec: "pcm", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: 8_333_333,
		})
	}
	_, treeCID, err := tree.Encode()
	if err != nil {
		return nil, err
	}
	block, err := object.Commit{
		Tree: treeCID, Author: w.raw, Created: uint64(now.UnixMilli()), Parents: w.parents(),
		Message: "the second verse once more, softer than before, and in tune",
		Contributions: []object.Contribution{
			{Contributor: w.raw, Roles: []string{"StudioMusician"}, Instrument: "guitar"},
		},
	}.Encode()
	if err != nil {
		return nil, err
	}
	fields, err := object.DecodeCommit(block)
	if err != nil {
		return nil, err
	}
	commit, err := chain.CommitToProto(fields, nil)
	if err != nil {
		return nil, err
	}
	msg := &songtypes.MsgPush{
		Signer: w.address, SongId: w.song, Branch: "main", ExpectedHead: w.head,
		Commits: []songtypes.Commit{commit}, Tree: tree,
	}
	w.head = object.CIDOf(block).String()
	return msg, nil
}

func (w *wallet) parents() []cid.Cid {
	if w.head == "" {
		return nil
	}
	return []cid.Cid{cid.MustParse(w.head)}
}

func middle(rates []float64) float64 {
	rates = slices.Sorted(slices.Values(rates))
	return rates[len(rates)/2]
}
