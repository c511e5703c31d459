package hub

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

func (h *Hub) info(w http.ResponseWriter, _ *http.Request) error {
	info := api.Info{
		Name: h.cfg.Name, Version: h.cfg.Version, URL: h.cfg.URL, ChainID: h.cfg.ChainID, RPC: "/rpc",
		Peer: api.Peer{ID: h.node.ID(), Addrs: h.node.Addrs()}, Sponsor: h.cfg.Sponsor, Welcomes: h.newcomers != nil, GasPrice: h.cfg.GasPrice,
		Limits: api.Limits{
			QuotaBytes: h.cfg.Quota, UploadSeconds: int64(h.cfg.UploadTTL / time.Second),
			Uploads: maxUploadsPerWallet, CARBytes: api.MaxCARBytes, CIDs: api.MaxCIDs,
		},
	}
	if h.cfg.REST != "" {
		info.REST = "/rest"
	}
	writeJSON(w, http.StatusOK, info)
	return nil
}

func (h *Hub) challenge(w http.ResponseWriter, r *http.Request) error {
	var req api.ChallengeRequest
	if err := readJSON(w, r, &req); err != nil {
		return err
	}
	if _, err := chain.ParseAddress(req.Address); err != nil {
		return badRequest("%v", err)
	}
	text, err := h.sessions.challenge(req.Address)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, api.Challenge{Challenge: text.String(), Expires: text.Expires})
	return nil
}

func (h *Hub) login(w http.ResponseWriter, r *http.Request) error {
	var req api.SessionRequest
	if err := readJSON(w, r, &req); err != nil {
		return err
	}
	if _, err := h.sessions.verify(req); err != nil {
		return err
	}
	// A key costs nothing to make, an account on the chain does: so that quotas per
	// wallet mean something, a wallet has to have one.
	_, err := h.chain.Account(r.Context(), req.Address)
	if errors.Is(err, chain.ErrNoAccount) && h.newcomers != nil {
		err = h.newcomers.welcome(r.Context(), req.Address)
	}
	if errors.Is(err, chain.ErrNoAccount) {
		return newProblem(http.StatusForbidden, api.CodeForbidden, "ask somebody for a few feathers, or the hub for its sponsorship",
			"wallet %s is not on the chain yet", req.Address)
	}
	if err != nil {
		return err
	}
	session, err := h.sessions.open(req)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, session)
	return nil
}

func (h *Hub) begin(w http.ResponseWriter, r *http.Request) error {
	address, err := h.wallet(r)
	if err != nil {
		return err
	}
	var req api.UploadRequest
	if err := readJSON(w, r, &req); err != nil {
		return err
	}
	root, err := object.ParseObjectCID(req.Root)
	if err != nil {
		return badRequest("root: %v", err)
	}
	if h.ledger.has(root) {
		writeJSON(w, http.StatusOK, api.Upload{Root: req.Root, Served: true})
		return nil
	}
	u, err := h.staging.begin(address, root, req.Bytes)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, u.view())
	return nil
}

// uploadOf finds the upload that a request is about.
func (h *Hub) uploadOf(r *http.Request) (*upload, error) {
	address, err := h.wallet(r)
	if err != nil {
		return nil, err
	}
	return h.staging.of(address, r.PathValue("id"))
}

func (h *Hub) missing(w http.ResponseWriter, r *http.Request) error {
	u, err := h.uploadOf(r)
	if err != nil {
		return err
	}
	var req api.CIDs
	if err := readJSON(w, r, &req); err != nil {
		return err
	}
	if len(req.CIDs) > api.MaxCIDs {
		return newProblem(http.StatusRequestEntityTooLarge, api.CodeTooLarge, "ask in several requests",
			"%d cids, over the limit of %d", len(req.CIDs), api.MaxCIDs)
	}
	cids := make([]cid.Cid, len(req.CIDs))
	for i, text := range req.CIDs {
		if cids[i], err = object.ParseCID(text); err != nil {
			return badRequest("cid %d: %v", i, err)
		}
	}
	missing, err := u.missing(r.Context(), cids, h.blocks)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, api.CIDs{CIDs: missing})
	return nil
}

func (h *Hub) put(w http.ResponseWriter, r *http.Request) error {
	u, err := h.uploadOf(r)
	if err != nil {
		return err
	}
	if r.ContentLength > api.MaxCARBytes {
		return &http.MaxBytesError{Limit: api.MaxCARBytes}
	}
	leave, err := h.turns.enter(u.address)
	if err != nil {
		return err
	}
	defer leave()
	err = u.receive(r.Context(), http.MaxBytesReader(w, r.Body, api.MaxCARBytes), h.blocks)
	if isCut(err) {
		return badRequest("body: %v", err)
	}
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, u.view())
	return nil
}

func (h *Hub) complete(w http.ResponseWriter, r *http.Request) error {
	u, err := h.uploadOf(r)
	if err != nil {
		return err
	}
	leave, err := h.turns.enter(u.address)
	if err != nil {
		return err
	}
	defer leave()
	// Once begun it is done to the end, whether or not the client still listens.
	if err := h.accept(h.ctx, u); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, u.view())
	return nil
}

// isCut says whether a body ended too early or was no CAR at all.
func isCut(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ipfs.ErrMalformed) && !errors.Is(err, ipfs.ErrCorrupt)
}
