package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// problem is an error that a client is told.
type problem struct {
	status int
	body   api.ErrorBody
}

func (p *problem) Error() string { return p.body.Error }

func newProblem(status int, code, hint, format string, args ...any) error {
	return &problem{status, api.ErrorBody{Code: code, Error: fmt.Sprintf(format, args...), Hint: hint}}
}

func badRequest(format string, args ...any) error {
	return newProblem(http.StatusBadRequest, api.CodeBadRequest, "", format, args...)
}

func unauthorized(format string, args ...any) error {
	return newProblem(http.StatusUnauthorized, api.CodeUnauthorized, "log in with a new challenge", format, args...)
}

func busy(text string) error {
	return newProblem(http.StatusServiceUnavailable, api.CodeBusy, "try again in a minute", "%s", text)
}

func noUpload() error {
	return newProblem(http.StatusNotFound, api.CodeNotFound, "begin the upload again",
		"no such upload of this wallet; it may have expired")
}

// problemOf says how an error is told. What is not known here is the hub's own
// trouble: the client learns that there is some, the log learns which.
func problemOf(err error) *problem {
	var p *problem
	var tooLong *http.MaxBytesError
	if errors.As(err, &p) {
		return p
	}
	tell := func(status int, code, hint string) *problem {
		return &problem{status, api.ErrorBody{Code: code, Error: err.Error(), Hint: hint}}
	}
	switch {
	// The server cancels a request whose connection is gone; what is written then
	// reaches nobody, but must not look like success.
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.Canceled):
		return &problem{http.StatusRequestTimeout, api.ErrorBody{
			Code: api.CodeBadRequest, Error: "the request stopped arriving", Hint: "send it again",
		}}
	case errors.As(err, &tooLong):
		return tell(http.StatusRequestEntityTooLarge, api.CodeTooLarge, "send less in one request")
	case errors.Is(err, ipfs.ErrLimit), errors.Is(err, ipfs.ErrBlockTooLarge):
		return tell(http.StatusRequestEntityTooLarge, api.CodeTooLarge, "")
	case errors.Is(err, ipfs.ErrCorrupt), errors.Is(err, ipfs.ErrMalformed), errors.Is(err, ipfs.ErrUnsupportedCID):
		return tell(http.StatusUnprocessableEntity, api.CodeBadBlock, "")
	case errors.Is(err, ipfs.ErrDiskFull):
		return &problem{http.StatusInsufficientStorage, api.ErrorBody{
			Code: api.CodeBusy, Error: "the hub's disk is full", Hint: "tell the hub's people",
		}}
	case errors.Is(err, chain.ErrUnreachable), errors.Is(err, chain.ErrWrongChain), errors.Is(err, chain.ErrBehind),
		errors.Is(err, chain.ErrBadAnswer):
		return &problem{http.StatusBadGateway, api.ErrorBody{
			Code: api.CodeNode, Error: "the hub cannot ask the chain at the moment", Hint: "try again in a minute",
		}}
	}
	return &problem{http.StatusInternalServerError, api.ErrorBody{Code: api.CodeInternal, Error: "the hub failed"}}
}

func (p *problem) write(w http.ResponseWriter) {
	if p.status == http.StatusServiceUnavailable || p.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "2")
	}
	writeJSON(w, p.status, p.body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone, and nobody is left to tell
}
