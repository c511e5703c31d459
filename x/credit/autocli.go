package credit

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the module's commands of parrotsd. They are the API on a
// command line; musicians use parrots.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{Query: queryCommands(), Tx: txCommands()}
}

// args names the fields of positional arguments.
func args(fields ...string) []*autocliv1.PositionalArgDescriptor {
	list := make([]*autocliv1.PositionalArgDescriptor, 0, len(fields))
	for _, field := range fields {
		list = append(list, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return list
}

// flags says what flags are for.
func flags(usage map[string]string) map[string]*autocliv1.FlagOptions {
	options := make(map[string]*autocliv1.FlagOptions, len(usage))
	for field, text := range usage {
		options[field] = &autocliv1.FlagOptions{Usage: text}
	}
	return options
}

func queryCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.credit.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the limits"},
			{
				RpcMethod: "Credit", Use: "credit [commit] [contributor]", Short: "Show a credit", PositionalArgs: args("commit", "contributor"),
				Example: "parrotsd query credit credit bafy... parrot1...",
			},
			{
				RpcMethod: "CreditsByCommit", Use: "by-commit [commit]", Short: "List the credits and guests of a commit",
				PositionalArgs: args("commit"), Example: "parrotsd query credit by-commit bafy...",
			},
			{
				RpcMethod: "CreditsByWallet", Use: "by-wallet [wallet]", Short: "List a wallet's credits: claimed, disputed, confirmed",
				PositionalArgs: args("wallet"),
				FlagOptions:    flags(map[string]string{"status": "only status-claimed, status-disputed or status-confirmed"}),
				Example:        "parrotsd query credit by-wallet parrot1... --status status-claimed",
			},
			{
				RpcMethod: "CreditsBySong", Use: "by-song [song-id]", Short: "List the credits of a song, newest first",
				PositionalArgs: args("song_id"), Example: "parrotsd query credit by-song song1...",
			},
			{
				RpcMethod: "SignText", Use: "sign-text [commit] [contributor]", Short: "Show the text that a contributor signs",
				PositionalArgs: args("commit", "contributor"),
				FlagOptions: flags(map[string]string{
					"action":    "action-confirm, which is the default, or action-dispute",
					"statement": "what is wrong, for a dispute",
				}),
				Example: "parrotsd query credit sign-text bafy... parrot1...",
			},
			{
				RpcMethod: "Contributors", Use: "contributors [song-id]", Short: "List who has confirmed credits in a song, and their consent to another licence",
				PositionalArgs: args("song_id"), Example: "parrotsd query credit contributors song1...",
			},
			{RpcMethod: "Honor", Use: "honor [wallet]", Short: "Show the standing of a wallet", PositionalArgs: args("wallet")},
			{
				RpcMethod: "FirstClaim", Use: "first-claim", Short: "Show where a stem was seen first, which is a date and no proof of authorship",
				FlagOptions: flags(map[string]string{"cid": "CID of the stem", "pcm": "multihash of its samples, in base64"}),
				Example:     "parrotsd query credit first-claim --cid bafybei...",
			},
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	relayed := map[string]string{
		"contributor": "whose credit it is; none is your own",
		"signature":   "the contributor's signature, as a file or text; not needed for your own credit",
	}
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.credit.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "ConfirmCredit", Use: "confirm [commit]", Short: "Confirm your credit in a commit, or bring another's signature",
				PositionalArgs: args("commit"), FlagOptions: flags(relayed),
				Example: `parrotsd tx credit confirm bafy... --from guitarist
parrotsd tx credit confirm bafy... --contributor parrot1... --signature signature.json --from drummer`,
			},
			{
				RpcMethod: "DisputeCredit", Use: "dispute [commit] [statement]", Short: "Say that your credit in a commit is wrong",
				PositionalArgs: args("commit", "statement"), FlagOptions: flags(relayed),
				Example: "parrotsd tx credit dispute bafy... 'I played the bass, not the guitar' --from guitarist",
			},
			{
				RpcMethod: "AnswerDispute", Use: "answer [commit] [contributor] [statement]", Short: "Answer a dispute about your commit",
				PositionalArgs: args("commit", "contributor", "statement"),
				Example:        "parrotsd tx credit answer bafy... parrot1... 'The bass is in the next commit' --from drummer",
			},
			{
				RpcMethod: "ClaimGuestCredit", Use: "claim-guest [commit] [guest-key] [signature]", Short: "Take a guest's credit over into your wallet",
				Long: "Takes a guest's credit over with a signature of the guest's one-time key. Key and signature are in base64; " +
					"parrots credit claim does all this from the link that you were given.",
				PositionalArgs: args("commit", "guest_key", "signature"),
				Example:        "parrotsd tx credit claim-guest bafy... AmZ... 3q2+... --from singer",
			},
			{
				RpcMethod: "ConsentToLicence", Use: "consent [song-id] [licence]", Short: "Consent to another licence of a song that you have a part in",
				PositionalArgs: args("song_id", "licence"),
				FlagOptions:    flags(map[string]string{"ai_training": "what the song shall say of AI training"}),
				Example:        "parrotsd tx credit consent song1... CC-BY-4.0 --ai-training ai-training-refusal --from guitarist",
			},
			{
				RpcMethod: "UpdateParams", Use: "update-params-proposal [params]", Short: "Propose new limits",
				PositionalArgs: args("params"), GovProposal: true,
			},
		},
	}
}
