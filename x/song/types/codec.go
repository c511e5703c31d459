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
		&MsgCreateSong{},
		&MsgUpdateSong{},
		&MsgTransferSong{},
		&MsgAcceptSong{},
		&MsgSetCollaborator{},
		&MsgPush{},
		&MsgProtectBranch{},
		&MsgDeleteBranch{},
		&MsgForkSong{},
		&MsgPublishRelease{},
		&MsgAttachCodes{},
		&MsgGrantFork{},
		&MsgUpdateParams{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}

// An author's signature holds its public key as an Any. Whatever carries one has
// to hand it to the codec, at every level.
var (
	_ codectypes.UnpackInterfacesMessage = (*AuthorSignature)(nil)
	_ codectypes.UnpackInterfacesMessage = Commit{}
	_ codectypes.UnpackInterfacesMessage = CommitInfo{}
	_ codectypes.UnpackInterfacesMessage = CommitRecord{}
	_ codectypes.UnpackInterfacesMessage = MsgPush{}
	_ codectypes.UnpackInterfacesMessage = QueryCommitResponse{}
	_ codectypes.UnpackInterfacesMessage = QueryLogResponse{}
	_ codectypes.UnpackInterfacesMessage = GenesisState{}
)

// UnpackInterfaces implements UnpackInterfacesMessage.
func (s *AuthorSignature) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	if s == nil {
		return nil
	}
	var key cryptotypes.PubKey
	return unpacker.UnpackAny(s.PubKey, &key)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (c Commit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return c.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (c CommitInfo) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return c.Commit.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (c CommitRecord) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return c.Signature.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (m MsgPush) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, m.Commits)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryCommitResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return r.Commit.UnpackInterfaces(unpacker)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (r QueryLogResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, r.Commits)
}

// UnpackInterfaces implements UnpackInterfacesMessage.
func (gs GenesisState) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackEach(unpacker, gs.Commits)
}

func unpackEach[T codectypes.UnpackInterfacesMessage](unpacker codectypes.AnyUnpacker, list []T) error {
	for _, v := range list {
		if err := v.UnpackInterfaces(unpacker); err != nil {
			return err
		}
	}
	return nil
}
