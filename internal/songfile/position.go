package songfile

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// Position is a place on a song's time line as a person writes it: in seconds, in
// minutes and seconds, in bars and beats, or in ticks.
type Position struct {
	// time is in ticks where the position is one in time, and nil else.
	time *big.Rat
	// bar and beat count from 1.
	bar  int64
	beat *big.Rat
}

// InBars says whether the position is in bars and beats, and so moves with the tempo.
func (p Position) InBars() bool { return p.time == nil }

const positionAdvice = `write seconds (12.5), minutes (1:02.5), a bar ("bar 17", "17|2.5" for its beat) or ticks ("9000 ticks")`

// maxBar bounds bars: more than a week at any tempo.
const maxBar = 1_000_000

// ParsePosition reads a position: "12.5", "12.5 s", "1:02.5", "1:00:00", "bar 17",
// "bar 17 beat 2.5", "17|2.5", "9000 ticks".
func ParsePosition(text string) (Position, error) {
	s := strings.TrimSpace(text)
	bad := fmt.Errorf("%q is no position; %s", cut(text), positionAdvice)
	if rest, ok := strings.CutPrefix(s, "bar "); ok {
		bar, beat, _ := strings.Cut(rest, " beat ")
		return barPosition(bar, beat, bad)
	}
	if bar, beat, ok := strings.Cut(s, "|"); ok {
		if strings.TrimSpace(beat) == "" {
			return Position{}, bad
		}
		return barPosition(bar, beat, bad)
	}
	if n, ok := strings.CutSuffix(s, "ticks"); ok {
		ticks, ok := decimal(strings.TrimSpace(n), 16, 0)
		if !ok {
			return Position{}, bad
		}
		return timePosition(ticks, bad)
	}
	seconds, ok := parseSeconds(strings.TrimSpace(strings.TrimSuffix(s, "s")))
	if !ok {
		return Position{}, bad
	}
	return timePosition(seconds.Mul(seconds, ticksPerSecond), bad)
}

var ticksPerSecond = big.NewRat(object.TicksPerSecond, 1)

func timePosition(ticks *big.Rat, bad error) (Position, error) {
	if ticks.Sign() < 0 {
		return Position{}, fmt.Errorf("a position cannot be before the song's beginning; move the other stems later instead")
	}
	if ticks.Cmp(big.NewRat(object.MaxInt, 1)) > 0 {
		return Position{}, bad
	}
	return Position{time: ticks}, nil
}

func barPosition(bar, beat string, bad error) (Position, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(bar), 10, 32)
	if err != nil || n > maxBar {
		return Position{}, bad
	}
	p := Position{bar: n, beat: big.NewRat(1, 1)}
	if beat != "" {
		var ok bool
		if p.beat, ok = decimal(strings.TrimSpace(beat), 6, 9); !ok {
			return Position{}, bad
		}
	}
	if p.bar < 1 || p.beat.Cmp(big.NewRat(1, 1)) < 0 {
		return Position{}, fmt.Errorf("bars and beats count from 1: the song begins at \"bar 1\"")
	}
	return p, nil
}

// parseSeconds reads seconds, minutes:seconds or hours:minutes:seconds.
func parseSeconds(s string) (*big.Rat, bool) {
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return nil, false
	}
	last := len(parts) - 1
	total, ok := decimal(parts[last], 8, 12)
	if !ok || last > 0 && (total.Sign() < 0 || total.Cmp(big.NewRat(60, 1)) >= 0) {
		return nil, false
	}
	unit := int64(1)
	for i := last - 1; i >= 0; i-- {
		unit *= 60
		n, err := strconv.ParseUint(parts[i], 10, 24)
		if err != nil || i > 0 && n >= 60 {
			return nil, false
		}
		total.Add(total, big.NewRat(int64(n)*unit, 1))
	}
	return total, true
}

// decimal reads an exact decimal with at most so many digits before and after the
// point, and no exponent.
func decimal(s string, whole, fraction int) (*big.Rat, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return nil, false
	}
	before, after, point := strings.Cut(digits, ".")
	if before == "" && after == "" || point && after == "" || len(before) > whole || len(after) > fraction {
		return nil, false
	}
	if strings.Trim(before+after, "0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// FormatSeconds writes ticks as seconds: the shortest decimal that reads as the same
// tick.
func FormatSeconds(ticks uint64) string {
	exact := new(big.Rat).SetFrac(new(big.Int).SetUint64(ticks), big.NewInt(object.TicksPerSecond))
	for digits := range 12 {
		s := exact.FloatString(digits)
		back, ok := new(big.Rat).SetString(s)
		if ok && roundTicks(back.Mul(back, ticksPerSecond)) == int64(ticks) {
			return s
		}
	}
	return exact.FloatString(12)
}

// roundTicks rounds half to even.
func roundTicks(r *big.Rat) int64 { return roundHalfEven(r).Int64() }

// roundHalfEven rounds a number that is not negative.
func roundHalfEven(r *big.Rat) *big.Int {
	q, m := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	switch m.Lsh(m, 1).Cmp(r.Denom()) {
	case 1:
		return q.Add(q, big.NewInt(1))
	case 0:
		return q.Add(q, big.NewInt(int64(q.Bit(0))))
	}
	return q
}

// Frames converts ticks into frames at a rate; what is not a whole frame is rounded,
// half to even.
func Frames(ticks uint64, rate int) int64 {
	r := new(big.Rat).SetFrac(new(big.Int).SetUint64(ticks), big.NewInt(object.TicksPerSecond))
	return roundHalfEven(r.Mul(r, big.NewRat(int64(rate), 1))).Int64()
}

// Ticks converts frames at a rate into ticks, rounded half to even: they are whole for
// every common rate.
func Ticks(frames int64, rate int) uint64 {
	return roundHalfEven(frameTicks(frames, rate)).Uint64()
}

func frameTicks(frames int64, rate int) *big.Rat {
	r := big.NewRat(frames, int64(rate))
	return r.Mul(r, ticksPerSecond)
}
