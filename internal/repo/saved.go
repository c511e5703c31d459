package repo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"
)

// Saved is work that was not committed when a command had to change the folder.
// It is kept as a commit that no branch holds.
type Saved struct {
	// Commit is the work, as a commit on top of where the folder stood.
	Commit cid.Cid
	// Branch is where the folder stood; empty if detached.
	Branch string
	// Reason says what the person was doing, such as "switch to solo".
	Reason string
	// Created is when, in Unix ms.
	Created int64
}

type savedRecord struct {
	Commit  objectCID `json:"commit"`
	Branch  string    `json:"branch"`
	Reason  string    `json:"reason"`
	Created int64     `json:"created"`
}

const savedAdvice = "move it away; the work it named is still in the block store"

// Save keeps uncommitted work. Saving the same commit again replaces the record.
func (r *Repo) Save(s Saved) error {
	if !s.Commit.Defined() || s.Commit.Type() != cid.DagCBOR {
		return fmt.Errorf("save work: %s is not the CID of a commit", orNone(s.Commit))
	}
	return writeRecord(r.savedPath(s.Commit), savedRecord{objectCID{s.Commit}, s.Branch, s.Reason, s.Created})
}

// Saved returns the saved work, newest first. Damaged records give a
// CorruptError together with the sound ones.
func (r *Repo) Saved() ([]Saved, error) {
	files, err := listFiles(r.path(savedDir))
	if err != nil {
		return nil, err
	}
	var list []Saved
	var broken []error
	for _, file := range files {
		var s savedRecord
		if err := readRecord(r.path(savedDir, file), &s, savedAdvice); err != nil {
			broken = append(broken, err)
			continue
		}
		list = append(list, Saved{s.Commit.Cid, s.Branch, s.Reason, s.Created})
	}
	slices.SortFunc(list, func(a, b Saved) int {
		return cmp.Or(cmp.Compare(b.Created, a.Created), strings.Compare(a.Commit.String(), b.Commit.String()))
	})
	return list, errors.Join(broken...)
}

// DropSaved forgets saved work; forgetting what is not there is no error.
func (r *Repo) DropSaved(commit cid.Cid) error { return removeFile(r.savedPath(commit)) }

func (r *Repo) savedPath(commit cid.Cid) string {
	return r.path(savedDir, commit.String()+".json")
}
