package ui

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	// patience is how long a step runs before its progress is shown.
	patience = time.Second
	// redraw is how often the line is drawn anew on a terminal, and logInterval
	// how often a line is written where there is none.
	redraw      = 100 * time.Millisecond
	logInterval = 10 * time.Second
)

// Progress shows how far a step has come, with rate and remaining time. Its
// methods may be called from several goroutines.
type Progress struct {
	ui *UI

	mu          sync.Mutex
	label       string
	clock       bool // total and done are times, and not bytes
	total, done int64
	start, last time.Time
	drawn       bool
}

// Progress returns what use cases report to; one step runs at a time.
func (u *UI) Progress() *Progress {
	if u.progress == nil {
		u.progress = &Progress{ui: u}
	}
	return u.progress
}

// Start begins a step of total bytes; 0 where the total is unknown.
func (p *Progress) Start(label string, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	now := p.ui.opts.Now()
	p.label, p.total, p.done, p.start, p.last, p.clock = label, total, 0, now, now, false
}

// StartClock begins a step that takes as long as it says, such as playing; Add then
// counts nanoseconds.
func (p *Progress) StartClock(label string, total time.Duration) {
	p.Start(label, int64(total))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clock = true
}

// Add counts bytes that are done.
func (p *Progress) Add(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += bytes
	if p.label == "" || p.ui.opts.Quiet || p.ui.opts.JSON && !p.ui.opts.Terminal {
		return
	}
	now := p.ui.opts.Now()
	interval := redraw
	if !p.ui.opts.Terminal {
		interval = logInterval
	}
	if now.Sub(p.start) < patience || now.Sub(p.last) < interval {
		return
	}
	p.last = now
	line := p.line(now.Sub(p.start))
	if !p.ui.opts.Terminal {
		fmt.Fprintln(p.ui.err, line)
		return
	}
	fmt.Fprint(p.ui.err, "\r\x1b[K"+line)
	p.drawn = true
}

// Done ends the step.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.label = ""
}

func (p *Progress) clear() {
	if p.drawn {
		fmt.Fprint(p.ui.err, "\r\x1b[K")
		p.drawn = false
	}
}

func (u *UI) clearProgress() {
	if u.progress == nil {
		return
	}
	u.progress.mu.Lock()
	defer u.progress.mu.Unlock()
	u.progress.clear()
}

func (p *Progress) line(elapsed time.Duration) string {
	var b strings.Builder
	b.WriteString(p.label)
	if p.clock {
		fmt.Fprintf(&b, ": %s of %s", Clock(time.Duration(min(p.done, p.total))), Clock(time.Duration(p.total)))
		return b.String()
	}
	rate := float64(p.done) / elapsed.Seconds()
	if p.total <= 0 {
		fmt.Fprintf(&b, ": %s, %s/s", Bytes(p.done), Bytes(int64(rate)))
		return b.String()
	}
	percent := min(100, 100*float64(p.done)/float64(p.total))
	fmt.Fprintf(&b, ": %3.0f%% of %s, %s/s", percent, Bytes(p.total), Bytes(int64(rate)))
	if left := p.total - p.done; rate > 0 && left > 0 {
		eta := time.Duration(float64(left) / rate * float64(time.Second))
		fmt.Fprintf(&b, ", %s left", eta.Round(time.Second))
	}
	return b.String()
}

// Clock writes a length of time as players do: "3:04".
func Clock(d time.Duration) string {
	seconds := int64(d / time.Second)
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// Bytes writes a number of bytes for people.
func Bytes(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := float64(n), -1
	for value >= 999.5 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	if value < 10 {
		return fmt.Sprintf("%.1f %cB", value, units[unit])
	}
	return fmt.Sprintf("%.0f %cB", value, units[unit])
}

// Count writes a number with its noun: "1 stem", "3 stems".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
