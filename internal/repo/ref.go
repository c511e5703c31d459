package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// RefName names a ref: BranchRef or RemoteRef.
type RefName struct {
	remote string // empty for a branch of one's own
	branch string
}

// BranchRef names the ref of a branch of one's own.
func BranchRef(branch string) RefName { return RefName{branch: branch} }

// RemoteRef names the ref that remembers where a remote's branch was last seen.
func RemoteRef(remote, branch string) RefName { return RefName{remote, branch} }

// Remote returns the remote's name, empty for a branch of one's own.
func (n RefName) Remote() string { return n.remote }

// Branch returns the branch's name.
func (n RefName) Branch() string { return n.branch }

// String returns the name as git would write it: refs/heads/main.
func (n RefName) String() string {
	if n.remote == "" {
		return "refs/heads/" + n.branch
	}
	return "refs/remotes/" + n.remote + "/" + n.branch
}

// Short returns "main" or "origin/main".
func (n RefName) Short() string {
	if n.remote == "" {
		return n.branch
	}
	return n.remote + "/" + n.branch
}

func (n RefName) check() error {
	if n.remote != "" {
		if err := CheckRemoteName(n.remote); err != nil {
			return err
		}
	}
	return CheckBranchName(n.branch)
}

// Ref is a name with the commit it stands for.
type Ref struct {
	Name   RefName
	Commit cid.Cid
}

// Ref returns the commit that a ref stands for. It fails with ErrNoRef if there
// is no such ref and with a CorruptError if its file is damaged.
func (r *Repo) Ref(name RefName) (cid.Cid, error) {
	if err := name.check(); err != nil {
		return cid.Undef, err
	}
	path := r.refPath(name)
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return cid.Undef, fmt.Errorf("%w: %s", ErrNoRef, name.Short())
	}
	if err != nil {
		return cid.Undef, err
	}
	c, err := object.ParseObjectCID(strings.TrimSuffix(string(data), "\n"))
	if err != nil {
		return cid.Undef, &CorruptError{
			File:   path,
			Reason: "it does not hold a commit's CID",
			Advice: fmt.Sprintf("write the CID of %s's last commit into it, or remove it and fetch", name.Short()),
		}
	}
	return c, nil
}

// UpdateRef moves a ref from old to new if it is at old now, and fails with
// ErrStale if it is not. An old of cid.Undef means that the ref does not exist
// yet, a new of cid.Undef removes it. The caller holds the lock.
func (r *Repo) UpdateRef(name RefName, old, new cid.Cid) error {
	now, err := r.Ref(name)
	if err != nil && !errors.Is(err, ErrNoRef) {
		return err
	}
	if !now.Equals(old) {
		return fmt.Errorf("%w: %s is at %s", ErrStale, name.Short(), orNone(now))
	}
	return r.setRef(name, new)
}

func (r *Repo) setRef(name RefName, c cid.Cid) error {
	path := r.refPath(name)
	if !c.Defined() {
		return removeFile(path)
	}
	if err := object.CheckLink(c); err != nil || c.Type() != object.CodecDagCBOR {
		return fmt.Errorf("set %s: %s is not the CID of a commit", name.Short(), c)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, []byte(c.String()+"\n"))
}

// Branches returns the branches of one's own, sorted by name. A damaged file
// gives a CorruptError together with the refs that are sound.
func (r *Repo) Branches() ([]Ref, error) { return r.list("") }

// RemoteBranches returns what is known of a remote's branches, likewise.
func (r *Repo) RemoteBranches(remote string) ([]Ref, error) {
	if err := CheckRemoteName(remote); err != nil {
		return nil, err
	}
	return r.list(remote)
}

func (r *Repo) list(remote string) ([]Ref, error) {
	files, err := listFiles(r.refFolder(remote))
	if err != nil {
		return nil, err
	}
	var refs []Ref
	var broken []error
	for _, file := range files {
		branch, ok := nameOfFile(file)
		if !ok {
			continue // not ours
		}
		name := RefName{remote, branch}
		c, err := r.Ref(name)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		refs = append(refs, Ref{name, c})
	}
	slices.SortFunc(refs, func(a, b Ref) int { return strings.Compare(a.Name.branch, b.Name.branch) })
	return refs, errors.Join(broken...)
}

// remotesSeen returns the remotes that refs are known of, configured or not.
func (r *Repo) remotesSeen() ([]string, error) {
	entries, err := os.ReadDir(r.path(refsDir, "remotes"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if name, ok := nameOfFile(e.Name()); ok && e.IsDir() {
			names = append(names, name)
		}
	}
	return names, nil
}

func (r *Repo) refFolder(remote string) string {
	if remote == "" {
		return r.path(refsDir, "heads")
	}
	return r.path(refsDir, "remotes", fileOfName(remote))
}

func (r *Repo) refPath(name RefName) string {
	return filepath.Join(r.refFolder(name.remote), fileOfName(name.branch))
}

func orNone(c cid.Cid) string {
	if !c.Defined() {
		return "no commit"
	}
	return c.String()
}
