package hub

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/object"
)

const (
	mirrorWorkers = 4
	maxMirrors    = 1000 // that people have asked for; of followed songs there are as many as songs
	// maxMirrorsEach is how many a wallet may ask for at a time.
	maxMirrorsEach = 4
	// mirrorTime bounds one try. What has arrived stays for the next.
	mirrorTime = 30 * time.Minute
	// keepFailure is how long whoever asks again gets the same refusal.
	keepFailure = time.Minute
	// A song's new commits are on the chain a little before the hub they went to
	// serves them, so the first tries follow soon upon each other.
	firstRetry, lastRetry = 2 * time.Second, 30 * time.Minute
	maxRetries            = 60 // about a day
)

// mirror copies from other hubs what is on the chain and not here: commits that the
// wallets of this hub build on, and what others push to the songs that it follows.
type mirror struct {
	hub  *Hub
	wake chan struct{} // that there may be something to do

	mu   sync.Mutex
	jobs map[string]*mirrorJob
}

// mirrorJob is one commit, or the branches of one song.
type mirrorJob struct {
	commit cid.Cid // undefined for a song
	song   string
	wallet string // whose quota it counts to

	running bool
	tries   int
	next    time.Time // not before
	err     error     // of a commit's last try
}

func newMirror(h *Hub) *mirror {
	return &mirror{hub: h, wake: make(chan struct{}, 1), jobs: map[string]*mirrorJob{}}
}

// request asks for a commit, or says how far it has come. A failure is told for a
// while; who asks later starts a new try.
func (m *mirror) request(commit cid.Cid, wallet string) (api.Mirror, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.hub.cfg.Now()
	key := commit.String()
	job := m.jobs[key]
	if job != nil && job.err != nil && now.Before(job.next) {
		return api.Mirror{}, job.err
	}
	if job == nil || job.err != nil {
		if err := m.room(wallet); err != nil {
			return api.Mirror{}, err
		}
		job = &mirrorJob{commit: commit, wallet: wallet}
		m.jobs[key] = job
		m.hint()
	}
	return api.Mirror{Commit: key, Bytes: m.hub.staging.received(job.wallet, commit)}, nil
}

// room checks the limits for one more request. The caller holds mu.
func (m *mirror) room(wallet string) error {
	mine := 0
	for _, job := range m.jobs {
		if job.commit.Defined() && job.wallet == wallet && job.err == nil {
			mine++
		}
	}
	if mine >= maxMirrorsEach || len(m.jobs) >= maxMirrors {
		return busy("the hub fetches enough from other hubs at the moment")
	}
	return nil
}

// follow looks at a song's branches soon.
func (m *mirror) follow(song, wallet string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	job := m.jobs[song]
	if job == nil {
		job = &mirrorJob{song: song, wallet: wallet}
		m.jobs[song] = job
	}
	job.tries, job.next = 0, m.hub.cfg.Now().Add(firstRetry)
}

// hint tells a worker to look.
func (m *mirror) hint() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// work runs until ctx ends.
func (m *mirror) work(ctx context.Context) {
	tick := time.NewTicker(m.hub.cfg.Poll)
	defer tick.Stop()
	for {
		for job := m.take(); job != nil && ctx.Err() == nil; job = m.take() {
			m.hint() // there may be more, for another worker
			m.done(job, m.run(ctx, job))
		}
		select {
		case <-tick.C:
		case <-m.wake:
		case <-ctx.Done():
			return
		}
	}
}

// take returns a job that is due, as running.
func (m *mirror) take() *mirrorJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.hub.cfg.Now()
	for key, job := range m.jobs {
		if job.running || now.Before(job.next) {
			continue
		}
		if job.err != nil { // told long enough
			delete(m.jobs, key)
			continue
		}
		job.running = true
		return job
	}
	return nil
}

func (m *mirror) run(ctx context.Context, job *mirrorJob) error {
	ctx, cancel := context.WithTimeout(ctx, mirrorTime)
	defer cancel()
	if job.commit.Defined() {
		return m.hub.mirrorCommit(ctx, job.commit, job.wallet)
	}
	return m.hub.mirrorSong(ctx, job.song, job.wallet)
}

// done plans what follows: nothing after success, another try for a song, and the
// refusal for who asks for a commit again.
func (m *mirror) done(job *mirrorJob, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	job.running = false
	key, now := job.song, m.hub.cfg.Now()
	if job.commit.Defined() {
		key = job.commit.String()
	}
	pushedMeanwhile := job.song != "" && job.tries == 0 && now.Before(job.next)
	switch {
	case err == nil && pushedMeanwhile:
	case err == nil, job.song != "" && job.tries >= maxRetries:
		delete(m.jobs, key)
	case job.song != "":
		job.next = now.Add(min(firstRetry<<min(job.tries, 16), lastRetry))
		job.tries++
	default:
		job.err, job.next = err, now.Add(keepFailure)
	}
	if err != nil && m.hub.ctx.Err() == nil {
		m.hub.log.Info("mirror from other hubs", "what", key, "try", job.tries, "error", err)
	}
}

// mirrorSong fetches the heads of a song's branches.
func (h *Hub) mirrorSong(ctx context.Context, song, wallet string) error {
	heads, err := h.heads(ctx, song)
	if err != nil {
		return err
	}
	var errs []error
	for _, head := range heads {
		errs = append(errs, h.mirrorCommit(ctx, head, wallet))
	}
	return errors.Join(errs...)
}

// maxHeads bounds what a node may claim that a song has.
const maxHeads = 10_000

func (h *Hub) heads(ctx context.Context, song string) ([]cid.Cid, error) {
	var heads []cid.Cid
	var page chain.Page
	for {
		part, next, err := h.chain.Branches(ctx, song, page)
		if err != nil {
			return nil, err
		}
		for _, b := range part {
			heads = append(heads, b.Head)
		}
		if len(next) == 0 || len(part) == 0 || len(heads) > maxHeads {
			return heads, nil
		}
		page.Key = next
	}
}

// mirrored answers a request for a commit from elsewhere.
func (h *Hub) mirrored(w http.ResponseWriter, r *http.Request) error {
	wallet, err := h.wallet(r)
	if err != nil {
		return err
	}
	var req api.MirrorRequest
	if err := readJSON(w, r, &req); err != nil {
		return err
	}
	commit, err := object.ParseObjectCID(req.Commit)
	if err != nil {
		return badRequest("commit: %v", err)
	}
	if h.ledger.has(commit) {
		writeJSON(w, http.StatusOK, api.Mirror{Commit: req.Commit, Served: true})
		return nil
	}
	answer, err := h.mirror.request(commit, wallet)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}
