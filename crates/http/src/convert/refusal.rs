//! Refusals: from the domain to the contract, each with what would be needed, in words as well.

use freigabe_contract::disclosure as wire;
use freigabe_domain::{
    disclosure::{Needed, Refusal, Refusals},
    exchange::CheckOutcome,
    handover::Handler,
    ids::ConsentId,
};
use uuid::Uuid;

use super::{berlin, count, handover, indices, office, timestamp, vocabulary::Mirror};

/// Every reason against a disclosure.
pub(crate) fn refusals(refusals: &Refusals) -> Vec<wire::Refusal> {
    refusals
        .reasons
        .iter()
        .map(|refusal| of_refusal(refusal, refusals.consent.as_uuid(), Some(refusals.revision)))
        .collect()
}

/// What would happen to a draft for this consent with so many items.
pub(crate) fn check_result(
    outcome: &CheckOutcome,
    consent: ConsentId,
    items: usize,
) -> wire::CheckResult {
    match outcome {
        CheckOutcome::Authorized {
            competence,
            revision,
        } => wire::CheckResult {
            authorized: true,
            consent_id: consent.as_uuid(),
            consent_revision: *revision,
            competence: Some(competence.mirror()),
            refusals: Vec::new(),
            passing_items: (0..count(items)).collect(),
        },
        CheckOutcome::Refused(reasons) => wire::CheckResult {
            authorized: false,
            consent_id: reasons.consent.as_uuid(),
            consent_revision: reasons.revision,
            competence: None,
            refusals: refusals(reasons),
            passing_items: indices(&reasons.passing_items),
        },
    }
}

/// One reason, against this consent and its revision, if it has revisions.
pub(super) fn of_refusal(refusal: &Refusal, consent: Uuid, revision: Option<u32>) -> wire::Refusal {
    let (needed_de, needed_en) = in_words(&refusal.needed);
    let (reason_de, reason_en) = (refusal.reason.german(), refusal.reason.english());
    wire::Refusal {
        reason: refusal.reason.mirror(),
        item: refusal.item.map(count),
        consent_id: consent,
        consent_revision: revision,
        needed: of_needed(&refusal.needed),
        text_de: sentence(&format!("{reason_de}. Nötig: {needed_de}.")),
        text_en: sentence(&format!("{reason_en}. Needed: {needed_en}.")),
    }
}

fn of_needed(needed: &Needed) -> wire::Needed {
    use wire::Needed as Wire;
    match needed {
        Needed::GivenConsent => Wire::GivenConsent,
        Needed::NewConsent => Wire::NewConsent,
        Needed::ValidFrom(at) => Wire::ValidFrom {
            valid_from: timestamp(*at),
        },
        Needed::LatestRevision(revision) => Wire::LatestRevision {
            revision: *revision,
        },
        Needed::Category(category) => Wire::Category {
            category: category.mirror(),
        },
        Needed::ExpressScope(scope) => Wire::ExpressScope {
            express_scope: scope.mirror(),
        },
        Needed::ExclusionLifted(index) => Wire::ExclusionLifted {
            exclusion: count(*index),
        },
        Needed::Recipient(office) => Wire::Recipient {
            office: office.as_str().into(),
        },
        Needed::CompetentOffice { office, reason } => Wire::CompetentOffice {
            office: office.as_str().into(),
            reason: reason.mirror(),
        },
        Needed::Handler(handler) => Wire::Handler {
            handler: handover::handler(handler),
        },
        Needed::Competence(error) => Wire::Competence {
            detail: office::needed_for_competence(error).1.to_owned(),
        },
        Needed::Purpose(purpose) => Wire::Purpose {
            purpose: purpose.mirror(),
        },
        Needed::Action(action) => Wire::Action {
            action: action.mirror(),
        },
        Needed::Handling(handling) => Wire::Handling {
            handling: handling.mirror(),
        },
        Needed::DataProtectionConsent => Wire::DataProtectionConsent,
        Needed::ConfidentialityRelease => Wire::ConfidentialityRelease,
        Needed::Notice => Wire::Notice,
        Needed::Representative => Wire::Representative,
        Needed::OwnConsent => Wire::OwnConsent,
        Needed::Assent => Wire::Assent,
        Needed::Interpreter => Wire::Interpreter,
        Needed::ReadBack => Wire::ReadBack,
        Needed::Evidence => Wire::Evidence,
        Needed::ContactItem(kind) => Wire::ContactItem {
            item: kind.mirror(),
        },
        Needed::RecipientCentre(centre) => Wire::RecipientCentre {
            centre_id: centre.as_uuid(),
        },
        Needed::HelpingCentre => Wire::HelpingCentre,
    }
}

/// What would be needed, in German and English.
fn in_words(needed: &Needed) -> (String, String) {
    let both = |de: &str, en: &str| (de.to_owned(), en.to_owned());
    match needed {
        Needed::GivenConsent => both(
            "eine Einwilligung, die erteilt ist",
            "a consent that was given",
        ),
        Needed::NewConsent => both("eine neue Einwilligung", "a new consent"),
        Needed::ValidFrom(at) => (
            format!(
                "warten bis {}, oder eine Einwilligung, die früher beginnt",
                berlin::german(*at)
            ),
            format!(
                "waiting until {}, or a consent that begins earlier",
                berlin::english(*at)
            ),
        ),
        Needed::LatestRevision(revision) => (
            format!("ein Entwurf, der sich auf die Fassung {revision} stützt"),
            format!("a draft that rests on revision {revision}"),
        ),
        Needed::Category(category) => (
            format!(
                "„{}“ in einer Erlaubnis für diesen Empfänger und Zweck",
                category.german()
            ),
            format!(
                "\"{}\" in a grant for this recipient and purpose",
                category.english()
            ),
        ),
        Needed::ExpressScope(scope) => (
            format!("„{}“ ausdrücklich in derselben Erlaubnis", scope.german()),
            format!("\"{}\" expressly in the same grant", scope.english()),
        ),
        Needed::ExclusionLifted(index) => (
            format!("dass die Person den Ausschluss {} aufhebt", index + 1),
            format!("that the person lifts exclusion {}", index + 1),
        ),
        Needed::Recipient(office) => (
            format!("{office} unter den Empfängern derselben Erlaubnis"),
            format!("{office} among the recipients of the same grant"),
        ),
        Needed::CompetentOffice { office, reason } => (
            format!(
                "{office} als Empfänger: zuständig, Grund: {}",
                reason.german()
            ),
            format!(
                "{office} as recipient: competent, reason: {}",
                reason.english()
            ),
        ),
        Needed::Handler(handler) => new_handler(handler),
        Needed::Competence(error) => {
            let (de, en) = office::needed_for_competence(error);
            both(de, en)
        }
        Needed::Purpose(purpose) => (
            format!("der Zweck „{}“ in derselben Erlaubnis", purpose.german()),
            format!("the purpose \"{}\" in the same grant", purpose.english()),
        ),
        Needed::Action(action) => (
            format!("die Handlung „{}“ in derselben Erlaubnis", action.german()),
            format!("the action \"{}\" in the same grant", action.english()),
        ),
        Needed::Handling(handling) => (
            format!(
                "ein Handhabungscode, der {handling} einhält ({})",
                handling.german()
            ),
            format!(
                "a handling code that keeps {handling} ({})",
                handling.english()
            ),
        ),
        Needed::DataProtectionConsent => both(
            "die unterschriebene datenschutzrechtliche Einwilligung",
            "the signed data-protection consent",
        ),
        Needed::ConfidentialityRelease => both(
            "die unterschriebene Schweigepflichtentbindung (§ 203 StGB)",
            "the signed release from confidentiality (§ 203 StGB)",
        ),
        Needed::Notice => both(
            "alle drei Teile der Belehrung",
            "all three parts of what the person must be told",
        ),
        Needed::Representative => both(
            "eine Vertretung, die dazu berechtigt und in dem Fall nicht beschuldigt ist",
            "a representative who may act for the person and is not suspected in the case",
        ),
        Needed::OwnConsent => both(
            "die Einwilligung der Person selbst",
            "the person's own consent",
        ),
        Needed::Assent => both(
            "die Zustimmung der vertretenen Person",
            "the represented person's assent",
        ),
        Needed::Interpreter => both(
            "Sprachmittlung, oder die Angabe, dass beide dieselbe Sprache sprechen",
            "an interpreter, or the statement that both sides share the language",
        ),
        Needed::ReadBack => both(
            "der Zeitpunkt, zu dem der Text zurückübersetzt und bestätigt wurde",
            "the time at which the text was read back and confirmed",
        ),
        Needed::Evidence => both(
            "ein Nachweis des unterschriebenen Formulars",
            "evidence of the signed form",
        ),
        Needed::ContactItem(kind) => (
            format!("„{}“ in der Einwilligung", kind.german()),
            format!("\"{}\" in the consent", kind.english()),
        ),
        Needed::RecipientCentre(_) => both(
            "diese Fachberatungsstelle unter den Empfängern der Einwilligung",
            "this centre among the recipients of the consent",
        ),
        Needed::HelpingCentre => both(
            "die Zusage dieser Fachberatungsstelle in einer Einbindung, die nicht abgeschlossen ist",
            "that this centre has accepted, in an involvement that is not closed",
        ),
    }
}

/// Who handles the case now, in German and English.
fn new_handler(handler: &Handler) -> (String, String) {
    let kind = handler.kind();
    let whom = match handler {
        Handler::Office(office) => office.to_string(),
        Handler::LandPolice { land, unit } | Handler::Prosecution { land, unit } => unit
            .as_ref()
            .map_or_else(|| land.to_string(), |unit| unit.as_str().to_owned()),
    };
    (
        format!(
            "{whom} als Empfänger ({}): die Dienststelle hat den Fall dorthin abgegeben",
            kind.german()
        ),
        format!(
            "{whom} as recipient ({}): the office has handed the case over to it",
            kind.english()
        ),
    )
}

/// With a capital at the beginning.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use freigabe_domain::{disclosure::RefusalReason, vocabulary::Category};

    use super::*;

    #[test]
    fn a_refusal_says_in_both_languages_what_would_be_needed() {
        let all = Refusals {
            consent: ConsentId::from_uuid(uuid::Uuid::from_u128(1)),
            revision: 3,
            reasons: vec![Refusal {
                reason: RefusalReason::CategoryNotCovered,
                item: Some(1),
                needed: Needed::Category(Category::PhoneNumber),
            }],
            passing_items: vec![0],
        };
        let told = refusals(&all);
        assert_eq!(
            told[0].text_de,
            "Art der Information nicht umfasst. Nötig: „Rufnummer“ in einer Erlaubnis für diesen Empfänger und Zweck."
        );
        assert_eq!(
            told[0].text_en,
            "Category is not covered. Needed: \"phone number\" in a grant for this recipient and purpose."
        );
        assert_eq!((told[0].item, told[0].consent_revision), (Some(1), Some(3)));
    }
}
