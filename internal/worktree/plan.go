package worktree

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/cases"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// step is what happens to one path in a checkout. Steps are kept in the journal;
// step n has its files under the names n in the stage's old and new folders.
type step struct {
	// Path is the file's path in the tree.
	Path string `json:"path"`
	// Old is the file that goes away; nil if there is none.
	Old *oldFile `json:"old,omitempty"`
	// New is the file that comes; nil if none does.
	New *newFile `json:"new,omitempty"`
	// Keep says that New is in place already and only has to be remembered.
	Keep bool `json:"keep,omitempty"`
}

type oldFile struct {
	Real  string `json:"real"` // on disk, relative to the root
	Size  int64  `json:"size"`
	Mtime int64  `json:"mtime"` // ns
	Inode uint64 `json:"inode,omitempty"`
}

func (o oldFile) is(s stat) bool { return o.Size == s.size && o.Mtime == s.mtime && o.Inode == s.inode }

type newFile struct {
	Real  string `json:"real"`
	CID   string `json:"cid"`
	Size  uint64 `json:"size"`
	Mtime uint64 `json:"mtime,omitempty"` // ms
	cid   cid.Cid
}

// plan is a checkout before anything was written.
type plan struct {
	folder *folder
	steps  []step
	// projects are the sessions that will be exactly the target's.
	projects []project
}

func (p *plan) counts() (written, removed int) {
	for _, s := range p.steps {
		switch {
		case s.Keep:
		case s.New != nil:
			written++
		default:
			removed++
		}
	}
	return written, removed
}

// planner compares three sides, path by path: the folder, the tree that it
// stands on, and the tree that it is to become.
type planner struct {
	w       *Worktree
	folder  *folder
	key     func(path string) string // equal for paths that are one file here
	disk    map[string]int           // key -> folder.files
	base    map[string]flat          // by key
	want    map[string]flat          // by key
	steps   []step
	blocked []string
}

func (w *Worktree) plan(ctx context.Context, target object.Tree, opts CheckoutOptions) (*plan, error) {
	want, err := w.flatten(ctx, target)
	if err != nil {
		return nil, err
	}
	base, err := w.flatten(ctx, opts.Base)
	if err != nil {
		return nil, err
	}
	f, err := w.look(ctx, opts.Base)
	if err != nil {
		return nil, err
	}
	key, err := w.pathKey()
	if err != nil {
		return nil, err
	}
	pl := &planner{w: w, folder: f, key: key}
	if pl.want, err = pl.byKey(want); err != nil {
		return nil, err
	}
	pl.base = make(map[string]flat, len(base))
	for _, b := range base {
		b.path = toNFC(b.path)
		pl.base[key(b.path)] = b
	}
	pl.disk = make(map[string]int, len(f.files))
	for i, file := range f.files {
		pl.disk[key(file.path)] = i
	}
	if err := pl.readUncertain(ctx); err != nil {
		return nil, err
	}
	pl.compare()
	pl.checkFolders()
	if len(pl.blocked) > 0 {
		slices.Sort(pl.blocked)
		return nil, &LocalChangesError{slices.Compact(pl.blocked)}
	}
	slices.SortFunc(pl.steps, func(a, b step) int { return strings.Compare(a.Path, b.Path) })
	return &plan{f, pl.steps, pl.projects(target)}, nil
}

// byKey maps the wanted files and refuses those that would be one file here.
func (pl *planner) byKey(files []flat) (map[string]flat, error) {
	m := make(map[string]flat, len(files))
	folders := map[string]string{}
	for _, f := range files {
		spelt := f.path
		f.path = toNFC(f.path)
		k := pl.key(f.path)
		if other, ok := m[k]; ok {
			return nil, fmt.Errorf("%w: %q and %q are one name on this file system", ErrBadTree, other.path, spelt)
		}
		m[k] = f
		for dir := path.Dir(spelt); dir != "."; dir = path.Dir(dir) {
			k := pl.key(toNFC(dir))
			if other, ok := folders[k]; ok && other != dir {
				return nil, fmt.Errorf("%w: folders %q and %q are one name on this file system", ErrBadTree, other, dir)
			} else if ok {
				break
			}
			folders[k] = dir
		}
	}
	for k, dir := range folders {
		if _, ok := m[k]; ok {
			return nil, fmt.Errorf("%w: %q is a file and a folder", ErrBadTree, dir)
		}
	}
	return m, nil
}

// pathKey returns how paths are told apart on this file system.
func (w *Worktree) pathKey() (func(string) string, error) {
	insensitive, err := w.ignoresCase()
	if err != nil {
		return nil, err
	}
	if !insensitive {
		return func(p string) string { return p }, nil
	}
	fold := cases.Fold()
	return func(p string) string { return toNFC(fold.String(p)) }, nil
}

// readUncertain reads the files whose content decides something and is not
// known. Nothing is stored.
func (pl *planner) readUncertain(ctx context.Context) error {
	f := pl.folder
	moment, err := pl.w.moment()
	if err != nil {
		return explained(fmt.Errorf("the song's folder cannot be written: %w", err))
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(pl.w.workers)
	for i := range f.files {
		k := pl.key(f.files[i].path)
		b, inBase := pl.base[k]
		t, wanted := pl.want[k]
		size := uint64(f.files[i].stat.size)
		switch {
		case f.fresh[i], !inBase && !wanted:
			continue
		case inBase && wanted && b.cid.Equals(t.cid):
			continue // stays as it is, changed or not
		case !(inBase && b.size == size) && !(wanted && t.size == size):
			continue // its length says that it is neither
		}
		g.Go(func() error {
			c, st, err := pl.w.read(ctx, f.files[i], pl.w.hash)
			if err != nil {
				return fmt.Errorf("read %s: %w", printable(f.files[i].real), err)
			}
			f.remember(i, c, st, moment)
			return nil
		})
	}
	return g.Wait()
}

// onDisk returns the file at a key. Content is undefined if it is neither side's.
func (pl *planner) onDisk(k string) (file found, content cid.Cid, ok bool) {
	i, ok := pl.disk[k]
	if !ok {
		return found{}, cid.Undef, false
	}
	if pl.folder.fresh[i] {
		content = pl.folder.entries[i].cid
	}
	return pl.folder.files[i], content, true
}

func (pl *planner) compare() {
	for k, t := range pl.want {
		b, inBase := pl.base[k]
		same := inBase && b.cid.Equals(t.cid)
		file, content, exists := pl.onDisk(k)
		switch {
		case !exists && same:
			// Removed and not committed: stays removed.
		case !exists:
			pl.put(t, pl.realPath(t.path), nil)
		case content.Defined() && content.Equals(t.cid):
			pl.keep(t, file)
		case same:
			// Changed and not committed: stays changed.
		case inBase && content.Defined() && content.Equals(b.cid):
			pl.put(t, pl.renameCase(t.path, file), oldOf(file))
		default:
			pl.blocked = append(pl.blocked, file.real)
		}
	}
	for k, b := range pl.base {
		if _, wanted := pl.want[k]; wanted {
			continue
		}
		file, content, exists := pl.onDisk(k)
		switch {
		case !exists:
		case content.Defined() && content.Equals(b.cid):
			pl.steps = append(pl.steps, step{Path: b.path, Old: oldOf(file)})
		default:
			pl.blocked = append(pl.blocked, file.real)
		}
	}
}

// put adds the step that writes t to real, with old, if any, making room.
func (pl *planner) put(t flat, real string, old *oldFile) {
	pl.steps = append(pl.steps, step{Path: t.path, Old: old, New: newOf(t, real)})
}

// keep remembers a file that is as wanted already. If only its case differs it
// is written anew under the wanted name.
func (pl *planner) keep(t flat, file found) {
	if file.path != t.path {
		pl.put(t, pl.realPath(t.path), oldOf(file))
		return
	}
	if pl.remembered(t, file) {
		return
	}
	pl.steps = append(pl.steps, step{Path: t.path, New: newOf(t, file.real), Keep: true})
}

// remembered says whether a file on disk, which has t's content, is known as such.
func (pl *planner) remembered(t flat, file found) bool {
	i, indexed := pl.folder.index.find(file.path)
	return indexed && pl.folder.index.files[i].cid.Equals(t.cid) && pl.folder.index.files[i].mtime == t.mtime
}

// projects returns the target's sessions that the folder will hold unchanged.
func (pl *planner) projects(target object.Tree) []project {
	differs := map[string]bool{}
	var roots []string
	for _, e := range target.Entries {
		if e.Kind == object.KindSession {
			roots = append(roots, e.Path)
		}
	}
	done := map[string]bool{}
	for _, s := range pl.steps {
		done[pl.key(s.Path)] = true
	}
	for k, t := range pl.want {
		file, content, exists := pl.onDisk(k)
		if !done[k] && !(exists && content.Equals(t.cid) && pl.remembered(t, file)) {
			differs[sessionOf(t.path, roots)] = true
		}
	}
	for k, i := range pl.disk {
		if _, wanted := pl.want[k]; !wanted && !done[k] {
			differs[sessionOf(pl.folder.files[i].path, roots)] = true
		}
	}
	var list []project
	for _, e := range target.Entries {
		if e.Kind == object.KindSession && !differs[e.Path] {
			list = append(list, project{e.Path, e.CID, e.Size})
		}
	}
	return list
}

// renameCase returns where the new version of a file goes: where the old one
// was, spelt as it was, unless the case of the name has changed.
func (pl *planner) renameCase(path string, file found) string {
	if file.path == path {
		return file.real
	}
	return pl.realPath(path)
}

func newOf(t flat, real string) *newFile {
	return &newFile{Real: real, CID: t.cid.String(), Size: t.size, Mtime: t.mtime, cid: t.cid}
}

func oldOf(file found) *oldFile {
	return &oldFile{file.real, file.stat.size, file.stat.mtime, file.stat.inode}
}

// realPath returns where a new file goes: into folders that exist by the names
// that they have on disk.
func (pl *planner) realPath(p string) string {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if real, ok := pl.folder.folders[dir]; ok {
			return real + p[len(dir):]
		}
	}
	return p
}

// checkFolders finds uncommitted files where folders have to be, and the other
// way round.
func (pl *planner) checkFolders() {
	leaving := map[string]bool{}
	arriving := map[string]bool{}
	for _, s := range pl.steps {
		if s.Old != nil {
			leaving[pl.key(toNFC(s.Old.Real))] = true
		}
		if s.New != nil {
			arriving[pl.key(s.Path)] = true
		}
	}
	others := map[string]bool{}
	for p := range pl.folder.others {
		others[pl.key(p)] = true
	}
	checked := map[string]bool{}
	for _, s := range pl.steps {
		if s.New == nil {
			continue
		}
		if others[pl.key(s.Path)] {
			pl.blocked = append(pl.blocked, s.Path)
		}
		for dir := path.Dir(s.Path); dir != "." && !checked[dir]; dir = path.Dir(dir) {
			checked[dir] = true
			k := pl.key(dir)
			if _, isFile := pl.disk[k]; isFile && !leaving[k] || others[k] {
				pl.blocked = append(pl.blocked, dir)
			}
		}
	}
	for k, i := range pl.disk {
		if leaving[k] {
			continue
		}
		for dir := path.Dir(k); dir != "."; dir = path.Dir(dir) {
			if arriving[dir] {
				pl.blocked = append(pl.blocked, pl.folder.files[i].real)
			}
		}
	}
}
