package credit_test

import (
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/parrots-music/parrots/x/credit"
	_ "github.com/parrots-music/parrots/x/credit/types" // registers the services
)

// Every message and query has a command, and every argument is a field.
func TestAutoCLICoversTheAPI(t *testing.T) {
	options := credit.AppModule{}.AutoCLIOptions()
	for _, commands := range []*autocliv1.ServiceCommandDescriptor{options.Query, options.Tx} {
		found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(commands.Service))
		require.NoError(t, err)
		service := found.(protoreflect.ServiceDescriptor)
		described := make(map[string]*autocliv1.RpcCommandOptions)
		for _, rpc := range commands.RpcCommandOptions {
			described[rpc.RpcMethod] = rpc
		}
		require.Len(t, described, service.Methods().Len())
		for i := range service.Methods().Len() {
			method := service.Methods().Get(i)
			rpc := described[string(method.Name())]
			require.NotNil(t, rpc, "%s has no command", method.Name())
			require.NotEmpty(t, rpc.Short)
			require.NotEmpty(t, rpc.Use)
			for field := range rpc.FlagOptions {
				require.NotNil(t, method.Input().Fields().ByName(protoreflect.Name(field)), "%s: %s", method.Name(), field)
			}
			for _, arg := range rpc.PositionalArgs {
				require.NotNil(t, method.Input().Fields().ByName(protoreflect.Name(arg.ProtoField)), "%s: %s", method.Name(), arg.ProtoField)
			}
		}
	}
}
