//! An event in short, and the questions that it answers.

use freigabe_domain::{
    access::{ClientId, UserReference},
    audit::{
        AuditQuery, LegalBasis, Operation, Outcome, ProjectedEvent, Queried, SealedEvent,
        StoredEvent,
    },
    disclosure::{Pseudonym, RefusalReason},
    log::PendingLeaf,
    store::Cursor,
    vocabulary::{Category, Purpose},
};
use freigabe_ledger::{Leaf, LeafClass, Salt};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};

use super::super::world::{
    self, By, at, case, commitment, consent, disclosure, office, organisation,
};

/// So many events there can be; two at each moment.
pub(in super::super) const EVENTS: u8 = 6;

/// An event. Its number stands for whatever is the same whenever it is written.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Event {
    pub(in super::super) number: u8,
    pub(super) operation: Operation,
    pub(super) outcome: Outcome,
    pub(super) actor: Option<ClientId>,
    user: Option<u8>,
    organisation: Option<u8>,
    recipient: Option<u8>,
    of: Option<(u8, u32)>,
    person: Option<u8>,
    purpose: Option<Purpose>,
    legal_basis: Option<LegalBasis>,
    categories: Vec<Category>,
    reasons: Vec<RefusalReason>,
    hits: Option<u64>,
    queried: Option<u8>,
}

const OPERATIONS: [Operation; 3] = [
    Operation::ConsentRecorded,
    Operation::DisclosureReleased,
    Operation::AuditQueried,
];
const REASONS: [RefusalReason; 2] = [RefusalReason::Expired, RefusalReason::Excluded];
const CATEGORIES: [Category; 2] = [Category::Vehicle, Category::TravelRoute];
const BASES: [LegalBasis; 2] = [LegalBasis::Consent, LegalBasis::LogControl];

/// Any event; who did it is said later.
pub(in super::super) fn events() -> impl Strategy<Value = Event> + Clone {
    let small = || option::of(0..2_u8);
    (
        (0..EVENTS, select(&OPERATIONS[..]), select(Outcome::ALL)),
        (small(), small(), small(), small(), small()),
        option::of((0..2_u8, 1..3_u32)),
        (
            option::of(select(Purpose::ALL)),
            option::of(select(&BASES[..])),
        ),
        (
            vec(select(&CATEGORIES[..]), 0..2),
            vec(select(&REASONS[..]), 0..2),
        ),
        option::of(0..3_u64),
    )
        .prop_map(
            |((number, operation, outcome), small, of, law, several, hits)| {
                let (user, organisation, recipient, person, queried) = small;
                let ((purpose, legal_basis), (categories, reasons)) = (law, several);
                Event {
                    number,
                    operation,
                    outcome,
                    actor: None,
                    user,
                    organisation,
                    recipient,
                    of,
                    person,
                    purpose,
                    legal_basis,
                    categories,
                    reasons,
                    hits,
                    queried,
                }
            },
        )
}

pub(super) fn moment(number: u8) -> u8 {
    number / 2
}

pub(in super::super) fn expiry_year(number: u8) -> u16 {
    2030 + u16::from(number.is_multiple_of(3))
}

pub(in super::super) fn leaf(number: u8) -> Leaf {
    let class = if number.is_multiple_of(2) {
        LeafClass::Operations
    } else {
        LeafClass::ConsentEvidence
    };
    Leaf {
        class,
        expiry_year: expiry_year(number),
        commitment: commitment(number),
    }
}

/// What waits until its leaf is put into the log.
pub(in super::super) fn pending(number: u8) -> PendingLeaf {
    PendingLeaf {
        event: world::event(number),
        at: at(moment(number)),
        leaf: leaf(number),
    }
}

pub(super) fn salt(number: u8) -> [u8; 32] {
    [number; 32]
}

fn payload(number: u8) -> Vec<u8> {
    format!("{{\"number\":{number}}}").into_bytes()
}

pub(super) fn user(number: u8) -> UserReference {
    UserReference::parse(format!("user-{number}")).unwrap()
}

pub(super) fn person(number: u8) -> Pseudonym {
    Pseudonym::from_bytes([number; 16])
}

pub(super) fn queried(number: u8) -> Queried {
    match number {
        0 => Queried::Id(case(0).as_uuid()),
        _ => Queried::Person(world::in_log(0, 0)),
    }
}

/// After which a page may begin.
pub(super) fn position(event: &StoredEvent) -> Cursor {
    Cursor {
        at: event.at,
        id: event.id.as_uuid(),
    }
}

impl Event {
    pub(super) fn stored(&self) -> StoredEvent {
        StoredEvent {
            id: world::event(self.number),
            at: at(moment(self.number)),
            payload: payload(self.number),
            commitment: commitment(self.number),
            expiry_year: expiry_year(self.number),
        }
    }

    pub(in super::super) fn sealed(&self) -> SealedEvent {
        let leaf = leaf(self.number);
        SealedEvent {
            projection: self.projected(),
            payload: payload(self.number),
            salt: Salt::from_bytes(salt(self.number)),
            commitment: leaf.commitment,
            class: leaf.class,
            expiry_year: leaf.expiry_year,
        }
    }

    /// The case it is about.
    pub(in super::super) fn of_case(&self) -> Option<u8> {
        self.of.map(|(number, _)| number)
    }

    /// What a use of the log asked about.
    pub(in super::super) fn asks(&self) -> Option<String> {
        self.queried.map(|number| queried(number).to_string())
    }

    fn projected(&self) -> ProjectedEvent {
        let by = self.organisation.map(organisation);
        ProjectedEvent {
            id: world::event(self.number),
            at: at(moment(self.number)),
            operation: self.operation,
            outcome: self.outcome,
            actor: self.actor.clone(),
            user: self.user.map(user),
            organisation: by,
            // Often the same: a term that an event has twice is stored once.
            centre: by,
            recipient: self.recipient.map(office),
            case: self.of.map(|(number, _)| case(number)),
            consent: self.of.map(|(number, _)| consent(number)),
            consent_revision: self.of.map(|(_, revision)| revision),
            disclosure: self.recipient.map(disclosure),
            person: self.person.map(person),
            person_for_recipient: self.person.map(|number| person(number + 10)),
            purpose: self.purpose,
            legal_basis: self.legal_basis,
            categories: self.categories.clone(),
            refusal_reasons: self.reasons.clone(),
            hits: self.hits,
            queried: self.queried.map(queried).into_iter().collect(),
        }
    }

    /// The columns that it is searched by, under the names that they have in the database.
    pub(super) fn columns(&self) -> Map<String, Value> {
        let projected = self.projected();
        let mut terms = Map::new();
        let mut term = |dimension: &str, mut values: Vec<String>| {
            values.sort_unstable();
            values.dedup();
            if !values.is_empty() {
                terms.insert(dimension.to_owned(), json!(values));
            }
        };
        term(
            "category",
            self.categories.iter().map(ToString::to_string).collect(),
        );
        term(
            "refusal_reason",
            self.reasons.iter().map(ToString::to_string).collect(),
        );
        term(
            "organisation",
            projected
                .organisation
                .iter()
                .map(ToString::to_string)
                .collect(),
        );
        let persons = projected
            .person
            .iter()
            .chain(&projected.person_for_recipient);
        term(
            "person",
            persons.map(|person| person.as_str().to_owned()).collect(),
        );
        term(
            "queried",
            projected.queried.iter().map(ToString::to_string).collect(),
        );
        let all = [
            ("id", json!(projected.id)),
            ("at", json!(projected.at.as_unix_micros())),
            ("operation", json!(projected.operation)),
            ("outcome", json!(projected.outcome)),
            ("actor", json!(self.actor.as_ref().map(ClientId::as_str))),
            ("recipient", json!(projected.recipient)),
            ("case_id", json!(projected.case)),
            ("consent_id", json!(projected.consent)),
            ("disclosure_id", json!(projected.disclosure)),
            ("user_reference", json!(projected.user)),
            ("consent_revision", json!(projected.consent_revision)),
            ("purpose", json!(projected.purpose)),
            ("legal_basis", json!(projected.legal_basis)),
            ("hits", json!(projected.hits)),
            ("terms", Value::Object(terms)),
        ];
        let named = all
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        named.filter(|(_, value)| !value.is_null()).collect()
    }

    /// Whether it meets every condition.
    pub(super) fn meets(&self, query: &AuditQuery) -> bool {
        let event = self.projected();
        fn is<T: PartialEq>(wanted: &Option<T>, found: Option<&T>) -> bool {
            wanted.as_ref().is_none_or(|wanted| found == Some(wanted))
        }
        let persons = [&event.person, &event.person_for_recipient];
        query.from.is_none_or(|from| event.at >= from)
            && query.until.is_none_or(|until| event.at < until)
            && is(&query.actor, event.actor.as_ref())
            && is(&query.user, event.user.as_ref())
            && is(&query.organisation, event.organisation.as_ref())
            && is(&query.recipient, event.recipient.as_ref())
            && is(&query.operation, Some(&event.operation))
            && is(&query.outcome, Some(&event.outcome))
            && is(&query.purpose, event.purpose.as_ref())
            && is(&query.legal_basis, event.legal_basis.as_ref())
            && is(&query.case, event.case.as_ref())
            && is(&query.consent, event.consent.as_ref())
            && is(&query.revision, event.consent_revision.as_ref())
            && is(&query.event, Some(&event.id))
            && query
                .refusal_reason
                .is_none_or(|reason| self.reasons.contains(&reason))
            && query
                .category
                .is_none_or(|category| self.categories.contains(&category))
            && (query.pseudonym.is_none() || persons.contains(&&query.pseudonym))
            && query
                .min_hits
                .is_none_or(|least| event.hits.is_some_and(|hits| hits >= least))
            && query
                .max_hits
                .is_none_or(|most| event.hits.is_some_and(|hits| hits <= most))
            && query
                .queried
                .as_ref()
                .is_none_or(|subject| event.queried.contains(subject))
    }
}

/// Any of the conditions that auditors can set.
pub(super) fn queries() -> impl Strategy<Value = AuditQuery> {
    type Set = fn(&mut AuditQuery, u8);
    let conditions: [Set; 20] = [
        |query, number| query.from = Some(at(number)),
        |query, number| query.until = Some(at(number + 1)),
        |query, number| query.actor = By::Centre(number).client(),
        |query, number| query.user = Some(user(number)),
        |query, number| query.organisation = Some(organisation(number)),
        |query, number| query.recipient = Some(office(number)),
        |query, number| query.operation = Some(OPERATIONS[usize::from(number)]),
        |query, number| query.outcome = Some(Outcome::ALL[usize::from(number)]),
        |query, number| query.purpose = Some(Purpose::ALL[usize::from(number)]),
        |query, number| query.legal_basis = Some(BASES[usize::from(number)]),
        |query, number| query.refusal_reason = Some(REASONS[usize::from(number)]),
        |query, number| query.category = Some(CATEGORIES[usize::from(number)]),
        |query, number| query.case = Some(case(number)),
        |query, number| query.consent = Some(consent(number)),
        |query, number| query.revision = Some(u32::from(number + 1)),
        |query, number| query.event = Some(world::event(number)),
        |query, number| query.pseudonym = Some(person(10 * number)),
        |query, number| query.min_hits = Some(u64::from(number)),
        |query, number| query.max_hits = Some(u64::from(number)),
        |query, number| query.queried = Some(queried(number)),
    ];
    // Mostly one or two: with more, hardly any event is left.
    vec((0..conditions.len(), 0..2_u8), 0..3).prop_map(move |set| {
        let mut query = AuditQuery::default();
        for (which, number) in set {
            conditions[which](&mut query, number);
        }
        query
    })
}
