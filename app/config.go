package app

import (
	clienthelpers "cosmossdk.io/client/v2/helpers"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// EnvPrefix begins the environment variables that parrotsd reads.
	EnvPrefix = "PARROTSD"
	// BondDenom is the coin that is staked and pays fees: a millionth of a feather.
	BondDenom = "ufeather"
	// DisplayDenom is the coin as people name it.
	DisplayDenom = "feather"
	// denomExponent is how many decimals a feather has.
	denomExponent = 6

	validatorAddressPrefix = AccountAddressPrefix + "valoper"
	consensusAddressPrefix = AccountAddressPrefix + "valcons"
)

// DefaultNodeHome is the node's folder where none is named.
var DefaultNodeHome string

// The SDK keeps the address prefixes, the bond denomination and the home folder in
// globals of its own, which its codecs and default genesis states read. They are
// set once, here, before anything can read them.
func init() {
	sdk.DefaultBondDenom = BondDenom

	config := sdk.GetConfig()
	config.SetCoinType(ChainCoinType)
	config.SetBech32PrefixForAccount(AccountAddressPrefix, AccountAddressPrefix+"pub")
	config.SetBech32PrefixForValidator(validatorAddressPrefix, validatorAddressPrefix+"pub")
	config.SetBech32PrefixForConsensusNode(consensusAddressPrefix, consensusAddressPrefix+"pub")

	clienthelpers.EnvPrefix = EnvPrefix
	home, err := clienthelpers.GetNodeHomeDirectory("." + Name + "d")
	must(err)
	DefaultNodeHome = home
}
