package sponsor

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the module's commands of parrotsd.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{Query: &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.sponsor.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{{
			RpcMethod: "Messages", Use: "messages", Short: "List the messages that a sponsorship pays for",
			Example: "parrotsd query sponsor messages",
		}},
	}}
}
