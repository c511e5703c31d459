package worktree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// IgnoreFile names, in the song's root, the file of patterns of what is not part
// of the song. Its syntax is that of .gitignore.
const IgnoreFile = ".parrotsignore"

// maxIgnoreBytes bounds IgnoreFile, which a clone brings from a stranger.
const maxIgnoreBytes = 64 << 10

// maxIgnorePatterns bounds the work that IgnoreFile causes per file.
const maxIgnorePatterns = 1000

// defaultIgnores are what operating systems, DAWs and editors leave behind and
// make again by themselves. IgnoreFile may take one back with "!".
var defaultIgnores = []string{
	".DS_Store", "._*", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems",
	"Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN/",
	"*.asd", "*.reapeaks", "*.reapindex", "*.rpp-bak", "*.RPP-bak", "*.rpp-UNDO", "*.RPP-UNDO",
	"Backup/", "peaks/", "Freeze Files/", "Freeze Files.nosync/", "Undo Data*",
	"*.wfm", "*.ovw", "*.pkf", "*.sfk", "*.gpk",
	"*~", "*.swp", "*.swo", "~$*", ".#*", "#*#", "*.tmp", "*.crdownload", "*.part",
	".git/", ".Rproj.user/", ".idea/", ".vscode/",
}

// ignorer says what is not part of the song. The patterns' meaning is go-git's:
// it is maintained, tested against git, and depends on little; the alternatives
// (sabhiram's, and crackcomm's after it) leave out "?", escapes and more.
type ignorer struct{ rules []rule } // later ones win

// rule is a pattern as a walker needs it: whoever asks for a path has asked for
// the folders above it, so that a rule concerns the path itself only. The
// library's patterns also match what is below their match, which would bring
// back, with "!", more than was meant.
type rule struct {
	pattern gitignore.Pattern
	byName  bool // only the last segment matters
	folder  bool // only folders match
	depth   int  // how many segments a path has that can match; 0 if any number
}

func newRule(line string) rule {
	// "a/**" means all that is in a; the library takes it to mean a too.
	folder := strings.HasSuffix(line, "/")
	line = strings.TrimSuffix(line, "/")
	above, all := strings.CutSuffix(line, "/**")
	if all {
		line = above + "/*"
	}
	r := rule{byName: !strings.Contains(line, "/"), folder: folder}
	if !r.byName && !all && !strings.Contains(line, "**") {
		r.depth = 1 + strings.Count(strings.TrimPrefix(strings.TrimPrefix(line, "!"), "/"), "/")
	}
	r.pattern = gitignore.ParsePattern(line, nil)
	return r
}

func (r rule) match(segments []string, isDir bool) gitignore.MatchResult {
	switch {
	case r.folder && !isDir:
		return gitignore.NoMatch
	case r.byName:
		segments = segments[len(segments)-1:]
	case r.depth != 0 && r.depth != len(segments):
		return gitignore.NoMatch
	}
	return r.pattern.Match(segments, isDir)
}

// ignored says whether the file or folder at a path, "/"-separated, is ignored.
// Whoever walks asks for the folders above it first.
func (ig ignorer) ignored(path string, isDir bool) bool {
	segments := strings.Split(path, "/")
	for _, r := range slices.Backward(ig.rules) {
		if result := r.match(segments, isDir); result != gitignore.NoMatch {
			return result == gitignore.Exclude
		}
	}
	return false
}

// loadIgnores reads IgnoreFile, which may be missing.
func (w *Worktree) loadIgnores() (ignorer, error) {
	info, err := w.root.Lstat(IgnoreFile)
	if errors.Is(err, fs.ErrNotExist) {
		return parseIgnores("")
	}
	if err != nil {
		return ignorer{}, err
	}
	if !info.Mode().IsRegular() {
		return ignorer{}, fmt.Errorf("%s is not a plain file", IgnoreFile)
	}
	f, err := w.root.Open(IgnoreFile)
	if err != nil {
		return ignorer{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxIgnoreBytes+1))
	if err != nil {
		return ignorer{}, err
	}
	return parseIgnores(string(data))
}

// parseIgnores adds the patterns of an ignore file to the default ones. Later
// patterns win over earlier ones, and none brings previews back: a stranger's file with
// "!*" would have them committed.
func parseIgnores(text string) (ignorer, error) {
	if len(text) > maxIgnoreBytes {
		return ignorer{}, fmt.Errorf("%s is over %d KiB long", IgnoreFile, maxIgnoreBytes>>10)
	}
	var rules []rule
	for _, p := range defaultIgnores {
		rules = append(rules, newRule(p))
	}
	text = strings.TrimPrefix(text, "\ufeff") // Windows' editors
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rules = append(rules, newRule(line))
	}
	if len(rules) > maxIgnorePatterns {
		return ignorer{}, fmt.Errorf("%s has over %d patterns", IgnoreFile, maxIgnorePatterns-len(defaultIgnores))
	}
	return ignorer{append(rules, newRule("*"+previewSuffix+"/"))}, nil
}
