package api

import (
	"errors"
	"fmt"
	"time"
)

// Errors to compare with errors.Is.
var (
	// ErrUnreachable: the hub gave no answer, or none that is a hub's.
	ErrUnreachable = errors.New("hub is unreachable")
	// ErrLogin: there is no session, or it ended.
	ErrLogin = errors.New("not logged in at the hub")
	// ErrForbidden: the hub takes nothing from this wallet, which has no account on
	// the chain.
	ErrForbidden = errors.New("hub takes nothing from this wallet")
	// ErrNotOnChain: the hub does not see the commit on the chain.
	ErrNotOnChain = errors.New("commit is not on the chain")
	// ErrIncomplete: the hub misses blocks below the commit.
	ErrIncomplete = errors.New("upload is incomplete")
	// ErrQuota: the wallet has no room left at the hub.
	ErrQuota = errors.New("quota at the hub is used up")
	// ErrBusy: the hub asks to come back later.
	ErrBusy = errors.New("hub is busy")
	// ErrNotFound: the hub does not know the upload; it expired, perhaps.
	ErrNotFound = errors.New("hub does not know this")
	// ErrOtherHub: a challenge or info that names another hub or chain.
	ErrOtherHub = errors.New("hub answers for another one")
)

var codeErrors = map[string]error{
	CodeUnauthorized: ErrLogin,
	CodeForbidden:    ErrForbidden,
	CodeNotOnChain:   ErrNotOnChain,
	CodeIncomplete:   ErrIncomplete,
	CodeQuota:        ErrQuota,
	CodeBusy:         ErrBusy,
	CodeNotFound:     ErrNotFound,
	CodeNode:         ErrUnreachable,
}

// Error is a hub's refusal. It matches the error above that its code stands for.
type Error struct {
	// Status is of HTTP.
	Status int
	// Body is what the hub said.
	Body ErrorBody

	retryAfter time.Duration
}

func (e *Error) Error() string { return fmt.Sprintf("hub: %s (%d)", e.Body.Error, e.Status) }

// Hint is what to do, where the hub knows it.
func (e *Error) Hint() string { return e.Body.Hint }

// Is matches the error of the code.
func (e *Error) Is(target error) bool { return target != nil && codeErrors[e.Body.Code] == target }

// UnreachableError says which hub gave no answer. It matches ErrUnreachable.
type UnreachableError struct {
	URL string
	Err error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("hub %s is unreachable: %v", e.URL, e.Err)
}

// Unwrap makes errors.Is find ErrUnreachable and the cause.
func (e *UnreachableError) Unwrap() []error { return []error{ErrUnreachable, e.Err} }
