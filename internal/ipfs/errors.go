package ipfs

import (
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"
)

// Errors to compare with errors.Is.
var (
	// ErrNotFound: the block is not where it was looked for.
	ErrNotFound = errors.New("block not found")
	// ErrCorrupt: bytes do not hash to the CID they are kept or sent under.
	ErrCorrupt = errors.New("block is corrupt")
	// ErrUnsupportedCID: not CIDv1, sha2-256, codec raw, dag-pb or dag-cbor.
	ErrUnsupportedCID = errors.New("unsupported cid")
	// ErrBlockTooLarge: a block over MaxBlockSize.
	ErrBlockTooLarge = errors.New("block is too large")
	// ErrMalformed: verified bytes that are not the structure they claim to be.
	ErrMalformed = errors.New("malformed block")
	// ErrLimit: a bound set by the caller was reached.
	ErrLimit = errors.New("limit reached")
	// ErrPrivate: an address inside a machine or a network of its own, where a
	// stranger's word must not lead.
	ErrPrivate = errors.New("not an address of the public internet")
	// ErrDiskFull: the disk has no room for what was to be written.
	ErrDiskFull = errors.New("no space left on the disk")
)

// NotFoundError says which block is missing. It matches ErrNotFound.
type NotFoundError struct{ CID cid.Cid }

func (e *NotFoundError) Error() string { return fmt.Sprintf("block %s not found", e.CID) }

// Is makes errors.Is(err, ErrNotFound) true.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// CorruptError says which block failed its hash and, where known, in which file.
// It matches ErrCorrupt.
type CorruptError struct {
	CID   cid.Cid
	Where string // file or URL, may be empty
}

func (e *CorruptError) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("block %s is corrupt: its bytes have another hash", e.CID)
	}
	return fmt.Sprintf("block %s is corrupt in %s: its bytes have another hash", e.CID, e.Where)
}

// Is makes errors.Is(err, ErrCorrupt) true.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }
