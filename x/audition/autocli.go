package audition

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
		Service: "parrots.audition.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the limits"},
			{
				RpcMethod: "Settings", Use: "settings [song-id]", Short: "Show what a song asks of auditions",
				PositionalArgs: args("song_id"),
			},
			{
				RpcMethod: "Audition", Use: "audition [song-id] [number]", Short: "Show an audition, and whether it can be merged",
				PositionalArgs: args("song_id", "number"),
				Example:        "parrotsd query audition audition song1... 7",
			},
			{
				RpcMethod: "Auditions", Use: "auditions [song-id]", Short: "List a song's auditions, newest first",
				PositionalArgs: args("song_id"),
				FlagOptions:    flags(map[string]string{"status": "only those that are open, closed or merged"}),
				Example:        "parrotsd query audition auditions song1... --status open",
			},
			{
				RpcMethod: "AuditionsByOpener", Use: "by-opener [opener]", Short: "List the auditions that a wallet opened, newest first",
				PositionalArgs: args("opener"),
			},
			{
				RpcMethod: "Waiting", Use: "waiting [wallet]", Short: "List the auditions that wait for a wallet, newest first",
				PositionalArgs: args("wallet"),
				Example:        "parrotsd query audition waiting parrot1...",
			},
			{
				RpcMethod: "Revisions", Use: "revisions [song-id] [number]", Short: "List an audition's revisions, oldest first",
				PositionalArgs: args("song_id", "number"),
			},
			{
				RpcMethod: "Reviews", Use: "reviews [song-id] [number]", Short: "List an audition's reviews",
				PositionalArgs: args("song_id", "number"),
				FlagOptions:    flags(map[string]string{"revision": "only those of one revision"}),
				Example:        "parrotsd query audition reviews song1... 7 --revision 2",
			},
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.audition.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "OpenAudition", Use: "open [song-id] [source-branch]", Short: "Offer a branch's work to a song",
				PositionalArgs: args("song_id", "source_branch"),
				FlagOptions: flags(map[string]string{
					"source_song_id": "the song that the branch is of, a fork; none is the song itself",
					"branch":         "the branch to offer to; none is the default branch",
					"head":           "CID of the head that you mean; the branch has to be there",
					"title":          "what you offer, in one line",
					"message":        "what there is to say about it",
				}),
				Example: "parrotsd tx audition open song1... solo --source_song_id song1... --title 'A solo over the bridge' --from guitarist",
			},
			{
				RpcMethod: "ReviseAudition", Use: "revise [song-id] [number]", Short: "Offer the source branch's present head",
				PositionalArgs: args("song_id", "number"),
				Example:        "parrotsd tx audition revise song1... 7 --message 'One more take' --from guitarist",
			},
			{
				RpcMethod: "ReviewAudition", Use: "review [song-id] [number] [revision] [verdict]",
				Short:          "Approve, ask-changes or comment on the latest revision",
				PositionalArgs: args("song_id", "number", "revision", "verdict"),
				Example:        "parrotsd tx audition review song1... 7 1 ask-changes --body 'Once more, behind the beat' --from drummer",
			},
			{
				RpcMethod: "MergeAudition", Use: "merge [song-id] [number] [revision]", Short: "Take an audition into the song",
				Long: "Takes an audition into the song by a push whose result contains both heads. " +
					"parrots audition merge does the merge and the push.",
				PositionalArgs: args("song_id", "number", "revision"),
				FlagOptions: flags(map[string]string{
					"push":          "the push (parrots.song.v1.MsgPush), as a file or text",
					"offered_edges": "the way from the new head to the offered one across merges; repeated",
				}),
				Example: `parrotsd tx audition merge song1... 7 2 --push push.json --offered_edges '{"commit":"bafy...","parent":1}' --from drummer`,
			},
			{
				RpcMethod: "CloseAudition", Use: "close [song-id] [number]", Short: "Turn an audition down, or withdraw it",
				PositionalArgs: args("song_id", "number"),
				Example:        "parrotsd tx audition close song1... 7 --reason 'We keep it a duo' --from drummer",
			},
			{
				RpcMethod: "ReopenAudition", Use: "reopen [song-id] [number]", Short: "Open a closed audition again",
				PositionalArgs: args("song_id", "number"),
				Example:        "parrotsd tx audition reopen song1... 7 --from drummer",
			},
			{
				RpcMethod: "SetAuditionSettings", Use: "set-settings [song-id] [settings]", Short: "Say what a song asks of auditions",
				PositionalArgs: args("song_id", "settings"),
				Example:        `parrotsd tx audition set-settings song1... '{"required_approvals":2}' --from drummer`,
			},
			{
				RpcMethod: "UpdateParams", Use: "update-params-proposal [params]", Short: "Propose new limits",
				PositionalArgs: args("params"), GovProposal: true,
			},
		},
	}
}
