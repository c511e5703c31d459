package chain

import (
	"fmt"

	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"

	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
	sponsortypes "github.com/parrots-music/parrots/x/sponsor/types"
)

// NewCodec returns the codec of everything this package reads and writes: keys,
// accounts, coins, allowances and our own messages.
func NewCodec() (codec.Codec, error) {
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: txsigning.Options{
			AddressCodec:          addressCodec(),
			ValidatorAddressCodec: validatorCodec(),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("codec: %w", err)
	}
	cryptocodec.RegisterInterfaces(registry)
	authtypes.RegisterInterfaces(registry)
	banktypes.RegisterInterfaces(registry)
	feegrant.RegisterInterfaces(registry)
	authz.RegisterInterfaces(registry)
	songtypes.RegisterInterfaces(registry)
	socialtypes.RegisterInterfaces(registry)
	sponsortypes.RegisterInterfaces(registry)
	return codec.NewProtoCodec(registry), nil
}
