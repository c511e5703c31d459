package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"github.com/parrots-music/parrots/internal/audio/mix"
	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/chain/proof"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Exit codes. They are documented in the root command's help and do not change.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotASong    = 3
	exitConflict    = 4
	exitNetwork     = 5
	exitRefused     = 6
	exitCorrupt     = 7
	exitKey         = 8
	exitInterrupted = 130
)

// Errors of this package.
var (
	errNoHome     = errors.New("no home directory")
	errConfig     = errors.New("bad configuration")
	errUsage      = errors.New("wrong usage")
	errNoNetwork  = errors.New("no network joined")
	errHomeInside = errors.New("your parrots folder, which holds your keys, is inside this song's folder")
	errTestKeys   = errors.New("your keys lie in the open and are for a localnet only")
	errDeclined   = errors.New("nothing was changed")
	// What is offered cannot be merged now, or not here.
	errNotMergeable = errors.New("the audition cannot be merged")
	errElsewhere    = errors.New("you stand on another branch")
)

// outcomes maps errors to exit codes, and to a hint where the error itself brings
// none. The first match counts, so the special stand before the general.
var outcomes = []struct {
	err  error
	code int
	hint string
}{
	{context.Canceled, exitInterrupted, ""},
	{errUsage, exitUsage, ""},
	{ui.ErrNoAnswer, exitUsage, "add --yes where nobody can answer"},
	{errNoNetwork, exitUsage, "`parrots join URL` with the URL of a hub, or `parrots localnet` to try everything on this machine"},
	{errNotMergeable, exitRefused, ""},
	{errElsewhere, exitFailure, ""},
	{repo.ErrNotSong, exitNotASong, "`parrots init` makes this folder a song"},
	{repo.ErrExists, exitFailure, ""},
	{repo.ErrBadName, exitUsage, ""},
	{repo.ErrNoRef, exitFailure, "`parrots branch` lists the branches"},
	{repo.ErrLocked, exitFailure, ""},
	{repo.ErrCorrupt, exitCorrupt, ""},
	{worktree.ErrProblems, exitCorrupt, ""},
	{worktree.ErrBadTree, exitCorrupt, ""},
	{worktree.ErrInUse, exitFailure, ""},
	{worktree.ErrLocalChanges, exitConflict, "run the command again; the folder changed while it ran"},
	{worktree.ErrNoSpace, exitFailure, "make room on the disk and run the command again"},
	{sync.ErrNoRemote, exitFailure, "`parrots remote` lists what this folder knows"},
	{sync.ErrNoCommits, exitFailure, "`parrots commit -m \"first take\"` makes the first"},
	{sync.ErrRevision, exitFailure, "`parrots log` and `parrots branch` show what there is"},
	{sync.ErrNoFile, exitFailure, "`parrots show --tree` lists the files of a commit"},
	{sync.ErrNonFastForward, exitConflict, "`parrots pull` takes them in, then push again"},
	{sync.ErrConflict, exitConflict, ""},
	{sync.ErrNoConflict, exitUsage, "`parrots status` lists the conflicts"},
	{sync.ErrMerging, exitConflict, "`parrots merge --continue` when the folder is as you want it, or `parrots merge --abort`"},
	{sync.ErrUnrelated, exitConflict, ""},
	{sync.ErrSignature, exitKey, ""},
	{sync.ErrUnsigned, exitKey, "its author joins the network and sends a new bundle"},
	{sync.ErrBundle, exitCorrupt, ""},
	{sync.ErrOtherChain, exitNetwork, ""},
	{chain.ErrNoKey, exitKey, "`parrots key list` shows what there is"},
	{chain.ErrKeyExists, exitKey, ""},
	{chain.ErrPassphrase, exitKey, ""},
	{chain.ErrNoKeyring, exitKey, ""},
	{chain.ErrBadMnemonic, exitKey, ""},
	{chain.ErrBadSignature, exitKey, ""},
	{api.ErrUnreachable, exitNetwork, "`parrots doctor` looks at the node and the hub"},
	{api.ErrBusy, exitNetwork, "try again in a while; what has arrived is not sent twice"},
	{api.ErrOtherHub, exitNetwork, ""},
	{api.ErrIncomplete, exitNetwork, "push again"},
	{api.ErrLogin, exitKey, "run the command again: it logs in anew"},
	{api.ErrForbidden, exitRefused, "your wallet needs a first coin or a sponsor; ask your hub or the song's owner"},
	{api.ErrQuota, exitRefused, "ask the hub for more room, or join another one"},
	{chain.ErrUnreachable, exitNetwork, "`parrots doctor` looks at the node and the hub"},
	{chain.ErrBehind, exitNetwork, "wait until it has caught up, or join another hub"},
	{chain.ErrWrongChain, exitNetwork, "`parrots join URL` again if the network was made anew"},
	{chain.ErrNotIncluded, exitNetwork, "run the command again: what has arrived is not sent twice"},
	{chain.ErrInsufficientFunds, exitRefused, "ask the song's owner or your hub to sponsor your fees"},
	{chain.ErrInsufficientFee, exitRefused, ""},
	{chain.ErrFeeTooHigh, exitRefused, "join a hub that you trust; this one asks for too much"},
	{chain.ErrNoAccount, exitRefused, "your wallet needs a first coin or a sponsor; ask your hub"},
	{songtypes.ErrLicence, exitRefused, "`parrots licence show SONG` says what a song allows, and whom"},
	{songtypes.ErrStaleRevision, exitConflict, "`parrots info` shows what it says now; then run the command again"},
	{chain.ErrRefused, exitRefused, ""},
	{chain.ErrNotFound, exitRefused, ""},
	{chain.ErrBadAnswer, exitCorrupt, ""},
	{proof.ErrInvalid, exitCorrupt, ""},
	{ipfs.ErrCorrupt, exitCorrupt, "`parrots doctor` checks your blocks and repairs what it can"},
	{ipfs.ErrMalformed, exitCorrupt, ""},
	{ipfs.ErrUnsupportedCID, exitCorrupt, ""},
	{ipfs.ErrNotFound, exitCorrupt, "`parrots fetch` brings what is missing"},
	{ipfs.ErrDiskFull, exitFailure, "make room on the disk and run the command again"},
	{syscall.ENOSPC, exitFailure, "make room on the disk and run the command again"},
	{object.ErrInvalid, exitCorrupt, ""},
	{songfile.ErrInvalid, exitCorrupt, ""},
	{sync.ErrNotMixable, exitCorrupt, ""},
	{mix.ErrRefused, exitFailure, ""},
	{errConfig, exitCorrupt, ""},
	{fs.ErrPermission, exitFailure, "the folder may be read-only for you"},
}

// exit reports an error and returns the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if !a.started {
		err = fmt.Errorf("%w: %w", errUsage, err)
	}
	if !a.started { // the flags may not have been read
		a.ui.SetJSON(slices.Contains(a.env.Args, "--json"))
	}
	if ctx.Err() != nil {
		a.ui.Errorf("interrupted")
		a.emitError("interrupted", exitInterrupted, "")
		return exitInterrupted
	}
	a.report(err)
	code, hint := exitFailure, ""
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			code, hint = o.code, o.hint
			break
		}
	}
	var own *hintError
	if errors.As(err, &own) {
		hint = own.hint
	}
	if hint == "" && code == exitUsage {
		hint = "`parrots help` shows the commands, `parrots help COMMAND` one of them"
		if a.command != "" {
			hint = fmt.Sprintf("`parrots help %s` shows how", a.command)
		}
	}
	if hint != "" {
		a.ui.Hintf("%s", hint)
	}
	a.emitError(err.Error(), code, hint)
	return code
}

// errorJSON is what a command that failed prints with --json.
type errorJSON struct {
	Error    string `json:"error"`
	ExitCode int    `json:"exit_code"`
	Hint     string `json:"hint,omitempty"`
}

// emitError gives a script that reads JSON the error, unless it got a value already.
func (a *app) emitError(text string, code int, hint string) {
	if !a.ui.Emitted() {
		a.warnOn("write the error", a.ui.Emit(errorJSON{text, code, hint}, func() {}))
	}
}

// report writes an error, which may list several things line by line.
func (a *app) report(err error) {
	for i, line := range strings.Split(strings.TrimRight(err.Error(), "\n"), "\n") {
		if i == 0 {
			a.ui.Errorf("%s", ui.Clean(line))
			continue
		}
		fmt.Fprintln(a.ui.Err(), ui.Clean(line))
	}
}

// hintError is an error that knows what to do next.
type hintError struct {
	error
	hint string
}

func (e *hintError) Unwrap() error { return e.error }

func withHint(err error, format string, args ...any) error {
	return &hintError{err, fmt.Sprintf(format, args...)}
}

// usagef is an error about how a command was called.
func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUsage, fmt.Sprintf(format, args...))
}
