//! Vocabularies: the contract's codes and the domain's are the same, member by member.

use freigabe_contract::vocabulary as contract;
use freigabe_domain as domain;

/// Turns a member of one vocabulary into the same member of the other.
pub(crate) trait Mirror<T> {
    /// The same member.
    fn mirror(self) -> T;
}

/// Each line lists a vocabulary's members, so that one that is missing on either side does not compile.
macro_rules! mirrors {
    ($($direction:ident $module:ident::$name:ident { $($member:ident),+ $(,)? })+) => {
        $( mirrors!(@$direction $module $name $($member)+); )+
    };
    (@both $module:ident $name:ident $($member:ident)+) => {
        mirrors!(@out $module $name $($member)+);
        impl Mirror<domain::$module::$name> for contract::$name {
            fn mirror(self) -> domain::$module::$name {
                match self { $(Self::$member => domain::$module::$name::$member),+ }
            }
        }
    };
    (@out $module:ident $name:ident $($member:ident)+) => {
        impl Mirror<contract::$name> for domain::$module::$name {
            fn mirror(self) -> contract::$name {
                match self { $(Self::$member => contract::$name::$member),+ }
            }
        }
    };
}

mirrors! {
    both vocabulary::Category {
        PerpetratorIdentity, PerpetratorDescription, NetworkRole, ExploitationPlace, Vehicle,
        PhoneNumber, OnlineAccount, RecruitmentMethod, TravelRoute, BorderCrossing, DocumentControl,
        FinanceDebt, ViolenceThreat, FurtherVictims, EvidenceLocation, ShelterPlaced,
        RelocationDone, AddressBlock, Accompaniment, SafeContactChannel, PhoneChange,
        InterviewSupport, LegalCounsel, ChildProtection, SafeReturn,
    }
    both vocabulary::ExpressScope {
        Identity, Health, SexualLife, ResidenceStatus, FamilyAbroad, RegionOfStay, ShelterAddress,
    }
    both vocabulary::Purpose { CriminalInvestigation, DangerPrevention, VictimProtection }
    both vocabulary::Action { Collect, OnwardTransfer }
    both vocabulary::SourceGrade { A, B, C, X }
    both vocabulary::InformationGrade { One, Two, Three, Four }
    both vocabulary::Handling { H0, H1, H2, H3 }
    both vocabulary::Statement { Fact, Assessment }
    both vocabulary::Language {
        German, English, French, Romanian, Bulgarian, Hungarian, Chinese, Spanish, Vietnamese, Thai,
        Arabic, Russian, NigerianPidgin, Edo, Mandinka, Fula, Albanian, Polish, Turkish, Ukrainian,
    }
    out consent::FormKind { DataProtectionConsent, ConfidentialityRelease }
    both consent::Capacity { Full, Minor, Represented }
    both consent::RepresentativeBasis {
        ParentalCustody, Guardianship, SupplementaryCarer, LegalGuardian, YouthWelfareOffice,
    }
    both consent::EvidenceMedium { SignedPaper, QualifiedSignature, AudioRecording, WitnessedMark }
    out consent::ConsentStatus { NotAsked, Refused, Given, Withdrawn, Expired }
    out consent::ConsentEventKind { Recorded, Revised, Withdrawn, Expired }
    out disclosure::DisclosureState { Held, Collected, Acknowledged, Recalled, Sealed }
    out disclosure::SealReason { Withdrawn, Superseded, Expired }
    both disclosure::PlaceRole { Exploitation, Crossing, Evidence, Meeting, Stay, Shelter }
    both disclosure::PersonRole { Suspect, FurtherVictim, Witness, AffectedPerson, RelativeAbroad }
    out disclosure::RefusalReason {
        NoConsent, NotYetValid, Expired, Withdrawn, Superseded, CategoryNotCovered,
        ExpressScopeMissing, Excluded, RecipientNotCovered, OfficeNotCompetent, PurposeNotCovered,
        ActionNotCovered, HandlingNotCovered, DataProtectionConsentMissing,
        ConfidentialityReleaseMissing, NoticeIncomplete, RepresentativeRequired, PersonMustConsent,
        AssentRequired, InterpreterRequired, ReadBackRequired, EvidenceMissing, CentreDoesNotHelp,
    }
    out withdrawal::NoticeCause { Withdrawn, Narrowed }
    out office::OfficeKind { Praesidium, Direktion, Inspektion, Revier }
    out office::Specialism { General, SeriousCrime, Airport, Sea, Support }
    both office::Land {
        BadenWuerttemberg, Bavaria, Berlin, Brandenburg, Bremen, Hamburg, Hesse,
        MecklenburgVorpommern, LowerSaxony, NorthRhineWestphalia, RhinelandPalatinate, Saarland,
        Saxony, SaxonyAnhalt, SchleswigHolstein, Thuringia,
    }
    out office::CompetenceReason {
        HandlesCase, RegionalAgreement, PlaceAndTask, DirektionOfLand, Praesidium,
    }
    out office::CompetenceNote { NearestSeat, NoInspektion, NoDirektion }
    both access::Role { Centre, Office, Coordination, Auditor, Operator }
    both office::Task { CriminalInvestigation, DangerPrevention, VictimProtection }
    both access::DataProtectionRegime { Gdpr, Bdsg, Kdg, DsgEkd }
    both access::AccessScope {
        ConsentsRead, ConsentsWrite, DisclosuresRead, DisclosuresWrite, InboxRead, InboxWrite,
        DirectoryRead, DirectoryWrite, InvolvementsRead, InvolvementsWrite, ContactsRead,
        ContactsWrite, NoticesRead, NoticesWrite, RegionalRead, RegionalWrite, HandoversRead,
        HandoversWrite, AuditRead, AccessRead, AccessWrite,
    }
    both directory::ExploitationForm {
        Sexual, Labour, Begging, CriminalActivity, ForcedMarriage, OrganRemoval, Other,
    }
    both directory::TargetGroup {
        Women, Men, TransInterNonBinary, Minors, Families, Migrants, Undocumented, AsylumSeekers,
        SexWorkers, Workers, Disabled, Relatives,
    }
    both directory::Offer {
        Counselling, CrisisIntervention, Accompaniment, CourtSupport, Shelter, Accommodation,
        LegalAdvice, MedicalHelp, Therapy, SocialBenefits, WageClaims, Education, ExitSupport,
        ReturnSupport, ChildProtection, Coordination,
    }
    both directory::Channel { Phone, TextMessage, Messenger, Email, Chat, Video, WebForm }
    both directory::LanguageMode { Spoken, Interpreter }
    both directory::ServiceStatus { Active, TemporarilyClosed, Inactive, Defunct }
    both directory::AccessibilityFeature {
        StepFree, Lift, AccessibleToilet, TactileGuidance, SignLanguage, PlainLanguage, Discreet,
    }
    both directory::OnPublicHolidays { Closed, Open, Only }
    both directory::Frequency { Daily, Weekly, Monthly }
    out directory::EntryStanding { Confirmed, Changed, Overdue, NeverConfirmed }
    out directory::MatchReason {
        ServesPlace, SameLand, AreaNotStated, OutsideArea, SpeaksLanguage, ByInterpreter,
        ForTargetGroup, ForExploitationForm, ComesToPerson, OpenNow, TemporarilyClosed,
        NotConfirmed,
    }
    out directory::SearchOrder { Suitable, Distance }
    both contact::ContactItemKind { Name, Telephone, Messenger, Email, Whereabouts, SafeContact }
    out contact::ContactState { Held, Collected, Acknowledged, Sealed }
    out leaflet::LeafletReview { Unchecked, NativeSpeaker }
    out leaflet::LeafletTopic {
        Who, Free, Confidential, YourDecision, Unconditional, YourLanguage, WithoutPapers,
        WhatIsDone, Danger,
    }
    both referral::ReferralMedium { Spoken, Interpreted, Leaflet, Link, CallTogether }
    out involvement::InvolvementState { Noted, Offered, Accepted, ContactAgreed, Closed }
    both involvement::ContactMode {
        CentreComes, PersonBrought, CentreCalls, OfficeCalls, PersonContacts,
    }
    out involvement::OfferStanding { Open, Accepted, Declined, Unavailable, Lapsed }
    both involvement::OfferReason {
        Capacity, Language, TargetGroup, Area, ConflictOfInterest, Other,
    }
    out handover::Accompanies { StaysSealed, MayGoAlong, StaysHere }
    both security_notice::SecurityNoticeKind {
        ThreatPerson, ThreatCounsellor, ThreatCentre, ThreatFamily, OriginCountryChange,
        SuspectReleased, ProtectionChanged, ContactOfficerChanged, Handover,
    }
    both security_notice::Urgency { Routine, Urgent }
    out security_notice::SecurityNoticeState { Current, Superseded, Withdrawn }
    both security_notice::ThreatLevel { NoneKnown, Low, Medium, High, Acute }
    both security_notice::Measure {
        Relocation, AddressBlock, Accompaniment, SafeContactChannel, PhoneChange, SocialMediaCare,
        TravelAvoidance, PremisesSecurity, ChildProtection, EmergencyCall, CallOffice,
    }
    both security_notice::AcknowledgingRole {
        Management, SecurityOfficer, OnCallCounsellor, Counsellor,
    }
    both contact_pair::PairRole {
        TraffickingContact, VictimProtectionOfficer, Investigation, OnCallDesk, Counselling,
        OnCallCounselling, SecurityOfficer, Management,
    }
    both contact_pair::PairChannel { Phone, Mobile, Email }
    out contact_pair::PairStanding { Current, Incomplete, Stale }
    out contact_pair::ContactGap { NoPair, Incomplete, Stale }
    both regional::Precedence { Replaces, Supplements }
    out regional::AgreementStanding { Proposed, Confirmed, InForce, Ended }
}

/// The same members, in order.
pub(crate) fn mirror_all<T: Mirror<U>, U>(all: impl IntoIterator<Item = T>) -> Vec<U> {
    all.into_iter().map(Mirror::mirror).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! same_codes {
        ($($module:ident::$name:ident),+ $(,)?) => {$(
            let ours: Vec<&str> = domain::$module::$name::ALL.iter().map(|m| m.code()).collect();
            let theirs: Vec<&str> = contract::$name::ALL.iter().map(|m| m.code()).collect();
            assert_eq!(ours, theirs, stringify!($name));
        )+};
    }

    #[test]
    fn both_sides_know_the_same_codes_in_the_same_order() {
        same_codes!(
            vocabulary::Category,
            vocabulary::ExpressScope,
            vocabulary::Purpose,
            vocabulary::Action,
            vocabulary::SourceGrade,
            vocabulary::InformationGrade,
            vocabulary::Handling,
            vocabulary::Statement,
            vocabulary::Language,
            consent::FormKind,
            consent::Capacity,
            consent::RepresentativeBasis,
            consent::EvidenceMedium,
            consent::ConsentStatus,
            consent::ConsentEventKind,
            disclosure::DisclosureState,
            disclosure::SealReason,
            disclosure::PlaceRole,
            disclosure::PersonRole,
            disclosure::RefusalReason,
            withdrawal::NoticeCause,
            office::OfficeKind,
            office::Specialism,
            office::Land,
            office::Task,
            office::CompetenceReason,
            office::CompetenceNote,
            audit::Operation,
            audit::Outcome,
            audit::DenialReason,
            audit::LegalBasis,
            audit::Retention,
            audit::ExportFormat,
            access::Role,
            access::DataProtectionRegime,
            access::AccessScope,
            directory::ExploitationForm,
            directory::TargetGroup,
            directory::Offer,
            directory::Channel,
            directory::LanguageMode,
            directory::ServiceStatus,
            directory::AccessibilityFeature,
            directory::OnPublicHolidays,
            directory::Frequency,
            directory::EntryStanding,
            directory::MatchReason,
            directory::SearchOrder,
            contact::ContactItemKind,
            contact::ContactState,
            leaflet::LeafletReview,
            leaflet::LeafletTopic,
            referral::ReferralMedium,
            involvement::InvolvementState,
            involvement::ContactMode,
            involvement::OfferStanding,
            involvement::OfferReason,
            handover::Accompanies,
            security_notice::SecurityNoticeKind,
            security_notice::Urgency,
            security_notice::SecurityNoticeState,
            security_notice::ThreatLevel,
            security_notice::Measure,
            security_notice::AcknowledgingRole,
            contact_pair::PairRole,
            contact_pair::PairChannel,
            contact_pair::PairStanding,
            contact_pair::ContactGap,
            regional::Precedence,
            regional::AgreementStanding,
            vocabulary::NeverAccepted,
        );
    }
}
