package types

import (
	"slices"
	"strings"
	"sync"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	msgv1 "cosmossdk.io/api/cosmos/msg/v1"
)

const (
	// ourPackages is what the names of our protobuf packages begin with.
	ourPackages = "parrots."
	// coin is the type of money in a message.
	coin = "cosmos.base.v1beta1.Coin"
	// authority is the field that signs a message of governance.
	authority = "authority"
)

// Pays says whether sponsorships pay for a type of message, such as
// "/parrots.song.v1.MsgPush".
func Pays(typeURL string) bool {
	_, ok := slices.BinarySearch(sponsored(), typeURL)
	return ok
}

// Messages returns the types of messages that sponsorships pay for, in order.
func Messages() []string { return slices.Clone(sponsored()) }

// sponsored is worked out once from the descriptors that are linked into the binary,
// so a module that joins is paid for, on every validator from the same upgrade on,
// and nobody keeps a list.
var sponsored = sync.OnceValue(func() []string {
	var urls []string
	gogoproto.HybridResolver.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(file.Package()), ourPackages) {
			urls = append(urls, sponsoredIn(file)...)
		}
		return true
	})
	slices.Sort(urls)
	return slices.Compact(urls)
})

// sponsoredIn are the requests of a file's Msg service, but for those that
// governance signs and those that carry money.
func sponsoredIn(file protoreflect.FileDescriptor) []string {
	service := file.Services().ByName("Msg")
	if service == nil {
		return nil
	}
	var urls []string
	for i := range service.Methods().Len() {
		request := service.Methods().Get(i).Input()
		if !slices.Contains(signers(request), authority) && !carriesMoney(request, nil) {
			urls = append(urls, "/"+string(request.FullName()))
		}
	}
	return urls
}

// signers are the fields that sign a message.
func signers(message protoreflect.MessageDescriptor) []string {
	fields, _ := proto.GetExtension(message.Options(), msgv1.E_Signer).([]string)
	return fields
}

// carriesMoney says whether a message, or one within it, has a field of coins.
func carriesMoney(message protoreflect.MessageDescriptor, within []protoreflect.FullName) bool {
	if message.FullName() == coin {
		return true
	}
	if slices.Contains(within, message.FullName()) {
		return false
	}
	within = append(within, message.FullName())
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		if field.Message() != nil && carriesMoney(field.Message(), within) {
			return true
		}
	}
	return false
}
