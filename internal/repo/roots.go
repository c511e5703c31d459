package repo

import (
	"errors"

	"github.com/ipfs/go-cid"
)

// Roots returns every commit that this folder holds on to: branches, what is
// known of remotes, HEAD, saved work, a merge under way and a pending
// operation. Garbage collection keeps all that they reach. On an error the list
// is incomplete and nothing may be collected.
func (r *Repo) Roots() ([]cid.Cid, error) {
	roots := cid.NewSet()
	add := func(list ...cid.Cid) {
		for _, c := range list {
			if c.Defined() {
				roots.Add(c)
			}
		}
	}
	head, errHead := r.Head()
	add(head.Commit)
	errRefs := r.eachRef(func(ref Ref) { add(ref.Commit) })
	saved, errSaved := r.Saved()
	for _, s := range saved {
		add(s.Commit)
	}
	merge, errMerge := r.Merge()
	add(merge.commits()...)
	op, errOp := r.Pending()
	if op != nil {
		add(op.After.commits()...)
	}
	return roots.Keys(), errors.Join(errHead, errRefs, errSaved, errMerge, errOp)
}

func (t Transition) commits() []cid.Cid {
	var list []cid.Cid
	for _, u := range t.Refs {
		list = append(list, u.Old, u.New)
	}
	if t.Head != nil {
		list = append(list, t.Head.Commit)
	}
	return append(list, t.Merge.commits()...)
}

func (r *Repo) eachRef(visit func(Ref)) error {
	remotes, err := r.remotesSeen()
	if err != nil {
		return err
	}
	var broken []error
	for _, remote := range append([]string{""}, remotes...) {
		refs, err := r.list(remote)
		broken = append(broken, err)
		for _, ref := range refs {
			visit(ref)
		}
	}
	return errors.Join(broken...)
}
