package repo

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// maxOperation bounds the journal: about 200,000 files.
const maxOperation = 128 << 20

// Operation is something of several steps that must not stay half done. While
// it is in the journal, every command that changes the folder ends it first:
// package worktree does so for checkouts.
type Operation struct {
	// Kind says whose operation it is, such as "checkout".
	Kind string
	// Phase says how far it is; its meaning is Kind's.
	Phase string
	// Plan is what Kind needs to finish it or take it back.
	Plan json.RawMessage
	// After is applied when it is done.
	After Transition
}

type operationRecord struct {
	Kind  string           `json:"kind"`
	Phase string           `json:"phase"`
	Plan  json.RawMessage  `json:"plan,omitempty"`
	After transitionRecord `json:"after"`
}

// Pending returns the operation in the journal, or nil.
func (r *Repo) Pending() (*Operation, error) {
	path := r.path(journalDir, journalFile)
	var rec operationRecord
	err := readLongRecord(path, maxOperation, &rec, "move it away, then look at what status says")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	after, err := rec.After.transition()
	if err != nil {
		return nil, &CorruptError{path, err.Error(), "move it away, then look at what status says"}
	}
	return &Operation{rec.Kind, rec.Phase, rec.Plan, after}, nil
}

// Begin writes an operation to the journal; ErrPending if one is there already.
// The caller holds the lock.
func (r *Repo) Begin(op Operation) error {
	pending, err := r.Pending()
	if err != nil {
		return err
	}
	if pending != nil {
		return fmt.Errorf("%w: %s", ErrPending, pending.Kind)
	}
	return r.Advance(op)
}

// Advance replaces the operation in the journal, such as by a later phase.
func (r *Repo) Advance(op Operation) error {
	if err := os.MkdirAll(r.path(journalDir), 0o755); err != nil {
		return err
	}
	data, err := json.Marshal(operationRecord{op.Kind, op.Phase, op.Plan, op.After.record()})
	if err != nil {
		return err
	}
	if len(data) > maxOperation {
		return errors.New("too many files for one operation")
	}
	return writeFile(r.path(journalDir, journalFile), data)
}

// End takes the operation out of the journal.
func (r *Repo) End() error { return removeFile(r.path(journalDir, journalFile)) }

// JournalDir returns the folder of the journal, for messages.
func (r *Repo) JournalDir() string { return r.path(journalDir) }
