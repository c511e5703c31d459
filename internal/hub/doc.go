// Package hub is the server that a musician, a band or a label runs beside a node:
// it takes the blocks of commits that are about to be on chain, keeps those whose
// commit got there, and serves them to everybody, over HTTP and bitswap.
//
// Two kinds of block never mix. Uploaded ones lie in a store of their own for each
// upload (staging/), belong to the wallet that logged in, count to its quota, are
// served to nobody, and are dropped after a while. Served ones (blocks/) are those
// that a commit on the chain reaches, completely; only accept moves blocks there,
// after it has asked the chain. So whatever is in blocks/ may be given to anyone,
// and no filter stands between it and bitswap.
//
// The package may import object, ipfs, chain and its own api, never sync, cli or
// ui. Clock, randomness and logger are in its Config.
package hub
