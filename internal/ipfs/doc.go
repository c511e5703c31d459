// Package ipfs is the room where audio becomes content-addressed blocks and
// comes back as audio: the importer, the block store's contract, the verifying
// reader, DAG walks, CAR streams and the client of a trustless gateway.
//
// It and the packages below it are the only door to boxo and libp2p. What they
// export speaks in standard types, cid.Cid and types of their own, so that no
// other room has to import those libraries:
//
//   - packstore keeps blocks in immutable CAR files, shared by many processes;
//   - node is the peer (libp2p, bitswap, optionally the DHT);
//   - gateway serves blocks and files over HTTP;
//   - storetest is the conformance suite that every store passes;
//   - kubotest runs the pinned Kubo beside our tests.
//
// This package itself must not import libp2p, nor any room of ours but object.
//
// Everything that arrives here may come from a stranger. A [Block] can only be
// had after its bytes were hashed and compared with its CID; sizes, depths and
// counts that a stranger states are checked before they are believed.
package ipfs
