package localnet

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// What the accounts of the genesis hold, in ufeather.
const (
	validatorCoins = "2000000000000ufeather"
	stakedCoins    = "1000000000000ufeather"
	walletCoins    = "100000000000ufeather"
)

// create makes the wallets and a chain of one validator.
func (n *Net) create(ctx context.Context) error {
	if err := os.MkdirAll(n.cfg.Dir, 0o700); err != nil {
		return err
	}
	n.state = state{Version: stateVersion, Wallets: map[string]string{}}
	for _, name := range Names {
		out, err := n.run(ctx, name, n.cfg.Dir, "key", "new", name, "--json")
		if err != nil {
			return err
		}
		var key struct {
			Address string `json:"address"`
		}
		if err := json.Unmarshal([]byte(out), &key); err != nil {
			return fmt.Errorf("parrots key new: %w", err)
		}
		n.state.Wallets[name] = key.Address
	}
	if err := n.createChain(ctx); err != nil {
		return err
	}
	return n.save()
}

func (n *Net) createChain(ctx context.Context) error {
	parrotsd := func(args ...string) (string, error) {
		return output(ctx, n.cfg.Dir, nil, n.cfg.Parrotsd, append(args, "--home", n.path("node"))...)
	}
	if _, err := parrotsd("init", "localnet", "--chain-id", ChainID); err != nil {
		return err
	}
	if _, err := parrotsd("keys", "add", "validator", "--keyring-backend", "test"); err != nil {
		return err
	}
	validator, err := parrotsd("keys", "show", "validator", "--address", "--keyring-backend", "test")
	if err != nil {
		return err
	}
	accounts := [][2]string{{strings.TrimSpace(validator), validatorCoins}}
	for _, name := range Names {
		accounts = append(accounts, [2]string{n.state.Wallets[name], walletCoins})
	}
	for _, account := range accounts {
		if _, err := parrotsd("genesis", "add-genesis-account", account[0], account[1]); err != nil {
			return err
		}
	}
	if _, err := parrotsd("genesis", "gentx", "validator", stakedCoins, "--chain-id", ChainID, "--keyring-backend", "test"); err != nil {
		return err
	}
	_, err = parrotsd("genesis", "collect-gentxs")
	return err
}

// run runs parrots as one of the wallets.
func (n *Net) run(ctx context.Context, who, dir string, args ...string) (string, error) {
	env := []string{
		"PARROTS_HOME=" + n.Home(who),
		"PARROTS_KEYRING_BACKEND=test",
		"PARROTS_KEY=" + who,
	}
	return output(ctx, dir, env, n.cfg.Parrots, args...)
}
