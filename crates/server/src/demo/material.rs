//! What people in the story allow and tell. All of it is invented.

use freigabe_client::contract::{
    CountryCode, LongText, OfficeId, Postcode, Reference, Sha256, ShortText, Timestamp,
    consent::{
        Assent, ConsentTerms, Conversation, Evidence, Grant, Grantor, LegalHalf, Mediation, Notice,
        RecordConsent, Retention, ReviseConsent,
    },
    disclosure::{Details, DraftDisclosure, Grading, Item, Matter},
    vocabulary::{
        Action, Capacity, Category, Decision, EvidenceMedium, ExpressScope, Handling,
        InformationGrade, Language as Spoken, Purpose, RepresentativeBasis, SourceGrade, Statement,
    },
};
use time::Duration;
use uuid::Uuid;

use super::{network::FORM_VERSION, stage::in_};
use crate::language::Language;

pub(super) const KB_HAMBURG: &str = "bpoli-kb-hamburg";
pub(super) const HAMBURG: &str = "bpoli-hamburg";
pub(super) const HANNOVER: &str = "bpold-hannover";
pub(super) const FRANKFURT_ODER: &str = "bpoli-frankfurt-oder";
/// The middle of Hamburg.
pub(super) const POSTCODE: &str = "20095";

/// Terms by which an adult allows these categories, for criminal investigation, to these offices, for 90 days.
pub(super) fn terms(categories: &[Category], recipients: &[&str]) -> ConsentTerms {
    let signed = LegalHalf {
        form_version: Reference::from(FORM_VERSION),
        language: Spoken::German,
        signed_at: in_(Duration::hours(-2)),
    };
    ConsentTerms {
        grants: vec![Grant {
            recipients: recipients.iter().map(|id| OfficeId::from(*id)).collect(),
            purposes: vec![Purpose::CriminalInvestigation],
            categories: categories.to_vec(),
            express_scopes: Vec::new(),
            actions: vec![Action::Collect],
            handling: Handling::H2,
            handling_instructions: None,
        }],
        exclusions: Vec::new(),
        valid_from: in_(Duration::hours(-1)),
        valid_until: in_(Duration::days(90)),
        data_protection_consent: Some(signed.clone()),
        confidentiality_release: Some(signed),
        notice: Notice {
            right_to_withdraw: true,
            consequences: true,
            police_cannot_undo: true,
        },
        capacity: Capacity::Full,
        grantor: Grantor::Person {},
        conversation: Conversation {
            language: Spoken::German,
            mediation: Mediation::Direct {},
            read_back_at: None,
        },
        evidence: Some(Evidence {
            sha256: Sha256::from(
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            medium: EvidenceMedium::SignedPaper,
            kept_at: ShortText::from("Aktenschrank 3, Fach 12"),
        }),
        collected_by: Reference::from("BERATUNG-04"),
        retention: Retention {
            until: in_(Duration::days(1_000)),
            basis: ShortText::from("Art. 7 Abs. 1 DSGVO"),
        },
    }
}

/// A consent with these terms.
pub(super) fn consent(case: &str, person: &str, terms: ConsentTerms) -> RecordConsent {
    RecordConsent {
        case_reference: Reference::from(case),
        pii_principal_id: Reference::from(person),
        decision: Decision::Given,
        terms: Some(terms),
    }
}

/// A revision with these terms.
pub(super) const fn revision(terms: ConsentTerms) -> ReviseConsent {
    ReviseConsent {
        decision: Decision::Given,
        terms: Some(terms),
    }
}

/// A parent suspected in the case consents for a young person, who agrees.
pub(super) fn suspected_parent() -> Grantor {
    Grantor::Representative {
        basis: RepresentativeBasis::ParentalCustody,
        representative: Reference::from("ELTERNTEIL-1"),
        suspected: true,
        assent: Assent::Given {
            at: in_(Duration::hours(-2)),
        },
    }
}

/// A representative appointed by the court consents for a young person.
pub(super) fn appointed_representative(assent: Assent) -> Grantor {
    Grantor::Representative {
        basis: RepresentativeBasis::SupplementaryCarer,
        representative: Reference::from("ERGAENZUNGSPFLEGE-7"),
        suspected: false,
        assent,
    }
}

/// A message to an office about something in Hamburg.
pub(super) fn draft(consent_id: Uuid, recipient: &str, items: Vec<Item>) -> DraftDisclosure {
    DraftDisclosure {
        consent_id,
        consent_revision: None,
        recipient: OfficeId::from(recipient),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: Matter {
            handling_office: None,
            postcode: Some(Postcode::from(POSTCODE)),
        },
        items,
    }
}

pub(super) fn vehicle(language: Language) -> Item {
    item(
        Category::Vehicle,
        Vec::new(),
        language.of(
            "Ein weißer Transporter brachte die Frauen jeden Abend zur Wohnung.",
            "A white van brought the women to the flat each evening.",
        ),
        Some(Details::Vehicle {
            registration: Some(ShortText::from("XX-AB 123")),
            country: Some(CountryCode::from("DE")),
            make_and_model: None,
            colour: Some(ShortText::from(language.of("weiß", "white"))),
        }),
    )
}

pub(super) fn travel_route(language: Language) -> Item {
    item(
        Category::TravelRoute,
        Vec::new(),
        language.of(
            "Die Fahrt dauerte zwei Nächte, mit einem Halt an einer Tankstelle hinter der Grenze.",
            "The journey took two nights, with a stop at a filling station behind the border.",
        ),
        Some(Details::Route {
            from: ShortText::from(language.of("Grenzübergang im Osten", "a crossing in the east")),
            to: ShortText::from("Hamburg"),
            means: Some(ShortText::from(language.of("Kleinbus", "minibus"))),
        }),
    )
}

/// A phone number that touches the family abroad, so that it needs more than a category.
pub(super) fn phone_of_the_family(language: Language) -> Item {
    item(
        Category::PhoneNumber,
        vec![ExpressScope::FamilyAbroad],
        language.of(
            "Unter dieser Nummer wird die Familie im Herkunftsland angerufen.",
            "This number is used to call the family in the country of origin.",
        ),
        Some(Details::Phone {
            number: ShortText::from("+49 40 66969 123"),
        }),
    )
}

fn item(
    category: Category,
    touches: Vec<ExpressScope>,
    text: &str,
    details: Option<Details>,
) -> Item {
    Item {
        category,
        touches,
        statement: Statement::Fact,
        grading: Grading {
            source: SourceGrade::B,
            information: InformationGrade::Two,
            handling: Handling::H2,
        },
        observed_at: observed(),
        text: Some(LongText::from(text)),
        details,
    }
}

fn observed() -> Timestamp {
    in_(Duration::days(-20))
}
