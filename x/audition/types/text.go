package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// CheckTitle accepts an audition's title: one line, and not an empty one.
func (p Params) CheckTitle(s string) error {
	if s == "" {
		return errorsmod.Wrap(ErrInvalidText, "an audition has a title: say in one line what you offer")
	}
	if err := object.CheckText("title", s, int(p.MaxTitleBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidText, err.Error())
	}
	return nil
}

// CheckMessage accepts several lines, or nothing. field names them in the error.
func (p Params) CheckMessage(field, s string) error {
	if err := object.CheckLines(field, s, int(p.MaxMessageBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidText, err.Error())
	}
	return nil
}

// CheckVerdict accepts a review's verdict with its body.
func (p Params) CheckVerdict(verdict Verdict, body string) error {
	if _, known := Verdict_name[int32(verdict)]; !known || verdict == Verdict_VERDICT_UNSPECIFIED {
		return errorsmod.Wrapf(ErrInvalidVerdict, "%d; approve, ask for changes or comment", verdict)
	}
	if verdict == Verdict_VERDICT_COMMENT && body == "" {
		return errorsmod.Wrap(ErrInvalidText, "a comment without words")
	}
	return p.CheckMessage("review", body)
}
