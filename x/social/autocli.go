package social

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

// ofWallet is a list of something of one wallet.
func ofWallet(method, use, short string) *autocliv1.RpcCommandOptions {
	return &autocliv1.RpcCommandOptions{
		RpcMethod: method, Use: use + " [address]", Short: short, PositionalArgs: args("address"),
		Example: "parrotsd query social " + use + " parrot1...",
	}
}

func queryCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.social.v1.Query",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{RpcMethod: "Params", Use: "params", Short: "Show the limits"},
			ofWallet("Profile", "profile", "Show a wallet's profile with its counts"),
			{
				RpcMethod: "ProfileByUsername", Use: "by-username [username]", Short: "Show a profile by its username",
				PositionalArgs: args("username"), Example: "parrotsd query social by-username drummer",
			},
			{
				RpcMethod: "Profiles", Use: "profiles", Short: "List profiles by username, from a prefix on",
				Example: "parrotsd query social profiles --prefix dru",
			},
			{RpcMethod: "Song", Use: "song [song-id]", Short: "Count a song's respects and comments", PositionalArgs: args("song_id")},
			{
				RpcMethod: "Respect", Use: "respect [song-id] [address]", Short: "Say whether a wallet respects a song",
				PositionalArgs: args("song_id", "address"), Example: "parrotsd query social respect song1... parrot1...",
			},
			{
				RpcMethod: "RespectsOfSong", Use: "respects-of-song [song-id]", Short: "List the wallets that respect a song, newest first",
				PositionalArgs: args("song_id"), Example: "parrotsd query social respects-of-song song1...",
			},
			ofWallet("RespectsOfWallet", "respects-of", "List the songs that a wallet respects, newest first"),
			{RpcMethod: "Comment", Use: "comment [comment-id]", Short: "Show a comment", PositionalArgs: args("comment_id")},
			{
				RpcMethod: "Comments", Use: "comments [song-id]", Short: "List the comments on a song, newest first, without replies",
				PositionalArgs: args("song_id"),
				Example:        "parrotsd query social comments song1...\nparrotsd query social comments song1... --target release --release v1",
			},
			{
				RpcMethod: "Replies", Use: "replies [comment-id]", Short: "List the replies to a comment, oldest first",
				PositionalArgs: args("comment_id"), Example: "parrotsd query social replies comment1...",
			},
			ofWallet("CommentsOfWallet", "comments-of", "List what a wallet wrote, newest first"),
			ofWallet("Inbox", "inbox", "List replies to a wallet's comments and comments on its songs, newest first"),
			{
				RpcMethod: "Follows", Use: "follows [address] [followee]", Short: "Say whether a wallet follows another",
				PositionalArgs: args("address", "followee"),
			},
			ofWallet("Following", "following", "List the wallets that a wallet follows"),
			ofWallet("Followers", "followers", "List the wallets that follow a wallet, newest first"),
			ofWallet("Blocks", "blocks", "List the wallets that a wallet keeps away"),
			{RpcMethod: "Feed", Use: "feed", Short: "List what happened, newest first", Example: "parrotsd query social feed --page-limit 20"},
			ofWallet("FeedOfWallet", "feed-of", "List what a wallet did, newest first"),
			{
				RpcMethod: "FeedOfSong", Use: "feed-of-song [song-id]", Short: "List what happened in a song, newest first",
				PositionalArgs: args("song_id"), Example: "parrotsd query social feed-of-song song1...",
			},
			ofWallet("FeedOfFollowing", "feed-of-following", "List what those did whom a wallet follows, newest first"),
		},
	}
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	return &autocliv1.ServiceCommandDescriptor{
		Service: "parrots.social.v1.Msg",
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "SetProfile", Use: "set-profile", Short: "Replace what a wallet says of itself",
				FlagOptions: flags(map[string]string{
					"username": "new username; the old one stays if there is none",
					"avatar":   "CID of a picture",
					"links":    "http(s) URL; repeated",
				}),
				Example: `parrotsd tx social set-profile --username drummer --display-name "Dr. Ümmer" --links https://drummer.example --from drummer`,
			},
			{
				RpcMethod: "Respect", Use: "respect [song-id]", Short: "Give a song your respect", PositionalArgs: args("song_id"),
				Example: "parrotsd tx social respect song1... --from singer",
			},
			{
				RpcMethod: "Unrespect", Use: "unrespect [song-id]", Short: "Take a respect back", PositionalArgs: args("song_id"),
				Example: "parrotsd tx social unrespect song1... --from singer",
			},
			{
				RpcMethod: "Comment", Use: "comment [body]", Short: "Write a comment on a song, or a reply to one", PositionalArgs: args("body"),
				FlagOptions: flags(map[string]string{
					"song_id":  "the song; a reply may leave it out",
					"parent":   "comment to reply to",
					"target":   "what it is about: commit, audition or release",
					"commit":   "CID of the commit that it is pinned to",
					"audition": "number of the audition",
					"release":  "tag of the release",
					"place":    `where it points: {"stem":"vocals.wav","timed":true,"position":"64915200000"}, in units of 1/705,600,000 s`,
				}),
				Example: `parrotsd tx social comment "Sing this softer" --song-id song1... --place '{"stem":"vocals.wav","timed":true,"position":"64915200000"}' --from drummer
parrotsd tx social comment "I will" --parent comment1... --from singer`,
			},
			{
				RpcMethod: "EditComment", Use: "edit-comment [comment-id] [body]", Short: "Replace a comment's text, with a mark",
				PositionalArgs: args("comment_id", "body"),
				Example:        `parrotsd tx social edit-comment comment1... "Sing this much softer" --from drummer`,
			},
			{
				RpcMethod: "DeleteComment", Use: "delete-comment [comment-id]", Short: "Take a comment back", PositionalArgs: args("comment_id"),
				Example: "parrotsd tx social delete-comment comment1... --from drummer",
			},
			{
				RpcMethod: "HideComment", Use: "hide-comment [comment-id] [hidden]",
				Short: "Hide a comment on a song that you maintain (true), or show it again (false)", PositionalArgs: args("comment_id", "hidden"),
				Example: "parrotsd tx social hide-comment comment1... true --from drummer",
			},
			{
				RpcMethod: "Follow", Use: "follow [followee]", Short: "Follow a wallet", PositionalArgs: args("followee"),
				Example: "parrotsd tx social follow parrot1... --from singer",
			},
			{
				RpcMethod: "Unfollow", Use: "unfollow [followee]", Short: "Follow a wallet no longer", PositionalArgs: args("followee"),
				Example: "parrotsd tx social unfollow parrot1... --from singer",
			},
			{
				RpcMethod: "Block", Use: "block [blocked]", Short: "Keep a wallet away from your songs", PositionalArgs: args("blocked"),
				Example: "parrotsd tx social block parrot1... --from drummer",
			},
			{
				RpcMethod: "Unblock", Use: "unblock [blocked]", Short: "Let a wallet in again", PositionalArgs: args("blocked"),
				Example: "parrotsd tx social unblock parrot1... --from drummer",
			},
			{
				RpcMethod: "UpdateParams", Use: "update-params-proposal [params]", Short: "Propose new limits",
				PositionalArgs: args("params"), GovProposal: true,
			},
		},
	}
}
