package cli

import (
	"fmt"
	"slices"
	"strings"
)

// ddexRoles are the roles of people in a recording that DDEX names and musicians use.
// A role outside the list is not wrong, but more often a slip of the hand, and a credit
// stays for good.
var ddexRoles = strings.Fields(`
	Actor Adapter Arranger Artist AssistantConductor AssistantEngineer AssistantProducer AssociatedPerformer
	AssociateProducer Author BackgroundVocalist BandLeader BandMember Choir ChoirMember ChoirMaster Choreographer
	ChorusMaster CoExecutiveProducer CompilationProducer Composer ComposerLyricist ConcertMaster Conductor Contractor
	CoProducer CoverDesigner CreativeDirector DJ Dancer DigitalEditingEngineer Director DrumProgrammer Editor
	EditingEngineer Engineer Ensemble ExecutiveProducer FeaturedArtist FilmDirector GraphicArtist GraphicDesigner
	Illustrator ImmersiveMasteringEngineer ImmersiveMixingEngineer InitialProducer InstrumentTechnician Interviewer
	LeadPerformer LeadVocalist Librettist LinerNotesAuthor Lyricist MainArtist MasteringEngineer
	MasteringSecondEngineer Mixer MixingEngineer MixingSecondEngineer MusicArranger MusicCopyist MusicDirector
	MusicGroup MusicPublisher MusicalDirector NarrationAuthor Narrator NewStudioProducer Orchestra OrchestraMember
	Orchestrator OriginalArtist OverdubEngineer OverdubSecondEngineer Painter Performer Photographer PostProducer
	PreProductionEngineer PreProductionSecondEngineer PrimaryMusician Producer ProductionAssistant ProductionManager
	Programmer ProgrammingEngineer ProjectEngineer RapArtist RecordingEngineer RecordingSecondEngineer Remixer
	RemixedArtist RemixingEngineer RemixingSecondEngineer SampledArtist SecondConductor SecondEngineer Soloist
	SongWriter SoundDesigner SoundEngineer StudioConductor StudioMusician StudioPersonnel StudioProducer
	SubLyricist SurroundMixingEngineer SurroundMixingSecondEngineer TapeOperator Tonmeister TrackingEngineer
	TrackingSecondEngineer TransfersAndSafetiesEngineer Translator UserDefined VocalArranger VocalEditingEngineer
	VocalEngineer VocalProducer Vocalist Writer`)

// checkRoles asks about a role that DDEX does not name.
func (a *app) checkRoles(roles []string) error {
	for _, role := range roles {
		if slices.Contains(ddexRoles, role) {
			continue
		}
		question := fmt.Sprintf("%q is not a role that DDEX names, and a credit stays for good. Use it?", role)
		if near := nearestRole(role); near != "" {
			question = fmt.Sprintf("%q is not a role that DDEX names, %s is; a credit stays for good. Use it?", role, near)
		}
		if err := a.confirm(question); err != nil {
			return err
		}
	}
	return nil
}

// nearestRole is the role of the same letters, or one that begins as this one does.
func nearestRole(role string) string {
	lower := strings.ToLower(role)
	for _, known := range ddexRoles {
		if strings.ToLower(known) == lower {
			return known
		}
	}
	for _, known := range ddexRoles {
		if len(lower) > 3 && (strings.HasPrefix(strings.ToLower(known), lower[:4])) {
			return known
		}
	}
	return ""
}

// everyRole lists the roles that the flags name.
func (f *creditFlags) everyRole() []string {
	roles := slices.Clone(f.roles)
	for _, text := range slices.Concat(f.with, f.guests) {
		if parts := strings.SplitN(text, ":", 3); len(parts) > 1 {
			roles = append(roles, parts[1])
		}
	}
	return roles
}
