// Package sync holds the use cases that combine rooms: commit and the commands
// around it (undo, revert, switch, restore, merge), and everything that moves a
// song between people (push, pull, fetch, clone, fork, bundle).
//
// It may import object, history, repo, worktree, ipfs, chain and the hub's wire
// types, never ui or cli: it prints nothing and asks nothing. Clock, signer,
// network and progress are arguments. What a person should know comes back as a
// value.
//
// One rule holds throughout: a ref moves only after everything it reaches is in
// the block store and flushed. So whatever a ref names is complete, and a walk may
// stop at it.
package sync

import "time"

// Progress is told how far a use case has come, in bytes.
type Progress interface {
	// Start begins a step of total bytes; 0 where the total is unknown.
	Start(label string, total int64)
	// Add counts bytes that are done. Several goroutines may call it.
	Add(bytes int64)
	// Done ends the step.
	Done()
}

// NoProgress is a Progress that nobody looks at.
type NoProgress struct{}

// Start does nothing.
func (NoProgress) Start(string, int64) {}

// Add does nothing.
func (NoProgress) Add(int64) {}

// Done does nothing.
func (NoProgress) Done() {}

// Clock tells the time.
type Clock func() time.Time
