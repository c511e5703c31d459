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
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"

	"github.com/parrots-music/parrots/x/credit/types"
)

// samples are one of each message, with every kind of field set.
func samples() []gogoproto.Message {
	signature := &types.Signature{Signature: []byte{1}, Members: []types.MemberSignature{{Key: 1, Signature: []byte{2}}}}
	return []gogoproto.Message{
		&types.MsgConfirmCredit{Signer: "a", Commit: "b", Contributor: "c", Signature: signature},
		&types.MsgDisputeCredit{Signer: "a", Commit: "b", Contributor: "c", Statement: "d", Signature: signature},
		&types.MsgAnswerDispute{Author: "a", Commit: "b", Contributor: "c", Statement: "d"},
		&types.MsgClaimGuestCredit{Signer: "a", Commit: "b", GuestKey: []byte{2}, Signature: []byte{1}},
		&types.MsgConsentToLicence{Contributor: "a", SongId: "b", Licence: "c", AiTraining: 1},
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
	found, err := gogoproto.HybridResolver.FindDescriptorByName("parrots.credit.v1.Msg")
	require.NoError(t, err)
	require.Len(t, samples(), found.(protoreflect.ServiceDescriptor).Methods().Len(), "a sample of each message")
	for _, msg := range samples() {
		name := gogoproto.MessageName(msg)
		t.Run(name, func(t *testing.T) {
			amino, value := aminoMsg(t, msg)
			require.Equal(t, "parrots/credit/"+name[len("parrots.credit.v1."):], amino)
			require.LessOrEqual(t, len(amino), 39, "a Ledger shows no longer names")
			back := gogoproto.Clone(msg)
			back.Reset()
			require.NoError(t, jsonpb.UnmarshalString(string(value), back))
			require.True(t, gogoproto.Equal(msg, back), "%s", value)
		})
	}
}

func TestSignatureInAminoJSON(t *testing.T) {
	key := secp256k1.GenPrivKeyFromSecret([]byte("guitarist")).PubKey()
	packed, err := codectypes.NewAnyWithValue(key)
	require.NoError(t, err)
	_, value := aminoMsg(t, &types.MsgConfirmCredit{Signature: &types.Signature{PubKey: packed, Signature: []byte{1}}})
	require.Contains(t, string(value), `"pub_key":{"type":"tendermint/PubKeySecp256k1"`)
}
