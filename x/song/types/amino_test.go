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

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"

	"github.com/parrots-music/parrots/x/song/types"
)

// samples are one of each message, with every kind of field set.
func samples() []gogoproto.Message {
	metadata := types.Metadata{Title: "Blue Bossa", TempoMbpm: 140_000, Tags: []string{"jazz"}, Hints: []string{"https://hub.example"}, AiTraining: types.AiTraining_AI_TRAINING_REFUSAL}
	tree := types.Tree{Entries: []types.Entry{{Path: "kick.wav", Size_: 1 << 40, Kind: "stem", Start: 7, Pcm: []byte{1, 2}}}}
	commit := types.Commit{
		Parents: []string{"a", "b"}, Tree: "c", Author: "d", Created: 1_800_000_000_000, Message: "Count in",
		Contributions: []types.Contribution{{Guest: &types.Guest{Key: []byte{2}, Name: "Kenny"}, Roles: []string{"Composer"}}},
	}
	edges := []types.MergeEdge{{Commit: "a", Parent: 1}}
	return []gogoproto.Message{
		&types.MsgCreateSong{Creator: "a", Name: "b", Metadata: metadata, DefaultBranch: "main"},
		&types.MsgUpdateSong{Signer: "a", SongId: "b", Metadata: metadata, Archived: true, ExpectedRevision: 3},
		&types.MsgTransferSong{Owner: "a", SongId: "b", NewOwner: "c"},
		&types.MsgAcceptSong{NewOwner: "a", SongId: "b", Name: "c"},
		&types.MsgSetCollaborator{Signer: "a", SongId: "b", Address: "c", Role: types.Role_ROLE_MAINTAINER},
		&types.MsgPush{Signer: "a", SongId: "b", Branch: "c", Commits: []types.Commit{commit}, Tree: tree, MergeEdges: edges, Force: true, Trees: []types.CommitTree{{Commit: 1, Tree: tree}}},
		&types.MsgProtectBranch{Signer: "a", SongId: "b", Branch: "c", Protected: true},
		&types.MsgDeleteBranch{Signer: "a", SongId: "b", Branch: "c", ExpectedHead: "d"},
		&types.MsgForkSong{Creator: "a", ParentId: "b", Name: "c"},
		&types.MsgPublishRelease{Signer: "a", SongId: "b", Tag: "c", Commit: "d", Tree: tree, MergeEdges: edges, Isrcs: []string{"e"}},
		&types.MsgAttachCodes{Signer: "a", SongId: "b", Tag: "c", Upc: "d"},
		&types.MsgGrantFork{Signer: "a", SongId: "b", Address: "c", Granted: true},
		&types.MsgUpdateParams{Authority: "a", Params: types.DefaultParams()},
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
	found, err := gogoproto.HybridResolver.FindDescriptorByName("parrots.song.v1.Msg")
	require.NoError(t, err)
	require.Len(t, samples(), found.(protoreflect.ServiceDescriptor).Methods().Len(), "a sample of each message")
	for _, msg := range samples() {
		name := gogoproto.MessageName(msg)
		t.Run(name, func(t *testing.T) {
			amino, value := aminoMsg(t, msg)
			require.Equal(t, "parrots/song/"+name[len("parrots.song.v1."):], amino)
			require.LessOrEqual(t, len(amino), 39, "a Ledger shows no longer names")
			back := gogoproto.Clone(msg)
			back.Reset()
			require.NoError(t, jsonpb.UnmarshalString(string(value), back))
			require.True(t, gogoproto.Equal(msg, back), "%s", value)
		})
	}
}

func TestAuthorSignatureInAminoJSON(t *testing.T) {
	key := secp256k1.GenPrivKeyFromSecret([]byte("guitarist")).PubKey()
	packed, err := codectypes.NewAnyWithValue(key)
	require.NoError(t, err)
	_, value := aminoMsg(t, &types.MsgPush{Commits: []types.Commit{{
		Author: sdk.AccAddress(key.Address()).String(), Signature: &types.AuthorSignature{PubKey: packed, Signature: []byte{1}},
	}}})
	require.Contains(t, string(value), `"pub_key":{"type":"tendermint/PubKeySecp256k1"`)
}
