// Package chain is the only door to a node: the wallet's keys, signed texts,
// typed queries and transactions, over CometBFT's RPC alone, so that one URL is
// all a client needs.
//
// A node is not believed where it can be checked: its chain id is compared with
// the configured one, and blocks of commits and trees are hashed and compared
// with their CIDs. What a node cannot prove by a hash (which commit a branch
// points to) is taken from it as it is; light-client proofs are another matter.
// Every answer is bounded in size and time.
//
// Of ours it imports the message types under x/ and package object, nothing else,
// and never app: the musician's binary links no keeper. It does not read or write
// the SDK's global configuration; addresses are bech32 with the prefix "parrot"
// wherever they are text, and raw bytes elsewhere.
package chain
