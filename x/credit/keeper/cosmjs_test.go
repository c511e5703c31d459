package keeper_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// The vectors of testdata/cosmjs were made with CosmJS, by make-vectors.mjs beside them,
// without a line of this project's code.
type cosmJSVectors struct {
	ChainID       string               `json:"chain_id"`
	Commit        string               `json:"commit"`
	Contributions []cosmJSContribution `json:"contributions"`
	Guest         struct {
		cosmJSSignature
		Wallet string `json:"wallet"`
		Text   string `json:"text"`
	} `json:"guest"`
	Steps []cosmJSStep `json:"steps"`
}

type cosmJSContribution struct {
	Contributor string           `json:"contributor"`
	Guest       *songtypes.Guest `json:"guest"`
	Roles       []string         `json:"roles"`
	Instrument  string           `json:"instrument"`
	Paths       []string         `json:"paths"`
}

// cosmJSSignature is what one key signed.
type cosmJSSignature struct {
	Signer    string `json:"signer"`
	PubKey    []byte `json:"pub_key"`
	SignBytes string `json:"sign_bytes"`
	Signature []byte `json:"signature"`
}

type cosmJSStep struct {
	cosmJSSignature
	Name        string              `json:"name"`
	Contributor string              `json:"contributor"`
	Action      object.CreditAction `json:"action"`
	Statement   string              `json:"statement"`
	Sequence    uint64              `json:"sequence"`
	Text        string              `json:"text"`
	Multisig    struct {
		Threshold int      `json:"threshold"`
		PubKeys   [][]byte `json:"pub_keys"`
	} `json:"multisig"`
	Members []struct {
		cosmJSSignature
		Key uint32 `json:"key"`
	} `json:"members"`
}

func readCosmJS(t *testing.T) cosmJSVectors {
	file, err := os.ReadFile("testdata/cosmjs/vectors.json")
	require.NoError(t, err)
	var v cosmJSVectors
	require.NoError(t, json.Unmarshal(file, &v))
	require.Equal(t, chainID, v.ChainID)
	require.NotEmpty(t, v.Steps)
	return v
}

// push makes the vectors' commit.
func (v cosmJSVectors) push(f *fixture) work {
	var list []songtypes.Contribution
	for _, c := range v.Contributions {
		list = append(list, songtypes.Contribution{
			Contributor: c.Contributor, Guest: c.Guest, Roles: c.Roles, Instrument: c.Instrument, Paths: c.Paths,
		})
	}
	w := commit(drummer, []string{"früh/gitarre – «á»", "voice", "ドラム"}, nil, list...)
	require.Equal(f, v.Commit, w.cid, "make-vectors.mjs has another commit")
	f.push(drummer, f.createSong(drummer, "blue-bossa"), "main", w)
	return w
}

// contributionsOf is what a wallet signs for; the singer's is what the guest did, too.
func (v cosmJSVectors) contributionsOf(address string) []object.Contribution {
	var list []object.Contribution
	for _, c := range v.Contributions {
		own := object.Contribution{Roles: c.Roles, Instrument: c.Instrument, Paths: c.Paths}
		if c.Guest != nil {
			own.Guest = &object.Guest{Key: c.Guest.Key, Name: c.Guest.Name}
		}
		if c.Contributor == address || c.Guest != nil && v.Guest.Wallet == address {
			list = append(list, own)
		}
	}
	return list
}

// check holds the document that CosmJS signed against ours, and its address.
func (s cosmJSSignature) check(t testing.TB, text string) {
	require.Equal(t, s.SignBytes, hex.EncodeToString(object.ADR036SignBytes(s.Signer, []byte(text))))
	require.Equal(t, s.Signer, sdk.MustBech32ifyAddressBytes(prefix, (&secp256k1.PubKey{Key: s.PubKey}).Address()))
}

// signature is the one that the chain is given.
func (s cosmJSStep) signature(t testing.TB) *types.Signature {
	if len(s.Members) == 0 {
		s.check(t, s.Text)
		return &types.Signature{PubKey: pack(t, &secp256k1.PubKey{Key: s.PubKey}), Signature: s.Signature}
	}
	var keys []cryptotypes.PubKey
	for _, key := range s.Multisig.PubKeys {
		keys = append(keys, &secp256k1.PubKey{Key: key})
	}
	signature := &types.Signature{PubKey: pack(t, multisig.NewLegacyAminoPubKey(s.Multisig.Threshold, keys))}
	for _, m := range s.Members {
		m.check(t, s.Text)
		require.Equal(t, s.Multisig.PubKeys[m.Key], m.PubKey)
		signature.Members = append(signature.Members, types.MemberSignature{Key: m.Key, Signature: m.Signature})
	}
	return signature
}

// What CosmJS signed is what we would have had signed, and the chain takes it: each
// step as it is, and with no byte of a signature changed.
func TestCosmJSVectors(t *testing.T) {
	v := readCosmJS(t)
	f := newFixture(t)
	w := v.push(f)
	v.claimGuest(f, w)
	for _, s := range v.Steps {
		v.checkText(f, w, s)
		signature := s.signature(f)
		for _, bent := range bend(signature) {
			s.refuse(f, w, bent)
		}
		s.accept(f, w, signature)
	}
}

func (v cosmJSVectors) claimGuest(f *fixture, w work) {
	g := v.Guest
	link, err := object.ParseCID(w.cid)
	require.NoError(f, err)
	require.Equal(f, g.Text, string(object.GuestClaimText(chainID, link, g.PubKey, g.Wallet)))
	g.check(f, g.Text)
	msg := func(signature []byte) *types.MsgClaimGuestCredit {
		return &types.MsgClaimGuestCredit{Signer: g.Wallet, Commit: w.cid, GuestKey: g.PubKey, Signature: signature}
	}
	for i := range g.Signature {
		refused(f, types.ErrInvalidSignature, f.msgs.ClaimGuestCredit, msg(changed(g.Signature, i)))
	}
	must(f, f.msgs.ClaimGuestCredit, msg(g.Signature))
}

// checkText holds the text that CosmJS signed against the builder's and the chain's.
func (v cosmJSVectors) checkText(f *fixture, w work, s cosmJSStep) {
	link, err := object.ParseCID(w.cid)
	require.NoError(f, err)
	step := object.CreditStep{
		ChainID: chainID, Commit: link, Contributor: s.Contributor, Action: s.Action, Statement: s.Statement,
		Contributions: v.contributionsOf(s.Contributor), Sequence: s.Sequence,
	}
	require.Equal(f, s.Text, string(step.Text()), s.Name)
	action := toConfirm
	if s.Action == object.DisputeCredit {
		action = types.Action_ACTION_DISPUTE
	}
	require.Equal(f, s.Text, string(f.text(w.cid, musician{address: s.Contributor}, action, s.Statement)), s.Name)
}

func (s cosmJSStep) dispute(w work, signature *types.Signature) *types.MsgDisputeCredit {
	msg := dispute(stranger, w.cid, s.Statement)
	msg.Contributor, msg.Signature = s.Contributor, signature
	return msg
}

func (s cosmJSStep) accept(f *fixture, w work, signature *types.Signature) {
	if s.Action == object.DisputeCredit {
		must(f, f.msgs.DisputeCredit, s.dispute(w, signature))
		return
	}
	must(f, f.msgs.ConfirmCredit, relay(s.Contributor, w.cid, signature))
}

func (s cosmJSStep) refuse(f *fixture, w work, signature *types.Signature) {
	if s.Action == object.DisputeCredit {
		refused(f, types.ErrInvalidSignature, f.msgs.DisputeCredit, s.dispute(w, signature))
		return
	}
	refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, relay(s.Contributor, w.cid, signature))
}

// bend returns a signature with each of its bytes changed, the members' too.
func bend(s *types.Signature) []*types.Signature {
	var list []*types.Signature
	for i := range s.Signature {
		list = append(list, &types.Signature{PubKey: s.PubKey, Signature: changed(s.Signature, i)})
	}
	for m := range s.Members {
		for i := range s.Members[m].Signature {
			members := slices.Clone(s.Members)
			members[m].Signature = changed(members[m].Signature, i)
			list = append(list, &types.Signature{PubKey: s.PubKey, Members: members})
		}
	}
	return list
}

func changed(b []byte, i int) []byte {
	b = slices.Clone(b)
	b[i] ^= 1
	return b
}
