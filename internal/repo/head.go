package repo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// headRefPrefix stands before the branch in HEAD.
const headRefPrefix = "ref: refs/heads/"

// Head says where the folder stands.
type Head struct {
	// Branch is the branch that the next commit goes to; empty if detached.
	Branch string
	// Commit is the commit that the folder came from. It is cid.Undef on a branch
	// without a commit yet. SetHead uses it only if Branch is empty.
	Commit cid.Cid
}

// Detached says whether the folder stands on a commit instead of a branch.
func (h Head) Detached() bool { return h.Branch == "" }

// Head reads where the folder stands.
func (r *Repo) Head() (Head, error) {
	path := r.path(headFile)
	data, err := readFile(path)
	if err != nil {
		return Head{}, &CorruptError{path, err.Error(), `write "` + headRefPrefix + DefaultBranch + `" into it`}
	}
	text := strings.TrimSuffix(string(data), "\n")
	if branch, ok := strings.CutPrefix(text, headRefPrefix); ok && CheckBranchName(branch) == nil {
		c, err := r.Ref(BranchRef(branch))
		if err != nil && !errors.Is(err, ErrNoRef) {
			return Head{}, err
		}
		return Head{Branch: branch, Commit: c}, nil
	}
	c, err := object.ParseObjectCID(text)
	if err != nil {
		return Head{}, &CorruptError{path, "it names neither a branch nor a commit", `write "` + headRefPrefix + DefaultBranch + `" into it`}
	}
	return Head{Commit: c}, nil
}

// SetHead makes the folder stand on h.Branch, or on h.Commit if Branch is empty.
// It does not move the branch. The caller holds the lock.
func (r *Repo) SetHead(h Head) error {
	text := headRefPrefix + h.Branch
	if h.Detached() {
		if err := object.CheckLink(h.Commit); err != nil || h.Commit.Type() != object.CodecDagCBOR {
			return fmt.Errorf("set HEAD: %s is not the CID of a commit", orNone(h.Commit))
		}
		text = h.Commit.String()
	} else if err := CheckBranchName(h.Branch); err != nil {
		return err
	}
	return writeFile(r.path(headFile), []byte(text+"\n"))
}
