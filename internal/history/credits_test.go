package history_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
)

func by(who byte, role string, paths ...string) object.Contribution {
	return object.Contribution{Contributor: slices.Repeat([]byte{who}, 20), Roles: []string{role}, Paths: paths}
}

func guest(who byte, role string, paths ...string) object.Contribution {
	key := slices.Repeat([]byte{who}, 33)
	key[0] = 2
	return object.Contribution{Guest: &object.Guest{Key: key, Name: "g"}, Roles: []string{role}, Paths: paths}
}

// credit adds contributions to a commit.
func (d *dag) credit(i int, list ...object.Contribution) int {
	c := d.commits[d.ids[i]]
	c.Contributions = append(c.Contributions, list...)
	d.commits[d.ids[i]] = c
	return i
}

// told writes a sheet down as "path: commit who role path-then", newest first.
func (d *dag) told(sheet history.CreditSheet) []string {
	var list []string
	for _, s := range sheet.Stems {
		line := s.Path + ":"
		for _, c := range s.Credits {
			who := c.Contribution.Contributor
			if c.Contribution.Guest != nil {
				who = c.Contribution.Guest.Key
			}
			line += fmt.Sprintf(" [%d %c %s %s]", d.index[c.Commit], who[len(who)-1], c.Contribution.Roles[0], c.PathThen)
		}
		list = append(list, line)
	}
	return list
}

type step struct {
	parents []int
	tree    []object.Entry
	said    []object.Contribution
}

func like(e object.Entry, audio string) object.Entry {
	e.PCM = pcm(audio)
	return e
}

var bass0, bass1, bass2 = file("bass.wav", "0"), file("bass.wav", "1"), file("bass.wav", "2")

func one(e ...object.Entry) []object.Entry { return e }

func says(c ...object.Contribution) []object.Contribution { return c }

var creditCases = []struct {
	name  string
	steps []step
	want  []string
}{
	{"a re-export keeps who played", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(bass1), says(by('p', "Producer"))},
	}, []string{"bass.wav: [1 p Producer bass.wav] [0 a Bassist bass.wav]"}},
	{"a re-export without a word keeps who played", []step{
		{nil, one(bass0), says(guest('a', "Bassist"))},
		{[]int{0}, one(bass1), nil},
	}, []string{"bass.wav: [0 a Bassist bass.wav]"}},
	{"moved, then exported anew", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(file("low/bass.wav", "0")), says(by('t', "Editor"))},
		{[]int{1}, one(file("low/bass.wav", "1")), says(by('p', "Producer", "low/bass.wav"))},
	}, []string{"low/bass.wav: [2 p Producer low/bass.wav] [0 a Bassist bass.wav]"}},
	{"moved into another container", []step{
		{nil, one(like(bass0, "x")), says(by('a', "Bassist"))},
		{[]int{0}, one(like(file("bass.flac", "1"), "x")), nil},
	}, []string{"bass.flac: [0 a Bassist bass.wav]"}},
	{"without paths it speaks of what changed only", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(bass0, file("drums.wav", "d")), says(by('b', "Drummer"))},
	}, []string{"bass.wav: [0 a Bassist bass.wav]", "drums.wav: [1 b Drummer drums.wav]"}},
	{"a move alone is no change, a new start is", []step{
		{nil, one(bass0, file("k.wav", "k")), nil},
		{[]int{0}, one(file("b.wav", "0"), with(file("k.wav", "k"), func(e *object.Entry) { e.Start = 9 })), says(by('e', "Editor"))},
	}, []string{"b.wav:", "k.wav: [1 e Editor k.wav]"}},
	{"an unchanged tree adds credits to named paths", []step{
		{nil, one(bass0), nil},
		{[]int{0}, one(bass0), says(by('a', "Bassist", "bass.wav"), by('b', "Composer"), by('c', "Singer", "gone.wav"))},
	}, []string{"bass.wav: [1 a Bassist bass.wav]"}},
	{"the same credit again is one, of the newest commit", []step{
		{nil, one(bass0), says(by('a', "Bassist"), guest('a', "Bassist"))},
		{[]int{0}, one(bass1), says(by('a', "Bassist"))},
	}, []string{"bass.wav: [1 a Bassist bass.wav] [0 a Bassist bass.wav]"}},
	{"a deleted stem's path starts anew", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(), nil},
		{[]int{1}, one(bass1), says(by('b', "Bassist"))},
	}, []string{"bass.wav: [2 b Bassist bass.wav]"}},
	{"a merge inherits from the side that the version came from", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(bass1), says(by('b', "Bassist"))},
		{[]int{0}, one(bass2), says(by('c', "Bassist"))},
		{[]int{1, 2}, one(bass2), nil},
	}, []string{"bass.wav: [2 c Bassist bass.wav] [0 a Bassist bass.wav]"}},
	{"a merge that is neither side's inherits from both", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(bass1), says(by('b', "Bassist"))},
		{[]int{0}, one(bass2), says(by('c', "Bassist"))},
		{[]int{1, 2}, one(file("bass.wav", "both")), says(by('m', "Mixer"))},
	}, []string{"bass.wav: [3 m Mixer bass.wav] [2 c Bassist bass.wav] [1 b Bassist bass.wav] [0 a Bassist bass.wav]"}},
	{"a version kept beside the other has its own side's", []step{
		{nil, one(bass0), says(by('a', "Bassist"))},
		{[]int{0}, one(bass1), says(by('b', "Bassist"))},
		{[]int{0}, one(bass2), says(by('c', "Bassist"))},
		{[]int{1, 2}, one(file("bass "+label+".wav", "2"), bass1), nil},
	}, []string{
		"bass " + label + ".wav: [2 c Bassist bass.wav] [0 a Bassist bass.wav]",
		"bass.wav: [1 b Bassist bass.wav] [0 a Bassist bass.wav]",
	}},
	{"a credit added on one line while the other exported anew", []step{
		{nil, one(bass0), nil},
		{[]int{0}, one(bass0), says(by('a', "Bassist", "bass.wav"))},
		{[]int{0}, one(file("low.wav", "0")), nil},
		{[]int{2}, one(file("low.wav", "1")), nil},
		{[]int{1, 3}, one(file("low.wav", "1")), nil},
	}, []string{"low.wav: [1 a Bassist bass.wav]"}},
	{"silent stems are alike and do not share credits", []step{
		{nil, one(file("a.wav", "silence"), file("b.wav", "silence")), says(by('a', "Bassist", "a.wav"), by('b', "Singer", "b.wav"))},
		{[]int{0}, one(file("a.wav", "1"), file("b.wav", "silence")), nil},
	}, []string{"a.wav: [0 a Bassist a.wav]", "b.wav: [0 b Singer b.wav]"}},
}

func TestCredits(t *testing.T) {
	for _, c := range creditCases {
		t.Run(c.name, func(t *testing.T) {
			d := newDAG()
			for _, s := range c.steps {
				d.credit(d.addTree(t, treeOf(s.tree...), s.parents...), s.said...)
			}
			sheet, err := history.Credits(t.Context(), d, d, d.ids[len(d.ids)-1], 100)
			require.NoError(t, err)
			require.False(t, sheet.Truncated)
			require.Equal(t, c.want, d.told(sheet))
		})
	}
}

// A person has several credits: one for each set of roles and each instrument.
func TestCreditsOfOnePerson(t *testing.T) {
	d := newDAG()
	roles := object.Contribution{Contributor: make([]byte, 20), Roles: []string{"Composer", "Lyricist"}}
	again := object.Contribution{Contributor: make([]byte, 20), Roles: []string{"Lyricist", "Composer"}}
	guitar := object.Contribution{Contributor: make([]byte, 20), Roles: []string{"Composer"}, Instrument: "guitar"}
	d.credit(d.addTree(t, treeOf(bass0)), roles, guitar)
	d.credit(d.addTree(t, treeOf(bass1), 0), again)
	sheet, err := history.Credits(t.Context(), d, d, d.ids[1], 100)
	require.NoError(t, err)
	require.Equal(t, []history.InheritedCredit{
		{Commit: d.ids[1], Contribution: again, PathThen: "bass.wav"},
		{Commit: d.ids[0], Contribution: guitar, PathThen: "bass.wav"},
	}, sheet.Stems[0].Credits)
}

func TestCreditsAreBounded(t *testing.T) {
	d := newDAG()
	d.credit(d.addTree(t, treeOf(bass0)), by('a', "Bassist"))
	for i := range 20 {
		d.credit(d.addTree(t, treeOf(file("bass.wav", fmt.Sprint(i))), i), by('p', "Producer"))
	}
	sheet, err := history.Credits(t.Context(), d, d, d.ids[20], 20)
	require.NoError(t, err)
	require.True(t, sheet.Truncated)
	require.Equal(t, []string{"bass.wav: [20 p Producer bass.wav]"}, d.told(sheet))
	sheet, err = history.Credits(t.Context(), d, d, d.ids[20], 21)
	require.NoError(t, err)
	require.False(t, sheet.Truncated)
	require.Equal(t, []string{"bass.wav: [20 p Producer bass.wav] [0 a Bassist bass.wav]"}, d.told(sheet))

	_, err = history.Credits(t.Context(), d, d, d.ids[20], 0)
	require.ErrorContains(t, err, "must be 1 or more")
	delete(d.trees, d.commits[d.ids[3]].Tree)
	_, err = history.Credits(t.Context(), d, d, d.ids[20], 100)
	require.ErrorIs(t, err, errMissing)
}

// model is a history whose truth is known: each version of a stem has a content of
// its own and knows the version that it was made from.
type model struct {
	*dag
	r     *rand.Rand
	stems []map[int]object.Entry // by commit and stem
	from  map[cid.Cid]cid.Cid
	said  map[cid.Cid]map[int]byte // by version and commit
	count int
}

func newModel(seed uint64) *model {
	return &model{
		dag: newDAG(), r: rand.New(rand.NewPCG(seed, 9)),
		from: map[cid.Cid]cid.Cid{}, said: map[cid.Cid]map[int]byte{},
	}
}

func (m *model) version(path string) object.Entry {
	m.count++
	return file(path, fmt.Sprint("version ", m.count))
}

// commit adds a commit of stems, with a contribution about some of them by name,
// or about fresh, which are those that it changed.
func (m *model) commit(t *testing.T, stems map[int]object.Entry, fresh []object.Entry, parents ...int) {
	t.Helper()
	i := m.addTree(t, treeOf(slices.Collect(maps.Values(stems))...), parents...)
	m.stems = append(m.stems, stems)
	who := byte('a' + i%26)
	var con object.Contribution
	switch m.r.IntN(3) {
	case 0:
		return
	case 1:
		con = by(who, fmt.Sprint("Role", i))
	case 2:
		con = by(who, fmt.Sprint("Role", i))
		fresh = nil
		for _, s := range slices.Sorted(maps.Keys(stems)) {
			if m.r.IntN(2) == 0 {
				fresh = append(fresh, stems[s])
				con.Paths = append(con.Paths, stems[s].Path)
			}
		}
		slices.Sort(con.Paths)
		if len(con.Paths) == 0 {
			return
		}
	}
	m.credit(i, con)
	for _, e := range fresh {
		if m.said[e.CID] == nil {
			m.said[e.CID] = map[int]byte{}
		}
		m.said[e.CID][i] = who
	}
}

// work builds on a commit: exports stems anew, adds one, or moves some. A move goes
// to a path with a greater number, so that a merge knows the later path.
func (m *model) work(t *testing.T, parent int, moves bool) {
	t.Helper()
	stems := maps.Clone(m.stems[parent])
	var fresh []object.Entry
	for _, s := range slices.Sorted(maps.Keys(stems)) {
		was := stems[s]
		switch m.r.IntN(4) {
		case 0:
			e := m.version(was.Path)
			m.from[e.CID] = was.CID
			stems[s], fresh = e, append(fresh, e)
		case 1:
			if moves {
				m.count++
				was.Path = fmt.Sprintf("%08d.wav", m.count)
				stems[s] = was
			}
		}
	}
	if m.r.IntN(3) == 0 {
		m.count++
		e := m.version(fmt.Sprintf("%08d.wav", m.count))
		stems[m.count], fresh = e, append(fresh, e)
	}
	m.commit(t, stems, fresh, parent)
}

// join merges: the later path, and either side's content.
func (m *model) join(t *testing.T, a, b int) {
	t.Helper()
	stems := maps.Clone(m.stems[a])
	for s, e := range m.stems[b] {
		if ours, ok := stems[s]; ok {
			if m.r.IntN(2) == 0 {
				e, ours = ours, e
			}
			e.Path = max(e.Path, ours.Path)
		}
		stems[s] = e
	}
	m.commit(t, stems, nil, a, b)
}

// want are the commits that speak of any version that a content was made from.
func (m *model) want(content cid.Cid, head int) []int {
	below := m.below(head)
	list := []int{}
	for v := content; v.Defined(); v = m.from[v] {
		for i := range m.said[v] {
			if below[i] && !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	slices.Sort(list)
	return list
}

// Two lines work, merge each other (also crosswise) and fork off a third; one of
// them moves files. Whatever they do, each stem has the credits of its own line of
// versions, and no other. Missed may be only what another line said while it had the
// stem at a path that the stem's own line never saw, which is rare.
func TestCreditsAgainstKnownHistories(t *testing.T) {
	credits, moved, merges, missed := 0, 0, 0, 0
	for seed := range uint64(300) {
		m := newModel(seed)
		first := m.version("00000000.wav")
		m.commit(t, map[int]object.Entry{0: first}, []object.Entry{first})
		lines := []int{0, 0, 0}
		for range 4 + m.r.IntN(16) {
			n := m.r.IntN(3)
			other := m.r.IntN(3)
			switch {
			case m.r.IntN(3) > 0 || lines[n] == lines[other]:
				m.work(t, lines[n], n == 0)
			default:
				merges++
				m.join(t, lines[n], lines[other])
				if m.r.IntN(2) == 0 { // crosswise
					m.join(t, lines[other], lines[n])
					lines[other] = len(m.ids) - 1
					lines[n] = len(m.ids) - 2
					continue
				}
			}
			lines[n] = len(m.ids) - 1
		}
		for head := range m.ids {
			sheet, err := history.Credits(t.Context(), m, m, m.ids[head], 1000)
			require.NoError(t, err)
			require.Len(t, sheet.Stems, len(m.stems[head]))
			for _, e := range m.stems[head] {
				i := slices.IndexFunc(sheet.Stems, func(s history.StemCredits) bool { return s.Path == e.Path })
				got := []int{}
				for _, c := range sheet.Stems[i].Credits {
					got = append(got, m.index[c.Commit])
					credits++
					if c.PathThen != e.Path {
						moved++
					}
				}
				want := m.want(e.CID, head)
				require.Subset(t, want, got, "seed %d, commit %d, %s", seed, head, e.Path)
				missed += len(want) - len(got)
			}
		}
	}
	t.Logf("%d credits, %d missed", credits, missed)
	require.Less(t, 1000*missed, credits)
	require.Greater(t, credits, 1000)
	require.Greater(t, moved, 100)
	require.Greater(t, merges, 100)
}
