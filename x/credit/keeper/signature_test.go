package keeper_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
)

const toConfirm = types.Action_ACTION_CONFIRM

// relay brings a contributor's confirmation to the chain.
func relay(who string, commit string, signature *types.Signature) *types.MsgConfirmCredit {
	return &types.MsgConfirmCredit{Signer: stranger.address, Commit: commit, Contributor: who, Signature: signature}
}

func TestSignText(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	require.Equal(t, strings.Join([]string{
		"parrots.music credit v1", "chain: parrots-test-1", "commit: " + w.cid, "contributor: " + guitarist.address, "action: confirm",
		"roles: StudioMusician", "instrument: Guitar", "path: guitar.wav",
		"roles: StudioMusician", "paths: all that the commit changed", "sequence: 0", "",
	}, "\n"), string(f.text(w.cid, guitarist, toConfirm, "")))
	require.Contains(t, string(f.text(w.cid, guitarist, types.Action_ACTION_DISPUTE, "No: not me")), "action: dispute\nstatement: No: not me\nroles: ")
}

// An account that never sent a transaction confirms: the key is in the message.
func TestRelayedConfirmation(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	signature := guitarist.sign(f.text(w.cid, guitarist, toConfirm, ""))
	must(f, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, signature))
	c := f.credit(w.cid, guitarist)
	require.Equal(t, confirmed, c.Status)
	require.Equal(t, signature.Signature, c.Signature.Signature, "kept as evidence")
	require.Equal(t, signature.PubKey.Value, c.Signature.PubKey.Value)

	statement := "I did not play this"
	disputing := guitarist.sign(f.text(w.cid, guitarist, types.Action_ACTION_DISPUTE, statement))
	msg := dispute(stranger, w.cid, "another statement")
	msg.Contributor, msg.Signature = guitarist.address, disputing
	refused(f, types.ErrInvalidSignature, f.msgs.DisputeCredit, msg)
	msg.Statement = statement
	must(f, f.msgs.DisputeCredit, msg)

	// Nothing that was signed before works after the dispute.
	refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, signature))
	again := guitarist.sign(f.text(w.cid, guitarist, toConfirm, ""))
	must(f, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, again))
	refused(f, types.ErrInvalidSignature, f.msgs.DisputeCredit, msg)
}

func TestHostileSignatures(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	other := commit(drummer, []string{"drums", "guitar", "bass"}, []string{w.cid},
		played(guitarist, "Guitar", "guitar.wav"), played(guitarist, ""), played(singer, ""))
	f.push(drummer, songID, "more", other)
	text := f.text(w.cid, guitarist, toConfirm, "")
	change := func(from, to string) *types.Signature {
		require.Contains(t, string(text), from)
		return guitarist.sign([]byte(strings.Replace(string(text), from, to, 1)))
	}
	right := guitarist.sign(text)
	spoil := func(do func(s *types.Signature)) *types.Signature {
		s := guitarist.sign(text)
		do(s)
		return s
	}
	for name, signature := range map[string]*types.Signature{
		"wrong chain":       change("parrots-test-1", "parrots-test-2"),
		"wrong domain":      change("parrots.music", "parrots.example"),
		"wrong commit":      change(w.cid, other.cid),
		"wrong action":      change("confirm", "dispute"),
		"wrong sequence":    change("sequence: 0", "sequence: 1"),
		"other roles":       change("StudioMusician", "LeadVocalist"),
		"other paths":       change("guitar.wav", "drums.wav"),
		"another's":         singer.sign(text),
		"another's key":     spoil(func(s *types.Signature) { s.PubKey = singer.sign(text).PubKey }),
		"high S":            spoil(func(s *types.Signature) { s.Signature = highS(s.Signature) }),
		"one bit":           spoil(func(s *types.Signature) { s.Signature[9] ^= 1 }),
		"empty":             spoil(func(s *types.Signature) { s.Signature = nil }),
		"longer":            spoil(func(s *types.Signature) { s.Signature = append(s.Signature, 0) }),
		"with members":      spoil(func(s *types.Signature) { s.Members = []types.MemberSignature{{Signature: s.Signature}} }),
		"no key":            {Signature: right.Signature},
		"nothing":           {},
		"short key":         {PubKey: pack(t, &secp256k1.PubKey{Key: []byte{2, 3}}), Signature: right.Signature},
		"short ML-DSA key":  {PubKey: pack(t, &mldsa65.PubKey{Key: []byte{2, 3}}), Signature: right.Signature},
		"another kind":      {PubKey: pack(t, ed25519.GenPrivKeyFromSecret([]byte("x")).PubKey()), Signature: right.Signature},
		"plain, no ADR-036": spoil(func(s *types.Signature) { s.Signature, _ = guitarist.key.Sign(text) }),
	} {
		t.Run(name, func(t *testing.T) {
			refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, signature))
		})
	}
	// A wrong signature does not become right because the contributor sends it.
	refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, &types.MsgConfirmCredit{
		Signer: guitarist.address, Commit: w.cid, Signature: singer.sign(text),
	})
	must(f, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, right))
}

// highS is the other signature that ECDSA would take.
func highS(signature []byte) []byte {
	n, _ := new(big.Int).SetString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", 16)
	s := new(big.Int).Sub(n, new(big.Int).SetBytes(signature[32:]))
	return append(slices.Clone(signature[:32]), s.FillBytes(make([]byte, 32))...)
}

func pack(t testing.TB, key cryptotypes.PubKey) *codectypes.Any {
	t.Helper()
	packed, err := codectypes.NewAnyWithValue(key)
	require.NoError(t, err)
	return packed
}

func TestMLDSAAccountConfirms(t *testing.T) {
	f := newFixture(t)
	private, err := mldsa65.GenPrivKeyFromSeed(make([]byte, 32))
	require.NoError(t, err)
	pianist := musicianOf(&private)
	songID := f.createSong(drummer, "blue-bossa")
	w := commit(drummer, []string{"piano"}, nil, played(pianist, "Piano"))
	f.push(drummer, songID, "main", w)
	signature := pianist.sign(f.text(w.cid, pianist, toConfirm, ""))
	bent := pianist.sign(f.text(w.cid, pianist, toConfirm, ""))
	bent.Signature[7] ^= 1
	refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, relay(pianist.address, w.cid, bent))
	must(f, f.msgs.ConfirmCredit, relay(pianist.address, w.cid, signature))
	require.Equal(t, confirmed, f.credit(w.cid, pianist).Status)
}

// group is a multisig account.
type group struct {
	members []musician
	key     *multisig.LegacyAminoPubKey
	address string
}

func newGroup(threshold int, members ...musician) group {
	var keys []cryptotypes.PubKey
	for _, m := range members {
		keys = append(keys, m.key.PubKey())
	}
	key := multisig.NewLegacyAminoPubKey(threshold, keys)
	return group{members, key, sdk.MustBech32ifyAddressBytes(prefix, key.Address())}
}

// sign has some of the members sign, each as their own wallet does.
func (g group) sign(t testing.TB, text []byte, who ...uint32) *types.Signature {
	s := &types.Signature{PubKey: pack(t, g.key)}
	for _, i := range who {
		s.Members = append(s.Members, types.MemberSignature{Key: i, Signature: g.members[i].sign(text).Signature})
	}
	return s
}

func TestMultisigAccountConfirms(t *testing.T) {
	f := newFixture(t)
	band := newGroup(2, drummer, guitarist, singer)
	songID := f.createSong(drummer, "blue-bossa")
	w := commit(drummer, []string{"drums"}, nil, played(musician{address: band.address}, ""))
	f.push(drummer, songID, "main", w)
	text := f.text(w.cid, musician{address: band.address}, toConfirm, "")
	// The threshold is part of the key, and so of the address.
	lower := newGroup(1, drummer, guitarist, singer)
	asBand, err := drummer.key.Sign(object.ADR036SignBytes(band.address, text))
	require.NoError(t, err)
	for name, signature := range map[string]*types.Signature{
		"below threshold": band.sign(t, text, 1),
		"nobody":          band.sign(t, text),
		"one twice":       band.sign(t, text, 1, 1),
		"out of order":    band.sign(t, text, 2, 0),
		"other threshold": lower.sign(t, text, 0),
		"a stranger":      newGroup(2, drummer, guitarist, stranger).sign(t, text, 0, 2),
		"no such member":  {PubKey: pack(t, band.key), Members: []types.MemberSignature{{Key: 0, Signature: drummer.sign(text).Signature}, {Key: 9, Signature: singer.sign(text).Signature}}},
		"swapped":         {PubKey: pack(t, band.key), Members: []types.MemberSignature{{Key: 0, Signature: singer.sign(text).Signature}, {Key: 2, Signature: drummer.sign(text).Signature}}},
		"as the group":    {PubKey: pack(t, band.key), Members: []types.MemberSignature{{Key: 0, Signature: asBand}, {Key: 2, Signature: singer.sign(text).Signature}}},
		"third is wrong":  {PubKey: pack(t, band.key), Members: append(band.sign(t, text, 0, 1).Members, types.MemberSignature{Key: 2, Signature: []byte{1}})},
		"single":          {PubKey: pack(t, band.key), Signature: drummer.sign(text).Signature},
		"zero threshold":  {PubKey: pack(t, &multisig.LegacyAminoPubKey{PubKeys: band.key.PubKeys}), Members: band.sign(t, text, 0, 1).Members},
		"no keys":         {PubKey: pack(t, &multisig.LegacyAminoPubKey{Threshold: 1})},
		"threshold over n": {PubKey: pack(t, &multisig.LegacyAminoPubKey{Threshold: 1 << 31, PubKeys: band.key.PubKeys}),
			Members: band.sign(t, text, 0, 1).Members},
		"nested": {PubKey: pack(t, newGroup(1, musician{key: groupKey{band}}).key)},
	} {
		t.Run(name, func(t *testing.T) {
			refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, relay(band.address, w.cid, signature))
		})
	}
	must(f, f.msgs.ConfirmCredit, relay(band.address, w.cid, band.sign(t, text, 0, 2)))
	require.Equal(t, confirmed, f.credit(w.cid, musician{address: band.address}).Status)
}

// groupKey stands in for a private key whose public key is a multisig.
type groupKey struct{ g group }

func (k groupKey) PubKey() cryptotypes.PubKey          { return k.g.key }
func (groupKey) Bytes() []byte                         { return nil }
func (groupKey) Sign([]byte) ([]byte, error)           { return nil, nil }
func (groupKey) Equals(cryptotypes.LedgerPrivKey) bool { return false }
func (groupKey) Type() string                          { return "group" }
func (groupKey) Reset()                                {}
func (groupKey) String() string                        { return "group" }
func (groupKey) ProtoMessage()                         {}

// Ten megabytes of keys are counted, and not looked at.
func TestHugeMultisig(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	one := pack(t, drummer.key.PubKey())
	huge := &multisig.LegacyAminoPubKey{Threshold: 1}
	for range 10 << 20 / len(one.Value) {
		huge.PubKeys = append(huge.PubKeys, one)
	}
	packed := pack(t, huge)
	require.Greater(t, len(packed.Value), 10<<20)
	msg := relay(guitarist.address, w.cid, &types.Signature{PubKey: packed, Members: make([]types.MemberSignature, 100_000)})
	spent := f.ctx.GasMeter().GasConsumed()
	_, err := f.msgs.ConfirmCredit(f.ctx, msg)
	require.ErrorIs(t, err, types.ErrInvalidSignature)
	require.ErrorContains(t, err, "limit is 16")
	require.Less(t, f.ctx.GasMeter().GasConsumed()-spent, uint64(100_000))
}

// A signature costs what x/auth takes for it, and its text by the byte.
func TestSignatureGas(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	text := f.text(w.cid, guitarist, toConfirm, "")
	gas := func(msg *types.MsgConfirmCredit) uint64 {
		ctx, _ := f.ctx.CacheContext()
		before := ctx.GasMeter().GasConsumed()
		_, err := f.msgs.ConfirmCredit(ctx, msg)
		require.NoError(t, err)
		return ctx.GasMeter().GasConsumed() - before
	}
	own, relayed := gas(confirm(guitarist, w.cid)), gas(relay(guitarist.address, w.cid, guitarist.sign(text)))
	require.Greater(t, relayed-own, 1000+5*uint64(len(text)))
}
