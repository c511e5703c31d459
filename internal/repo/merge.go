package repo

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// maxMerge bounds the file of a merge: a conflict for every file that a song can have.
const maxMerge = 8 << 20

// Merge is a merge that is in the folder but not committed yet.
type Merge struct {
	// Heads are the commits that become further parents of the next commit.
	Heads []cid.Cid
	// Message is what the next commit says unless the person says otherwise.
	Message string
	// Result is a commit, of nobody, of what the merge made the folder; cid.Undef for a
	// merge that an older version began. It knows of the files what the folder does
	// not: kinds, instruments, starts.
	Result cid.Cid
	// Exact and Crossfade are how audio is merged; see package sync.
	Exact     bool
	Crossfade time.Duration
	// Conflicts are those that nobody has decided.
	Conflicts []Conflict
}

// Conflict is a file that both sides changed. Both versions are in the folder; a
// side that removed the file has an empty path.
type Conflict struct {
	Path   string
	Ours   string
	Theirs string
	// Kind is that of package history, and Reason says more for a person.
	Kind, Reason string
	// Was is what the base has of the file, OursWas and TheirsWas are what the sides
	// have; cid.Undef where they have none.
	Was, OursWas, TheirsWas cid.Cid
	// Previews are files that were written only to listen to.
	Previews []string
}

type mergeRecord struct {
	Heads     []objectCID      `json:"heads"`
	Message   string           `json:"message"`
	Result    *objectCID       `json:"result,omitempty"`
	Exact     bool             `json:"exact,omitempty"`
	Crossfade time.Duration    `json:"crossfade_ns,omitempty"`
	Conflicts []conflictRecord `json:"conflicts,omitempty"`
}

type conflictRecord struct {
	Path      string   `json:"path"`
	Ours      string   `json:"ours"`
	Theirs    string   `json:"theirs"`
	Kind      string   `json:"kind,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Was       *linkCID `json:"base_cid,omitempty"`
	OursWas   *linkCID `json:"ours_cid,omitempty"`
	TheirsWas *linkCID `json:"theirs_cid,omitempty"`
	Previews  []string `json:"previews,omitempty"`
}

// linkCID is the CID of a file or of a session in JSON.
type linkCID struct{ cid.Cid }

func (c linkCID) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

func (c *linkCID) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := object.ParseCID(s)
	c.Cid = parsed
	return err
}

func wrapLink(c cid.Cid) *linkCID {
	if !c.Defined() {
		return nil
	}
	return &linkCID{c}
}

func (c *linkCID) unwrap() cid.Cid {
	if c == nil {
		return cid.Undef
	}
	return c.Cid
}

func (m *Merge) record() *mergeRecord {
	rec := &mergeRecord{Heads: wrapCIDs(m.Heads), Message: m.Message, Exact: m.Exact, Crossfade: m.Crossfade}
	if m.Result.Defined() {
		rec.Result = &objectCID{m.Result}
	}
	for _, c := range m.Conflicts {
		rec.Conflicts = append(rec.Conflicts, conflictRecord{
			c.Path, c.Ours, c.Theirs, c.Kind, c.Reason, wrapLink(c.Was), wrapLink(c.OursWas), wrapLink(c.TheirsWas), c.Previews,
		})
	}
	return rec
}

func (rec *mergeRecord) merge() *Merge {
	m := &Merge{Heads: unwrapCIDs(rec.Heads), Message: rec.Message, Exact: rec.Exact, Crossfade: rec.Crossfade}
	if rec.Result != nil {
		m.Result = rec.Result.Cid
	}
	for _, c := range rec.Conflicts {
		m.Conflicts = append(m.Conflicts, Conflict{
			c.Path, c.Ours, c.Theirs, c.Kind, c.Reason, c.Was.unwrap(), c.OursWas.unwrap(), c.TheirsWas.unwrap(), c.Previews,
		})
	}
	return m
}

// commits are those that the merge needs.
func (m *Merge) commits() []cid.Cid {
	if m == nil {
		return nil
	}
	return append([]cid.Cid{m.Result}, m.Heads...)
}

// Merge returns the merge that is under way, or nil.
func (r *Repo) Merge() (*Merge, error) {
	var m mergeRecord
	err := readLongRecord(r.path(mergeFile), maxMerge, &m, "remove it and merge again")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return m.merge(), nil
}

// SetMerge remembers a merge that is under way; nil forgets it.
func (r *Repo) SetMerge(m *Merge) error {
	if m == nil {
		return removeFile(r.path(mergeFile))
	}
	return writeRecord(r.path(mergeFile), m.record())
}
