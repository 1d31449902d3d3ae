//! Consents: from the domain to the contract.

use freigabe_contract::{
    consent::{self as wire, SCHEMA_VERSION},
    vocabulary::{Decision as Said, RevisionState},
};
use freigabe_domain::{
    consent::{
        Assent, ConsentForm, ConsentHead, ConsentTerms, Decision, Exclusion, Grant, Grantor,
        LegalHalf, Mediation, RevisionRecord,
    },
    exchange::ConsentView,
    instant::Instant,
    withdrawal::WithdrawalOutcome,
};

use super::{
    count, organisation, timestamp,
    vocabulary::{Mirror, mirror_all},
};

/// A consent with its history.
pub(crate) fn consent(view: &ConsentView) -> wire::Consent {
    let head = &view.head;
    let revisions: Vec<_> = view
        .revisions
        .iter()
        .map(|revision| of_revision(revision, head.revision))
        .collect();
    let latest = revisions
        .iter()
        .find(|revision| revision.state == RevisionState::Current);
    wire::Consent {
        schema_version: SCHEMA_VERSION.to_owned(),
        record_id: head.id.as_uuid(),
        pii_controller: organisation(head.centre),
        pii_principal_id: view.references.pii_principal_id.as_str().into(),
        case_reference: view.references.case_reference.as_str().into(),
        case_id: head.case.as_uuid(),
        status: head.status_at(view.read_at).mirror(),
        revision: head.revision,
        recorded_at: timestamp(head.recorded_at),
        changed_at: timestamp(head.changed_at),
        withdrawn_at: head.withdrawn_at.map(timestamp),
        terms: latest.and_then(|revision| revision.terms.clone()),
        revisions,
        events: view
            .events
            .iter()
            .map(|event| wire::ConsentEvent {
                event_type: event.kind.mirror(),
                event_time: timestamp(event.at),
                revision: event.revision,
            })
            .collect(),
        read_at: timestamp(view.read_at),
    }
}

/// The forms that are known.
pub(crate) fn consent_forms(forms: &[ConsentForm]) -> wire::ConsentForms {
    let items = forms.iter().map(|form| wire::ConsentForm {
        kind: form.kind.mirror(),
        version: form.version.as_str().into(),
        language: form.language.mirror(),
    });
    wire::ConsentForms {
        items: items.collect(),
    }
}

/// A consent in a listing that was read at this time.
pub(crate) fn summary(head: &ConsentHead, read_at: Instant) -> wire::ConsentSummary {
    wire::ConsentSummary {
        record_id: head.id.as_uuid(),
        case_id: head.case.as_uuid(),
        status: head.status_at(read_at).mirror(),
        revision: head.revision,
        recorded_at: timestamp(head.recorded_at),
        changed_at: timestamp(head.changed_at),
        withdrawn_at: head.withdrawn_at.map(timestamp),
        valid_from: head.valid_from.map(timestamp),
        valid_until: head.valid_until.map(timestamp),
    }
}

/// What a withdrawal did.
pub(crate) fn withdrawal(outcome: &WithdrawalOutcome) -> wire::Withdrawal {
    let head = &outcome.head;
    wire::Withdrawal {
        record_id: head.id.as_uuid(),
        status: head.status.mirror(),
        revision: head.revision,
        withdrawn_at: timestamp(head.withdrawn_at.unwrap_or(head.changed_at)),
        sealed_disclosures: count(outcome.sealed),
        withdrawal_notices: count(outcome.notices),
    }
}

fn of_revision(record: &RevisionRecord, latest: u32) -> wire::ConsentRevision {
    wire::ConsentRevision {
        number: record.number,
        state: if record.number == latest {
            RevisionState::Current
        } else {
            RevisionState::Superseded
        },
        decision: match record.decision {
            Decision::Given(_) => Said::Given,
            Decision::Refused => Said::Refused,
            Decision::NotAsked => Said::NotAsked,
        },
        recorded_at: timestamp(record.recorded_at),
        terms: record.decision.terms().map(terms),
    }
}

/// Terms, as they were sent.
pub(super) fn terms(terms: &ConsentTerms) -> wire::ConsentTerms {
    wire::ConsentTerms {
        grants: terms.grants.iter().map(grant).collect(),
        exclusions: terms.exclusions.iter().map(exclusion).collect(),
        valid_from: timestamp(terms.valid_from),
        valid_until: timestamp(terms.valid_until),
        data_protection_consent: terms.data_protection_consent.as_ref().map(half),
        confidentiality_release: terms.confidentiality_release.as_ref().map(half),
        notice: wire::Notice {
            right_to_withdraw: terms.notice.right_to_withdraw,
            consequences: terms.notice.consequences,
            police_cannot_undo: terms.notice.police_cannot_undo,
        },
        capacity: terms.capacity.mirror(),
        grantor: grantor(&terms.grantor),
        conversation: wire::Conversation {
            language: terms.conversation.language.mirror(),
            mediation: match &terms.conversation.mediation {
                Mediation::Direct => wire::Mediation::Direct {},
                Mediation::Interpreted { interpreter } => wire::Mediation::Interpreted {
                    interpreter: interpreter.as_str().into(),
                },
                Mediation::NotRecorded => wire::Mediation::NotRecorded {},
            },
            read_back_at: terms.conversation.read_back_at.map(timestamp),
        },
        evidence: terms.evidence.as_ref().map(|evidence| wire::Evidence {
            sha256: evidence.sha256.as_str().into(),
            medium: evidence.medium.mirror(),
            kept_at: evidence.kept_at.as_str().into(),
        }),
        collected_by: terms.collected_by.as_str().into(),
        retention: wire::Retention {
            until: timestamp(terms.retention.until),
            basis: terms.retention.basis.as_str().into(),
        },
    }
}

fn grant(grant: &Grant) -> wire::Grant {
    wire::Grant {
        recipients: grant
            .recipients
            .iter()
            .map(|id| id.as_str().into())
            .collect(),
        purposes: mirror_all(grant.purposes.iter().copied()),
        categories: mirror_all(grant.categories.iter().copied()),
        express_scopes: mirror_all(grant.express_scopes.iter()),
        actions: mirror_all(grant.actions.iter().copied()),
        handling: grant.handling.mirror(),
        handling_instructions: grant
            .handling_instructions
            .as_ref()
            .map(|text| text.as_str().into()),
    }
}

fn exclusion(exclusion: &Exclusion) -> wire::Exclusion {
    wire::Exclusion {
        recipient: exclusion.recipient.as_ref().map(|id| id.as_str().into()),
        category: exclusion.category.map(Mirror::mirror),
        express_scope: exclusion.express_scope.map(Mirror::mirror),
        purpose: exclusion.purpose.map(Mirror::mirror),
    }
}

fn half(half: &LegalHalf) -> wire::LegalHalf {
    wire::LegalHalf {
        form_version: half.form_version.as_str().into(),
        language: half.language.mirror(),
        signed_at: timestamp(half.signed_at),
    }
}

fn grantor(grantor: &Grantor) -> wire::Grantor {
    match grantor {
        Grantor::Person => wire::Grantor::Person {},
        Grantor::Representative {
            basis,
            representative,
            suspected,
            assent,
        } => wire::Grantor::Representative {
            basis: basis.mirror(),
            representative: representative.as_str().into(),
            suspected: *suspected,
            assent: match assent {
                Assent::Given { at } => wire::Assent::Given { at: timestamp(*at) },
                Assent::Refused => wire::Assent::Refused {},
                Assent::NotAble { reason } => wire::Assent::NotAble {
                    reason: reason.as_str().into(),
                },
                Assent::NotRecorded => wire::Assent::NotRecorded {},
            },
        },
    }
}
