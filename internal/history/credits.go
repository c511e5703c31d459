package history

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// Bounds of Credits beside the caller's limit of commits, for histories that are
// made to be costly.
const (
	maxCreditSteps = 1 << 22
	maxCreditsKept = 1 << 17
	maxTreesHeld   = 32
)

// InheritedCredit is a contribution that speaks of a stem.
type InheritedCredit struct {
	// Commit made the contribution: the newest one that did.
	Commit       cid.Cid
	Contribution object.Contribution
	// PathThen is the path that the stem had in that commit.
	PathThen string
}

// StemCredits are the credits of one entry of the head's tree, newest first.
type StemCredits struct {
	Path    string
	Credits []InheritedCredit
}

// CreditSheet says who made what a head consists of.
type CreditSheet struct {
	// Stems has every entry of the head's tree, also those without credits, in the
	// tree's order.
	Stems []StemCredits
	// Truncated says that the history is longer than the limit, or costlier than
	// this package goes, so that old credits may be missing.
	Truncated bool
}

// Credits says who is credited with each entry of head's tree. A new version
// inherits the credits of the versions that it grew out of: those of the same path
// in a parent, of the file that was moved there, or of the file that it is a copy
// of. In a merge, a version that came from one parent inherits from that parent,
// and one that is neither parent's from all. A file that is deleted and later added
// with other content starts anew.
//
// A contribution speaks of its paths, in the tree of its commit; without paths, of
// the entries that its commit added or changed, to which moving alone does not
// belong. Later contributions add to the earlier ones and take none away. One also
// counts that was made on another merged line and spoke of a version that both lines
// had, at a path that the stem has had on its own line. Contributions of one person,
// set of roles and instrument are one credit.
//
// At most limit commits are looked at, newest first.
func Credits(ctx context.Context, src Source, trees TreeSource, head cid.Cid, limit int) (CreditSheet, error) {
	if limit < 1 {
		return CreditSheet{}, fmt.Errorf("credits of %s: the limit is %d commits, and must be 1 or more", head, limit)
	}
	c := creditor{graph: graphOf(src), trees: treeMemo{src: trees}, limit: limit, byPath: make(map[string][]int)}
	err := c.trace(ctx, head)
	if err == nil {
		err = c.collect(ctx, head)
	}
	if err != nil {
		return CreditSheet{}, fmt.Errorf("credits of %s: %w", head, err)
	}
	return c.sheet, nil
}

// creditor first traces each stem down the history, to learn its paths and
// contents, and then collects what was said of them.
type creditor struct {
	graph *Graph
	trees treeMemo
	limit int
	steps int
	kept  int
	sheet CreditSheet
	// byPath are the stems that once had a path; held is what each stem held.
	byPath map[string][]int
	held   []map[cid.Cid]bool
	known  []map[string]bool
}

// tracks are the stems, by index in the sheet, that a commit has at each path.
type tracks map[string][]int

func (c *creditor) trace(ctx context.Context, head cid.Cid) error {
	f := newFrontier(c.graph, 0)
	it, err := f.add(ctx, head, 0)
	if err != nil {
		return err
	}
	tree, err := c.trees.get(ctx, it.Commit.Tree)
	if err != nil {
		return err
	}
	start := make(tracks)
	for i, e := range tree.Entries {
		start[e.Path] = []int{i}
		c.sheet.Stems = append(c.sheet.Stems, StemCredits{Path: e.Path})
		c.held = append(c.held, make(map[cid.Cid]bool))
		c.known = append(c.known, make(map[string]bool))
	}
	open := map[cid.Cid]tracks{head: start}
	for n := 0; f.live > 0; n++ {
		if n == c.limit || c.steps > maxCreditSteps {
			c.sheet.Truncated = true
			return nil
		}
		it := f.take()
		at := open[it.CID]
		delete(open, it.CID)
		if err := c.descend(ctx, f, it.Node, at, open); err != nil {
			return err
		}
	}
	return nil
}

// descend notes where a commit has the stems, and puts the parents that have them
// too on the frontier.
func (c *creditor) descend(ctx context.Context, f *frontier, n Node, at tracks, open map[cid.Cid]tracks) error {
	tree, before, err := c.origins(ctx, n.Commit)
	if err != nil {
		return err
	}
	for i := range tree.Entries {
		e := &tree.Entries[i]
		stems := at[e.Path]
		if len(stems) == 0 {
			continue
		}
		c.note(e, stems)
		for _, p := range inheritedFrom(e, before) {
			id := n.Commit.Parents[p]
			if open[id] == nil {
				if _, err := f.add(ctx, id, 0); err != nil {
					return err
				}
				open[id] = make(tracks)
			}
			path := before[p][e.Path].Path
			open[id][path] = union(open[id][path], stems)
			c.steps += len(open[id][path])
		}
	}
	return nil
}

func (c *creditor) note(e *object.Entry, stems []int) {
	for _, s := range stems {
		c.steps++
		c.held[s][e.CID] = true
		if !c.known[s][e.Path] {
			c.known[s][e.Path] = true
			c.byPath[e.Path] = append(c.byPath[e.Path], s)
		}
	}
}

// union merges two sorted lists.
func union(a, b []int) []int {
	if len(a) == 0 {
		return b
	}
	list := slices.Concat(a, b)
	slices.Sort(list)
	return slices.Compact(list)
}

// origin says what each entry of a tree was in a parent, by the entry's path.
type origin map[string]*object.Entry

// origins reads a commit's tree, and finds its entries in each of its parents.
func (c *creditor) origins(ctx context.Context, commit object.Commit) (object.Tree, []origin, error) {
	tree, err := c.trees.get(ctx, commit.Tree)
	if err != nil {
		return object.Tree{}, nil, err
	}
	var list []origin
	for _, p := range commit.Parents {
		parent, err := c.graph.Commit(ctx, p)
		if err != nil {
			return object.Tree{}, nil, err
		}
		was, err := c.trees.get(ctx, parent.Tree)
		if err != nil {
			return object.Tree{}, nil, err
		}
		list = append(list, originOf(was, tree))
	}
	return tree, list, nil
}

// originOf prefers the path, then a move, then a copy, such as a merge makes that
// keeps one side's version beside the other's.
func originOf(was, tree object.Tree) origin {
	o := make(origin, len(tree.Entries))
	byPath, byContent := make(origin, len(was.Entries)), make(map[cid.Cid]*object.Entry, len(was.Entries))
	for i := range was.Entries {
		e := &was.Entries[i]
		byPath[e.Path] = e
		if byContent[e.CID] == nil && e.Size > 0 {
			byContent[e.CID] = e
		}
	}
	for old, e := range renames(was, tree) {
		o[e.Path] = byPath[old]
	}
	for i := range tree.Entries {
		e := &tree.Entries[i]
		if b := byPath[e.Path]; b != nil {
			o[e.Path] = b
		} else if b := byContent[e.CID]; b != nil && o[e.Path] == nil {
			o[e.Path] = b
		}
	}
	return o
}

// inheritedFrom returns the parents that an entry inherits from: those with its
// very content, or if there are none, all that have it.
func inheritedFrom(e *object.Entry, before []origin) []int {
	var alike, all []int
	for i, o := range before {
		was := o[e.Path]
		if was == nil {
			continue
		}
		all = append(all, i)
		if was.CID == e.CID || len(e.PCM) > 0 && bytes.Equal(was.PCM, e.PCM) {
			alike = append(alike, i)
		}
	}
	if len(alike) > 0 {
		return alike
	}
	return all
}

// collect gathers what the commits said of the stems.
func (c *creditor) collect(ctx context.Context, head cid.Cid) error {
	seen := make([]map[string]bool, len(c.sheet.Stems))
	n := 0
	for node, err := range Walk(ctx, c.graph, []cid.Cid{head}, nil) {
		if err != nil {
			return err
		}
		if n++; n > c.limit || c.steps > 2*maxCreditSteps || c.kept >= maxCreditsKept {
			c.sheet.Truncated = true
			return nil
		}
		if err := c.hear(ctx, node, seen); err != nil {
			return err
		}
	}
	return nil
}

// hear takes down a commit's contributions.
func (c *creditor) hear(ctx context.Context, n Node, seen []map[string]bool) error {
	if len(n.Commit.Contributions) == 0 {
		return nil
	}
	tree, changed, err := c.subjects(ctx, n.Commit)
	if err != nil {
		return err
	}
	for _, con := range n.Commit.Contributions {
		key := creditKey(con)
		entries := changed
		if len(con.Paths) > 0 {
			entries = named(tree, con.Paths)
		}
		for _, e := range entries {
			c.keep(InheritedCredit{Commit: n.CID, Contribution: con, PathThen: e.Path}, e.CID, key, seen)
		}
	}
	return nil
}

// keep gives a credit to the stems that once had its path and held that content,
// unless a newer commit gave it.
func (c *creditor) keep(credit InheritedCredit, content cid.Cid, key string, seen []map[string]bool) {
	for _, s := range c.byPath[credit.PathThen] {
		c.steps++
		if !c.held[s][content] || seen[s][key] || c.kept >= maxCreditsKept {
			continue
		}
		if seen[s] == nil {
			seen[s] = make(map[string]bool)
		}
		seen[s][key] = true
		c.kept++
		c.sheet.Stems[s].Credits = append(c.sheet.Stems[s].Credits, credit)
	}
}

// subjects returns a commit's tree, and if a contribution without paths asks for
// them, the entries that are as they were in none of its parents.
func (c *creditor) subjects(ctx context.Context, commit object.Commit) (object.Tree, []object.Entry, error) {
	if !slices.ContainsFunc(commit.Contributions, func(con object.Contribution) bool { return len(con.Paths) == 0 }) {
		tree, err := c.trees.get(ctx, commit.Tree)
		return tree, nil, err
	}
	tree, before, err := c.origins(ctx, commit)
	if err != nil {
		return object.Tree{}, nil, err
	}
	var changed []object.Entry
	for _, e := range tree.Entries {
		if !slices.ContainsFunc(before, func(o origin) bool { return unchanged(o[e.Path], e) }) {
			changed = append(changed, e)
		}
	}
	return tree, changed, nil
}

// unchanged leaves out the path and the file's time.
func unchanged(was *object.Entry, e object.Entry) bool {
	return was != nil && was.CID == e.CID && was.Kind == e.Kind && was.Instrument == e.Instrument && was.Start == e.Start
}

func named(tree object.Tree, paths []string) []object.Entry {
	var list []object.Entry
	for _, p := range paths {
		if e, ok := tree.Find(p); ok {
			list = append(list, e)
		}
	}
	return list
}

// creditKey is equal for contributions that are one credit. None of its parts can
// hold its separators: who is hexadecimal, a role is letters and digits, and the
// instrument comes last.
func creditKey(con object.Contribution) string {
	who := fmt.Sprintf("wallet %x", con.Contributor)
	if con.Guest != nil {
		who = fmt.Sprintf("guest %x", con.Guest.Key)
	}
	roles := slices.Sorted(slices.Values(con.Roles))
	return who + "\n" + strings.Join(roles, ",") + "\n" + con.Instrument
}

// treeMemo holds the trees that were read last: a commit's tree is asked for again
// as its parent's.
type treeMemo struct {
	src  TreeSource
	held map[cid.Cid]object.Tree
}

func (m *treeMemo) get(ctx context.Context, c cid.Cid) (object.Tree, error) {
	if t, ok := m.held[c]; ok {
		return t, nil
	}
	if err := ctx.Err(); err != nil {
		return object.Tree{}, err
	}
	t, err := m.src.Tree(ctx, c)
	if err != nil {
		return object.Tree{}, fmt.Errorf("tree %s: %w", c, err)
	}
	if len(m.held) >= maxTreesHeld || m.held == nil {
		m.held = make(map[cid.Cid]object.Tree, maxTreesHeld)
	}
	m.held[c] = t
	return t, nil
}
