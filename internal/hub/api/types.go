package api

import "time"

// Prefix begins every path of the API.
const Prefix = "/api/v1"

// Limits of version 1 that both sides keep to.
const (
	// MaxCIDs is the most CIDs of one request for what is missing.
	MaxCIDs = 4096
	// MaxCARBytes is the longest body of one request with blocks.
	MaxCARBytes = 64 << 20
	// MaxJSONBytes is the longest JSON body.
	MaxJSONBytes = 1 << 20
)

// Info is what a hub says of itself.
type Info struct {
	// Name is how its people call it.
	Name string `json:"name"`
	// Version is the program's.
	Version string `json:"version"`
	// URL is the hub's one origin, without a slash at the end. Logins name it.
	URL string `json:"url"`
	// ChainID is the chain it follows.
	ChainID string `json:"chain_id"`
	// RPC is where the chain's CometBFT RPC is, relative to URL.
	RPC string `json:"rpc"`
	// REST is where the chain's REST API is, relative to URL; empty for none.
	REST string `json:"rest,omitempty"`
	// Peer is the hub's IPFS node.
	Peer Peer `json:"peer"`
	// Sponsor is a wallet that may pay fees for newcomers; empty for none.
	Sponsor string `json:"sponsor,omitempty"`
	// Welcomes says that the hub sponsors a wallet that is not on the chain yet when it
	// logs in.
	Welcomes bool `json:"welcomes,omitempty"`
	// GasPrice is the fee per unit of gas that the node asks for, in ufeather.
	GasPrice string `json:"gas_price,omitempty"`
	// Limits bound what it takes.
	Limits Limits `json:"limits"`
}

// Peer is an IPFS node.
type Peer struct {
	ID    string   `json:"id"`
	Addrs []string `json:"addrs"`
}

// Limits of a hub.
type Limits struct {
	// QuotaBytes is what one wallet may store.
	QuotaBytes int64 `json:"quota_bytes"`
	// UploadSeconds is how long uploaded blocks wait for their commit.
	UploadSeconds int64 `json:"upload_seconds"`
	// Uploads is how many unfinished uploads a wallet may have.
	Uploads int `json:"uploads"`
	// CARBytes is the longest body with blocks.
	CARBytes int64 `json:"car_bytes"`
	// CIDs is the most CIDs of one request.
	CIDs int `json:"cids"`
}

// ChallengeRequest asks for a text to sign.
type ChallengeRequest struct {
	Address string `json:"address"`
}

// Challenge is the text to sign.
type Challenge struct {
	Challenge string    `json:"challenge"`
	Expires   time.Time `json:"expires"`
}

// SessionRequest answers a challenge.
type SessionRequest struct {
	Address   string `json:"address"`
	PubKey    []byte `json:"pub_key"` // base64; compressed secp256k1, 33 bytes
	Challenge string `json:"challenge"`
	Signature []byte `json:"signature"` // base64; ADR-036 over Challenge
}

// Session is what a login gives.
type Session struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
}

// UploadRequest announces blocks.
type UploadRequest struct {
	// Root is the CID of the commit that will be, or is, on chain.
	Root string `json:"root"`
	// Bytes is the most that will be sent, blocks' contents only.
	Bytes int64 `json:"bytes"`
}

// Upload is an unfinished or finished upload.
type Upload struct {
	// ID is empty where the commit was served before: there is nothing to upload.
	ID   string `json:"id,omitempty"`
	Root string `json:"root"`
	// Bytes was announced, Received has arrived.
	Bytes    int64 `json:"bytes"`
	Received int64 `json:"received"`
	// Expires is when what has arrived is dropped, unless its commit is on chain.
	Expires time.Time `json:"expires"`
	// Served says that everything below the root is served for good.
	Served bool `json:"served"`
}

// MirrorRequest asks the hub to get a commit from elsewhere.
type MirrorRequest struct {
	// Commit is the CID of a commit that is on chain.
	Commit string `json:"commit"`
}

// Mirror is how far the hub has come with it.
type Mirror struct {
	Commit string `json:"commit"`
	// Bytes have arrived so far.
	Bytes int64 `json:"bytes"`
	// Served says that everything below the commit is served for good.
	Served bool `json:"served"`
}

// CIDs is a list of CIDs.
type CIDs struct {
	CIDs []string `json:"cids"`
}

// ErrorBody is the body of every error.
type ErrorBody struct {
	// Code is one of the Code constants.
	Code string `json:"code"`
	// Error says what happened, lower case.
	Error string `json:"error"`
	// Hint says what to do, where that is known.
	Hint string `json:"hint,omitempty"`
}

// Codes of errors. A client decides by them, never by a text.
const (
	CodeBadRequest   = "bad_request"
	CodeUnauthorized = "unauthorized"
	CodeForbidden    = "forbidden"
	CodeNotFound     = "not_found"
	CodeNotOnChain   = "not_on_chain"
	CodeIncomplete   = "incomplete"
	CodeQuota        = "quota"
	CodeTooLarge     = "too_large"
	CodeBadBlock     = "bad_block"
	CodeBusy         = "busy"
	CodeNode         = "node"
	CodeInternal     = "internal"
)
