package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// result is what one run of a command took.
type result struct {
	wall   time.Duration
	peakMB float64 // maximum resident set
	ownMB  float64 // of it, what is not a file that the system maps, such as the program
}

// command runs a program in dir with env added, and measures it.
func command(dir string, env []string, name string, args ...string) (result, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	var r result
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return r, fmt.Errorf("%s %v: %w", name, args, err)
	}
	done := make(chan struct{})
	measured := make(chan result)
	go func() { measured <- watch(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	r.wall = time.Since(start)
	close(done)
	m := <-measured
	r.peakMB, r.ownMB = m.peakMB, m.ownMB
	if err != nil {
		return r, fmt.Errorf("%s %v: %w\n%s", name, args, err, out.String())
	}
	if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && r.peakMB == 0 {
		r.peakMB = float64(ru.Maxrss) / 1024
	}
	return r, nil
}

// watch samples the memory of a process until done, as far as the system tells. What
// wait reports is at least that of the process that started it.
func watch(pid int, done <-chan struct{}) result {
	var r result
	for {
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			for line := range strings.Lines(string(status)) {
				var kB float64
				if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kB); n == 1 {
					r.peakMB = max(r.peakMB, kB/1024)
				}
				if n, _ := fmt.Sscanf(line, "RssAnon: %f kB", &kB); n == 1 {
					r.ownMB = max(r.ownMB, kB/1024)
				}
			}
		}
		select {
		case <-done:
			return r
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func median(rs []result) time.Duration {
	d := make([]time.Duration, len(rs))
	for i, r := range rs {
		d[i] = r.wall
	}
	slices.Sort(d)
	return d[len(d)/2]
}

func peak(rs []result) float64 {
	var m float64
	for _, r := range rs {
		m = max(m, r.peakMB)
	}
	return m
}

func own(rs []result) float64 {
	var m float64
	for _, r := range rs {
		m = max(m, r.ownMB)
	}
	return m
}

// treeBytes is the sum of the sizes of all files under dir.
func treeBytes(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}
