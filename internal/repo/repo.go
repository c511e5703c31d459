// Package repo is a song's folder on disk, as far as the tool's own files go:
// configuration, refs, HEAD, the lock, signatures, saved work, the state of a
// merge, the stat cache's storage and the journal of operations that a crash
// must not leave half done. Everything lives under .parrots in the folder's root.
//
// Every file is replaced as a whole: written beside its place, synced, renamed,
// and the folder synced. Nothing here reads the clock, the environment or the
// terminal, and nothing here knows what is in a song: that is package worktree.
// Of ours it imports object only; the network and IPFS must not come in.
package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DirName is the folder in a song's root that holds what this package keeps.
const DirName = ".parrots"

// DefaultBranch is the branch that a new song starts on.
const DefaultBranch = "main"

// Names under DirName.
const (
	configFile  = "config.yaml"
	headFile    = "HEAD"
	indexFile   = "index"
	mergeFile   = "merge.json"
	lockFile    = "lock"
	holderFile  = "lock-holder.json"
	refsDir     = "refs"
	sigDir      = "signatures"
	savedDir    = "saved"
	journalDir  = "journal"
	journalFile = "operation.json"
)

// Repo is an open song folder. Its methods may be called from several
// goroutines; whoever changes something holds the lock (Lock) meanwhile.
type Repo struct {
	root string
}

// Init makes root, which must exist, a song folder on branch DefaultBranch with
// no commit yet. It fails with ErrExists if root is one already.
func Init(root string, cfg Config) (*Repo, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	r := &Repo{root: abs}
	if _, err := os.Lstat(r.path(configFile)); err == nil {
		return nil, fmt.Errorf("%w: %s", ErrExists, abs)
	}
	if err := r.refuseLinks(); err != nil {
		return nil, err
	}
	for _, dir := range []string{"", filepath.Join(refsDir, "heads"), filepath.Join(refsDir, "remotes"), sigDir, savedDir, journalDir} {
		if err := os.MkdirAll(r.path(dir), 0o755); err != nil {
			return nil, fmt.Errorf("make the song's folder: %w", err)
		}
	}
	if err := r.SetHead(Head{Branch: DefaultBranch}); err != nil {
		return nil, err
	}
	// The configuration comes last: it is what makes the folder a song's.
	if err := r.SetConfig(cfg); err != nil {
		return nil, err
	}
	return r, nil
}

// Open opens the song folder at root. It fails with ErrNotSong if root is none, and
// with a CorruptError if there is a link among the tool's own files.
func Open(root string) (*Repo, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	r := &Repo{root: abs}
	info, err := os.Lstat(r.path(""))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s", ErrNotSong, abs)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%w: %s is not a folder", ErrNotSong, r.path(""))
	}
	// Both: a folder of the user's own of this name has a configuration, too.
	for _, file := range []string{headFile, configFile} {
		if _, err := os.Lstat(r.path(file)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s has no %s", ErrNotSong, r.path(""), file)
		}
	}
	if err := r.refuseLinks(); err != nil {
		return nil, err
	}
	return r, nil
}

// refuseLinks fails if anything of the tool's own is neither a plain file nor a
// folder. A stranger may have packed the folder, and a link in it would have us
// write, or overwrite, elsewhere.
func (r *Repo) refuseLinks() error {
	for _, dir := range []string{"", refsDir, filepath.Join(refsDir, "remotes"), journalDir} {
		info, err := os.Lstat(r.path(dir))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return &CorruptError{r.path(dir), "it is not a folder", "remove it"}
		}
		entries, err := os.ReadDir(r.path(dir))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !e.IsDir() && !e.Type().IsRegular() {
				return &CorruptError{r.path(dir, e.Name()), "it is a link or a device", "remove it"}
			}
		}
	}
	return nil
}

// Find opens the song folder that start is in: start itself or the nearest
// folder above it. It fails with ErrNotSong if there is none.
func Find(start string) (*Repo, error) {
	abs, err := filepath.Abs(start)
	if err != nil {
		return nil, err
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		r, err := Open(dir)
		if err == nil {
			return r, nil
		}
		if !errors.Is(err, ErrNotSong) {
			return nil, err
		}
		if dir == filepath.Dir(dir) {
			return nil, fmt.Errorf("%w: neither %s nor a folder above it", ErrNotSong, abs)
		}
	}
}

// Root returns the song's folder, absolute.
func (r *Repo) Root() string { return r.root }

// Dir returns the folder of the tool's own files, absolute.
func (r *Repo) Dir() string { return r.path("") }

// path returns where a file under DirName is.
func (r *Repo) path(elem ...string) string {
	return filepath.Join(append([]string{r.root, DirName}, elem...)...)
}
