package localnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	// startTimeout bounds the wait for a process to answer.
	startTimeout = 90 * time.Second
	// stopTimeout is how long a process may take to end before it is killed.
	stopTimeout = 15 * time.Second
)

// process is a child that runs until it is stopped.
type process struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
}

// start starts a program with its output in a log file.
func start(log string, env []string, program string, args ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close() //nolint:errcheck // the child has its own
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), env...)
	attach(cmd)
	p := &process{cmd: cmd, log: log, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// A child that is to die with its parent dies with the thread that started it,
		// so that thread stays.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // that it has ended is all that counts; its log says why
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrTool, program, err)
	}
	// Where children outlive a parent that is killed, the next start names them.
	if err := os.WriteFile(pidFile(log), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// pidFile is beside a process's log.
func pidFile(log string) string { return strings.TrimSuffix(log, ".log") + ".pid" }

// leftOver returns the process that an earlier start left behind; 0 for none.
func leftOver(log string) int {
	data, err := os.ReadFile(pidFile(log))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(data))
	if err != nil || pid <= 1 || !alive(pid) {
		return 0
	}
	return pid
}

// await asks until a process answers, ends, or takes too long.
func (p *process) await(ctx context.Context, what string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			return fmt.Errorf("%w before it answered: %s; see %s: %s", ErrProcess, what, p.log, lastLine(p.log))
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer (%w); see %s", what, err, p.log)
		}
	}
}

// stop asks a process to end and waits for it.
func (p *process) stop() error {
	if p == nil {
		return nil
	}
	interrupt(p.cmd)
	select {
	case <-p.done:
		return p.forget()
	case <-time.After(stopTimeout):
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.done
	return p.forget()
}

func (p *process) forget() error {
	err := os.Remove(pidFile(p.log))
	if errors.Is(err, os.ErrNotExist) { // it was stopped before
		return nil
	}
	return err
}

// lastLine is the end of a log, which mostly says what went wrong.
func lastLine(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return lines[len(lines)-1]
}

// output runs a program to its end and returns what it printed on stdout.
func output(ctx context.Context, dir string, env []string, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("%w: %s", ErrTool, program)
		}
		return "", fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}
