package songfile

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// ParseTempo reads quarter notes per minute into thousandths of one: "96", "96.5 bpm".
func ParseTempo(text string) (int, error) {
	milli, err := thousandths(strings.TrimSpace(strings.TrimSuffix(text, "bpm")))
	if err != nil || milli < MinTempo || milli > MaxTempo {
		return 0, fmt.Errorf("%q is no tempo; write 1 to 1000 beats per minute with up to 3 decimals: 96 or 96.5", cut(text))
	}
	return milli, nil
}

// FormatMilli writes thousandths as a decimal: 96500 as "96.5".
func FormatMilli(milli int) string { return trimZeros(big.NewRat(int64(milli), 1000).FloatString(3)) }

// ParseGain reads a gain into thousandths of a dB: "-3", "-3.5 dB".
func ParseGain(text string) (int, error) {
	number := strings.TrimSuffix(strings.TrimSuffix(text, "dB"), "db")
	milli, err := thousandths(strings.TrimSpace(number))
	if err != nil || milli < MinGain || milli > MaxGain {
		return 0, fmt.Errorf("%q is no gain; write dB from -144 to 48 with up to 3 decimals: -3 or -3.5; \"mute: true\" silences a stem", cut(text))
	}
	return milli, nil
}

func thousandths(text string) (int, error) {
	r, ok := decimal(text, 6, 3)
	if !ok {
		return 0, strconv.ErrSyntax
	}
	return int(r.Mul(r, big.NewRat(1000, 1)).Num().Int64()), nil
}

// ParsePan reads a place from left to right: "-30", "L30", "left", "center", "R30".
func ParsePan(text string) (int, error) {
	bad := fmt.Errorf("%q is no pan; write -100 (left) to 100 (right), \"L30\", \"R30\" or \"center\"", cut(text))
	s := strings.ToLower(strings.TrimSuffix(text, "%"))
	switch s {
	case "center", "centre", "c":
		return 0, nil
	case "left", "l":
		return -100, nil
	case "right", "r":
		return 100, nil
	}
	sign := 0
	if rest, ok := strings.CutPrefix(s, "l"); ok {
		s, sign = rest, -1
	} else if rest, ok := strings.CutPrefix(s, "r"); ok {
		s, sign = rest, 1
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < -100 || n > 100 || sign != 0 && n < 0 {
		return 0, bad
	}
	if sign != 0 {
		n *= sign
	}
	return n, nil
}

// FormatPan writes a pan as people do: "L30", "center", "R30".
func FormatPan(pan int) string {
	switch {
	case pan < 0:
		return "L" + strconv.Itoa(-pan)
	case pan > 0:
		return "R" + strconv.Itoa(pan)
	}
	return "center"
}

// ParseKind reads what a stem is. Sessions are found by their folder, not declared.
func ParseKind(text string) (object.Kind, error) {
	kinds := slices.DeleteFunc(object.Kinds(), func(k object.Kind) bool { return k == object.KindSession })
	if !slices.Contains(kinds, object.Kind(text)) {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = string(k)
		}
		return "", fmt.Errorf("%q is no kind; write one of %s", cut(text), strings.Join(names, ", "))
	}
	return object.Kind(text), nil
}

func parseMute(text string) (*bool, error) {
	for _, word := range []string{"true", "yes", "on"} {
		if strings.EqualFold(text, word) {
			muted := true
			return &muted, nil
		}
	}
	for _, word := range []string{"false", "no", "off"} {
		if strings.EqualFold(text, word) {
			return new(bool), nil
		}
	}
	return nil, fmt.Errorf("%q is neither yes nor no; write \"mute: true\" or \"mute: false\"", cut(text))
}

// ParseSampleRate reads a rate in Hz: "48000", "48 kHz", "44.1k".
func ParseSampleRate(text string) (int, error) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.ToLower(text), "hz"))
	unit := int64(1)
	if rest, ok := strings.CutSuffix(s, "k"); ok {
		s, unit = strings.TrimSpace(rest), 1000
	}
	r, ok := decimal(s, 6, 3)
	if ok {
		r.Mul(r, big.NewRat(unit, 1))
	}
	if !ok || !r.IsInt() || r.Num().Int64() < MinSampleRate || r.Num().Int64() > MaxSampleRate {
		return 0, fmt.Errorf("%q is no sample rate; write Hz from %d to %d: 44100 or 48000", cut(text), MinSampleRate, MaxSampleRate)
	}
	return int(r.Num().Int64()), nil
}

// ParseKey reads a tonality and returns it as the chain writes it: "F# minor", also for
// "f#m" or "F♯ Minor".
func ParseKey(text string) (string, error) {
	bad := fmt.Errorf("%q is no key; write \"A minor\", \"Bb major\" or \"F#m\"", cut(text))
	s := strings.NewReplacer("♯", "#", "♭", "b").Replace(strings.TrimSpace(text))
	if s == "" {
		return "", bad
	}
	key := strings.ToUpper(s[:1])
	if key[0] < 'A' || key[0] > 'G' {
		return "", bad
	}
	rest := s[1:]
	if rest != "" && (rest[0] == '#' || rest[0] == 'b') {
		key, rest = key+rest[:1], rest[1:]
	}
	switch rest {
	case "m", "min":
		rest = " minor"
	case "", "M", "maj":
		rest = " major"
	}
	if rest[0] != ' ' {
		return "", bad
	}
	for _, word := range strings.Fields(strings.ToLower(rest)) {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Trim(word, "-") != word || strings.Contains(word, "--") {
			return "", bad
		}
		key += " " + word
	}
	if len(key) > 32 {
		return "", bad
	}
	return key, nil
}
