package types_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/cosmos/gogoproto/jsonpb"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	txv1beta1 "cosmossdk.io/api/cosmos/tx/v1beta1"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// samples are one of each message, with every kind of field set.
func samples() []gogoproto.Message {
	return []gogoproto.Message{
		&types.MsgOpenAudition{
			Opener: "a", SongId: "b", Branch: "c", SourceSongId: "d", SourceBranch: "e", Head: "f", Title: "g", Message: "h",
		},
		&types.MsgReviseAudition{Signer: "a", SongId: "b", Number: 1 << 60, Head: "c", Message: "d"},
		&types.MsgReviewAudition{
			Reviewer: "a", SongId: "b", Number: 7, Revision: 2, Verdict: types.Verdict_VERDICT_ASK_CHANGES, Body: "c",
		},
		&types.MsgMergeAudition{
			Signer: "a", SongId: "b", Number: 7, Revision: 2, Push: push(), OfferedEdges: []songtypes.MergeEdge{{Commit: "a", Parent: 1}},
		},
		&types.MsgCloseAudition{Signer: "a", SongId: "b", Number: 7, Reason: "c"},
		&types.MsgReopenAudition{Signer: "a", SongId: "b", Number: 7},
		&types.MsgSetAuditionSettings{Signer: "a", SongId: "b", Settings: types.Settings{RequiredApprovals: 2}},
		&types.MsgUpdateParams{Authority: "a", Params: types.DefaultParams()},
	}
}

func push() songtypes.MsgPush {
	return songtypes.MsgPush{
		Signer: "a", SongId: "b", Branch: "c", ExpectedHead: "d",
		Commits:    []songtypes.Commit{{Parents: []string{"a", "b"}, Tree: "c", Author: "d", Message: "Merge"}},
		Tree:       songtypes.Tree{Entries: []songtypes.Entry{{Path: "kick.wav", Size_: 1 << 40, Kind: "stem"}}},
		MergeEdges: []songtypes.MergeEdge{{Commit: "a", Parent: 2}},
	}
}

// aminoMsg returns what a Ledger is given to sign for a message.
func aminoMsg(t *testing.T, msg gogoproto.Message) (name string, value json.RawMessage) {
	t.Helper()
	bz, err := gogoproto.Marshal(msg)
	require.NoError(t, err)
	handler := aminojson.NewSignModeHandler(aminojson.SignModeHandlerOptions{FileResolver: gogoproto.HybridResolver})
	doc, err := handler.GetSignBytes(context.Background(), txsigning.SignerData{Address: "a"}, txsigning.TxData{
		Body:     &txv1beta1.TxBody{Messages: []*anypb.Any{{TypeUrl: "/" + gogoproto.MessageName(msg), Value: bz}}},
		AuthInfo: &txv1beta1.AuthInfo{Fee: &txv1beta1.Fee{}},
	})
	require.NoError(t, err)
	var parsed struct {
		Msgs []struct {
			Type  string
			Value json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(doc, &parsed))
	require.Len(t, parsed.Msgs, 1)
	return parsed.Msgs[0].Type, parsed.Msgs[0].Value
}

// Nothing is lost between a message and the document that a Ledger signs.
func TestMessagesInAminoJSON(t *testing.T) {
	found, err := gogoproto.HybridResolver.FindDescriptorByName("parrots.audition.v1.Msg")
	require.NoError(t, err)
	require.Len(t, samples(), found.(protoreflect.ServiceDescriptor).Methods().Len(), "a sample of each message")
	for _, msg := range samples() {
		name := gogoproto.MessageName(msg)
		t.Run(name, func(t *testing.T) {
			amino, value := aminoMsg(t, msg)
			require.Equal(t, "parrots/audition/"+name[len("parrots.audition.v1."):], amino)
			require.LessOrEqual(t, len(amino), 39, "a Ledger shows no longer names")
			back := gogoproto.Clone(msg)
			back.Reset()
			require.NoError(t, jsonpb.UnmarshalString(string(value), back))
			require.True(t, gogoproto.Equal(msg, back), "%s", value)
		})
	}
}

// A commit in the push keeps its author's signature.
func TestAuthorSignatureInAminoJSON(t *testing.T) {
	key := secp256k1.GenPrivKeyFromSecret([]byte("guitarist")).PubKey()
	packed, err := codectypes.NewAnyWithValue(key)
	require.NoError(t, err)
	msg := &types.MsgMergeAudition{Push: push()}
	msg.Push.Commits[0].Author = sdk.AccAddress(key.Address()).String()
	msg.Push.Commits[0].Signature = &songtypes.AuthorSignature{PubKey: packed, Signature: []byte{1}}
	_, value := aminoMsg(t, msg)
	require.Contains(t, string(value), `"pub_key":{"type":"tendermint/PubKeySecp256k1"`)

	bz, err := gogoproto.Marshal(msg)
	require.NoError(t, err)
	registry := codectypes.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	types.RegisterInterfaces(registry)
	var back types.MsgMergeAudition
	require.NoError(t, codec.NewProtoCodec(registry).Unmarshal(bz, &back))
	require.Equal(t, key, back.Push.Commits[0].Signature.PubKey.GetCachedValue())
}
