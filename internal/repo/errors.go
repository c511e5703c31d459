package repo

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart.
var (
	// ErrNotSong says that a folder is not a song's.
	ErrNotSong = errors.New("not a song folder")
	// ErrExists says that there is a song already where one was to be made.
	ErrExists = errors.New("already a song folder")
	// ErrNoRef says that a ref does not exist.
	ErrNoRef = errors.New("no such branch")
	// ErrStale says that a ref is not what the caller took it to be.
	ErrStale = errors.New("branch has moved meanwhile")
	// ErrBadName says that a name is none that a branch or remote may have.
	ErrBadName = errors.New("bad name")
	// ErrLocked says that another command works in the folder; see LockedError.
	ErrLocked = errors.New("another command is working in this song")
	// ErrCorrupt says that one of the tool's files is damaged; see CorruptError.
	ErrCorrupt = errors.New("damaged file")
	// ErrPending says that an interrupted operation has to be ended first.
	ErrPending = errors.New("an interrupted operation has to be finished first")
	// ErrNotFound says that a record (signature, saved work) does not exist.
	ErrNotFound = errors.New("not found")
)

// CorruptError says which file is damaged, how, and what to do about it.
type CorruptError struct {
	File   string // path on disk
	Reason string
	Advice string // what the person can do
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is damaged: %s; %s", e.File, e.Reason, e.Advice)
}

// Unwrap makes errors.Is(err, ErrCorrupt) hold.
func (e *CorruptError) Unwrap() error { return ErrCorrupt }
