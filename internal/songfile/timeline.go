package songfile

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// Timeline converts between bars and beats and time. A tempo counts quarter notes, as
// in DAWs and in MIDI files; a beat is the lower number of the time signature. All of it
// is rational arithmetic: only the last step rounds, to a tick.
type Timeline struct {
	meters []meterChange // sorted; the first is at bar 1
	tempos []tempoChange // sorted; the first is at 0; empty where there is no tempo
}

type meterChange struct {
	bar      int64
	quarters *big.Rat // where it begins
	meter    Meter
	implied  bool // 4/4 because the file says nothing
}

type tempoChange struct {
	quarters, ticks *big.Rat // where it begins
	milli           int      // thousandths of a quarter note per minute
}

// Meter is a time signature.
type Meter struct {
	// Text is as it was written: "4/4", "3+2/8".
	Text string
	// Beats is the upper number, Unit the lower one.
	Beats, Unit int
}

// String is the time signature as it was written.
func (m Meter) String() string { return m.Text }

// quarters is the length of one beat.
func (m Meter) quarters() *big.Rat { return big.NewRat(4, int64(m.Unit)) }

// ParseMeter reads a time signature: "4/4", "6/8", "3+2/8".
func ParseMeter(text string) (Meter, error) {
	bad := fmt.Errorf("%q is no time signature; write \"4/4\", \"6/8\" or \"3+2/8\"", cut(text))
	upper, lower, ok := strings.Cut(text, "/")
	if !ok || len(text) > 16 || !slices.Contains([]string{"1", "2", "4", "8", "16", "32", "64"}, lower) {
		return Meter{}, bad
	}
	m := Meter{Text: text}
	m.Unit, _ = strconv.Atoi(lower)
	for _, part := range strings.Split(upper, "+") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > 64 || strconv.Itoa(n) != part {
			return Meter{}, bad
		}
		m.Beats += n
	}
	return m, nil
}

// ErrNoTempo means that bars and beats cannot be placed in time.
var ErrNoTempo = errors.New("a position in bars needs a tempo; add a line \"tempo: 120\", or give the position in seconds")

// HasTempo says whether bars and beats can be placed in time.
func (t *Timeline) HasTempo() bool { return t != nil && len(t.tempos) > 0 }

func (t *Timeline) firstTempo() int {
	if !t.HasTempo() {
		return 0
	}
	return t.tempos[0].milli
}

// newTimeline has the time signatures; the first is at bar 1, or there is none.
func newTimeline(meters []meterChange) *Timeline {
	if len(meters) == 0 {
		meters = []meterChange{{bar: 1, meter: Meter{"4/4", 4, 4}, implied: true}}
	}
	at := new(big.Rat)
	for i := range meters {
		if i > 0 {
			last := meters[i-1]
			bars := big.NewRat((meters[i].bar-last.bar)*int64(last.meter.Beats), 1)
			at = new(big.Rat).Add(at, bars.Mul(bars, last.meter.quarters()))
		}
		meters[i].quarters = at
	}
	return &Timeline{meters: meters}
}

// addTempo appends a change of tempo, which must be later than all before it.
func (t *Timeline) addTempo(p Position, milli int) error {
	if len(t.tempos) == 0 {
		if !p.isBeginning() {
			return errors.New("the first tempo must be at the beginning; write its position as \"bar 1\"")
		}
		t.tempos = []tempoChange{{new(big.Rat), new(big.Rat), milli}}
		return nil
	}
	var quarters, ticks *big.Rat
	if p.InBars() {
		var err error
		if quarters, err = t.quartersOf(p); err != nil {
			return err
		}
		ticks = t.ticksAt(quarters)
	} else {
		ticks = p.time
		quarters = t.quartersAt(ticks)
	}
	if ticks.Cmp(t.tempos[len(t.tempos)-1].ticks) <= 0 {
		return errors.New("a tempo must be later than the one before it; put them in order")
	}
	t.tempos = append(t.tempos, tempoChange{quarters, ticks, milli})
	return nil
}

func (p Position) isBeginning() bool {
	if p.InBars() {
		return p.bar == 1 && p.beat.Cmp(big.NewRat(1, 1)) == 0
	}
	return p.time.Sign() == 0
}

// Ticks places a position in time, rounded half to even to a tick.
func (t *Timeline) Ticks(p Position) (uint64, error) {
	ticks := p.time
	if p.InBars() {
		if !t.HasTempo() {
			return 0, ErrNoTempo
		}
		quarters, err := t.quartersOf(p)
		if err != nil {
			return 0, err
		}
		ticks = t.ticksAt(quarters)
	}
	rounded := roundHalfEven(ticks)
	if !rounded.IsUint64() || rounded.Uint64() > object.MaxInt {
		return 0, fmt.Errorf("the position is %s seconds from the beginning; that is too far", ticks.Quo(ticks, ticksPerSecond).FloatString(0))
	}
	return rounded.Uint64(), nil
}

// quartersOf converts bars and beats into quarter notes from the beginning.
func (t *Timeline) quartersOf(p Position) (*big.Rat, error) {
	i := sort.Search(len(t.meters), func(i int) bool { return t.meters[i].bar > p.bar }) - 1
	m := t.meters[i]
	if p.beat.Cmp(big.NewRat(int64(m.meter.Beats)+1, 1)) >= 0 {
		return nil, fmt.Errorf("bar %d has %d beats in %s; there is no beat %s", p.bar, m.meter.Beats, m.meter, trimZeros(p.beat.FloatString(9)))
	}
	beats := big.NewRat((p.bar-m.bar)*int64(m.meter.Beats)-1, 1)
	beats.Add(beats, p.beat)
	return beats.Add(beats.Mul(beats, m.meter.quarters()), m.quarters), nil
}

// perMinute is how many ticks a quarter note takes at a thousandth of one per minute.
var perMinute = big.NewRat(60*1000*object.TicksPerSecond, 1)

// ticksAt converts quarter notes into ticks, exactly.
func (t *Timeline) ticksAt(quarters *big.Rat) *big.Rat {
	i := sort.Search(len(t.tempos), func(i int) bool { return t.tempos[i].quarters.Cmp(quarters) > 0 }) - 1
	c := t.tempos[i]
	d := new(big.Rat).Sub(quarters, c.quarters)
	d.Mul(d, perMinute)
	d.Mul(d, big.NewRat(1, int64(c.milli)))
	return d.Add(d, c.ticks)
}

// quartersAt converts ticks into quarter notes, exactly.
func (t *Timeline) quartersAt(ticks *big.Rat) *big.Rat {
	i := sort.Search(len(t.tempos), func(i int) bool { return t.tempos[i].ticks.Cmp(ticks) > 0 }) - 1
	c := t.tempos[i]
	d := new(big.Rat).Sub(ticks, c.ticks)
	d.Mul(d, big.NewRat(int64(c.milli), 1))
	d.Quo(d, perMinute)
	return d.Add(d, c.quarters)
}

// Place is a position in bars and beats, both counted from 1.
type Place struct {
	Bar  int64
	Beat *big.Rat
}

// String writes a place as "17|2.5"; it cuts, and never rounds up into the next beat.
func (p Place) String() string {
	milli := new(big.Int).Quo(new(big.Int).Mul(p.Beat.Num(), big.NewInt(1000)), p.Beat.Denom())
	return fmt.Sprintf("%d|%s", p.Bar, trimZeros(new(big.Rat).SetFrac(milli, big.NewInt(1000)).FloatString(3)))
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// At returns where a moment, in ticks, is in bars and beats; false where the song has no
// tempo.
func (t *Timeline) At(ticks uint64) (Place, bool) {
	return t.at(new(big.Rat).SetInt(new(big.Int).SetUint64(ticks)))
}

// AtFrame returns where a frame is in bars and beats; false where the song has no tempo.
// Frames of audio that does not start at the song's beginning are counted from there:
// add its start (see Frames) to the frame.
func (t *Timeline) AtFrame(frame int64, rate int) (Place, bool) {
	if frame < 0 || rate < 1 {
		return Place{}, false
	}
	return t.at(frameTicks(frame, rate))
}

func (t *Timeline) at(ticks *big.Rat) (Place, bool) {
	if !t.HasTempo() {
		return Place{}, false
	}
	quarters := t.quartersAt(ticks)
	i := sort.Search(len(t.meters), func(i int) bool { return t.meters[i].quarters.Cmp(quarters) > 0 }) - 1
	m := t.meters[i]
	beats := new(big.Rat).Sub(quarters, m.quarters)
	beats.Quo(beats, m.meter.quarters())
	bars := new(big.Int).Quo(beats.Num(), new(big.Int).Mul(beats.Denom(), big.NewInt(int64(m.meter.Beats))))
	if !bars.IsInt64() || bars.Int64() > 1<<62 {
		return Place{}, false
	}
	whole := new(big.Rat).SetInt(new(big.Int).Mul(bars, big.NewInt(int64(m.meter.Beats))))
	beats.Sub(beats, whole)
	return Place{m.bar + bars.Int64(), beats.Add(beats, big.NewRat(1, 1))}, true
}
