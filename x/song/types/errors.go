package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The module's errors. Codes are part of the API: they never change their meaning.
var (
	ErrInvalidID         = register(2, codes.InvalidArgument, "invalid id")
	ErrInvalidName       = register(3, codes.InvalidArgument, "invalid name")
	ErrInvalidMetadata   = register(4, codes.InvalidArgument, "invalid metadata")
	ErrInvalidObject     = register(5, codes.InvalidArgument, "invalid commit or tree")
	ErrInvalidCode       = register(6, codes.InvalidArgument, "invalid release code")
	ErrInvalidSignature  = register(7, codes.InvalidArgument, "invalid author's signature")
	ErrInvalidAddress    = register(8, codes.InvalidArgument, "invalid address")
	ErrInvalidRole       = register(9, codes.InvalidArgument, "invalid role")
	ErrInvalidParams     = register(10, codes.InvalidArgument, "invalid parameters")
	ErrInvalidPage       = register(11, codes.InvalidArgument, "invalid page request")
	ErrInvalidGenesis    = register(12, codes.InvalidArgument, "invalid genesis state")
	ErrInvalidMergeEdge  = register(13, codes.InvalidArgument, "invalid merge edge")
	ErrLimit             = register(14, codes.InvalidArgument, "over a limit")
	ErrSongNotFound      = register(15, codes.NotFound, "song not found")
	ErrBranchNotFound    = register(16, codes.NotFound, "branch not found")
	ErrCommitNotFound    = register(17, codes.NotFound, "commit not found")
	ErrReleaseNotFound   = register(18, codes.NotFound, "release not found")
	ErrUnauthorized      = register(19, codes.PermissionDenied, "not allowed")
	ErrArchived          = register(20, codes.FailedPrecondition, "song is archived")
	ErrProtected         = register(21, codes.FailedPrecondition, "branch is protected")
	ErrNameTaken         = register(22, codes.AlreadyExists, "name is taken")
	ErrReleaseExists     = register(23, codes.AlreadyExists, "release exists")
	ErrCodeAttached      = register(24, codes.AlreadyExists, "code is already attached")
	ErrStaleHead         = register(25, codes.Aborted, "branch has moved")
	ErrNotDescendant     = register(26, codes.FailedPrecondition, "history does not lead there")
	ErrMissingParent     = register(27, codes.FailedPrecondition, "parent is not on the chain")
	ErrRepeatedCommit    = register(28, codes.InvalidArgument, "commit is repeated")
	ErrUnconnectedCommit = register(29, codes.InvalidArgument, "commit is not in the new head's history")
	ErrTreeMismatch      = register(30, codes.InvalidArgument, "tree is not the commit's")
	ErrEmptySong         = register(31, codes.FailedPrecondition, "song has no commits on its default branch")
	ErrNotOffered        = register(32, codes.FailedPrecondition, "song is not offered")
	ErrHistoryTooWide    = register(33, codes.ResourceExhausted, "history is too wide for a page")
	ErrStaleRevision     = register(34, codes.Aborted, "song was edited meanwhile")
	ErrLicence           = register(35, codes.FailedPrecondition, "licence forbids it")
)

func register(code uint32, grpc codes.Code, text string) *errorsmod.Error {
	return errorsmod.RegisterWithGRPCCode(ModuleName, code, grpc, text)
}
