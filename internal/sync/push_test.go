package sync

import (
	"context"
	"fmt"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func pushMain(s *Song, author Author, net *fakeNet) (Pushed, error) {
	config, err := s.Repo.Config()
	if err != nil {
		return Pushed{}, err
	}
	remote := net.remote()
	remote.Song = config.Song
	return s.Push(context.Background(), remote, PushRequest{Branch: "main", Author: author, HubURL: "http://hub"})
}

func TestFirstPushMakesTheSongInTheSameTransaction(t *testing.T) {
	song, author := newSong(t)
	head := commitFile(t, song, author, "bass.wav", "bass")
	net := newFakeNet()
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.True(t, pushed.Created)
	require.Equal(t, []string{"begin", "send", "transaction", "complete"}, net.calls, "audio first, the chain second")
	require.Len(t, net.messages, 2)
	push := net.messages[1].(*songtypes.MsgPush)
	require.Equal(t, pushed.Song, push.SongId)
	require.Empty(t, push.ExpectedHead)
	require.Nil(t, push.Commits[0].Signature, "the transaction signs for its author")
	config, err := song.Repo.Config()
	require.NoError(t, err)
	require.Equal(t, pushed.Song, config.Song)
	seen, err := song.Repo.Ref(repo.RemoteRef("origin", "main"))
	require.NoError(t, err)
	require.Equal(t, head, seen)

	again, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.Empty(t, again.Transactions, "nothing is left to do")
}

func TestPushIsCutIntoWholeSteps(t *testing.T) {
	song, author := newSong(t)
	for i := range 5 {
		commitFile(t, song, author, "bass.wav", fmt.Sprint("bass", i))
	}
	net := newFakeNet()
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.Equal(t, 5, pushed.Commits)
	require.Len(t, pushed.Transactions, 3, "two commits at most in each")
}

// A push carries the trees of its earlier commits, which the chain holds against them.
func TestPushCarriesTheTreesOfEarlierCommits(t *testing.T) {
	song, author := newSong(t)
	net := newFakeNet()
	commitFile(t, song, author, "a.txt", "a")
	commitFile(t, song, author, "b.txt", "b")
	_, err := pushMain(song, author, net)
	require.NoError(t, err)
	var push *songtypes.MsgPush
	for _, m := range net.messages {
		if p, ok := m.(*songtypes.MsgPush); ok {
			push = p
		}
	}
	require.Len(t, push.Commits, 2)
	require.Len(t, push.Trees, 1)
	require.Len(t, push.Trees[0].Tree.Entries, 1)
	_, link, err := push.Trees[0].Tree.Encode()
	require.NoError(t, err)
	require.Equal(t, push.Commits[0].Tree, link.String())
}

func TestInterruptedPushIsFinishedByTheNext(t *testing.T) {
	for _, at := range []string{"begin", "send", "transaction", "complete"} {
		t.Run(at, func(t *testing.T) {
			song, author := newSong(t)
			head := commitFile(t, song, author, "bass.wav", "bass")
			net := newFakeNet()
			net.failAt = at
			_, err := pushMain(song, author, net)
			require.ErrorIs(t, err, errCut)
			pushed, err := pushMain(song, author, net)
			require.NoError(t, err)
			require.Equal(t, head, net.heads[pushed.Song+"/main"])
			require.Len(t, net.songs, 1)
		})
	}
}

func TestPushTakesUpASongThatWasMadeBefore(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "bass.wav", "bass")
	net := newFakeNet()
	id := net.addSong(author.Address, "night-train")
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.Equal(t, id, pushed.Song)
	require.False(t, pushed.Created)
}

func TestPushDoesNotTakeUpAnotherSongOfThatName(t *testing.T) {
	other, author := newSong(t)
	commitFile(t, other, author, "bass.wav", "another bass")
	net := newFakeNet()
	_, err := pushMain(other, author, net)
	require.NoError(t, err)

	song, author := newSong(t)
	commitFile(t, song, author, "bass.wav", "bass")
	_, err = pushMain(song, author, net)
	require.ErrorIs(t, err, songtypes.ErrNameTaken)
}

func TestPushOfWhatTheOtherSideHasLeftBehind(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "bass.wav", "bass")
	net := newFakeNet()
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	theirs, _ := newSong(t)
	net.heads[pushed.Song+"/main"] = commitFile(t, theirs, author, "bass.wav", "theirs")
	commitFile(t, song, author, "bass.wav", "ours")
	before := len(net.calls)
	_, err = pushMain(song, author, net)
	require.ErrorIs(t, err, ErrNonFastForward)
	require.Len(t, net.calls, before, "nothing was sent")
}

func TestNextSongID(t *testing.T) {
	song, author := newSong(t)
	for _, n := range []int{0, 1, 2, 3, 4, 5, 8, 17, 100} {
		net := newFakeNet()
		for i := range n {
			net.addSong(author.Address, fmt.Sprint("song-", i))
		}
		p := push{song: song, remote: net.remote(), req: PushRequest{Author: author}}
		id, err := p.nextSongID(context.Background())
		require.NoError(t, err)
		require.Equal(t, songtypes.NewSongID(author.Raw, uint64(n)).String(), id, "%d songs", n)
	}
}

func TestPushOfSomebodyElsesUnsignedCommit(t *testing.T) {
	song, author := newSong(t)
	stranger := author
	stranger.Raw = append([]byte{1}, author.Raw[1:]...)
	stranger.ChainID = "" // never joined a network
	commitFile(t, song, stranger, "bass.wav", "bass")
	net := newFakeNet()
	_, err := pushMain(song, author, net)
	require.ErrorIs(t, err, ErrUnsigned)
	require.Empty(t, net.calls)
}

func TestPushToAHubThatLacksWhatCameBefore(t *testing.T) {
	song, author := newSong(t)
	before := commitFile(t, song, author, "bass.wav", "bass")
	first := newFakeNet()
	_, err := pushMain(song, author, first)
	require.NoError(t, err)

	commitFile(t, song, author, "drums.wav", "drums")
	second := first.otherHub()
	block, err := song.Blocks.Get(context.Background(), before)
	require.NoError(t, err)
	require.NoError(t, second.store.Put(context.Background(), block), "it has the commit and not its bass")
	pushed, err := pushMain(song, author, second)
	require.NoError(t, err)
	require.True(t, pushed.Served)
	require.Equal(t, []string{
		"begin", "send", "transaction", "complete", "begin", "begin", "send", "complete",
	}, second.calls)
}

func TestPushAgainBringsTheHubWhatTheChainHas(t *testing.T) {
	song, author := newSong(t)
	head := commitFile(t, song, author, "bass.wav", "bass")
	net := newFakeNet()
	_, err := pushMain(song, author, net)
	require.NoError(t, err)

	other := net.otherHub()
	pushed, err := pushMain(song, author, other)
	require.NoError(t, err)
	require.True(t, pushed.Served)
	require.Positive(t, pushed.Bytes)
	require.Empty(t, pushed.Transactions)
	require.True(t, other.served[head])

	calls := len(other.calls)
	_, err = pushMain(song, author, other)
	require.NoError(t, err)
	require.Len(t, other.calls, calls, "the hub serves it")
}

func TestHubGetsFromAnotherHubWhatCameBefore(t *testing.T) {
	song, author := newSong(t)
	head := commitFile(t, song, author, "bass.wav", "bass")
	first := newFakeNet()
	_, err := pushMain(song, author, first)
	require.NoError(t, err)

	second := first.otherHub()
	second.elsewhere = first
	next := commitFile(t, song, author, "drums.wav", "drums")
	pushed, err := pushMain(song, author, second)
	require.NoError(t, err)
	require.True(t, pushed.Mirrored)
	require.Equal(t, []string{"mirror", "begin", "send", "transaction", "complete"}, second.calls)
	require.True(t, second.served[head] && second.served[next])
	fresh, err := sizeOfNew(song, next)
	require.NoError(t, err)
	require.Equal(t, fresh, pushed.Bytes, "the new commit, its tree and the drums, and no more")

	third := first.otherHub()
	third.elsewhere = second
	pushed, err = pushMain(song, author, third)
	require.NoError(t, err)
	require.True(t, pushed.Served)
	require.Zero(t, pushed.Bytes)
}

func TestSongNamesTheHubThatItWasPushedTo(t *testing.T) {
	song, author := newSong(t)
	net := newFakeNet()
	push := func(hub string) []string {
		config, err := song.Repo.Config()
		require.NoError(t, err)
		remote := net.remote()
		remote.Song = config.Song
		metadata := songtypes.Metadata{Title: "Night Train"}
		pushed, err := song.Push(context.Background(), remote, PushRequest{Branch: "main", Author: author, HubURL: hub, Metadata: metadata})
		require.NoError(t, err)
		require.Equal(t, "Night Train", net.songs[pushed.Song].Metadata.Title)
		return net.songs[pushed.Song].Metadata.Hints
	}
	commitFile(t, song, author, "bass.wav", "bass")
	require.Equal(t, []string{"https://garage"}, push("https://garage"))
	before := len(net.messages)
	require.Equal(t, []string{"https://garage"}, push("https://garage"))
	require.Len(t, net.messages, before, "once is enough")
	require.Equal(t, []string{"https://garage", "https://label"}, push("https://label"))
}

// sizeOfNew is the bytes of a commit, its tree and its drums.
func sizeOfNew(song *Song, c cid.Cid) (int64, error) {
	ctx := context.Background()
	commit, err := song.Objects().Commit(ctx, c)
	if err != nil {
		return 0, err
	}
	sum := int64(len("drums"))
	for _, id := range []cid.Cid{c, commit.Tree} {
		size, err := song.Blocks.Size(ctx, id)
		if err != nil {
			return 0, err
		}
		sum += int64(size)
	}
	return sum, nil
}

func TestNewBranchCountsWhatNoRemoteHas(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "bass.wav", "bass")
	_, err := pushMain(song, author, newFakeNet())
	require.NoError(t, err)
	_, err = song.Switch(context.Background(), SwitchRequest{Branch: "solo", Create: true})
	require.NoError(t, err)
	status, err := song.Status(context.Background())
	require.NoError(t, err)
	require.Zero(t, status.Ahead)
	commitFile(t, song, author, "solo.wav", "solo")
	status, err = song.Status(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, status.Ahead)
}

// steps notes the totals of steps.
type steps struct {
	NoProgress
	totals map[string]int64
}

func (s steps) Start(label string, total int64) { s.totals[label] = total }

func TestProgressKnowsItsTotal(t *testing.T) {
	song, author := newSong(t)
	progress := steps{totals: map[string]int64{}}
	song.Progress = progress
	commitFile(t, song, author, "bass.wav", "bass")
	require.Equal(t, int64(4), progress.totals["reading"])
	_, err := pushMain(song, author, newFakeNet())
	require.NoError(t, err)
	require.Positive(t, progress.totals["publishing"])
}
