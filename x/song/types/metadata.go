package types

import (
	"slices"
	"strconv"
	"strings"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// Limits of a song's musical facts.
const (
	minTempo        = 1_000     // 1 beat per minute, in thousandths
	maxTempo        = 1_000_000 // 1,000 beats per minute
	maxKeyBytes     = 32
	maxMeterBytes   = 16
	maxBeatsPerPart = 64
)

// Validate checks what a song's people say of it.
func (m Metadata) Validate(p Params) error {
	if err := object.CheckText("title", m.Title, int(p.MaxTitleBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidMetadata, err.Error())
	}
	if err := object.CheckLines("description", m.Description, int(p.MaxDescriptionBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidMetadata, err.Error())
	}
	if m.TempoMbpm != 0 && (m.TempoMbpm < minTempo || m.TempoMbpm > maxTempo) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "tempo %d is not %d to %d thousandths of a beat per minute", m.TempoMbpm, minTempo, maxTempo)
	}
	if !isKey(m.Key) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "key %.40q is not of the form \"F# minor\"", m.Key)
	}
	if !isTimeSignature(m.TimeSignature) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "time signature %.40q is not of the form \"4/4\" or \"3+2/8\"", m.TimeSignature)
	}
	if !slices.Contains(licences, m.Licence) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "licence %.60q is none of %s", m.Licence, strings.Join(licences[1:], ", "))
	}
	if !m.AiTraining.known() {
		return errorsmod.Wrapf(ErrInvalidMetadata, "AI training %d is none of unspecified, consent, refusal", m.AiTraining)
	}
	if err := checkTags(m.Tags, p); err != nil {
		return err
	}
	return checkHints(m.Hints, p)
}

func checkTags(tags []string, p Params) error {
	if len(tags) > int(p.MaxTags) {
		return errorsmod.Wrapf(ErrLimit, "%d tags, limit is %d", len(tags), p.MaxTags)
	}
	for i, tag := range tags {
		if err := CheckTag(tag); err != nil {
			return err
		}
		if slices.Contains(tags[:i], tag) {
			return errorsmod.Wrapf(ErrInvalidMetadata, "tag %q twice", tag)
		}
	}
	return nil
}

func checkHints(hints []string, p Params) error {
	if len(hints) > int(p.MaxHints) {
		return errorsmod.Wrapf(ErrLimit, "%d hints, limit is %d", len(hints), p.MaxHints)
	}
	for i, hint := range hints {
		if len(hint) > int(p.MaxHintBytes) {
			return errorsmod.Wrapf(ErrLimit, "hint of %d bytes, limit is %d", len(hint), p.MaxHintBytes)
		}
		if !isHint(hint) {
			return errorsmod.Wrapf(ErrInvalidMetadata, "hint %q is neither a http(s) URL nor a multiaddr", hint)
		}
		if slices.Contains(hints[:i], hint) {
			return errorsmod.Wrapf(ErrInvalidMetadata, "hint %q twice", hint)
		}
	}
	return nil
}

// isHint checks a hint's form by bytes. The parsers of URLs and multiaddrs change
// between releases of their libraries, and validators must agree.
func isHint(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	for _, scheme := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			return rest != "" && isAlphanumeric(rest[0]) || strings.HasPrefix(rest, "[")
		}
	}
	return len(s) > 1 && s[0] == '/' && s[1] != '/'
}

// isKey accepts a note, an accidental and a mode: "A", "Bb major", "F# minor",
// "D harmonic minor"; or nothing.
func isKey(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > maxKeyBytes || s[0] < 'A' || s[0] > 'G' {
		return false
	}
	rest := s[1:]
	if rest != "" && (rest[0] == '#' || rest[0] == 'b') {
		rest = rest[1:]
	}
	for rest != "" {
		if rest[0] != ' ' {
			return false
		}
		word := strings.IndexByte(rest[1:]+" ", ' ')
		if !isSlug(rest[1:1+word], maxKeyBytes) {
			return false
		}
		rest = rest[1+word:]
	}
	return true
}

// isTimeSignature accepts beats, or several parts of beats joined by "+", over a
// power of two; or nothing.
func isTimeSignature(s string) bool {
	if s == "" {
		return true
	}
	beats, unit, ok := strings.Cut(s, "/")
	if !ok || len(s) > maxMeterBytes {
		return false
	}
	for _, part := range strings.Split(beats, "+") {
		if !isCount(part) {
			return false
		}
	}
	return slices.Contains([]string{"1", "2", "4", "8", "16", "32", "64"}, unit)
}

func isCount(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= maxBeatsPerPart && strconv.Itoa(n) == s
}
