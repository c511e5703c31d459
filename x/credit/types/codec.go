package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgConfirmCredit{},
		&MsgDisputeCredit{},
		&MsgAnswerDispute{},
		&MsgClaimGuestCredit{},
		&MsgConsentToLicence{},
		&MsgUpdateParams{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// A signature holds its public key as an Any. Whatever carries one has to hand it to
// the codec, at every level.
var (
	_ codectypes.UnpackInterfacesMessage = (*Signature)(nil)
	_ codectypes.UnpackInterfacesMessage = MsgConfirmCredit{}
	_ codectypes.UnpackInterfacesMessage = MsgDisputeCredit{}
	_ codectypes.UnpackInterfacesMessage = CreditRecord{}
	_ codectypes.UnpackInterfacesMessage = Credit{}
	_ codectypes.UnpackInterfacesMessage = GenesisCredit{}
	_ codectypes.UnpackInterfacesMessage = GenesisState{}
	_ codectypes.UnpackInterfacesMessage = QueryCreditResponse{}
	_ codectypes.UnpackInterfacesMessage = QueryCreditsByCommitResponse{}
	_ codectypes.UnpackInterfacesMessage = QueryCreditsByWalletResponse{}
	_ codectypes.UnpackInterfacesMessage = QueryCreditsBySongResponse{}
)

// UnpackInterfaces implements UnpackInterfacesMessage.
func (s *Signature) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	if s == nil {
		return nil
	}
	var key cryptotypes.PubKey
	return unpacker.UnpackAny(s.PubKey, &key)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (m MsgConfirmCredit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return m.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (m MsgDisputeCredit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return m.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r CreditRecord) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return r.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (c Credit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return c.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (c GenesisCredit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return c.Record.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (gs GenesisState) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, gs.Credits)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryCreditResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return r.Credit.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryCreditsByCommitResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, r.Credits)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryCreditsByWalletResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, r.Credits)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryCreditsBySongResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, r.Credits)
}

func unpackEach[T codectypes.UnpackInterfacesMessage](unpacker codectypes.AnyUnpacker, list []T) error {
	for _, v := range list {
		if err := v.UnpackInterfaces(unpacker); err != nil {
			return err
		}
	}
	return nil
}
