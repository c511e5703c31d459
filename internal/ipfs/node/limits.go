package node

import (
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
)

const (
	defaultMemory = 256 << 20 // bytes
	maxFiles      = 512       // file descriptors for sockets
)

// resourceLimits scales libp2p's limits to a fixed budget rather than to the
// machine, so that a hub behaves alike on a laptop and on a server.
func resourceLimits(memory int64) (network.ResourceManager, error) {
	if memory == 0 {
		memory = defaultMemory
	}
	limits := rcmgr.DefaultLimits
	libp2p.SetDefaultServiceLimits(&limits)
	return rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits.Scale(memory, maxFiles)))
}
