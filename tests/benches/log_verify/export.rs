//! An export such as `freigabe export` writes: events of the domain, sealed; their columns; their leaves in a tree; a signed
//! checkpoint over it.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use freigabe_domain::{
    access::{Caller, ClientId, Standing},
    audit::{AuditQuery, Denial, DenialReason, Event, EventReader, Operation, SealedEvent},
    consent::{ConsentHead, ConsentStatus},
    disclosure::{
        AuthorizationEvidence, DisclosureRecord, DisclosureState, DisclosureTerms, ItemProfile,
        Pseudonym,
    },
    entropy::{Entropy as _, SequentialEntropy},
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId},
    instant::Instant,
    office::{CompetenceReason, Matter, OfficeId, Postcode, Task},
    vocabulary::{
        Category, ExpressScopes, Handling, InformationGrade, Purpose, SourceGrade, Statement,
    },
};
use freigabe_ledger::{
    Checkpoint, Commitment, Hash, NoteSigner, SignedCheckpoint,
    export::{Header, Kept, LeafLine, Line, Part},
    merkle::CompactRange,
    verify::ReadPayload as _,
};
use freigabe_testkit::store::HAMBURG;
use time::Duration;

const ORIGIN: &str = "log.example.org/freigabe";
/// When the first event happened; the others follow within the year.
const BEGINS: &str = "2026-01-02T06:00:00Z";
const CENTRES: u64 = 60;

/// As of when the export is verified.
pub(crate) const VERIFIED_AT: &str = "2026-12-31T12:00:00Z";

/// The log's key.
pub(crate) fn signer() -> NoteSigner {
    NoteSigner::from_seed(ORIGIN, &[7; 32]).expect("a key")
}

/// Writes an export of so many events, and tells of each.
pub(crate) fn write(file: &Path, events: u64, told: impl Fn(u64)) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    // The header is known last, and its length at once.
    let reserved = header(events, Hash::EMPTY);
    out.write_all(&reserved)?;
    let mut tree = CompactRange::new();
    let mut happenings = Happenings::new(events);
    for index in 0..events {
        let event = happenings.next();
        let leaf = event.leaf();
        tree.append(leaf.leaf_hash());
        let read = EventReader.read(&event.payload, &leaf).expect("an event");
        let columns = read.columns.into();
        let line = LeafLine {
            index,
            leaf,
            kept: Some(Kept {
                payload: event.payload,
                salt: event.salt,
                columns,
            }),
            proof: None,
        };
        out.write_all(&line.to_line())?;
        told(index);
    }
    out.write_all(&Line::end(events))?;
    let header = header(events, tree.root().expect("a root"));
    assert_eq!(header.len(), reserved.len(), "the header fits");
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&header)?;
    out.into_inner()?.sync_all()
}

fn header(size: u64, root: Hash) -> Vec<u8> {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root,
    };
    let signed = SignedCheckpoint::sign(&checkpoint, &[&signer()]).expect("signed");
    Header {
        generation: 0,
        origin: ORIGIN.to_owned(),
        checkpoint: signed.note().to_string(),
        range: 0..size,
        part: Part::Range {
            left: Vec::new(),
            right: Vec::new(),
        },
        former: Vec::new(),
    }
    .to_line()
}

/// What happens to one consent after the other: it is recorded; three messages are checked, released and collected, of which
/// two are acknowledged; an auditor looks; somebody is turned away.
struct Happenings {
    entropy: SequentialEntropy,
    at: Instant,
    step: Duration,
    number: u64,
    head: ConsentHead,
    record: DisclosureRecord,
}

impl Happenings {
    const STEPS: u64 = 14;

    fn new(events: u64) -> Self {
        let entropy = SequentialEntropy::starting_at(1949);
        let at = Instant::parse(BEGINS).expect("a time");
        let head = head(&entropy, at, 0);
        // Everything fits into some eleven months.
        let step = Duration::days(330).whole_microseconds() / i128::from(events.max(1));
        Self {
            record: record(&head, &entropy, 0),
            head,
            entropy,
            at,
            step: Duration::microseconds(step.try_into().expect("a step")),
            number: 0,
        }
    }

    fn next(&mut self) -> SealedEvent {
        let (story, step) = (self.number / Self::STEPS, self.number % Self::STEPS);
        self.number += 1;
        self.at = self.at.plus(self.step);
        if step == 0 {
            self.head = head(&self.entropy, self.at, story);
            let recorded = self.event(Operation::ConsentRecorded);
            let recorded = recorded.by(&self.centre()).about_consent(&self.head);
            let sealed = recorded.seal(&self.entropy).expect("sealed");
            self.head.commitment = sealed.commitment;
            return sealed;
        }
        if step % 4 == 1 && step < 13 {
            self.record = record(&self.head, &self.entropy, self.number);
        }
        let event = match step {
            1 | 5 | 9 => self
                .event(Operation::DisclosureChecked)
                .by(&self.centre())
                .about_terms(&terms(&self.record))
                .relying_on(&self.evidence()),
            2 | 6 | 10 => self
                .event(Operation::DisclosureReleased)
                .by(&self.centre())
                .about_disclosure(&self.record)
                .relying_on(&self.evidence()),
            3 | 7 | 11 => self
                .event(Operation::DisclosureCollected)
                .by(&self.office())
                .about_disclosure(&self.record)
                .relying_on(&self.evidence()),
            4 | 8 => self
                .event(Operation::DisclosureAcknowledged)
                .by(&self.office())
                .about_disclosure(&self.record),
            12 => {
                let query = AuditQuery {
                    consent: Some(self.head.id),
                    ..AuditQuery::default()
                };
                self.event(Operation::AuditQueried)
                    .by(&self.auditor())
                    .of_query(&query, 12)
            }
            _ => self.event(Operation::AccessDenied).denied(&Denial {
                caller: Some(self.centre()),
                attempted: "getDisclosure",
                reason: DenialReason::NotFoundOrNotYours,
                unrecorded_before: 0,
            }),
        };
        event.seal(&self.entropy).expect("sealed")
    }

    fn event(&self, operation: Operation) -> Event {
        let id = EventId::fresh(self.at, &self.entropy).expect("an id");
        Event::new(id, self.at, operation)
    }

    fn evidence(&self) -> AuthorizationEvidence {
        AuthorizationEvidence {
            consent: self.head.id,
            revision: self.head.revision,
            relied_on: self.head.commitment,
            case: self.head.case,
            person: self.head.person.clone(),
            competence: CompetenceReason::PlaceAndTask,
            agreement: None,
            grants: Vec::new(),
            handling_instructions: Vec::new(),
            at: self.at,
        }
    }

    fn centre(&self) -> Caller {
        let number = self.head.centre.as_uuid().as_u128();
        caller("centre", number, Standing::Centre)
    }

    fn office(&self) -> Caller {
        let office = OfficeId::parse(HAMBURG).expect("an office");
        caller("office", 1_000, Standing::Office(office))
    }

    fn auditor(&self) -> Caller {
        caller("auditor", 2_000, Standing::Auditor)
    }
}

fn caller(role: &str, number: u128, standing: Standing) -> Caller {
    Caller {
        client: ClientId::parse(format!("{role}-{number}.fallsoftware")).expect("a client"),
        organisation: organisation(number),
        standing,
        user: None,
    }
}

fn organisation(number: u128) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(number))
}

fn head(entropy: &SequentialEntropy, at: Instant, story: u64) -> ConsentHead {
    ConsentHead {
        id: ConsentId::fresh(at, entropy).expect("an id"),
        centre: organisation(u128::from(story % CENTRES)),
        case: CaseId::fresh(at, entropy).expect("an id"),
        person: pseudonym(entropy),
        status: ConsentStatus::Given,
        revision: 1,
        recorded_at: at,
        changed_at: at,
        withdrawn_at: None,
        valid_from: Some(at),
        valid_until: Some(at.plus(Duration::days(365))),
        // Of the event that is sealed next.
        commitment: Commitment::from_bytes([0; 32]),
    }
}

fn record(head: &ConsentHead, entropy: &SequentialEntropy, number: u64) -> DisclosureRecord {
    let categories = Category::ALL.iter().cycle().skip(number as usize % 17);
    DisclosureRecord {
        id: DisclosureId::fresh(head.recorded_at, entropy).expect("an id"),
        centre: head.centre,
        case: head.case,
        consent: head.id,
        consent_revision: head.revision,
        recipient: OfficeId::parse(HAMBURG).expect("an office"),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: Matter::new(
            None,
            Some(Postcode::parse("20095").expect("a postcode")),
            Task::CriminalInvestigation,
        )
        .expect("a matter"),
        competence: CompetenceReason::PlaceAndTask,
        items: categories
            .take(1 + number as usize % 3)
            .map(|category| ItemProfile {
                category: *category,
                touches: ExpressScopes::NONE,
                statement: Statement::Fact,
                source: SourceGrade::B,
                information: InformationGrade::Two,
                handling: Handling::H0,
            })
            .collect(),
        person: head.person.clone(),
        person_for_recipient: pseudonym(entropy),
        state: DisclosureState::Held,
        seal_reason: None,
        released_at: head.recorded_at,
        collected_at: None,
        closed_at: None,
    }
}

fn terms(record: &DisclosureRecord) -> DisclosureTerms {
    DisclosureTerms {
        centre: record.centre,
        consent: record.consent,
        named_revision: None,
        recipient: record.recipient.clone(),
        purpose: record.purpose,
        onward_transfer: record.onward_transfer,
        matter: record.matter.clone(),
        items: record.items.clone(),
    }
}

fn pseudonym(entropy: &SequentialEntropy) -> Pseudonym {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes).expect("randomness");
    Pseudonym::from_bytes(bytes)
}
