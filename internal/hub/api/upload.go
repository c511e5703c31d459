package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// batchBytes is how much one request with blocks carries: what is sent again
// when a connection breaks.
const batchBytes = 16 << 20

// Begin announces the blocks of a commit. Called again for the same commit it
// returns the same upload, so an interrupted push goes on where it was. Where the hub
// serves the commit already, the upload has no id; the calls below then do nothing.
func (c *Client) Begin(ctx context.Context, root cid.Cid, bytes int64) (Upload, error) {
	var u Upload
	err := c.json(ctx, http.MethodPost, "/uploads", UploadRequest{Root: root.String(), Bytes: bytes}, &u)
	if err == nil && u.Root != root.String() {
		err = fmt.Errorf("%w: an upload of another commit", ErrOtherHub)
	}
	return u, err
}

// Missing returns those of the CIDs that the hub neither serves nor got in this
// upload, in the order given.
func (c *Client) Missing(ctx context.Context, upload string, cids []cid.Cid) ([]cid.Cid, error) {
	if upload == "" {
		return nil, nil
	}
	var missing []cid.Cid
	for len(cids) > 0 {
		batch := cids[:min(len(cids), MaxCIDs)]
		cids = cids[len(batch):]
		lacks, err := c.missing(ctx, upload, batch)
		if err != nil {
			return nil, err
		}
		for _, id := range batch {
			if lacks[id.String()] {
				missing = append(missing, id)
			}
		}
	}
	return missing, nil
}

func (c *Client) missing(ctx context.Context, upload string, batch []cid.Cid) (map[string]bool, error) {
	req := CIDs{CIDs: make([]string, len(batch))}
	for i, id := range batch {
		req.CIDs[i] = id.String()
	}
	var resp CIDs
	if err := c.json(ctx, http.MethodPost, uploadPath(upload, "missing"), req, &resp); err != nil {
		return nil, err
	}
	lacks := make(map[string]bool, len(resp.CIDs))
	for _, text := range resp.CIDs {
		lacks[text] = true
	}
	return lacks, nil
}

// Send asks which of the blocks are missing and sends those, in requests of a few
// MiB, each of which is tried again when it fails. progress, which may be nil, is
// told the bytes of each block that the hub has, sent or not. It returns how many
// bytes were sent.
func (c *Client) Send(
	ctx context.Context, upload string, from ipfs.Store, cids []cid.Cid, progress func(bytes int64),
) (int64, error) {
	missing, err := c.Missing(ctx, upload, cids)
	if err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(int64) {}
	}
	if err := reportPresent(ctx, from, cids, missing, progress); err != nil {
		return 0, err
	}
	var sent int64
	for len(missing) > 0 {
		n, size, err := c.sendBatch(ctx, upload, from, missing)
		if err != nil {
			return sent, err
		}
		missing = missing[n:]
		sent += size
		progress(size)
	}
	return sent, nil
}

func reportPresent(ctx context.Context, from ipfs.Store, cids, missing []cid.Cid, progress func(int64)) error {
	lacks := make(map[cid.Cid]bool, len(missing))
	for _, id := range missing {
		lacks[id] = true
	}
	for _, id := range cids {
		if lacks[id] {
			continue
		}
		size, err := from.Size(ctx, id)
		if err != nil {
			return err
		}
		progress(int64(size))
	}
	return nil
}

// sendBatch sends the first of the blocks, as many as fit, and returns how many
// and their size.
func (c *Client) sendBatch(ctx context.Context, upload string, from ipfs.Getter, cids []cid.Cid) (int, int64, error) {
	var body bytes.Buffer
	car, err := ipfs.NewCARWriter(&body, cids[0])
	if err != nil {
		return 0, 0, err
	}
	n, size := 0, int64(0)
	for n < len(cids) && (n == 0 || body.Len() < batchBytes) {
		b, err := from.Get(ctx, cids[n])
		if err != nil {
			return 0, 0, err
		}
		if err := car.Write(b); err != nil {
			return 0, 0, err
		}
		n++
		size += int64(len(b.Data()))
	}
	err = c.retry(ctx, func() error {
		timeout := c.opts.Timeout * time.Duration(1+body.Len()/(4<<20))
		return c.do(ctx, http.MethodPut, uploadPath(upload, "blocks"), ipfs.CARMediaType, body.Bytes(), timeout, nil)
	})
	return n, size, err
}

// Complete asks the hub to look for the commit on the chain and to serve it. The
// error matches ErrNotOnChain or ErrIncomplete where it cannot; what was uploaded
// stays. The hub also does it by itself once it sees the commit.
func (c *Client) Complete(ctx context.Context, upload string) (Upload, error) {
	if upload == "" {
		return Upload{Served: true}, nil
	}
	var u Upload
	err := c.retry(ctx, func() error {
		return c.do(ctx, http.MethodPost, uploadPath(upload, "complete"), "application/json", []byte("{}"),
			longerToComplete*c.opts.Timeout, &u)
	})
	return u, err
}

// Mirror asks the hub to get a commit that is on chain, with everything below it, from
// the hubs that its song names, or how far it has come with that: ask again until it
// is served. The error matches ErrIncomplete where no other hub has it.
func (c *Client) Mirror(ctx context.Context, commit cid.Cid) (Mirror, error) {
	var m Mirror
	err := c.json(ctx, http.MethodPost, "/mirrors", MirrorRequest{Commit: commit.String()}, &m)
	return m, err
}

func uploadPath(id, action string) string { return "/uploads/" + url.PathEscape(id) + "/" + action }
