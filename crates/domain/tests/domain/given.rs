//! What the tests begin with: an adult who speaks German and observed every formality, and a draft that she allowed.
//! Each test then changes the one thing that it is about.

use freigabe_domain::{
    consent::{
        Capacity, ConsentForm, ConsentHead, ConsentStatus, ConsentTerms, Conversation, Decision,
        Evidence, EvidenceMedium, Exclusion, FormKind, Grant, Grantor, LegalHalf, LockedConsent,
        Mediation, NoticeConfirmations, Retention,
    },
    disclosure::{
        Circumstances, DisclosureTerms, Draft, Item, ItemProfile, Pseudonym, Refusal, assess,
    },
    handover::Handler,
    ids::{CaseId, ConsentId, OrganisationId},
    instant::Instant,
    office::{
        Competence, CompetenceError, GeoPoint, Jurisdiction, Land, Matter, Office, OfficeId,
        OfficeKind, Place, Postcode, Specialism, Task, resolve,
    },
    text::{LongText, Reference, ShortText},
    vocabulary::{
        Action, Category, ExpressScopes, Handling, InformationGrade, Language, Purpose,
        SourceGrade, Statement,
    },
};
use freigabe_ledger::Commitment;
use uuid::Uuid;

/// The office that the good draft is addressed to: an Inspektion for serious crime.
pub(crate) const ADDRESSED: &str = "bpoli-kb-nord";
/// Its superior office, which is competent in the same matters.
pub(crate) const SUPERIOR: &str = "bpold-nord";
/// An office that is not competent in the good draft's matter.
pub(crate) const NOT_COMPETENT: &str = "bpolp";

/// 2026-11-24T08:00:00Z.
pub(crate) const NOW: Instant = Instant::from_unix_micros(1_795_507_200_000_000);
/// One day before.
pub(crate) const YESTERDAY: Instant = Instant::from_unix_micros(1_795_420_800_000_000);
/// Ninety days later.
pub(crate) const END: Instant = Instant::from_unix_micros(1_803_283_200_000_000);

pub(crate) fn office_id(text: &str) -> OfficeId {
    OfficeId::parse(text).unwrap()
}

pub(crate) fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

pub(crate) fn line(text: &str) -> ShortText {
    ShortText::parse(text).unwrap()
}

pub(crate) fn paragraph(text: &str) -> LongText {
    LongText::parse(text).unwrap()
}

pub(crate) fn centre() -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(0xC1))
}

pub(crate) fn grant() -> Grant {
    Grant {
        recipients: vec![office_id(ADDRESSED)],
        purposes: vec![Purpose::CriminalInvestigation],
        categories: vec![Category::Vehicle, Category::PhoneNumber],
        express_scopes: ExpressScopes::NONE,
        actions: vec![Action::Collect],
        handling: Handling::H0,
        handling_instructions: None,
    }
}

/// An exclusion that names nothing yet.
pub(crate) const fn exclusion() -> Exclusion {
    Exclusion {
        recipient: None,
        category: None,
        express_scope: None,
        purpose: None,
    }
}

pub(crate) fn legal_half(language: Language) -> LegalHalf {
    LegalHalf {
        form_version: reference("2026-1"),
        language,
        signed_at: YESTERDAY,
    }
}

/// The forms that are known: the version of [`legal_half`], in every language, for both declarations.
pub(crate) fn forms() -> Vec<ConsentForm> {
    ConsentForm::of_version(&reference("2026-1"), FormKind::ALL, Language::ALL)
}

pub(crate) fn consent_terms() -> ConsentTerms {
    ConsentTerms {
        grants: vec![grant()],
        exclusions: Vec::new(),
        valid_from: YESTERDAY,
        valid_until: END,
        data_protection_consent: Some(legal_half(Language::German)),
        confidentiality_release: Some(legal_half(Language::German)),
        notice: NoticeConfirmations {
            right_to_withdraw: true,
            consequences: true,
            police_cannot_undo: true,
        },
        capacity: Capacity::Full,
        grantor: Grantor::Person,
        conversation: Conversation {
            language: Language::German,
            mediation: Mediation::Direct,
            read_back_at: None,
        },
        evidence: Some(Evidence {
            sha256: "0".repeat(64),
            medium: EvidenceMedium::SignedPaper,
            kept_at: line("Aktenschrank"),
        }),
        collected_by: reference("beratung-3"),
        retention: Retention {
            until: END,
            basis: line("Nachweispflicht"),
        },
    }
}

pub(crate) fn locked_consent(decision: Decision) -> LockedConsent {
    let head = ConsentHead {
        id: ConsentId::from_uuid(Uuid::from_u128(0xC0)),
        centre: centre(),
        case: CaseId::from_uuid(Uuid::from_u128(0xCA)),
        person: Pseudonym::from_bytes([7; 16]),
        status: decision.status(),
        revision: 3,
        recorded_at: YESTERDAY,
        changed_at: YESTERDAY,
        withdrawn_at: None,
        valid_from: decision.terms().map(|terms| terms.valid_from),
        valid_until: decision.terms().map(|terms| terms.valid_until),
        commitment: Commitment::from_bytes([3; 32]),
    };
    LockedConsent { head, decision }
}

pub(crate) const fn profile(category: Category) -> ItemProfile {
    ItemProfile {
        category,
        touches: ExpressScopes::NONE,
        statement: Statement::Fact,
        source: SourceGrade::B,
        information: InformationGrade::Two,
        handling: Handling::H0,
    }
}

pub(crate) fn item(profile: ItemProfile, text: &str) -> Item {
    Item {
        profile,
        observed_at: YESTERDAY,
        text: Some(paragraph(text)),
        details: None,
    }
}

/// What the police are to know by the good draft.
pub(crate) fn items() -> Vec<Item> {
    vec![
        item(profile(Category::Vehicle), "Weißer Transporter"),
        item(profile(Category::PhoneNumber), "Nummer endet auf 77"),
    ]
}

/// A matter that the directory below knows the place of.
pub(crate) fn matter() -> Matter {
    let place = Postcode::parse("24103").unwrap();
    Matter::new(None, Some(place), Task::CriminalInvestigation).unwrap()
}

pub(crate) fn draft(consent: ConsentId) -> Draft {
    Draft {
        consent,
        named_revision: None,
        recipient: office_id(ADDRESSED),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: matter(),
        items: items(),
    }
}

pub(crate) fn disclosure_terms() -> DisclosureTerms {
    DisclosureTerms {
        centre: centre(),
        consent: ConsentId::from_uuid(Uuid::from_u128(0xC0)),
        named_revision: None,
        recipient: office_id(ADDRESSED),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: matter(),
        items: items().into_iter().map(|item| item.profile).collect(),
    }
}

fn office(text: &str, kind: OfficeKind, parent: Option<&str>) -> Office {
    let id = office_id(text);
    Office {
        specialism: Specialism::of_office_id(&id),
        id,
        kind,
        name: text.to_owned(),
        parent: parent.map(office_id),
        city: None,
        land: Some(Land::SchleswigHolstein),
        point: Some(GeoPoint::new(54.0, 10.1).unwrap()),
        active: true,
    }
}

/// A Präsidium, one Direktion, and its two Inspektionen.
pub(crate) fn offices() -> Vec<Office> {
    vec![
        office(NOT_COMPETENT, OfficeKind::Praesidium, None),
        office(SUPERIOR, OfficeKind::Direktion, Some(NOT_COMPETENT)),
        office(ADDRESSED, OfficeKind::Inspektion, Some(SUPERIOR)),
        office("bpoli-kiel", OfficeKind::Inspektion, Some(SUPERIOR)),
    ]
}

pub(crate) fn place() -> Place {
    Place {
        postcode: Postcode::parse("24103").unwrap(),
        name: "Kiel".to_owned(),
        land: Land::SchleswigHolstein,
        point: GeoPoint::new(54.0, 10.0).unwrap(),
    }
}

/// Who is competent in the good draft's matter: the addressed office, and besides it the other Inspektion and the
/// Direktion above them.
pub(crate) fn competence() -> Competence {
    let [praesidium, direktion, serious_crime, general] =
        <[Office; 4]>::try_from(offices()).unwrap();
    let facts = Jurisdiction {
        place: Some(place()),
        direktion: Some(direktion),
        subordinate: vec![serious_crime, general],
        praesidium: Some(praesidium),
        ..Jurisdiction::default()
    };
    resolve(&matter(), &facts).unwrap()
}

/// Everything that the gate looks at.
#[derive(Debug, Clone)]
pub(crate) struct Situation {
    pub(crate) consent: LockedConsent,
    pub(crate) disclosure: DisclosureTerms,
    pub(crate) competence: Result<Competence, CompetenceError>,
    pub(crate) handler: Option<Handler>,
    pub(crate) now: Instant,
}

impl Situation {
    /// The good consent, the good draft, the competent office, on a day in between.
    pub(crate) fn good() -> Self {
        Self::under(consent_terms())
    }

    /// The good draft under these terms.
    pub(crate) fn under(terms: ConsentTerms) -> Self {
        Self {
            consent: locked_consent(Decision::Given(Box::new(terms))),
            disclosure: disclosure_terms(),
            competence: Ok(competence()),
            handler: None,
            now: NOW,
        }
    }

    /// The consent's terms, to change them.
    pub(crate) fn terms(&mut self) -> &mut ConsentTerms {
        match &mut self.consent.decision {
            Decision::Given(terms) => terms,
            other => panic!("{other:?} has no terms"),
        }
    }

    /// The first grant, to change it.
    pub(crate) fn grant(&mut self) -> &mut Grant {
        &mut self.terms().grants[0]
    }

    /// The first item, to change it.
    pub(crate) fn item(&mut self) -> &mut ItemProfile {
        &mut self.disclosure.items[0]
    }

    /// Whatever was decided, the head says this.
    pub(crate) const fn with_status(mut self, status: ConsentStatus) -> Self {
        self.consent.head.status = status;
        self
    }

    pub(crate) const fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            consent: &self.consent,
            competence: &self.competence,
            handler: self.handler.as_ref(),
            now: self.now,
        }
    }

    pub(crate) fn assess(&self) -> Result<Vec<u16>, Vec<Refusal>> {
        assess(&self.disclosure, &self.circumstances())
    }
}

/// What a centre names that last saw this revision, given and in time.
pub(crate) fn as_given(revision: u32) -> Option<freigabe_domain::consent::ConsentVersion> {
    Some(freigabe_domain::consent::ConsentVersion {
        revision,
        status: freigabe_domain::consent::ConsentStatus::Given,
    })
}
