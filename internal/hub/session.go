package hub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

// sessions are the logins. They live in memory: a restart asks everybody to log in
// again, which a client does by itself.
//
// A challenge costs the hub nothing until it is answered: its nonce holds a MAC of
// the text, so that a stranger who asks for a million of them fills no table. What
// is kept is the answered ones, until they expire, so that each is good once.
type sessions struct {
	hub, chainID string
	challengeTTL time.Duration
	sessionTTL   time.Duration
	now          func() time.Time
	random       io.Reader
	key          []byte

	mu     sync.Mutex
	used   map[string]time.Time // nonce -> when it expires
	tokens map[[sha256.Size]byte]login
}

type login struct {
	address string
	expires time.Time
}

const nonceBytes = 16

func newSessions(cfg Config) (*sessions, error) {
	s := &sessions{
		hub: cfg.URL, chainID: cfg.ChainID, challengeTTL: cfg.ChallengeTTL, sessionTTL: cfg.SessionTTL,
		now: cfg.Now, random: cfg.Random, key: make([]byte, 32),
		used: map[string]time.Time{}, tokens: map[[sha256.Size]byte]login{},
	}
	_, err := io.ReadFull(s.random, s.key)
	return s, err
}

// challenge makes a text for a wallet to sign.
func (s *sessions) challenge(address string) (api.ChallengeText, error) {
	nonce := make([]byte, nonceBytes)
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return api.ChallengeText{}, err
	}
	text := api.ChallengeText{
		Hub: s.hub, ChainID: s.chainID, Address: address,
		Nonce:   hex.EncodeToString(nonce),
		Expires: s.now().Add(s.challengeTTL).UTC().Truncate(time.Second),
	}
	text.Nonce += s.mac(text)
	return text, nil
}

func (s *sessions) mac(text api.ChallengeText) string {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(text.String()))
	return hex.EncodeToString(m.Sum(nil)[:nonceBytes])
}

// open checks an answered challenge and starts a session.
func (s *sessions) open(req api.SessionRequest) (api.Session, error) {
	text, err := s.verify(req)
	if err != nil {
		return api.Session{}, err
	}
	token := make([]byte, 32)
	if _, err := io.ReadFull(s.random, token); err != nil {
		return api.Session{}, err
	}
	now := s.now()
	session := api.Session{Token: hex.EncodeToString(token), Expires: now.Add(s.sessionTTL).UTC().Truncate(time.Second)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if _, again := s.used[text.Nonce]; again {
		return api.Session{}, unauthorized("the challenge was answered already")
	}
	if len(s.used) >= maxUsedChallenges {
		return api.Session{}, busy("too many people log in at the moment")
	}
	s.used[text.Nonce] = text.Expires
	s.crowdOut(func(l login) bool { return l.address == req.Address }, maxSessionsEach)
	s.crowdOut(func(login) bool { return true }, maxSessions)
	s.tokens[sha256.Sum256([]byte(session.Token))] = login{req.Address, session.Expires}
	return session, nil
}

func (s *sessions) verify(req api.SessionRequest) (api.ChallengeText, error) {
	text, err := api.ParseChallenge(req.Challenge)
	if err != nil {
		return text, badRequest("challenge: %v", err)
	}
	if text.Hub != s.hub || text.ChainID != s.chainID || text.Address != req.Address {
		return text, unauthorized("the challenge is for another hub, chain or wallet")
	}
	bare := text
	bare.Nonce = text.Nonce[:min(len(text.Nonce), 2*nonceBytes)]
	if !hmac.Equal([]byte(text.Nonce), []byte(bare.Nonce+s.mac(bare))) {
		return text, unauthorized("the challenge is not of this hub, or older than its last start")
	}
	if !s.now().Before(text.Expires) {
		return text, unauthorized("the challenge has expired")
	}
	err = chain.VerifyText(req.Address, []byte(req.Challenge), chain.Signature{PubKey: req.PubKey, Bytes: req.Signature})
	if err != nil {
		return text, unauthorized("%v", err)
	}
	return text, nil
}

// sweep forgets what has expired. The caller holds mu.
func (s *sessions) sweep(now time.Time) {
	for nonce, expires := range s.used {
		if !now.Before(expires) {
			delete(s.used, nonce)
		}
	}
	for token, l := range s.tokens {
		if !now.Before(l.expires) {
			delete(s.tokens, token)
		}
	}
}

// crowdOut ends the oldest of some sessions when there are too many of them: first
// of one wallet, so that nobody fills the table alone; then of all, so that a crowd of
// wallets cannot lock everybody else out until its sessions end. Whose session is
// gone logs in again. The caller holds mu.
func (s *sessions) crowdOut(of func(login) bool, limit int) {
	count := 0
	var oldest [sha256.Size]byte
	var when time.Time
	for token, l := range s.tokens {
		if !of(l) {
			continue
		}
		count++
		if when.IsZero() || l.expires.Before(when) {
			oldest, when = token, l.expires
		}
	}
	if count >= limit {
		delete(s.tokens, oldest)
	}
}

// wallet returns whose session a token is.
func (s *sessions) wallet(token string) (string, error) {
	if len(token) > 128 {
		return "", unauthorized("not a token")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The table is keyed by the token's hash, so looking it up tells nothing by its
	// timing.
	l, ok := s.tokens[sha256.Sum256([]byte(token))]
	if !ok || !s.now().Before(l.expires) {
		return "", unauthorized("no such session, or it has ended")
	}
	return l.address, nil
}

// turns bounds how many requests with blocks each wallet has at a time, so that one
// cannot keep everybody else out.
type turns struct {
	mu  sync.Mutex
	now map[string]int
}

func (t *turns) enter(address string) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now[address] >= maxBlockRequestsEach {
		return nil, busy("this wallet has too many requests at the moment")
	}
	t.now[address]++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.now[address]--; t.now[address] == 0 {
			delete(t.now, address)
		}
	}, nil
}
