package sync

import (
	"context"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/songfile"
)

// DecideRequest says which conflicts of the merge under way are decided, and for whom.
type DecideRequest struct {
	// Paths name files by their common path, or by where either version is now; "."
	// is every one that can be decided.
	Paths []string
	// Theirs decides for their side, else it is ours.
	Theirs bool
}

// Decided is what DecideConflicts did.
type Decided struct {
	Changed
	// Files are those that the conflicts were about, as they are now.
	Files []DecidedFile
	// Left counts the conflicts that are not decided.
	Left int
}

// DecidedFile is a file that is in conflict no more.
type DecidedFile struct {
	// Path is where it is; empty if the side that was chosen had deleted it.
	Path string
	// Notes are sentences on what was merged.
	Notes []string
}

// DecideConflicts decides conflicts of the merge under way for one side. Of audio, texts
// and the song file the side decides only what both changed: what the other one
// changed apart from that stays merged. What is in the folder and in no commit is saved
// first.
func (s *Song) DecideConflicts(ctx context.Context, req DecideRequest) (Decided, error) {
	var out Decided
	err := s.locked(ctx, "merge", func() error {
		state, err := s.Repo.Merge()
		if err != nil {
			return err
		}
		if state == nil {
			return fmt.Errorf("%w: no merge is under way", ErrNothing)
		}
		d := &decision{ctx: ctx, song: s, req: req, state: *state}
		out, err = d.run()
		return err
	})
	return out, err
}

// decision is a DecideConflicts that is going on.
type decision struct {
	ctx   context.Context
	song  *Song
	req   DecideRequest
	state repo.Merge
	head  repo.Head
	// ours and theirs are the trees of the two sides, target what the folder becomes.
	ours, theirs, target object.Tree
	out                  Decided
}

func (d *decision) run() (Decided, error) {
	chosen, err := d.choose()
	if err != nil {
		return Decided{}, err
	}
	if err := d.load(); err != nil {
		return Decided{}, err
	}
	standing, err := d.song.standsOn(d.ctx, d.head)
	if err != nil {
		return Decided{}, err
	}
	snapshot, _, err := d.song.snapshot(d.ctx, standing)
	if err != nil {
		return Decided{}, err
	}
	d.target = object.Tree{Entries: slices.Clone(snapshot.Tree.Entries)}
	d.out.Warnings = snapshot.Warnings
	for _, c := range chosen {
		if err := d.settle(c); err != nil {
			return Decided{}, err
		}
	}
	d.target.Sort()
	if d.loses(snapshot.Tree, standing) {
		if d.out.Saved, err = d.song.save(d.ctx, d.head, snapshot.Tree, "deciding a merge"); err != nil {
			return Decided{}, err
		}
	}
	commit := object.Commit{Parents: append([]cid.Cid{d.head.Commit}, d.state.Heads...), Message: d.state.Message}
	if d.state.Result, err = d.song.putResult(d.ctx, commit, d.target); err != nil {
		return Decided{}, err
	}
	if d.out.Checkout, err = d.song.checkout(d.ctx, snapshot.Tree, d.target, repo.Transition{Merge: &d.state}); err != nil {
		return d.out, err
	}
	d.song.removePreviews(chosen)
	d.out.Left = len(d.state.Conflicts)
	return d.out, nil
}

// choose takes the conflicts that the paths name out of the merge's state.
func (d *decision) choose() ([]repo.Conflict, error) {
	var chosen []repo.Conflict
	for _, p := range d.req.Paths {
		if p == "." {
			chosen = append(chosen, d.takeAll()...)
			continue
		}
		i := slices.IndexFunc(d.state.Conflicts, func(c repo.Conflict) bool {
			return c.Path == p || p != "" && (c.Ours == p || c.Theirs == p)
		})
		if i < 0 {
			return nil, fmt.Errorf("%w: no conflict of the merge is about %q", ErrNoConflict, p)
		}
		c := d.state.Conflicts[i]
		if !decidable(c) {
			return nil, fmt.Errorf("%w: %q: rename or remove one of the two files in the folder, then `parrots merge --continue`", ErrNoConflict, p)
		}
		chosen = append(chosen, c)
		d.state.Conflicts = slices.Delete(slices.Clone(d.state.Conflicts), i, i+1)
	}
	return chosen, nil
}

// takeAll takes every conflict that can be decided.
func (d *decision) takeAll() []repo.Conflict {
	var chosen, left []repo.Conflict
	for _, c := range d.state.Conflicts {
		if decidable(c) {
			chosen = append(chosen, c)
		} else {
			left = append(left, c)
		}
	}
	d.state.Conflicts = left
	return chosen
}

// decidable says whether one side's version can be taken: not where names of two files
// are in each other's way, and not where an older version has not noted enough.
func decidable(c repo.Conflict) bool {
	switch history.ConflictKind(c.Kind) {
	case history.Collision, history.Spelling, "":
		return false
	}
	return true
}

// load reads where the folder and the other side stand.
func (d *decision) load() error {
	var err error
	if d.head, err = d.song.Repo.Head(); err != nil {
		return err
	}
	if d.ours, err = d.song.treeOf(d.ctx, d.head.Commit); err != nil {
		return err
	}
	for _, c := range d.state.Heads {
		if d.theirs, err = d.song.treeOf(d.ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// loses says whether the folder holds something that the target has not and that no
// commit has either.
func (d *decision) loses(folder, standing object.Tree) bool {
	safe := cid.NewSet()
	for _, t := range []object.Tree{d.ours, d.theirs, standing, d.target} {
		for _, e := range t.Entries {
			safe.Add(e.CID)
		}
	}
	return slices.ContainsFunc(folder.Entries, func(e object.Entry) bool { return !safe.Has(e.CID) })
}

// settle puts what a conflict comes to into the target.
func (d *decision) settle(c repo.Conflict) error {
	ours, theirs := entryOf(d.ours, c.Ours, c.OursWas), entryOf(d.theirs, c.Path, c.TheirsWas)
	side, at := ours, c.Ours
	if d.req.Theirs {
		side, at = theirs, c.Ours
		if c.Ours == "" || c.Kind == string(history.BothMoved) {
			at = c.Theirs
		}
	}
	here, isHere := d.target.Find(at)
	d.target.Entries = slices.DeleteFunc(d.target.Entries, func(e object.Entry) bool {
		return e.Path == c.Ours || e.Path == c.Theirs
	})
	if side == nil {
		d.out.Files = append(d.out.Files, DecidedFile{})
		return nil
	}
	e, notes, err := d.join(c, side, ours, theirs)
	if err != nil {
		return err
	}
	// Where the conflict is not about the content, that stays what it is.
	if kind := history.ConflictKind(c.Kind); isHere && (kind == history.BothMoved || kind == history.Details) {
		e = here
		e.Kind, e.Instrument, e.Start = side.Kind, side.Instrument, side.Start
	}
	e.Path = at
	d.target.Entries = append(d.target.Entries, e)
	d.target.Sort()
	d.out.Files = append(d.out.Files, DecidedFile{at, notes})
	return nil
}

// join merges the content of a file that both sides changed, with the side's word
// where they disagree. What cannot be merged is the side's as it is.
func (d *decision) join(c repo.Conflict, side, ours, theirs *object.Entry) (object.Entry, []string, error) {
	kind := history.ConflictKind(c.Kind)
	if kind != history.BothChanged && kind != history.BothAdded || ours == nil || theirs == nil {
		return *side, nil, nil
	}
	j := d.song.newJoiner(d.ctx, MergeOptions{Exact: d.state.Exact, Crossfade: d.state.Crossfade})
	j.prefer = merge.Ours
	if d.req.Theirs {
		j.prefer = merge.Theirs
	}
	base, err := d.was(c)
	if err != nil {
		return *side, nil, err
	}
	if c.Path == songfile.Name {
		if j.renames, err = d.renames(); err != nil {
			return *side, nil, err
		}
	}
	joined, ok, err := j.join(base, ours, theirs)
	if err != nil || !ok {
		return *side, nil, err
	}
	joined.Kind, joined.Instrument, joined.Start = side.Kind, side.Instrument, side.Start
	return joined, j.of(c.Path).Notes, nil
}

// was is the version that both sides changed, if there is one. Its length is its own
// word: the merge that found the conflict held it against the tree's.
func (d *decision) was(c repo.Conflict) (*object.Entry, error) {
	if !c.Was.Defined() {
		return nil, nil
	}
	f, err := ipfs.Open(d.ctx, d.song.Blocks, c.Was)
	if err != nil {
		return nil, err
	}
	return &object.Entry{Path: c.Path, CID: c.Was, Size: uint64(f.Size())}, nil
}

// renames are what both sides renamed since their base.
func (d *decision) renames() (list []renamed, err error) {
	graph := history.NewGraph(d.song.Objects(), nil)
	for _, theirs := range d.state.Heads {
		join := d.song.newJoiner(d.ctx, MergeOptions{Exact: d.state.Exact, Crossfade: d.state.Crossfade}).join
		base, err := history.BaseTree(d.ctx, graph, d.song.Objects(), d.head.Commit, theirs, join)
		if err != nil {
			return nil, err
		}
		list = slices.Concat(list, renamesBetween(base, d.ours), renamesBetween(base, d.theirs))
	}
	return list, nil
}

// entryOf finds what a side has of a file: at the path, or else anywhere.
func entryOf(t object.Tree, path string, content cid.Cid) *object.Entry {
	if !content.Defined() {
		return nil
	}
	if e, ok := t.Find(path); ok && e.CID.Equals(content) {
		return &e
	}
	for i := range t.Entries {
		if t.Entries[i].CID.Equals(content) {
			return &t.Entries[i]
		}
	}
	return nil
}
