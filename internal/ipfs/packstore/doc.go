// Package packstore keeps blocks in a folder of immutable CARv2 files ("packs").
// One folder is shared by all songs of a user and by any number of processes.
//
// # Layout
//
//	packs/<sha256 of its index>.car   CARv2: header, CARv1 payload, sorted index
//	incoming/<random>.car             a pack that is being written
//	incoming/<random>.lock            held by its writer for as long as it lives
//	damaged/                          packs that Repair replaced
//	lock                              shared: somebody writes; exclusive: Collect
//
// Stock tools read a pack as they read any CAR file. A pack never changes, so
// readers take no lock. A reader that misses a block looks whether the folder
// changed and reads the indexes it does not know.
//
// # What survives a crash
//
// Flush, and Put whenever a pack is full, seal a pack in this order:
//
//  1. blocks, index and header are written into incoming/<random>.car
//  2. fsync of that file
//  3. rename to packs/<name>.car
//  4. fsync of the folder packs/
//
// Only then is a block acknowledged. A crash before 3 leaves a file in incoming/
// whose writer's lock is free: the next writer verifies the blocks in it, seals
// the good ones as a pack and drops the rest. A crash after 3 leaves a complete
// pack. No step overwrites or removes a block that was acknowledged.
//
// A pack's name is the hash of its index, so a damaged index is noticed when it
// is read and rebuilt from the payload; a damaged block is noticed by its CID
// whenever it is read.
//
// # Collecting garbage
//
// Writers hold the shared lock from their first new block until Flush, and
// longer if they ask for it (Hold). Collect takes the lock exclusively before it
// asks for the roots; it writes and seals the packs that replace others before
// it removes those, so a crash in between leaves duplicates at worst.
//
// The package must import no room but ipfs and object.
package packstore
