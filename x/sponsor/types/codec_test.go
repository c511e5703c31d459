package types_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	txv1beta1 "cosmossdk.io/api/cosmos/tx/v1beta1"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/codec/unknownproto"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"

	"github.com/parrots-music/parrots/x/sponsor/types"
)

func newCodec() (codec.Codec, codectypes.InterfaceRegistry) {
	registry := codectypes.NewInterfaceRegistry()
	feegrant.RegisterInterfaces(registry)
	types.RegisterInterfaces(registry)
	return codec.NewProtoCodec(registry), registry
}

func grantMsg(t testing.TB, allowance feegrant.FeeAllowanceI) *feegrant.MsgGrantAllowance {
	t.Helper()
	msg, err := feegrant.NewMsgGrantAllowance(allowance, sdk.AccAddress("granter_____________"), sdk.AccAddress("grantee_____________"))
	require.NoError(t, err)
	return msg
}

func TestAGrantKeepsASponsorship(t *testing.T) {
	cdc, _ := newCodec()
	for _, s := range []*types.Sponsorship{sponsorship(), types.NewSponsorship(coins(1), coins(2), 0, nil, &expiry)} {
		bz, err := cdc.Marshal(grantMsg(t, s))
		require.NoError(t, err)
		var back feegrant.MsgGrantAllowance
		require.NoError(t, cdc.Unmarshal(bz, &back))
		read, err := back.GetFeeAllowanceI()
		require.NoError(t, err)
		require.Equal(t, s, read)
		require.NoError(t, read.ValidateBasic())
		at, err := read.ExpiresAt()
		require.NoError(t, err)
		require.Equal(t, expiry, *at)
	}
}

// A sponsorship within the SDK's own filter is narrower still: it lets a label pay for
// pushes alone.
func TestTheFilterOfTheSDKMayBeAroundIt(t *testing.T) {
	narrow, err := feegrant.NewAllowedMsgAllowance(sponsorship(), []string{"/parrots.song.v1.MsgPush"})
	require.NoError(t, err)
	require.NoError(t, narrow.ValidateBasic())
	_, err = narrow.Accept(at(start), coins(90), pushes)
	require.NoError(t, err)
	left, err := narrow.GetAllowance()
	require.NoError(t, err)
	require.Equal(t, coins(510), left.(*types.Sponsorship).Periodic.Basic.SpendLimit)
	_, err = narrow.Accept(at(start), coins(101), pushes)
	require.ErrorIs(t, err, feegrant.ErrFeeLimitExceeded)
}

// A filter in a filter in a filter is the SDK's to bound; a sponsorship holds no Any.
func TestNestingIsBounded(t *testing.T) {
	cdc, _ := newCodec()
	var allowance feegrant.FeeAllowanceI = sponsorship()
	for range 40 {
		nested, err := feegrant.NewAllowedMsgAllowance(allowance, []string{"/parrots.song.v1.MsgPush"})
		require.NoError(t, err)
		allowance = nested
	}
	bz, err := cdc.Marshal(grantMsg(t, allowance))
	require.NoError(t, err)
	require.Error(t, cdc.Unmarshal(bz, &feegrant.MsgGrantAllowance{}))
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	_, registry := newCodec()
	s := sponsorship()
	bz, err := s.Marshal()
	require.NoError(t, err)
	require.NoError(t, unknownproto.RejectUnknownFieldsStrict(bz, s, registry))
	bz = protowire.AppendTag(bz, 4, protowire.BytesType)
	bz = protowire.AppendBytes(bz, bytes.Repeat([]byte{7}, 1<<10))
	require.Error(t, unknownproto.RejectUnknownFieldsStrict(bz, s, registry))
}

func TestMoneyIsSeenAtAnyDepth(t *testing.T) {
	for name, want := range map[protoreflect.FullName]bool{
		"cosmos.bank.v1beta1.MsgSend":                true,
		"cosmos.bank.v1beta1.MsgMultiSend":           true, // within its inputs
		"cosmos.feegrant.v1beta1.MsgRevokeAllowance": false,
		"parrots.song.v1.MsgPush":                    false,
	} {
		desc, err := gogoproto.HybridResolver.FindDescriptorByName(name)
		require.NoError(t, err)
		require.Equal(t, want, types.CarriesMoney(desc.(protoreflect.MessageDescriptor), nil), name)
	}
}

// What a Ledger shows of a grant names every bound.
func TestAminoJSON(t *testing.T) {
	msg := grantMsg(t, sponsorship())
	bz, err := gogoproto.Marshal(msg)
	require.NoError(t, err)
	handler := aminojson.NewSignModeHandler(aminojson.SignModeHandlerOptions{FileResolver: gogoproto.HybridResolver})
	doc, err := handler.GetSignBytes(context.Background(), txsigning.SignerData{Address: "a"}, txsigning.TxData{
		Body:     &txv1beta1.TxBody{Messages: []*anypb.Any{{TypeUrl: sdk.MsgTypeURL(msg), Value: bz}}},
		AuthInfo: &txv1beta1.AuthInfo{Fee: &txv1beta1.Fee{}},
	})
	require.NoError(t, err)
	var signed struct {
		Msgs []struct {
			Value struct{ Allowance json.RawMessage }
		}
	}
	require.NoError(t, json.Unmarshal(doc, &signed))
	require.JSONEq(t, `{"type":"parrots/sponsor/Sponsorship","value":{
		"max_fee":[{"denom":"ufeather","amount":"100"}],
		"periodic":{
			"basic":{"spend_limit":[{"denom":"ufeather","amount":"600"}],"expiration":"2027-02-22T12:00:00Z"},
			"period":"86400000000000",
			"period_spend_limit":[{"denom":"ufeather","amount":"250"}],
			"period_can_spend":[{"denom":"ufeather","amount":"250"}],
			"period_reset":"1970-01-01T00:00:00Z"}}}`, string(signed.Msgs[0].Value.Allowance))
}

// FuzzSponsorship: whatever bytes a sponsorship is read from, asking it panics never,
// and it never pays more than its bounds.
func FuzzSponsorship(f *testing.F) {
	for _, s := range []*types.Sponsorship{sponsorship(), types.NewSponsorship(coins(1), nil, 0, nil, nil), {}} {
		bz, err := s.Marshal()
		require.NoError(f, err)
		f.Add(bz, int64(1), int64(0))
	}
	f.Fuzz(func(t *testing.T, bz []byte, fee, seconds int64) {
		var s types.Sponsorship
		if s.Unmarshal(bz) != nil {
			return
		}
		_, _ = s.ExpiresAt()
		if s.ValidateBasic() != nil {
			return
		}
		paid := sdk.Coins{{Denom: "ufeather", Amount: coins(1)[0].Amount.MulRaw(fee)}}
		before := s.MaxFee
		if _, err := s.Accept(at(start.Add(time.Duration(seconds)*time.Second)), paid, pushes); err != nil {
			return
		}
		require.GreaterOrEqual(t, fee, int64(0))
		require.True(t, paid[0].Amount.LTE(before.AmountOf("ufeather")))
		// What cannot be written fails the transaction; it must not bring down a node.
		if bz, err := s.Marshal(); err == nil {
			var back types.Sponsorship
			require.NoError(t, back.Unmarshal(bz))
		}
	})
}
