package worktree

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/parrots-music/parrots/internal/repo"
)

// found is a plain file in the folder.
type found struct {
	path string // in the tree: "/"-separated, NFC
	real string // on disk, relative to the root, "/"-separated
	stat stat
}

// scan is what is in the folder.
type scan struct {
	files    []found // sorted by path
	warnings []Warning
	problems []Problem
	// folders maps a folder's path in the tree to its path on disk where these
	// differ.
	folders map[string]string
	// others are the paths of what is neither a plain file nor a folder.
	others map[string]bool
}

// Warning is something in the folder that is left out, or kept and not understood,
// without harm.
type Warning struct {
	Path   string // on disk, relative to the song's folder
	Reason string
}

// maxFolderDepth bounds the walk; a session may be 32 deep below its root.
const maxFolderDepth = 64

// known says which ignored files are part of the song all the same, because they
// were before: as in git, ignoring concerns what is new.
type known struct{ paths []string } // sorted

func (k known) has(path string) bool {
	_, ok := slices.BinarySearch(k.paths, path)
	return ok
}

func (k known) below(folder string) bool {
	prefix := folder + "/"
	i, _ := slices.BinarySearch(k.paths, prefix)
	return i < len(k.paths) && strings.HasPrefix(k.paths[i], prefix)
}

// scanner walks the folder, a few folders at a time.
type scanner struct {
	ctx    context.Context
	root   string
	ignore ignorer
	known  known
	slots  chan struct{}
	group  sync.WaitGroup

	mu  sync.Mutex
	out scan
}

// scan walks the folder without opening a file.
func (w *Worktree) scan(ctx context.Context, k known) (*scan, error) {
	ignore, err := w.loadIgnores()
	if err != nil {
		return nil, err
	}
	s := &scanner{
		ctx:    ctx,
		root:   w.repo.Root(),
		ignore: ignore,
		known:  k,
		slots:  make(chan struct{}, w.workers),
		out:    scan{folders: map[string]string{}, others: map[string]bool{}},
	}
	s.folder("", "", false, 0)
	s.group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(s.out.files, func(a, b found) int {
		if c := strings.Compare(a.path, b.path); c != 0 {
			return c
		}
		return strings.Compare(a.real, b.real)
	})
	slices.SortFunc(s.out.warnings, func(a, b Warning) int { return strings.Compare(a.Path, b.Path) })
	return &s.out, nil
}

// spawn runs f beside the caller if a slot is free, else in its place.
func (s *scanner) spawn(f func()) {
	select {
	case s.slots <- struct{}{}:
		s.group.Go(func() {
			defer func() { <-s.slots }()
			f()
		})
	default:
		f()
	}
}

// folder reads one folder; ignored means that only known files in it count.
func (s *scanner) folder(path, real string, ignored bool, depth int) {
	if s.ctx.Err() != nil {
		return
	}
	if depth > maxFolderDepth {
		s.problem(real, "is nested too deeply", "move it up")
		return
	}
	dir, err := os.Open(filepath.Join(s.root, filepath.FromSlash(real)))
	if err != nil {
		s.problem(real, reasonOf(err), "make it readable, or ignore it in "+IgnoreFile)
		return
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		s.problem(real, reasonOf(err), "make it readable, or ignore it in "+IgnoreFile)
		return
	}
	// A folder of thousands of files is shared out. It stays open meanwhile: asking
	// for files by it is half the work of asking by their whole path.
	const batch = 512
	var parts sync.WaitGroup
	for len(entries) > batch {
		part := entries[:batch]
		entries = entries[batch:]
		parts.Add(1)
		s.spawn(func() {
			defer parts.Done()
			s.entries(dir, part, path, real, ignored, depth)
		})
	}
	s.entries(dir, entries, path, real, ignored, depth)
	parts.Wait()
}

func (s *scanner) entries(dir *os.File, entries []fs.DirEntry, path, real string, ignored bool, depth int) {
	files := make([]found, 0, len(entries))
	for _, e := range entries {
		name := e.Name()
		if path == "" && strings.EqualFold(name, repo.DirName) {
			continue
		}
		f := found{real: join(real, name)}
		f.path = f.real
		if nfc := toNFC(name); path != real || nfc != name {
			f.path = join(path, nfc)
		}
		switch {
		case e.IsDir():
			out := ignored || s.ignore.ignored(f.path, true) || strings.EqualFold(name, repo.DirName)
			if out && !s.known.below(f.path) {
				continue
			}
			if f.path != f.real {
				s.renamed(f)
			}
			s.spawn(func() { s.folder(f.path, f.real, out, depth+1) })
		case !s.known.has(f.path) && (ignored || s.ignore.ignored(f.path, false)):
		case e.Type()&fs.ModeSymlink != 0:
			s.link(f)
		case !e.Type().IsRegular():
			s.special(f, e.Type())
		default:
			st, err := statAt(dir, e)
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			}
			if err != nil {
				s.problem(f.real, reasonOf(err), "make it readable")
				continue
			}
			f.stat = st
			files = append(files, f)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.files = append(s.out.files, files...)
}

func (s *scanner) renamed(f found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.folders[f.path] = f.real
}

func (s *scanner) link(f found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.others[f.path] = true
	s.out.warnings = append(s.out.warnings, Warning{f.real, "is a link and was left out; put the file itself here to include it"})
}

func (s *scanner) special(f found, mode fs.FileMode) {
	what := "is not a plain file"
	switch {
	case mode&fs.ModeNamedPipe != 0:
		what = "is a pipe"
	case mode&fs.ModeSocket != 0:
		what = "is a socket"
	case mode&fs.ModeDevice != 0:
		what = "is a device"
	}
	s.mu.Lock()
	s.out.others[f.path] = true
	s.mu.Unlock()
	s.problem(f.real, what, "move it out of the song's folder, or ignore it in "+IgnoreFile)
}

func (s *scanner) problem(path, reason, advice string) {
	if path == "" {
		path = "."
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.problems = append(s.out.problems, Problem{path, reason, advice})
}

// reasonOf shortens a system's error, whose path the caller names already.
func reasonOf(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return "cannot be read (" + pathErr.Err.Error() + ")"
	}
	return "cannot be read (" + err.Error() + ")"
}

func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// toNFC composes a name as every tree spells it: Macs hand out decomposed names.
// What is not UTF-8 stays as it is, to be refused by name.
func toNFC(name string) string {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			if !utf8.ValidString(name) {
				return name
			}
			return norm.NFC.String(name)
		}
	}
	return name
}
