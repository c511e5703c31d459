package song

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
		Service: "parrots.song.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the limits"},
			{
				RpcMethod: "Song", Use: "song [song-id]", Short: "Show a song", PositionalArgs: args("song_id"),
				Example: "parrotsd query song song song1...",
			},
			{
				RpcMethod: "SongByName", Use: "by-name [owner] [name]", Short: "Show a song by its owner and name",
				PositionalArgs: args("owner", "name"),
				Example:        "parrotsd query song by-name parrot1... blue-bossa",
			},
			{RpcMethod: "Songs", Use: "songs", Short: "List songs, newest first"},
			{RpcMethod: "SongsByOwner", Use: "by-owner [owner]", Short: "List a wallet's songs by name", PositionalArgs: args("owner")},
			{RpcMethod: "SongsByTag", Use: "by-tag [tag]", Short: "List the songs that carry a tag", PositionalArgs: args("tag")},
			{
				RpcMethod: "SongsByPrefix", Use: "by-prefix [prefix]", Short: "List the songs whose names begin with something",
				PositionalArgs: args("prefix"),
				Example:        "parrotsd query song by-prefix blue",
			},
			{
				RpcMethod: "SongsByCollaborator", Use: "by-collaborator [address]",
				Short: "List the songs in which a wallet has a role", PositionalArgs: args("address"),
				Example: "parrotsd query song by-collaborator parrot1...",
			},
			{
				RpcMethod: "Tags", Use: "tags", Short: "List tags with the number of songs that carry them",
				FlagOptions: flags(map[string]string{"prefix": "what the tags begin with"}),
				Example:     "parrotsd query song tags --prefix ja",
			},
			{
				RpcMethod: "ForkGrants", Use: "fork-grants [song-id]", Short: "List the wallets that may take from a song whatever its licence",
				PositionalArgs: args("song_id"),
				Example:        "parrotsd query song fork-grants song1...",
			},
			{RpcMethod: "Forks", Use: "forks [song-id]", Short: "List the forks of a song", PositionalArgs: args("song_id")},
			{
				RpcMethod: "Collaborators", Use: "collaborators [song-id]", Short: "List a song's collaborators",
				PositionalArgs: args("song_id"),
			},
			{
				RpcMethod: "Branch", Use: "branch [song-id]", Short: "Show a branch, the default one if none is named",
				PositionalArgs: args("song_id"),
				Example:        "parrotsd query song branch song1... --branch solo",
			},
			{RpcMethod: "Branches", Use: "branches [song-id]", Short: "List a song's branches by name", PositionalArgs: args("song_id")},
			{
				RpcMethod: "Log", Use: "log [song-id]", Short: "List the history of a branch or commit, children before parents",
				PositionalArgs: args("song_id"),
				Example:        "parrotsd query song log song1... --branch main --limit 20",
			},
			{
				RpcMethod: "Tree", Use: "tree [song-id]", Short: "Show what a branch's head or a release consists of",
				PositionalArgs: args("song_id"),
				Example:        "parrotsd query song tree song1... --release v1",
			},
			{RpcMethod: "Commit", Use: "commit [cid]", Short: "Show a commit", PositionalArgs: args("cid")},
			{RpcMethod: "CommitBlock", Use: "commit-block [cid]", Short: "Show a commit's canonical bytes", PositionalArgs: args("cid")},
			{RpcMethod: "Release", Use: "release [song-id] [tag]", Short: "Show a release", PositionalArgs: args("song_id", "tag")},
			{RpcMethod: "Releases", Use: "releases [song-id]", Short: "List a song's releases by tag", PositionalArgs: args("song_id")},
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.song.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "CreateSong", Use: "create [name]", Short: "Make a song without commits", PositionalArgs: args("name"),
				Example: `parrotsd tx song create blue-bossa --metadata '{"title":"Blue Bossa","licence":"CC-BY-4.0"}' --from drummer`,
			},
			{
				RpcMethod: "UpdateSong", Use: "update [song-id]", Short: "Replace a song's metadata, default branch and archive mark",
				PositionalArgs: args("song_id"),
				FlagOptions: flags(map[string]string{
					"expected_revision": "revision of the song that you have seen; fail if it was edited since",
				}),
				Example: `parrotsd tx song update song1... --metadata '{"title":"Blue Bossa","tempo_mbpm":140000}' --expected-revision 3 --from drummer`,
			},
			{
				RpcMethod: "TransferSong", Use: "transfer [song-id] [new-owner]",
				Short: "Offer a song to another wallet, or withdraw the offer",
				Long:  "Offers a song to another wallet, which has to accept it. Without a wallet, the offer is withdrawn.",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{
					{ProtoField: "song_id"}, {ProtoField: "new_owner", Optional: true},
				},
				Example: "parrotsd tx song transfer song1... parrot1... --from drummer\nparrotsd tx song transfer song1... --from drummer",
			},
			{
				RpcMethod: "AcceptSong", Use: "accept [song-id]", Short: "Take a song that was offered", PositionalArgs: args("song_id"),
				Example: "parrotsd tx song accept song1... --name blue-bossa-2 --from singer",
			},
			{
				RpcMethod: "SetCollaborator", Use: "set-collaborator [song-id] [address] [role]",
				Short:          "Give a wallet a role in a song: writer, maintainer, or unspecified for none",
				PositionalArgs: args("song_id", "address", "role"),
				Example:        "parrotsd tx song set-collaborator song1... parrot1... writer --from drummer",
			},
			{
				RpcMethod: "Push", Use: "push [song-id] [branch]", Short: "Add commits and move a branch",
				Long: "Adds commits and moves a branch from --expected-head to the last of them. The audio is not sent to the chain: " +
					"commits and the head's tree name it by CID. parrots push does all this.",
				PositionalArgs: args("song_id", "branch"),
				FlagOptions: flags(map[string]string{
					"expected_head": "CID of the head that the push builds on; none makes the branch",
					"commits":       "a commit, as a file or text; repeated, parents before children",
					"head":          "CID of a known commit to move to, instead of commits",
					"tree":          "the new head's tree, as a file or text",
					"merge_edges":   "the way from the new head to the expected one across merges; repeated",
					"force":         "leave history behind (unprotected branches only)",
					"trees":         "{\"commit\": index, \"tree\": {...}} of a commit before the last one; repeated",
				}),
				Example: `parrotsd tx song push song1... main --commits commit.json --tree tree.json --from drummer
parrotsd tx song push song1... from-verse-1 --head bafy... --tree tree.json --from drummer`,
			},
			{
				RpcMethod: "ProtectBranch", Use: "protect-branch [song-id] [branch] [protected]",
				Short:          "Protect a branch (true) or lift its protection (false)",
				PositionalArgs: args("song_id", "branch", "protected"),
				Example:        "parrotsd tx song protect-branch song1... mix true --from drummer",
			},
			{
				RpcMethod: "DeleteBranch", Use: "delete-branch [song-id] [branch] [expected-head]", Short: "Remove a branch; its commits stay",
				PositionalArgs: args("song_id", "branch", "expected_head"),
				Example:        "parrotsd tx song delete-branch song1... solo bafy... --from guitarist",
			},
			{
				RpcMethod: "ForkSong", Use: "fork [parent-id]", Short: "Make a song that begins at the head of another one's default branch",
				PositionalArgs: args("parent_id"),
				Example:        "parrotsd tx song fork song1... --name blue-bossa-live --from guitarist",
			},
			{
				RpcMethod: "PublishRelease", Use: "release [song-id] [tag] [commit]", Short: "Put an immutable tag on a commit",
				PositionalArgs: args("song_id", "tag", "commit"),
				FlagOptions: flags(map[string]string{
					"branch":      "branch whose history holds the commit; none is the default branch",
					"merge_edges": "the way from the branch's head to the commit across merges; repeated",
					"tree":        "the commit's tree, as a file or text; not needed where the commit is the head",
					"isrcs":       "code of a recording, without hyphens; repeated",
					"iswc":        "code of the work, T and 10 digits",
					"upc":         "code of the product, 12 or 13 digits",
				}),
				Example: "parrotsd tx song release song1... v1 bafy... --title 'Single' --isrcs FRZ039800212 --from drummer",
			},
			{
				RpcMethod: "AttachCodes", Use: "attach-codes [song-id] [tag]", Short: "Add codes that were assigned after a release, each once",
				PositionalArgs: args("song_id", "tag"),
				Example:        "parrotsd tx song attach-codes song1... v1 --iswc T0345246801 --upc 614141999996 --from drummer",
			},
			{
				RpcMethod: "GrantFork", Use: "grant-fork [song-id] [address] [granted]",
				Short:          "Let a wallet take from a song whose licence keeps others out (true), or no longer (false)",
				PositionalArgs: args("song_id", "address", "granted"),
				Example:        "parrotsd tx song grant-fork song1... parrot1... true --from drummer",
			},
			{
				RpcMethod: "UpdateParams", Use: "update-params-proposal [params]", Short: "Propose new limits",
				PositionalArgs: args("params"), GovProposal: true,
			},
		},
	}
}
