//! Consents: from the contract to the domain.

use freigabe_contract as contract;
use freigabe_contract::{consent as wire, vocabulary};
use freigabe_domain::{
    consent::{
        Assent, CaseReferences, ConsentTerms, Conversation, Decision, Evidence, Exclusion, Grant,
        Grantor, LegalHalf, Mediation, NewConsent, NoticeConfirmations, Retention,
    },
    instant::Instant,
    office::OfficeId,
    text::{LongText, Reference, ShortText},
};

use super::{
    Faults, instant,
    vocabulary::{Mirror, mirror_all},
};
use crate::problem::ApiError;

/// A consent that a centre asks to record.
pub(crate) fn new_consent(body: wire::RecordConsent) -> Result<NewConsent, ApiError> {
    let mut faults = Faults::default();
    let case_reference = faults.keep(
        || "/case_reference".to_owned(),
        Reference::parse(body.case_reference.as_str()),
    );
    let pii_principal_id = faults.keep(
        || "/pii_principal_id".to_owned(),
        Reference::parse(body.pii_principal_id.as_str()),
    );
    let decision = read_decision(&mut faults, body.decision, body.terms);
    let new = case_reference.zip(pii_principal_id).zip(decision).map(
        |((case_reference, pii_principal_id), decision)| NewConsent {
            references: CaseReferences {
                case_reference,
                pii_principal_id,
            },
            decision,
        },
    );
    faults.finish(new)
}

/// What a revision decides.
pub(crate) fn decision(body: wire::ReviseConsent) -> Result<Decision, ApiError> {
    let mut faults = Faults::default();
    let decision = read_decision(&mut faults, body.decision, body.terms);
    faults.finish(decision)
}

fn read_decision(
    faults: &mut Faults,
    decision: vocabulary::Decision,
    terms: Option<wire::ConsentTerms>,
) -> Option<Decision> {
    use vocabulary::Decision as Said;
    match (decision, terms) {
        (Said::Given, Some(terms)) => Terms(faults)
            .read(terms)
            .map(|terms| Decision::Given(Box::new(terms))),
        (Said::Given, None) => {
            faults.add("/terms", "is needed when the decision is given");
            None
        }
        (Said::Refused | Said::NotAsked, Some(_)) => {
            faults.add("/terms", "must be left out: only a given consent has terms");
            None
        }
        (Said::Refused, None) => Some(Decision::Refused),
        (Said::NotAsked, None) => Some(Decision::NotAsked),
    }
}

/// Reads terms, with pointers to where they stand in the body.
pub(super) struct Terms<'f>(pub(super) &'f mut Faults);

impl Terms<'_> {
    fn read(&mut self, terms: wire::ConsentTerms) -> Option<ConsentTerms> {
        // Everything is read before the first `?`, so that all faults are found.
        let grants = self.all(terms.grants, |this, index, grant| this.grant(index, grant));
        let exclusions = self.all(terms.exclusions, |this, index, exclusion| {
            this.exclusion(index, exclusion)
        });
        let valid_from = self.time("/valid_from", terms.valid_from);
        let valid_until = self.time("/valid_until", terms.valid_until);
        let data_protection_consent =
            self.half("/data_protection_consent", terms.data_protection_consent);
        let confidentiality_release =
            self.half("/confidentiality_release", terms.confidentiality_release);
        let grantor = self.grantor(terms.grantor);
        let conversation = self.conversation(terms.conversation);
        let evidence = self.evidence(terms.evidence);
        let collected_by = self.reference("/collected_by", &terms.collected_by);
        let retention = self.retention(terms.retention);
        Some(ConsentTerms {
            grants: grants?,
            exclusions: exclusions?,
            valid_from: valid_from?,
            valid_until: valid_until?,
            data_protection_consent: data_protection_consent?,
            confidentiality_release: confidentiality_release?,
            notice: NoticeConfirmations {
                right_to_withdraw: terms.notice.right_to_withdraw,
                consequences: terms.notice.consequences,
                police_cannot_undo: terms.notice.police_cannot_undo,
            },
            capacity: terms.capacity.mirror(),
            grantor: grantor?,
            conversation: conversation?,
            evidence: evidence?,
            collected_by: collected_by?,
            retention: retention?,
        })
    }

    pub(super) fn retention(&mut self, retention: wire::Retention) -> Option<Retention> {
        let until = self.time("/retention/until", retention.until);
        let basis = self.short("/retention/basis", &retention.basis);
        Some(Retention {
            until: until?,
            basis: basis?,
        })
    }

    fn grant(&mut self, index: usize, grant: wire::Grant) -> Option<Grant> {
        let recipients = self.all(grant.recipients, |this, number, id| {
            this.office(&format!("/grants/{index}/recipients/{number}"), &id)
        });
        let pointer = format!("/grants/{index}/handling_instructions");
        let handling_instructions = self.optional(grant.handling_instructions, |this, text| {
            this.keep(&pointer, LongText::parse(text.as_str()))
        });
        Some(Grant {
            recipients: recipients?,
            purposes: mirror_all(grant.purposes),
            categories: mirror_all(grant.categories),
            express_scopes: grant
                .express_scopes
                .into_iter()
                .map(Mirror::mirror)
                .collect(),
            actions: mirror_all(grant.actions),
            handling: grant.handling.mirror(),
            handling_instructions: handling_instructions?,
        })
    }

    fn exclusion(&mut self, index: usize, exclusion: wire::Exclusion) -> Option<Exclusion> {
        let pointer = format!("/exclusions/{index}/recipient");
        let recipient = self.optional(exclusion.recipient, |this, id| this.office(&pointer, &id));
        Some(Exclusion {
            recipient: recipient?,
            category: exclusion.category.map(Mirror::mirror),
            express_scope: exclusion.express_scope.map(Mirror::mirror),
            purpose: exclusion.purpose.map(Mirror::mirror),
        })
    }

    pub(super) fn half(
        &mut self,
        place: &str,
        half: Option<wire::LegalHalf>,
    ) -> Option<Option<LegalHalf>> {
        self.optional(half, |this, half| {
            let form_version = this.reference(&format!("{place}/form_version"), &half.form_version);
            let signed_at = this.time(&format!("{place}/signed_at"), half.signed_at);
            Some(LegalHalf {
                form_version: form_version?,
                language: half.language.mirror(),
                signed_at: signed_at?,
            })
        })
    }

    pub(super) fn grantor(&mut self, grantor: wire::Grantor) -> Option<Grantor> {
        match grantor {
            wire::Grantor::Person {} => Some(Grantor::Person),
            wire::Grantor::Representative {
                basis,
                representative,
                suspected,
                assent,
            } => {
                let representative = self.reference("/grantor/representative", &representative);
                let assent = self.assent(assent);
                Some(Grantor::Representative {
                    basis: basis.mirror(),
                    representative: representative?,
                    suspected,
                    assent: assent?,
                })
            }
        }
    }

    fn assent(&mut self, assent: wire::Assent) -> Option<Assent> {
        match assent {
            wire::Assent::Given { at } => Some(Assent::Given {
                at: self.time("/grantor/assent/at", at)?,
            }),
            wire::Assent::Refused {} => Some(Assent::Refused),
            wire::Assent::NotAble { reason } => Some(Assent::NotAble {
                reason: self.short("/grantor/assent/reason", &reason)?,
            }),
            wire::Assent::NotRecorded {} => Some(Assent::NotRecorded),
        }
    }

    pub(super) fn conversation(&mut self, talk: wire::Conversation) -> Option<Conversation> {
        let mediation = match talk.mediation {
            wire::Mediation::Direct {} => Some(Mediation::Direct),
            wire::Mediation::NotRecorded {} => Some(Mediation::NotRecorded),
            wire::Mediation::Interpreted { interpreter } => self
                .reference("/conversation/mediation/interpreter", &interpreter)
                .map(|interpreter| Mediation::Interpreted { interpreter }),
        };
        let read_back_at = self.optional(talk.read_back_at, |this, at| {
            this.time("/conversation/read_back_at", at)
        });
        Some(Conversation {
            language: talk.language.mirror(),
            mediation: mediation?,
            read_back_at: read_back_at?,
        })
    }

    pub(super) fn evidence(
        &mut self,
        evidence: Option<wire::Evidence>,
    ) -> Option<Option<Evidence>> {
        self.optional(evidence, |this, evidence| {
            Some(Evidence {
                // Its form was checked by the schema; the domain keeps it as it is.
                sha256: evidence.sha256.into_string(),
                medium: evidence.medium.mirror(),
                kept_at: this.short("/evidence/kept_at", &evidence.kept_at)?,
            })
        })
    }

    fn keep<T, E: std::fmt::Display>(&mut self, place: &str, read: Result<T, E>) -> Option<T> {
        self.0.keep(|| format!("/terms{place}"), read)
    }

    pub(super) fn time(&mut self, place: &str, at: contract::Timestamp) -> Option<Instant> {
        self.keep(place, instant(at))
    }

    fn office(&mut self, place: &str, id: &contract::OfficeId) -> Option<OfficeId> {
        self.keep(place, OfficeId::parse(id.as_str()))
    }

    pub(super) fn reference(
        &mut self,
        place: &str,
        text: &contract::Reference,
    ) -> Option<Reference> {
        self.keep(place, Reference::parse(text.as_str()))
    }

    pub(super) fn short(&mut self, place: &str, text: &contract::ShortText) -> Option<ShortText> {
        self.keep(place, ShortText::parse(text.as_str()))
    }

    /// What is not there is no fault.
    fn optional<T, U>(
        &mut self,
        value: Option<T>,
        read: impl FnOnce(&mut Self, T) -> Option<U>,
    ) -> Option<Option<U>> {
        match value {
            None => Some(None),
            Some(value) => read(self, value).map(Some),
        }
    }

    /// Reads them all, whether or not one has a fault.
    fn all<T, U>(
        &mut self,
        all: Vec<T>,
        mut read: impl FnMut(&mut Self, usize, T) -> Option<U>,
    ) -> Option<Vec<U>> {
        let read: Vec<Option<U>> = all
            .into_iter()
            .enumerate()
            .map(|(index, one)| read(self, index, one))
            .collect();
        read.into_iter().collect()
    }
}
