package repo

import (
	"errors"

	"github.com/ipfs/go-cid"
)

// Merge is a merge that is in the folder but not committed yet.
type Merge struct {
	// Heads are the commits that become further parents of the next commit.
	Heads []cid.Cid
	// Message is what the next commit says unless the person says otherwise.
	Message string
	// Conflicts are the paths of which both versions were kept.
	Conflicts []Conflict
}

// Conflict is a path that both sides changed. Both versions are in the folder;
// a side that removed the file has an empty path.
type Conflict struct {
	Path   string `json:"path"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

type mergeRecord struct {
	Heads     []objectCID `json:"heads"`
	Message   string      `json:"message"`
	Conflicts []Conflict  `json:"conflicts,omitempty"`
}

// Merge returns the merge that is under way, or nil.
func (r *Repo) Merge() (*Merge, error) {
	var m mergeRecord
	err := readRecord(r.path(mergeFile), &m, "remove it and merge again")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Merge{unwrapCIDs(m.Heads), m.Message, m.Conflicts}, nil
}

// SetMerge remembers a merge that is under way; nil forgets it.
func (r *Repo) SetMerge(m *Merge) error {
	if m == nil {
		return removeFile(r.path(mergeFile))
	}
	return writeRecord(r.path(mergeFile), mergeRecord{wrapCIDs(m.Heads), m.Message, m.Conflicts})
}
