package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

// online is a joined network that answered.
type online struct {
	network
	chain *chain.Client
	hub   *api.Client
}

// ask finds out which chain a hub follows.
func (a *app) ask(ctx context.Context, hubURL string) (network, error) {
	hub, err := api.New(hubURL, api.Options{Now: a.env.Now})
	if err != nil {
		return network{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	info, err := hub.Info(ctx)
	if err != nil {
		return network{}, err
	}
	return network{
		Hub:      hub.URL(),
		ChainID:  info.ChainID,
		RPC:      hub.RPC(info),
		Sponsor:  info.Sponsor,
		Welcomes: info.Welcomes,
		GasPrice: info.GasPrice,
		Local:    isLocal(hub.URL()),
	}, nil
}

// online dials the joined network, or the one of a remote.
func (a *app) online(ctx context.Context, remote repo.Remote) (*online, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	joined := c.Network
	if joined == nil && remote.Hub == "" {
		return nil, errNoNetwork
	}
	if joined == nil || remote.Hub != "" && remote.Hub != joined.Hub {
		asked, err := a.ask(ctx, remote.Hub)
		if err != nil {
			return nil, err
		}
		joined = &asked
	}
	if remote.ChainID != "" && remote.ChainID != joined.ChainID {
		return nil, fmt.Errorf("%w: it is on %q, %s follows %q", sync.ErrOtherChain, remote.ChainID, joined.Hub, joined.ChainID)
	}
	return a.dial(ctx, *joined)
}

func (a *app) dial(ctx context.Context, n network) (*online, error) {
	hub, err := api.New(n.Hub, api.Options{Now: a.env.Now})
	if err != nil {
		return nil, err
	}
	client, err := chain.Dial(ctx, chain.Config{
		RPC: n.RPC, ChainID: n.ChainID, GasPrice: n.GasPrice, Now: a.env.Now,
		Sponsored: true, PreferSponsor: n.Sponsor, OnPaid: a.notePayment,
		Introduce: func(ctx context.Context, wallet string) error { return a.introduce(ctx, hub, n.ChainID, wallet) },
	})
	if err != nil {
		return nil, err
	}
	return &online{network: n, chain: client, hub: hub}, nil
}

// introduce logs a newcomer in at the hub, which may pay its first fees.
func (a *app) introduce(ctx context.Context, hub *api.Client, chainID, address string) error {
	w, err := a.wallet(ctx, false)
	if err != nil {
		return err
	}
	if w.Address != address {
		return fmt.Errorf("%w: %s", chain.ErrNoAccount, address)
	}
	return hub.Login(ctx, chainID, textSigner{w})
}

// remote is a song of the network as the use cases see it.
func (o *online) remote(name, song string) (*sync.Remote, error) {
	gateway, err := ipfs.NewHTTPSource(o.Hub, nil)
	if err != nil {
		return nil, err
	}
	return &sync.Remote{
		Name: name, Song: song, Chain: o.chain, Gateway: gateway, Hub: o.hub,
		Elsewhere: func(ctx context.Context) ([]sync.Place, error) { return o.elsewhere(ctx, song) },
	}, nil
}

// elsewhere are the other hubs that a song names, then those that the song names
// which it was forked from.
func (o *online) elsewhere(ctx context.Context, id string) ([]sync.Place, error) {
	song, err := o.chain.Song(ctx, id)
	if err != nil {
		return nil, err
	}
	hints := song.Metadata.Hints
	if song.Parent != "" {
		if parent, err := o.chain.Song(ctx, song.Parent); err == nil {
			hints = slices.Concat(hints, parent.Metadata.Hints)
		}
	}
	return places(o.Hub, hints)
}

// maxPlaces is how many other hubs are asked.
const maxPlaces = 8

// places are the hubs among hints, but for one's own. A stranger wrote them, so they
// lead into a private network only where one's own hub is in one.
func places(own string, hints []string) ([]sync.Place, error) {
	var client *http.Client
	if !ipfs.IsPrivateURL(own) {
		client = ipfs.PublicClient()
	}
	var list []sync.Place
	seen := map[string]bool{own: true}
	for _, hint := range hints {
		origin, err := api.Origin(hint)
		if err != nil || seen[origin] || len(list) == maxPlaces {
			continue
		}
		seen[origin] = true
		gateway, err := ipfs.NewHTTPSource(origin, client)
		if err != nil {
			return nil, err
		}
		list = append(list, sync.Place{Name: origin, Getter: gateway, Probe: gateway.Once()})
	}
	return list, nil
}

// remoteOf dials a remote of a song by its name.
func (a *app) remoteOf(ctx context.Context, song *sync.Song, name string) (*sync.Remote, *online, error) {
	config, err := song.Repo.Config()
	if err != nil {
		return nil, nil, err
	}
	known, ok := config.Remotes[name]
	if !ok || known.Song == "" {
		return nil, nil, withHint(fmt.Errorf("%w: %q", sync.ErrNoRemote, name), "`parrots push` publishes the song; `parrots remote` lists what is known")
	}
	o, err := a.online(ctx, known)
	if err != nil {
		return nil, nil, err
	}
	remote, err := o.remote(name, known.Song)
	return remote, o, err
}

// textSigner is a wallet as the hub's client sees it.
type textSigner struct{ w *wallet }

func (s textSigner) Address() string { return s.w.Key.Address }
func (s textSigner) SignText(text []byte) (pubKey, signature []byte, err error) {
	sig, err := s.w.SignText(text)
	return sig.PubKey, sig.Bytes, err
}

// parseSongName splits what names a song: song1..., owner/name, or either below a
// hub's URL.
func parseSongName(text string) (hubURL, name string, err error) {
	if !strings.Contains(text, "://") {
		return "", text, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "", "", usagef("%q is no URL of a song", text)
	}
	name = strings.Trim(u.Path, "/")
	if name == "" {
		return "", "", usagef("%q names a hub and no song: add /song1... or /OWNER/NAME", text)
	}
	name = strings.TrimPrefix(name, "songs/")
	return u.Scheme + "://" + u.Host, name, nil
}
