package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The module's errors. Codes are part of the API: they never change their meaning.
// What is wrong with a song, a branch, a commit or a push has the song module's.
var (
	ErrInvalidText      = register(2, codes.InvalidArgument, "invalid text")
	ErrInvalidVerdict   = register(3, codes.InvalidArgument, "invalid verdict")
	ErrInvalidSettings  = register(4, codes.InvalidArgument, "invalid settings")
	ErrInvalidParams    = register(5, codes.InvalidArgument, "invalid parameters")
	ErrInvalidPage      = register(6, codes.InvalidArgument, "invalid page request")
	ErrInvalidGenesis   = register(7, codes.InvalidArgument, "invalid genesis state")
	ErrLimit            = register(8, codes.InvalidArgument, "over a limit")
	ErrAuditionNotFound = register(9, codes.NotFound, "audition not found")
	ErrUnauthorized     = register(10, codes.PermissionDenied, "not allowed")
	ErrBlocked          = register(11, codes.PermissionDenied, "blocked by the song's owner")
	ErrOntoItself       = register(12, codes.InvalidArgument, "branch is offered to itself")
	ErrUnrelated        = register(13, codes.FailedPrecondition, "songs have no fork in common")
	ErrNothingOffered   = register(14, codes.FailedPrecondition, "nothing new is offered")
	ErrAlreadyOffered   = register(15, codes.AlreadyExists, "branch is offered already")
	ErrSourceGone       = register(16, codes.FailedPrecondition, "source branch is gone")
	ErrSourceMoved      = register(17, codes.Aborted, "source branch has moved")
	ErrClosed           = register(18, codes.FailedPrecondition, "audition is closed")
	ErrMerged           = register(19, codes.FailedPrecondition, "audition is merged")
	ErrOpen             = register(20, codes.FailedPrecondition, "audition is open")
	ErrStaleRevision    = register(21, codes.Aborted, "audition has another revision")
	ErrInvalidPush      = register(22, codes.InvalidArgument, "push is not the audition's")
	ErrNotApproved      = register(23, codes.FailedPrecondition, "approvals are missing")
	ErrChangesAsked     = register(24, codes.FailedPrecondition, "changes are asked for")
)

func register(code uint32, grpc codes.Code, text string) *errorsmod.Error {
	return errorsmod.RegisterWithGRPCCode(ModuleName, code, grpc, text)
}
