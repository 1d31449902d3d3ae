//! One test for each reason to refuse: the good situation with one fault gives exactly the refusal that the fault
//! deserves, at the right item, with what would be needed.

use freigabe_domain::{
    consent::{Assent, Capacity, Decision, Grantor, Mediation, RepresentativeBasis},
    disclosure::{Needed, Refusal, RefusalReason},
    handover::Handler,
    office::{CompetenceError, CompetenceReason, Postcode},
    vocabulary::{Action, Category, ExpressScope, Handling, Language, Purpose},
};

use crate::given::{self, NOW, Situation};

/// Defines a test for each fault, and the table of the reasons that the tests bring about.
macro_rules! faults {
    ($( $rule:ident: $reason:ident, $item:expr, $needed:expr; $spoil:expr; )+) => {
        $(
            #[test]
            fn $rule() {
                let mut situation = Situation::good();
                let spoil: fn(&mut Situation) = $spoil;
                spoil(&mut situation);
                let expected = Refusal { reason: RefusalReason::$reason, item: $item, needed: $needed };
                assert_eq!(situation.assess(), Err(vec![expected]));
            }
        )+

        const BROUGHT_ABOUT: &[RefusalReason] = &[$(RefusalReason::$reason),+];
    };
}

#[test]
fn without_a_fault_nothing_is_refused() {
    assert_eq!(Situation::good().assess(), Ok(vec![0, 0]));
}

#[test]
fn every_reason_to_refuse_is_brought_about_by_a_test() {
    for reason in RefusalReason::ALL {
        // Of the gate in the other direction alone: `acceptance::contact::gate`.
        let other_gate = *reason == RefusalReason::CentreDoesNotHelp;
        assert_eq!(
            BROUGHT_ABOUT.contains(reason),
            !other_gate,
            "no fault above brings about {reason}"
        );
    }
}

faults! {
    a_person_who_refused_has_not_consented: NoConsent, None, Needed::GivenConsent;
    |s| s.consent = given::locked_consent(Decision::Refused);

    a_person_who_was_not_asked_has_not_consented: NoConsent, None, Needed::GivenConsent;
    |s| s.consent = given::locked_consent(Decision::NotAsked);

    a_consent_does_not_hold_before_it_begins: NotYetValid, None, Needed::ValidFrom(NOW.plus(time::Duration::SECOND));
    |s| s.terms().valid_from = NOW.plus(time::Duration::SECOND);

    a_consent_does_not_hold_after_its_end: Expired, None, Needed::NewConsent;
    |s| s.terms().valid_until = NOW;

    a_withdrawn_consent_does_not_hold: Withdrawn, None, Needed::NewConsent;
    |s| s.consent.head.status = freigabe_domain::consent::ConsentStatus::Withdrawn;

    a_draft_that_names_an_earlier_revision_is_superseded: Superseded, None, Needed::LatestRevision(3);
    |s| s.disclosure.named_revision = Some(2);

    a_category_that_no_grant_names_is_not_covered: CategoryNotCovered, Some(1), Needed::Category(Category::TravelRoute);
    |s| s.disclosure.items[1].category = Category::TravelRoute;

    what_an_item_touches_must_be_allowed_expressly: ExpressScopeMissing, Some(0), Needed::ExpressScope(ExpressScope::Health);
    |s| s.item().touches = [ExpressScope::Health].into_iter().collect();

    what_the_person_ruled_out_is_excluded: Excluded, Some(1), Needed::ExclusionLifted(1);
    |s| {
        let (mut elsewhere, mut here) = (given::exclusion(), given::exclusion());
        elsewhere.category = Some(Category::SafeReturn);
        here.category = Some(Category::PhoneNumber);
        s.terms().exclusions = vec![elsewhere, here];
    };

    an_office_that_no_grant_names_is_not_covered: RecipientNotCovered, Some(0), Needed::Recipient(given::office_id("bpoli-kiel"));
    |s| {
        s.disclosure.recipient = given::office_id("bpoli-kiel");
        s.disclosure.items.truncate(1);
    };

    an_office_that_is_not_competent_gets_nothing: OfficeNotCompetent, None,
        Needed::CompetentOffice { office: given::office_id(given::ADDRESSED), reason: CompetenceReason::PlaceAndTask };
    |s| {
        s.disclosure.recipient = given::office_id(given::NOT_COMPETENT);
        s.grant().recipients.push(given::office_id(given::NOT_COMPETENT));
    };

    where_competence_cannot_be_told_nobody_gets_anything: OfficeNotCompetent, None,
        Needed::Competence(CompetenceError::UnknownPostcode { postcode: Postcode::parse("99999").unwrap() });
    |s| s.competence = Err(CompetenceError::UnknownPostcode { postcode: Postcode::parse("99999").unwrap() });

    an_office_that_handed_the_case_over_gets_nothing_more: OfficeNotCompetent, None,
        Needed::Handler(Handler::Office(given::office_id(given::NOT_COMPETENT)));
    |s| s.handler = Some(Handler::Office(given::office_id(given::NOT_COMPETENT)));

    a_purpose_that_no_grant_names_is_not_covered: PurposeNotCovered, Some(0), Needed::Purpose(Purpose::DangerPrevention);
    |s| {
        s.disclosure.purpose = Purpose::DangerPrevention;
        s.disclosure.items.truncate(1);
    };

    collecting_must_be_allowed: ActionNotCovered, Some(0), Needed::Action(Action::Collect);
    |s| {
        s.grant().actions = vec![Action::OnwardTransfer];
        s.disclosure.items.truncate(1);
    };

    passing_on_must_be_allowed_on_its_own: ActionNotCovered, Some(0), Needed::Action(Action::OnwardTransfer);
    |s| {
        s.disclosure.onward_transfer = true;
        s.disclosure.items.truncate(1);
    };

    an_item_keeps_the_handling_code_that_was_demanded: HandlingNotCovered, Some(1), Needed::Handling(Handling::H2);
    |s| {
        s.grant().handling = Handling::H2;
        s.item().handling = Handling::H2;
        s.disclosure.items[1].handling = Handling::H1;
    };

    the_data_protection_consent_is_one_of_two_halves: DataProtectionConsentMissing, None, Needed::DataProtectionConsent;
    |s| s.terms().data_protection_consent = None;

    the_release_from_confidentiality_is_the_other_half: ConfidentialityReleaseMissing, None, Needed::ConfidentialityRelease;
    |s| s.terms().confidentiality_release = None;

    the_person_must_know_that_she_can_withdraw: NoticeIncomplete, None, Needed::Notice;
    |s| s.terms().notice.right_to_withdraw = false;

    the_person_must_know_the_consequences: NoticeIncomplete, None, Needed::Notice;
    |s| s.terms().notice.consequences = false;

    the_person_must_know_that_police_cannot_undo_it: NoticeIncomplete, None, Needed::Notice;
    |s| s.terms().notice.police_cannot_undo = false;

    a_minor_cannot_consent_alone: RepresentativeRequired, None, Needed::Representative;
    |s| s.terms().capacity = Capacity::Minor;

    nobody_consents_for_an_adult_who_can: PersonMustConsent, None, Needed::OwnConsent;
    |s| s.terms().grantor = representative(false, Assent::Given { at: given::YESTERDAY });

    a_young_person_who_was_not_asked_has_not_agreed: AssentRequired, None, Needed::Assent;
    |s| {
        s.terms().capacity = Capacity::Minor;
        s.terms().grantor = representative(false, Assent::NotRecorded);
    };

    a_talk_in_another_language_needs_a_bridge: InterpreterRequired, None, Needed::Interpreter;
    |s| {
        s.terms().conversation.language = Language::Romanian;
        s.terms().conversation.mediation = Mediation::NotRecorded;
        s.terms().conversation.read_back_at = Some(given::YESTERDAY);
    };

    what_was_interpreted_must_be_read_back: ReadBackRequired, None, Needed::ReadBack;
    |s| s.terms().conversation.mediation = Mediation::Interpreted { interpreter: given::reference("dolmetsch-9") };

    a_consent_without_evidence_does_not_hold: EvidenceMissing, None, Needed::Evidence;
    |s| s.terms().evidence = None;
}

fn representative(suspected: bool, assent: Assent) -> Grantor {
    Grantor::Representative {
        basis: RepresentativeBasis::Guardianship,
        representative: given::reference("vormund-2"),
        suspected,
        assent,
    }
}
