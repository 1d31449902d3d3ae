//! A consent as a careful centre records it. Each test changes the one thing that it is about.

use std::sync::atomic::{AtomicU32, Ordering};

use freigabe_contract::{
    LongText, OfficeId, Reference, Timestamp,
    consent::{
        Assent, ConsentTerms, Conversation, Evidence, Exclusion, Grant, Grantor, LegalHalf,
        Mediation, Notice, RecordConsent, Retention, ReviseConsent,
    },
    vocabulary::{
        Action, Capacity, Category, Decision, EvidenceMedium, ExpressScope, Handling, Language,
        Purpose, RepresentativeBasis,
    },
};

use crate::{forms::FORM_VERSION, network::KB_HAMBURG};

/// An adult who speaks German allows vehicles and travel routes to the Inspektion for serious crime in Hamburg, for the
/// investigation, from November 2026 until June 2027; every formality was observed. Each one is another person's.
pub fn a_consent() -> ConsentBuilder {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    ConsentBuilder {
        case_reference: format!("2026/T.{number:04}"),
        person: format!("T-{number:04}"),
        decision: Decision::Given,
        terms: terms(),
    }
}

/// Puts a consent together.
#[derive(Debug, Clone)]
#[must_use]
pub struct ConsentBuilder {
    case_reference: String,
    person: String,
    decision: Decision,
    terms: ConsentTerms,
}

impl ConsentBuilder {
    /// For recording it.
    #[must_use]
    pub fn record(self) -> RecordConsent {
        let given = self.decision == Decision::Given;
        RecordConsent {
            case_reference: Reference::from(self.case_reference),
            pii_principal_id: Reference::from(self.person),
            decision: self.decision,
            terms: given.then_some(self.terms),
        }
    }

    /// For revising another one.
    #[must_use]
    pub fn revise(self) -> ReviseConsent {
        let given = self.decision == Decision::Given;
        ReviseConsent {
            decision: self.decision,
            terms: given.then_some(self.terms),
        }
    }

    /// Of a person and case that the centre knows by these references.
    pub fn of(mut self, case_reference: &str, person: &str) -> Self {
        case_reference.clone_into(&mut self.case_reference);
        person.clone_into(&mut self.person);
        self
    }

    /// The person decided otherwise.
    pub const fn decision(mut self, decision: Decision) -> Self {
        self.decision = decision;
        self
    }

    /// Allows this category besides the others.
    pub fn category(mut self, category: Category) -> Self {
        self.grant().categories.push(category);
        self
    }

    /// Allows these categories and no others.
    pub fn only_categories(mut self, categories: &[Category]) -> Self {
        self.grant().categories = categories.to_vec();
        self
    }

    /// Allows this office besides the others.
    pub fn recipient(mut self, office: &str) -> Self {
        self.grant().recipients.push(OfficeId::from(office));
        self
    }

    /// Allows these offices and no others.
    pub fn only_recipients(mut self, offices: &[&str]) -> Self {
        self.grant().recipients = offices
            .iter()
            .map(|office| OfficeId::from(*office))
            .collect();
        self
    }

    /// Allows this purpose besides the others.
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.grant().purposes.push(purpose);
        self
    }

    /// Allows the office to pass it on.
    pub fn passing_on(mut self) -> Self {
        self.grant().actions.push(Action::OnwardTransfer);
        self
    }

    /// Names specially protected data expressly.
    pub fn express_scope(mut self, scope: ExpressScope) -> Self {
        self.grant().express_scopes.push(scope);
        self
    }

    /// Demands a handling code, with instructions.
    pub fn handling(mut self, handling: Handling, instructions: &str) -> Self {
        let grant = self.grant();
        grant.handling = handling;
        grant.handling_instructions = Some(LongText::from(instructions));
        self
    }

    /// Rules something out.
    pub fn excluding(mut self, exclusion: Exclusion) -> Self {
        self.terms.exclusions.push(exclusion);
        self
    }

    /// Begins at this time.
    pub fn valid_from(mut self, rfc3339: &str) -> Self {
        self.terms.valid_from = at(rfc3339);
        self
    }

    /// Ends at this time.
    pub fn valid_until(mut self, rfc3339: &str) -> Self {
        self.terms.valid_until = at(rfc3339);
        self
    }

    /// A young person, for whom a representative consented.
    pub fn minor_represented_by(
        mut self,
        basis: RepresentativeBasis,
        suspected: bool,
        assent: Assent,
    ) -> Self {
        self.terms.capacity = Capacity::Minor;
        self.terms.grantor = Grantor::Representative {
            basis,
            representative: Reference::from("VERTR-01"),
            suspected,
            assent,
        };
        self
    }

    /// Whatever else is to be different.
    pub fn with(mut self, change: impl FnOnce(&mut ConsentTerms)) -> Self {
        change(&mut self.terms);
        self
    }

    fn grant(&mut self) -> &mut Grant {
        self.terms
            .grants
            .first_mut()
            .expect("a consent that grants something")
    }
}

/// Reads a time.
///
/// # Panics
/// When it is not one.
#[must_use]
#[track_caller]
pub fn at(rfc3339: &str) -> Timestamp {
    Timestamp::parse(rfc3339).unwrap_or_else(|_| panic!("{rfc3339} is not a time"))
}

fn terms() -> ConsentTerms {
    ConsentTerms {
        grants: vec![Grant {
            recipients: vec![OfficeId::from(KB_HAMBURG)],
            purposes: vec![Purpose::CriminalInvestigation],
            categories: vec![Category::Vehicle, Category::TravelRoute],
            express_scopes: Vec::new(),
            actions: vec![Action::Collect],
            handling: Handling::H1,
            handling_instructions: None,
        }],
        exclusions: Vec::new(),
        valid_from: at("2026-11-01T00:00:00+01:00"),
        valid_until: at("2027-06-01T00:00:00+02:00"),
        data_protection_consent: Some(signed_form()),
        confidentiality_release: Some(signed_form()),
        notice: Notice {
            right_to_withdraw: true,
            consequences: true,
            police_cannot_undo: true,
        },
        capacity: Capacity::Full,
        grantor: Grantor::Person {},
        conversation: Conversation {
            language: Language::German,
            mediation: Mediation::Direct {},
            read_back_at: None,
        },
        evidence: Some(Evidence {
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            medium: EvidenceMedium::SignedPaper,
            kept_at: "Aktenschrank 2, Ordner 17".into(),
        }),
        collected_by: Reference::from("BERAT-04"),
        retention: Retention {
            until: at("2031-01-01T00:00:00+01:00"),
            basis: "Nachweispflicht".into(),
        },
    }
}

fn signed_form() -> LegalHalf {
    LegalHalf {
        form_version: Reference::from(FORM_VERSION),
        language: Language::German,
        signed_at: at("2026-11-01T10:00:00+01:00"),
    }
}
