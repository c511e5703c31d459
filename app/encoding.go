package app

import (
	"github.com/cosmos/gogoproto/proto"

	coreaddress "cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/std"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

// encoding is how values become bytes and text.
type encoding struct {
	codec     codec.Codec
	amino     *codec.LegacyAmino
	registry  codectypes.InterfaceRegistry
	txConfig  client.TxConfig
	addresses addressCodecs
}

type addressCodecs struct {
	account, validator, consensus coreaddress.Codec
}

func newAddressCodecs() addressCodecs {
	return addressCodecs{
		account:   address.NewBech32Codec(AccountAddressPrefix),
		validator: address.NewBech32Codec(validatorAddressPrefix),
		consensus: address.NewBech32Codec(consensusAddressPrefix),
	}
}

func newEncoding() encoding {
	addresses := newAddressCodecs()
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: txsigning.Options{
			AddressCodec:          addresses.account,
			ValidatorAddressCodec: addresses.validator,
		},
	})
	must(err)
	must(registry.SigningContext().Validate())

	amino := codec.NewLegacyAmino()
	std.RegisterLegacyAminoCodec(amino)
	std.RegisterInterfaces(registry)

	cdc := codec.NewProtoCodec(registry)
	return encoding{
		codec:     cdc,
		amino:     amino,
		registry:  registry,
		txConfig:  authtx.NewTxConfig(cdc, authtx.DefaultSignModes),
		addresses: addresses,
	}
}

// AppCodec returns the codec of state and messages.
func (app *App) AppCodec() codec.Codec { return app.encoding.codec }

// LegacyAmino returns the codec of amino JSON, which Ledger and Keplr sign.
func (app *App) LegacyAmino() *codec.LegacyAmino { return app.encoding.amino }

// InterfaceRegistry returns the registry of types that travel in an Any.
func (app *App) InterfaceRegistry() codectypes.InterfaceRegistry { return app.encoding.registry }

// TxConfig returns the encoding of transactions.
func (app *App) TxConfig() client.TxConfig { return app.encoding.txConfig }
