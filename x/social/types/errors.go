package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The module's errors. Codes are part of the API: they never change their meaning.
var (
	ErrInvalidID        = register(2, codes.InvalidArgument, "invalid id")
	ErrInvalidUsername  = register(3, codes.InvalidArgument, "invalid username")
	ErrInvalidProfile   = register(4, codes.InvalidArgument, "invalid profile")
	ErrInvalidComment   = register(5, codes.InvalidArgument, "invalid comment")
	ErrInvalidPosition  = register(6, codes.InvalidArgument, "invalid position")
	ErrInvalidTarget    = register(7, codes.InvalidArgument, "invalid target of a comment")
	ErrInvalidParams    = register(8, codes.InvalidArgument, "invalid parameters")
	ErrInvalidPage      = register(9, codes.InvalidArgument, "invalid page request")
	ErrInvalidGenesis   = register(10, codes.InvalidArgument, "invalid genesis state")
	ErrLimit            = register(11, codes.InvalidArgument, "over a limit")
	ErrUsernameTaken    = register(12, codes.AlreadyExists, "username is taken")
	ErrUsernameTooSoon  = register(13, codes.FailedPrecondition, "username was changed too recently")
	ErrProfileNotFound  = register(14, codes.NotFound, "profile not found")
	ErrAlreadyRespected = register(15, codes.AlreadyExists, "song is respected already")
	ErrNotRespected     = register(16, codes.FailedPrecondition, "song is not respected")
	ErrOwnSong          = register(17, codes.FailedPrecondition, "song is one's own")
	ErrCommentNotFound  = register(18, codes.NotFound, "comment not found")
	ErrDeleted          = register(19, codes.FailedPrecondition, "comment is deleted")
	ErrNotAuthor        = register(20, codes.PermissionDenied, "not the comment's author")
	ErrAuditionNotFound = register(21, codes.NotFound, "audition not found")
	ErrUnauthorized     = register(22, codes.PermissionDenied, "not allowed")
	ErrBlocked          = register(23, codes.PermissionDenied, "blocked")
	ErrAlreadyFollowed  = register(24, codes.AlreadyExists, "wallet is followed already")
	ErrNotFollowed      = register(25, codes.FailedPrecondition, "wallet is not followed")
	ErrAlreadyBlocked   = register(26, codes.AlreadyExists, "wallet is blocked already")
	ErrNotBlocked       = register(27, codes.FailedPrecondition, "wallet is not blocked")
	ErrSelf             = register(28, codes.InvalidArgument, "wallet is one's own")
	ErrUnchanged        = register(29, codes.FailedPrecondition, "nothing would change")
)

func register(code uint32, grpc codes.Code, text string) *errorsmod.Error {
	return errorsmod.RegisterWithGRPCCode(ModuleName, code, grpc, text)
}
