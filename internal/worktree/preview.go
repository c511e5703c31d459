package worktree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parrots-music/parrots/internal/repo"
)

// previewSuffix ends the name of a folder of previews: files that a merge writes only
// for a person to listen to. It is an ignored name, which no IgnoreFile takes back, so
// that they never get into a commit.
const previewSuffix = ".preview"

// maxFileName is what file systems hold of a name, in bytes.
const maxFileName = 255

// previewMode makes a preview read-only. One that is not any more is somebody's work.
const previewMode = 0o444

// PreviewFolder returns where the previews of a file go, beside it: a folder that is
// not there yet.
func (w *Worktree) PreviewFolder(file string) string {
	dir, name := path.Split(file)
	for n := 1; ; n++ {
		suffix := previewSuffix
		if n > 1 {
			suffix = " " + strconv.Itoa(n) + previewSuffix
		}
		for len(name)+len(suffix) > maxFileName {
			_, last := utf8.DecodeLastRuneInString(name)
			name = name[:len(name)-last]
		}
		if folder := dir + name + suffix; !w.exists(folder) {
			return folder
		}
	}
}

// WritePreview writes a preview, whose folder PreviewFolder has named, with its
// folders. On an error there is none.
func (w *Worktree) WritePreview(p string, write func(io.Writer) error) (err error) {
	if err := checkPreview(p); err != nil {
		return err
	}
	if err := w.makeFolder(path.Dir(p), map[string]bool{}); err != nil {
		return err
	}
	f, err := w.root.OpenFile(local(p), os.O_WRONLY|os.O_CREATE|os.O_EXCL, previewMode)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err != nil {
		err = errors.Join(explained(err), w.root.Remove(local(p)))
	}
	return err
}

// RemovePreviews removes previews, and their folders if these are empty then. What is
// not there, or has been written to, is left alone.
func (w *Worktree) RemovePreviews(previews []string) error {
	var failed []error
	for _, p := range previews {
		if err := checkPreview(p); err != nil {
			failed = append(failed, err)
			continue
		}
		info, err := w.root.Lstat(local(p))
		if err != nil || w.throughLink(p) || !info.Mode().IsRegular() || info.Mode().Perm()&0o222 != 0 {
			continue
		}
		if err := w.root.Remove(local(p)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
		_ = w.root.Remove(local(path.Dir(p))) // as long as there is something in it, it stays
	}
	return errors.Join(failed...)
}

// throughLink says whether a folder above a path is a link.
func (w *Worktree) throughLink(p string) bool {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if info, err := w.root.Lstat(local(dir)); err != nil || !info.IsDir() {
			return true
		}
	}
	return false
}

// checkPreview refuses a path that is not that of a file in a folder of previews. The
// list may come from a folder that a stranger has packed.
func checkPreview(p string) error {
	first, _, _ := strings.Cut(p, "/")
	if path.Clean(p) != p || !fs.ValidPath(p) || !strings.HasSuffix(path.Dir(p), previewSuffix) || strings.EqualFold(first, repo.DirName) {
		return fmt.Errorf("%q is not the path of a preview", printable(p))
	}
	return nil
}
