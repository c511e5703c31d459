package object

import (
	"errors"
	"fmt"
)

// ErrInvalid is what every error of this package wraps: the object breaks the
// format. The text names the field and the fact.
var ErrInvalid = errors.New("invalid object")

// FieldError says which field breaks the format and how.
type FieldError struct {
	// Field names the field, such as "path" or "parents".
	Field string
	// Reason is the fact.
	Reason string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Reason }

// Unwrap makes errors.Is(err, ErrInvalid) hold.
func (e *FieldError) Unwrap() error { return ErrInvalid }

func invalid(field, format string, args ...any) error {
	return &FieldError{Field: field, Reason: fmt.Sprintf(format, args...)}
}

func in(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
