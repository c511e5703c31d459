// Package api is the hub's HTTP API, version 1, as docs/reference/hub-api.md
// specifies it: the JSON that travels, the text that a wallet signs to log in, and
// a client. The hub and the musician's tool share it.
//
// Of ours it imports object and ipfs, and never the hub itself, so that linking the
// client links no server.
package api
