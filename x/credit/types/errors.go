package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The module's errors. Codes are part of the API: they never change their meaning.
// Malformed addresses, song ids and CIDs give the song module's errors.
var (
	ErrUnknownRole      = register(2, codes.InvalidArgument, "unknown role")
	ErrInvalidStatement = register(3, codes.InvalidArgument, "invalid statement")
	ErrInvalidSignature = register(4, codes.InvalidArgument, "invalid contributor's signature")
	ErrInvalidParams    = register(5, codes.InvalidArgument, "invalid parameters")
	ErrInvalidPage      = register(6, codes.InvalidArgument, "invalid page request")
	ErrInvalidGenesis   = register(7, codes.InvalidArgument, "invalid genesis state")
	ErrInvalidAction    = register(8, codes.InvalidArgument, "invalid action")
	ErrInvalidHash      = register(9, codes.InvalidArgument, "invalid hash of a stem")
	ErrCreditNotFound   = register(10, codes.NotFound, "credit not found")
	ErrGuestNotFound    = register(11, codes.NotFound, "guest not found")
	ErrNoFirstClaim     = register(12, codes.NotFound, "stem not seen on the chain")
	ErrUnauthorized     = register(13, codes.PermissionDenied, "not allowed")
	ErrConfirmed        = register(14, codes.FailedPrecondition, "credit is confirmed")
	ErrNotDisputed      = register(15, codes.FailedPrecondition, "credit is not disputed")
	ErrGuestClaimed     = register(16, codes.FailedPrecondition, "guest's credit is claimed")
	ErrNoContributor    = register(17, codes.FailedPrecondition, "no confirmed credit in the song")
	ErrConsentMissing   = register(18, codes.FailedPrecondition, "contributors have not consented to the licence")
	ErrInvalidLicence   = register(19, codes.InvalidArgument, "invalid licence")
)

func register(code uint32, grpc codes.Code, text string) *errorsmod.Error {
	return errorsmod.RegisterWithGRPCCode(ModuleName, code, grpc, text)
}
