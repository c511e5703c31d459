package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgOpenAudition{},
		&MsgReviseAudition{},
		&MsgReviewAudition{},
		&MsgMergeAudition{},
		&MsgCloseAudition{},
		&MsgReopenAudition{},
		&MsgSetAuditionSettings{},
		&MsgUpdateParams{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

var _ codectypes.UnpackInterfacesMessage = MsgMergeAudition{}

// UnpackInterfaces hands the keys of authors' signatures in the push to the codec.
func (m MsgMergeAudition) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return m.Push.UnpackInterfaces(unpacker)
}
