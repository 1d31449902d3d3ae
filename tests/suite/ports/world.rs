//! Who and what there is in every sequence, by small numbers.

use std::sync::{Arc, OnceLock};

use freigabe_domain::{
    access::{
        AtIssuer, Caller, ClientId, DataProtectionRegime, InvitationSecret, Organisation, Role,
        Standing,
    },
    consent::CaseReferences,
    disclosure::Pseudonym,
    entropy::Entropy,
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, Mode, Page, PageRequest, Scope, prelude::*, unit_of_work},
    text::{Reference, ShortText},
};
use freigabe_ledger::Commitment;
use freigabe_storage::SqlTx;
use freigabe_testkit::{Backend, machine::MachineEntropy, store::HAMBURG};
use proptest::prelude::*;
use uuid::Uuid;

use super::pair::Pair;

/// For whom a unit of work is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Centre(u8),
    Office(u8),
    Coordination,
    Auditor,
    Operator,
    SignIn(u8),
    Admission,
    Registration(u8),
    Upkeep,
    Directory,
    Sequencer,
    Eraser,
}

impl By {
    pub(super) fn scope(self) -> Scope {
        let client = self.client();
        match (self, client) {
            (Self::Centre(number), Some(client)) => Scope::Centre {
                organisation: centre(number),
                client,
            },
            (Self::Office(number), Some(client)) => Scope::Office {
                office: office(number),
                organisation: organisation(2 + number),
                client,
            },
            (Self::Coordination, Some(client)) => Scope::Coordination { client },
            (Self::Auditor, Some(client)) => Scope::Auditor { client },
            (Self::SignIn(number), _) => Scope::SignIn {
                client: client_id(number),
            },
            (Self::Admission, _) => Scope::Admission,
            (Self::Registration(number), _) => Scope::Registration {
                secret: secret(number),
            },
            (Self::Operator, client) => Scope::Operator { client },
            (Self::Upkeep, _) => Scope::Upkeep,
            (Self::Sequencer, _) => Scope::Sequencer,
            (Self::Eraser, _) => Scope::Eraser,
            _ => Scope::Directory,
        }
    }

    /// The client in whose name it is done.
    pub(super) fn client(self) -> Option<ClientId> {
        let name = match self {
            Self::Centre(number) => format!("centre-{number}"),
            Self::Office(number) => format!("office-{number}"),
            Self::Coordination => "coordination".to_owned(),
            Self::Auditor => "auditor".to_owned(),
            _ => return None,
        };
        Some(ClientId::parse(name).unwrap())
    }

    /// A call by this centre or office.
    pub(super) fn caller(self) -> Caller {
        let (organisation, standing) = match self {
            Self::Office(number) => (organisation(2 + number), Standing::Office(office(number))),
            Self::Centre(number) => (centre(number), Standing::Centre),
            _ => (organisation(4), Standing::Auditor),
        };
        Caller {
            client: self.client().unwrap(),
            organisation,
            standing,
            user: None,
        }
    }
}

fn numbered(kind: u16, number: u8) -> Uuid {
    Uuid::from_u128(u128::from(kind) << 112 | 0x7000_8000_0000_0000_0000 | u128::from(number))
}

/// An organisation: two centres, two offices, an auditor; others there are none, unless a sequence adds them.
pub(super) fn organisation(number: u8) -> OrganisationId {
    OrganisationId::from_uuid(numbered(1, number))
}

/// One of two centres.
pub(super) fn centre(number: u8) -> OrganisationId {
    organisation(number)
}

/// One of two offices; any other number is none.
pub(super) fn office(number: u8) -> OfficeId {
    let name = match number {
        0 => HAMBURG,
        1 => "bpoli-kb-rostock",
        _ => "bpoli-nowhere",
    };
    OfficeId::parse(name).unwrap()
}

pub(super) fn case(number: u8) -> CaseId {
    CaseId::from_uuid(numbered(2, number))
}

pub(super) fn consent(number: u8) -> ConsentId {
    ConsentId::from_uuid(numbered(3, number))
}

pub(super) fn disclosure(number: u8) -> DisclosureId {
    DisclosureId::from_uuid(numbered(4, number))
}

pub(super) fn notice(number: u8) -> WithdrawalNoticeId {
    WithdrawalNoticeId::from_uuid(numbered(5, number))
}

pub(super) fn event(number: u8) -> EventId {
    EventId::from_uuid(numbered(6, number))
}

/// Something without a type of its own.
pub(super) fn thing(number: u8) -> Uuid {
    numbered(7, number)
}

pub(super) fn commitment(number: u8) -> Commitment {
    Commitment::from_bytes([number; 32])
}

/// Names of clients whose order hangs on whether marks and digits count.
pub(super) fn client_id(number: u8) -> ClientId {
    let names = ["a-b.centre", "a.b-centre", "ab1", "ab-1", "ab.1-x", "ab10"];
    ClientId::parse(*names.get(usize::from(number)).unwrap_or(&"unknown")).unwrap()
}

pub(super) fn at_issuer(number: u8) -> AtIssuer {
    AtIssuer {
        issuer: format!("https://issuer-{}.example", number % 2),
        client: format!("client {}", number / 2),
    }
}

pub(super) fn secret(number: u8) -> InvitationSecret {
    InvitationSecret::parse(&format!("{number:064x}")).unwrap()
}

/// Moments some microseconds apart: few, so that many are equal.
pub(super) fn at(number: u8) -> Instant {
    const FIRST: i64 = 1_800_000_000_000_000;
    Instant::from_unix_micros(FIRST + i64::from(number))
}

/// The references of a case.
pub(super) fn references(file: u8, person: u8) -> CaseReferences {
    CaseReferences {
        case_reference: Reference::parse(format!("AKTE-{file}")).unwrap(),
        pii_principal_id: Reference::parse(format!("PERSON-{person}")).unwrap(),
    }
}

/// A page that begins nowhere, at a row, or between rows.
pub(super) type Place = (Option<(u8, u8)>, u16);

/// Pages over moments and ids below these.
pub(super) fn places(moments: u8, ids: u8) -> impl Strategy<Value = Place> {
    let after = prop_oneof![1 => Just(None), 3 => (0..moments, 0..ids).prop_map(Some)];
    (after, 1..4_u16)
}

/// The page at this place of a listing whose ids are made by `id`.
pub(super) fn page((after, limit): Place, id: impl Fn(u8) -> Uuid) -> PageRequest {
    let after = after.map(|(moment, number)| Cursor {
        at: at(moment),
        id: id(number),
    });
    PageRequest { after, limit }
}

/// The page of all rows, which are in order already; `descending` says in which.
pub(super) fn cut<T>(
    rows: Vec<T>,
    page: PageRequest,
    descending: bool,
    position: impl Fn(&T) -> Cursor,
) -> Page<T> {
    let is_after = |row: &T| match page.after {
        None => true,
        Some(after) if descending => position(row) < after,
        Some(after) => position(row) > after,
    };
    Page::cut(
        rows.into_iter().filter(is_after).collect(),
        page.limit,
        &position,
    )
}

/// The machine's randomness: keys and nonces are never compared.
pub(super) fn entropy() -> Arc<dyn Entropy> {
    Arc::new(MachineEntropy)
}

/// A participant as it is stored.
pub(super) fn participant(number: u8) -> Organisation {
    let (role, office) = match number {
        0 | 1 => (Role::Centre, None),
        2 | 3 => (Role::Office, Some(office(number - 2))),
        _ => (Role::Auditor, None),
    };
    Organisation {
        id: organisation(number),
        role,
        name: ShortText::parse(format!("Organisation {number}")).unwrap(),
        office,
        regime: DataProtectionRegime::usual_for(role),
    }
}

/// How the keys of all tests name the persons: for the log, and for each office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    in_log: Vec<Pseudonym>,
    for_office: Vec<Pseudonym>,
}

const CENTRES: u8 = 2;
const PERSONS: u8 = 2;
const OFFICES: u8 = 2;

static NAMES: OnceLock<Names> = OnceLock::new();

/// A person's pseudonym in the log.
pub(super) fn in_log(centre: u8, person: u8) -> Pseudonym {
    let names = NAMES.get().expect("a pair was started");
    names.in_log[usize::from(centre * PERSONS + person)].clone()
}

/// A person's pseudonym for an office.
pub(super) fn for_office(centre: u8, person: u8, office: u8) -> Pseudonym {
    let names = NAMES.get().expect("a pair was started");
    names.for_office[usize::from((centre * PERSONS + person) * OFFICES + office)].clone()
}

/// Adds those who take part to both databases, and learns the pseudonyms, which are the keyed hashes of nobody's memory.
pub(super) async fn take_part(pair: &Pair) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let store = pair.store(backend);
        let operator = Scope::Operator { client: None };
        let added = unit_of_work(
            &store,
            &operator,
            Mode::Write,
            async |tx: &mut SqlTx<'_>| {
                for number in 0..5 {
                    assert!(tx.insert_organisation(&participant(number), at(0)).await?);
                }
                Ok(())
            },
        );
        added.await.expect("organisations");
        let mut names = Names {
            in_log: Vec::new(),
            for_office: Vec::new(),
        };
        for number in 0..CENTRES {
            let scope = By::Centre(number).scope();
            let learnt = unit_of_work(&store, &scope, Mode::Write, async |tx: &mut SqlTx<'_>| {
                let (mut in_log, mut for_office) = (Vec::new(), Vec::new());
                for person in 0..PERSONS {
                    let fresh = case(100 + PERSONS * number + person);
                    let references = references(100, person);
                    let made = tx
                        .case_for(centre(number), &references, fresh, at(0))
                        .await?;
                    in_log.push(made.person);
                    for to in 0..OFFICES {
                        for_office.push(tx.pseudonym(fresh, &office(to)).await?);
                    }
                }
                Ok((in_log, for_office))
            });
            let (in_log, for_office) = learnt.await.expect("pseudonyms");
            names.in_log.extend(in_log);
            names.for_office.extend(for_office);
        }
        assert_eq!(NAMES.get_or_init(|| names.clone()), &names, "{backend:?}");
        let mut all = [names.in_log, names.for_office].concat();
        all.sort_unstable();
        all.dedup();
        let different = CENTRES * PERSONS * (1 + OFFICES);
        assert_eq!(
            all.len(),
            usize::from(different),
            "each name is one person's, for one reader"
        );
    }
}
