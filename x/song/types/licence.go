package types

import (
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// AllRightsReserved is the licence of who gives none away; an empty one means the same.
const AllRightsReserved = "LicenseRef-All-Rights-Reserved"

// licences are what a song may say of itself: Creative Commons 4.0 and the public
// domain dedication by their SPDX identifiers, or all rights reserved, which is
// also what an empty licence means.
var licences = []string{
	"",
	"CC0-1.0",
	"CC-BY-4.0",
	"CC-BY-SA-4.0",
	"CC-BY-NC-4.0",
	"CC-BY-NC-SA-4.0",
	"CC-BY-ND-4.0",
	"CC-BY-NC-ND-4.0",
	AllRightsReserved,
}

// adapters says for each licence of a work under which licences a song may be that
// takes the work in. It is Creative Commons' adapter's licence chart, the green boxes
// (docs/licences.md says where it is from and why no yellow ones). A licence that lets
// nobody share what they made of it leads nowhere.
var adapters = map[string][]string{
	"CC0-1.0": licences[1:],
	"CC-BY-4.0": {
		"CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0",
		"CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", AllRightsReserved,
	},
	"CC-BY-SA-4.0":    {"CC-BY-SA-4.0"},
	"CC-BY-NC-4.0":    {"CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", AllRightsReserved},
	"CC-BY-NC-SA-4.0": {"CC-BY-NC-SA-4.0"},
}

// Licences returns the licences that a song may carry.
func Licences() []string { return slices.Clone(licences[1:]) }

// FullLicence names the licence that an empty one means.
func FullLicence(licence string) string {
	if licence == "" {
		return AllRightsReserved
	}
	return licence
}

// Adapters returns the licences under which a song may be that takes in work under a
// licence.
func Adapters(licence string) []string { return slices.Clone(adapters[FullLicence(licence)]) }

// AllowsAdaptation says whether a song under one licence may take in work under
// another, whoever does it.
func AllowsAdaptation(work, song string) bool {
	return slices.Contains(adapters[FullLicence(work)], FullLicence(song))
}

// IsClosed says whether a licence keeps everybody out but a song's own people and
// those whom they let in: no derivatives, and all rights reserved.
func IsClosed(licence string) bool { return len(adapters[FullLicence(licence)]) == 0 }

// IsNonCommercial says whether a licence forbids paid terms.
func IsNonCommercial(licence string) bool { return strings.Contains(licence, "-NC-") }

// NonCommercial says whether paid terms of a song are forbidden, and names the song
// whose licence forbids them: itself, or one whose work it has taken in.
func (s Song) NonCommercial() (song string, is bool) {
	if IsNonCommercial(s.Metadata.Licence) {
		return s.Id, true
	}
	for _, o := range s.Obligations {
		if IsNonCommercial(o.Licence) {
			return o.Song, true
		}
	}
	return "", false
}

// strictness orders what people say to AI training. Who says nothing has not
// consented.
func (a AiTraining) strictness() int {
	switch a {
	case AiTraining_AI_TRAINING_CONSENT:
		return 0
	case AiTraining_AI_TRAINING_UNSPECIFIED:
		return 1
	default:
		return 2
	}
}

// AsStrictAs says whether a song that says a may take in work of which b was said.
func (a AiTraining) AsStrictAs(b AiTraining) bool { return a.strictness() >= b.strictness() }

// Word is how people read it.
func (a AiTraining) Word() string {
	return strings.ToLower(strings.TrimPrefix(a.String(), "AI_TRAINING_"))
}

// BindsAll says whether an obligation binds whoever a song belongs to. That of a closed
// licence does not bind those whom its song's people let in.
func (o Obligation) BindsAll() bool { return o.Licence == "" || !IsClosed(o.Licence) }

// Met says whether what a song says of itself meets an obligation, whoever its people
// are.
func (o Obligation) Met(m Metadata) bool {
	if o.Licence == "" {
		return m.AiTraining.AsStrictAs(o.AiTraining)
	}
	return AllowsAdaptation(o.Licence, m.Licence)
}

// WithObligation adds an obligation to a list, or returns false where the list has it
// already. Of what demands the same of everybody the list keeps two songs: when work
// comes back to one of them, the other still binds it.
func WithObligation(list []Obligation, o Obligation) ([]Obligation, bool) {
	same := 0
	for _, old := range list {
		if old.Licence != o.Licence || old.AiTraining != o.AiTraining {
			continue
		}
		if same++; old.Song == o.Song || same == 2 && o.BindsAll() {
			return list, false
		}
	}
	return append(slices.Clip(list), o), true // the list may be another record's as well
}

// validate checks an obligation's form.
func (o Obligation) validate() error {
	if !slices.Contains(licences, o.Licence) || o.Licence != "" && o.AiTraining != AiTraining_AI_TRAINING_UNSPECIFIED {
		return errorsmod.Wrapf(ErrInvalidMetadata, "obligation of licence %.60q and AI training %d", o.Licence, o.AiTraining)
	}
	if o.AiTraining == AiTraining_AI_TRAINING_CONSENT || !o.AiTraining.known() {
		return errorsmod.Wrapf(ErrInvalidMetadata, "obligation of AI training %d", o.AiTraining)
	}
	return nil
}

func (a AiTraining) known() bool {
	_, known := AiTraining_name[int32(a)]
	return known
}

// CheckObligations checks what a song is said to have taken over.
func (s Song) CheckObligations(limit uint32) error {
	if len(s.Obligations) > int(limit) {
		return errorsmod.Wrapf(ErrLimit, "%d obligations, limit is %d", len(s.Obligations), limit)
	}
	var list []Obligation
	for _, o := range s.Obligations {
		if err := o.validate(); err != nil {
			return err
		}
		if o.Song == s.Id || o.Height < s.CreatedHeight {
			return errorsmod.Wrapf(ErrInvalidGenesis, "obligation from %s at height %d", o.Song, o.Height)
		}
		longer, fresh := WithObligation(list, o)
		if !fresh {
			return errorsmod.Wrapf(ErrInvalidGenesis, "obligation from %s twice", o.Song)
		}
		list = longer
		if !o.Met(s.Metadata) && o.BindsAll() {
			return errorsmod.Wrapf(ErrLicence, "what the song took over from %s is not met", o.Song)
		}
	}
	return nil
}
