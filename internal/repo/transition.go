package repo

import (
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"
)

// RefUpdate moves one ref; see UpdateRef for what cid.Undef means.
type RefUpdate struct {
	Name     RefName
	Old, New cid.Cid
}

// Transition is what changes under DirName when an operation succeeds. It can be
// kept in the journal, and applying it again changes nothing more.
type Transition struct {
	Refs []RefUpdate
	// Head, if not nil, is where the folder stands afterwards.
	Head *Head
	// Merge, if not nil, is the merge that is under way afterwards.
	Merge *Merge
	// EndMerge forgets the merge that was under way.
	EndMerge bool
}

// Check says whether the transition can be applied now.
func (r *Repo) Check(t Transition) error {
	for _, u := range t.Refs {
		now, err := r.Ref(u.Name)
		if err != nil && !errors.Is(err, ErrNoRef) {
			return err
		}
		if !now.Equals(u.Old) && !now.Equals(u.New) {
			return fmt.Errorf("%w: %s is at %s", ErrStale, u.Name.Short(), orNone(now))
		}
	}
	if t.Head != nil && !t.Head.Detached() {
		return CheckBranchName(t.Head.Branch)
	}
	return nil
}

// Apply carries a transition out: a merge that begins, refs, HEAD, and at last a merge
// that ends, for whose other parents would be lost if it were forgotten before the branch
// has moved. A ref that is at its new value already is fine, so that what was interrupted
// can be repeated. The caller holds the lock.
func (r *Repo) Apply(t Transition) error {
	if err := r.Check(t); err != nil {
		return err
	}
	if t.Merge != nil {
		if err := r.SetMerge(t.Merge); err != nil {
			return err
		}
	}
	for _, u := range t.Refs {
		if err := r.setRef(u.Name, u.New); err != nil {
			return err
		}
	}
	if t.Head != nil {
		if err := r.SetHead(*t.Head); err != nil {
			return err
		}
	}
	if t.EndMerge && t.Merge == nil {
		return r.SetMerge(nil)
	}
	return nil
}

// transitionRecord is a Transition in the journal.
type transitionRecord struct {
	Refs     []refRecord  `json:"refs,omitempty"`
	Head     *headRecord  `json:"head,omitempty"`
	Merge    *mergeRecord `json:"merge,omitempty"`
	EndMerge bool         `json:"end_merge,omitempty"`
}

type refRecord struct {
	Remote string    `json:"remote,omitempty"`
	Branch string    `json:"branch"`
	Old    objectCID `json:"old"`
	New    objectCID `json:"new"`
}

type headRecord struct {
	Branch string    `json:"branch,omitempty"`
	Commit objectCID `json:"commit"`
}

func (t Transition) record() transitionRecord {
	rec := transitionRecord{EndMerge: t.EndMerge}
	for _, u := range t.Refs {
		rec.Refs = append(rec.Refs, refRecord{u.Name.remote, u.Name.branch, objectCID{u.Old}, objectCID{u.New}})
	}
	if t.Head != nil {
		rec.Head = &headRecord{t.Head.Branch, objectCID{t.Head.Commit}}
	}
	if t.Merge != nil {
		rec.Merge = t.Merge.record()
	}
	return rec
}

func (rec transitionRecord) transition() (Transition, error) {
	t := Transition{EndMerge: rec.EndMerge}
	for _, u := range rec.Refs {
		name := RefName{u.Remote, u.Branch}
		if err := name.check(); err != nil {
			return Transition{}, err
		}
		t.Refs = append(t.Refs, RefUpdate{name, u.Old.Cid, u.New.Cid})
	}
	if rec.Head != nil {
		t.Head = &Head{rec.Head.Branch, rec.Head.Commit.Cid}
	}
	if rec.Merge != nil {
		t.Merge = rec.Merge.merge()
	}
	return t, nil
}
