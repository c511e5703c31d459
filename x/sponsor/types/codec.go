package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
)

// RegisterInterfaces makes a sponsorship one of the allowances that x/feegrant takes.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*feegrant.FeeAllowanceI)(nil), &Sponsorship{})
}
