package history

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/parrots-music/parrots/internal/object"
)

// ConflictKind says why two sides of a merge do not agree.
type ConflictKind string

// The kinds of conflict. Under every one of them the merged tree holds what both
// sides made.
const (
	// BothChanged: both sides changed one file's content. Ours keeps the path and
	// theirs stands beside it.
	BothChanged ConflictKind = "both-changed"
	// BothAdded: both sides added different files at one path, likewise.
	BothAdded ConflictKind = "both-added"
	// DeletedByOurs: we deleted what they changed or moved. Theirs is kept.
	DeletedByOurs ConflictKind = "deleted-by-ours"
	// DeletedByTheirs: they deleted what we changed or moved. Ours is kept.
	DeletedByTheirs ConflictKind = "deleted-by-theirs"
	// BothMoved: both sides moved one file, to different paths. It is at both.
	BothMoved ConflictKind = "both-moved"
	// Details: both sides have the same content and gave it different kinds,
	// instruments or starts. Those of ours are kept.
	Details ConflictKind = "details"
	// Collision: their path is, apart from ASCII case, the path of another of our
	// files, or a folder of ours, or within a file of ours. Theirs stands beside.
	Collision ConflictKind = "collision"
	// Spelling: their folder is spelt like ours apart from ASCII case. Their file
	// is in our folder.
	Spelling ConflictKind = "spelling"
)

// Conflict is a disagreement of the two sides about one file.
type Conflict struct {
	Kind ConflictKind
	// Path is where the conflict is: the base's path, or for files that the base
	// does not have, that of the side that added it.
	Path string
	// Base, Ours and Theirs are the entries as each tree has them; nil where it
	// has none.
	Base, Ours, Theirs *object.Entry
	// OursPath and TheirsPath are where the merged tree has what each side made;
	// empty where it has not.
	OursPath, TheirsPath string
}

// Merged is the outcome of a merge. Its tree is valid, whatever the conflicts.
type Merged struct {
	Tree object.Tree
	// Conflicts are sorted by path.
	Conflicts []Conflict
}

// Join merges what three versions of one file hold, such as changes of different
// regions of a recording. base is nil if the two sides added the file. Of the entry
// that it returns only what says something of the content counts: CID, size and the
// audio's facts. ok is false where a person has to choose.
type Join func(base, ours, theirs *object.Entry) (content object.Entry, ok bool, err error)

// MergeTrees merges two trees that grew out of base. Files are matched by path,
// and by content where a side moved them; content and details (kind, instrument,
// start) are merged apart, so that one side may move or re-label what the other
// one recorded anew. Where both sides changed a file's content, join is asked, if it is
// not nil; where it does not know, ours stays and theirs is put beside it under the
// name that BesideName makes of side. A session is one entry
// like any other. The error is object.ErrInvalid if ours or theirs is no valid
// tree or both together break a limit of the format, else it is join's.
func MergeTrees(base, ours, theirs object.Tree, side Side, join Join) (Merged, error) {
	for _, t := range []object.Tree{ours, theirs} {
		if err := t.Validate(); err != nil {
			return Merged{}, err
		}
	}
	p := newPlacer(side)
	for _, t := range match(base, ours, theirs) {
		if err := p.resolve(t, join); err != nil {
			return Merged{}, err
		}
	}
	p.placeAll()
	if _, err := p.tree.Encode(); err != nil {
		return Merged{}, fmt.Errorf("the two sides do not fit into one song: %w", err)
	}
	m := Merged{Tree: p.tree}
	for _, c := range p.conflicts {
		m.Conflicts = append(m.Conflicts, *c)
	}
	slices.SortStableFunc(m.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
	return m, nil
}

// mergeBaseTrees merges two merge bases. A conflict leaves what their base has.
func mergeBaseTrees(base, ours, theirs object.Tree, join Join) (object.Tree, error) {
	var merged object.Tree
	seen := make(map[string]bool)
	for _, t := range match(base, ours, theirs) {
		e, err := t.settle(join)
		if err != nil {
			return object.Tree{}, err
		}
		if e != nil && !seen[e.Path] {
			seen[e.Path] = true
			merged.Entries = append(merged.Entries, *e)
		}
	}
	merged.Sort()
	return merged, nil
}

// settle merges a triple and falls back on its base.
func (t triple) settle(join Join) (*object.Entry, error) {
	switch {
	case t.ours == nil && t.theirs == nil:
		return nil, nil
	case t.base == nil && t.ours == nil:
		return t.theirs, nil
	case t.base == nil && t.theirs == nil:
		return t.ours, nil
	case t.base != nil && t.ours == nil:
		return dropUnlessChanged(t.base, t.theirs), nil
	case t.base != nil && t.theirs == nil:
		return dropUnlessChanged(t.base, t.ours), nil
	}
	e, outcome, err := mergeEntries(t.base, t.ours, t.theirs, join)
	if err != nil {
		return nil, err
	}
	path, moved := t.mergePath()
	if outcome != clean || !moved {
		return t.base, nil
	}
	e.Path = path
	return &e, nil
}

func dropUnlessChanged(base, kept *object.Entry) *object.Entry {
	if same(base, kept) {
		return nil
	}
	return base
}

// mergePath merges where the two sides have a file; ok is false if both moved it,
// to different paths. Without a base both have it at one path.
func (t triple) mergePath() (path string, ok bool) {
	o, th := t.ours.Path, t.theirs.Path
	switch {
	case o == th || t.base != nil && th == t.base.Path:
		return o, true
	case t.base != nil && o == t.base.Path:
		return th, true
	}
	return "", false
}

type outcome int

const (
	clean outcome = iota
	detailsDiffer
	contentDiffers
)

// mergeEntries merges everything but the path. base may be nil. If the content
// differs, the entry that is returned means nothing.
func mergeEntries(base, ours, theirs *object.Entry, join Join) (object.Entry, outcome, error) {
	e, ok, err := mergeContent(base, ours, theirs, join)
	if err != nil || !ok {
		return object.Entry{}, contentDiffers, err
	}
	was := object.Entry{}
	if base != nil {
		was = *base
	}
	okKind := true
	// The kind of a session belongs to the content, and came with it.
	if ours.Kind != object.KindSession && theirs.Kind != object.KindSession {
		e.Kind, okKind = merge3(was.Kind, ours.Kind, theirs.Kind)
	}
	var okInstrument, okStart bool
	e.Instrument, okInstrument = merge3(was.Instrument, ours.Instrument, theirs.Instrument)
	e.Start, okStart = merge3(was.Start, ours.Start, theirs.Start)
	if okKind && okInstrument && okStart {
		return e, clean, nil
	}
	return e, detailsDiffer, nil
}

// mergeContent returns an entry with the content that counts.
func mergeContent(base, ours, theirs *object.Entry, join Join) (object.Entry, bool, error) {
	switch {
	case ours.CID == theirs.CID:
		return fill(*ours, *theirs), true, nil
	case base != nil && base.CID == theirs.CID:
		return *ours, true, nil
	case base != nil && base.CID == ours.CID:
		return *theirs, true, nil
	case join == nil || ours.Kind == object.KindSession || theirs.Kind == object.KindSession,
		base != nil && base.Kind == object.KindSession:
		return object.Entry{}, false, nil
	}
	joined, ok, err := join(base, ours, theirs)
	joined.Path, joined.Kind = ours.Path, ours.Kind
	return joined, ok, err
}

// merge3 takes the side that changed, and ours if both did.
func merge3[T comparable](base, ours, theirs T) (merged T, ok bool) {
	switch {
	case ours == theirs || theirs == base:
		return ours, true
	case ours == base:
		return theirs, true
	}
	return ours, false
}

// fill takes from b what a does not say about the content that both have.
func fill(a, b object.Entry) object.Entry {
	a.Codec = cmp.Or(a.Codec, b.Codec)
	a.SampleRate = cmp.Or(a.SampleRate, b.SampleRate)
	a.Channels = cmp.Or(a.Channels, b.Channels)
	a.BitDepth = cmp.Or(a.BitDepth, b.BitDepth)
	a.Frames = cmp.Or(a.Frames, b.Frames)
	if len(a.PCM) == 0 {
		a.PCM = b.PCM
	}
	return a
}

// same says whether two entries are equal, path and all.
func same(a, b *object.Entry) bool {
	x, y := *a, *b
	x.PCM, y.PCM = nil, nil
	return x.Path == y.Path && x.CID == y.CID && x.Size == y.Size && x.Kind == y.Kind &&
		x.Codec == y.Codec && x.SampleRate == y.SampleRate && x.Channels == y.Channels &&
		x.BitDepth == y.BitDepth && x.Frames == y.Frames && x.Instrument == y.Instrument &&
		x.Start == y.Start && x.Mtime == y.Mtime && bytes.Equal(a.PCM, b.PCM)
}
