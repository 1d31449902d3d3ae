//! Cases and consents in memory.

use std::collections::BTreeMap;

use freigabe_domain::{
    consent::{
        ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus, LockedConsent, RevisionRecord,
    },
    store::{Cursor, StoredCase},
};
use freigabe_testkit::Backend;

use super::{
    super::{
        machine::{Answer, Failure, told},
        world::{self, By, at, case, centre, consent, cut},
    },
    Call, belongs, decided_head, decision, event, head,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    /// Centre, file and person of each case.
    cases: BTreeMap<u8, (u8, u8, u8)>,
    consents: BTreeMap<u8, Kept>,
}

#[derive(Debug, Clone, PartialEq)]
struct Kept {
    head: ConsentHead,
    revisions: Vec<RevisionRecord>,
    events: Vec<ConsentEvent>,
}

/// What the tables ask of a head.
fn is_sound(head: &ConsentHead) -> bool {
    let ends = matches!(head.status, ConsentStatus::Given | ConsentStatus::Expired);
    let in_order = head.valid_until.is_none() || head.valid_until > head.valid_from;
    in_order && (!ends || head.valid_until.is_some())
}

fn in_order(mut events: Vec<ConsentEvent>) -> Vec<ConsentEvent> {
    events.sort_by_key(|event| (event.at, event.revision, event.kind));
    events
}

fn position(head: &ConsentHead) -> Cursor {
    Cursor {
        at: head.recorded_at,
        id: head.id.as_uuid(),
    }
}

impl Kept {
    fn shown(&self) -> LockedConsent {
        let latest = self
            .revisions
            .iter()
            .find(|revision| revision.number == self.head.revision);
        LockedConsent {
            head: self.head.clone(),
            decision: latest.expect("the latest revision").decision.clone(),
        }
    }

    fn is_there_for(&self, by: By, on: Backend) -> bool {
        let ends = matches!(
            self.head.status,
            ConsentStatus::Given | ConsentStatus::Expired
        );
        on == Backend::Sqlite || is_own(&self.head, by) || (by == By::Upkeep && ends)
    }

    /// Whether it can be held, and changed.
    fn may_be_held_by(&self, by: By, on: Backend) -> bool {
        let ends = by == By::Upkeep && self.head.status == ConsentStatus::Given;
        on == Backend::Sqlite || is_own(&self.head, by) || ends
    }
}

fn is_own(head: &ConsentHead, by: By) -> bool {
    matches!(by, By::Centre(number) if head.centre == centre(number))
}

impl Model {
    /// The row below a head that is written over it, if the caller and the revision before let it.
    fn update(
        &mut self,
        number: u8,
        before: u32,
        to: &ConsentHead,
        by: By,
        on: Backend,
    ) -> Result<&mut Kept, Failure> {
        let row = self.consents.get_mut(&number);
        let row = row.filter(|kept| kept.head.revision == before && kept.may_be_held_by(by, on));
        let row = row.ok_or(Failure::Affected(0))?;
        let only_ends = on == Backend::Postgres && by == By::Upkeep;
        if !is_sound(to) || (only_ends && to.status != ConsentStatus::Expired) {
            return Err(Failure::Defect);
        }
        row.head = ConsentHead {
            recorded_at: row.head.recorded_at,
            ..to.clone()
        };
        Ok(row)
    }

    fn visible(&self, by: By, on: Backend) -> impl Iterator<Item = &Kept> {
        self.consents
            .values()
            .filter(move |kept| kept.is_there_for(by, on))
    }

    fn of_centre(&self, number: u8, by: By, on: Backend) -> Vec<ConsentHead> {
        let own = self
            .visible(by, on)
            .filter(|kept| kept.head.centre == centre(number));
        let mut heads: Vec<_> = own.map(|kept| kept.head.clone()).collect();
        heads.sort_by_key(|head| std::cmp::Reverse(position(head)));
        heads
    }

    /// What is answered about a consent with its latest revision, which only its centre may read.
    fn opened(&self, kept: Option<&Kept>, by: By, on: Backend) -> Result<Answer, Failure> {
        match kept {
            Some(_) if on == Backend::Postgres && by == By::Upkeep => {
                Err(Failure::Corrupt("consents"))
            }
            kept => Ok(told(kept.map(Kept::shown))),
        }
    }
}

impl Model {
    pub(super) fn foretell(&mut self, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let (sqlite, visible) = (on == Backend::Sqlite, |centre: u8| by == By::Centre(centre));
        match *call {
            Call::CaseFor {
                centre,
                file,
                person,
                fresh,
            } => {
                if !sqlite && !visible(centre) {
                    return Err(Failure::Defect);
                }
                let references = (centre, file, person);
                let found = self.cases.iter().find(|(_, case)| **case == references);
                let number = match found {
                    Some((number, _)) => *number,
                    None if self.cases.contains_key(&fresh) => return Err(Failure::Conflict),
                    None => fresh,
                };
                self.cases.insert(number, references);
                Ok(told(StoredCase {
                    id: case(number),
                    person: world::in_log(centre, person),
                }))
            }
            Call::References { case } => {
                let found = self
                    .cases
                    .get(&case)
                    .filter(|(of, _, _)| sqlite || visible(*of));
                let (_, file, person) = found.ok_or(Failure::Corrupt("cases"))?;
                Ok(told(world::references(*file, *person)))
            }
            Call::Pseudonym { case, office } => {
                let found = self
                    .cases
                    .get(&case)
                    .filter(|(of, _, _)| sqlite || visible(*of));
                let (of, _, person) = found.ok_or(Failure::Corrupt("cases"))?;
                Ok(told(world::for_office(*of, *person, office)))
            }
            Call::Record {
                consent,
                decided,
                at: moment,
            } => {
                let (of, in_case) = belongs(consent);
                let head = decided_head(consent, 1, decided, moment);
                if (!sqlite && !visible(of)) || !is_sound(&head) {
                    return Err(Failure::Defect);
                }
                if self.consents.contains_key(&consent) {
                    return Err(Failure::Conflict);
                }
                if self
                    .cases
                    .get(&in_case)
                    .is_none_or(|(centre, _, _)| *centre != of)
                {
                    return Err(Failure::of_missing(on));
                }
                let (recorded_at, decision) = (at(moment), decision(decided));
                let kept = Kept {
                    head,
                    revisions: vec![RevisionRecord {
                        number: 1,
                        recorded_at,
                        decision,
                    }],
                    events: vec![event(ConsentEventKind::Recorded, 1, moment)],
                };
                self.consents.insert(consent, kept);
                Ok(told(()))
            }
            Call::Revise {
                consent,
                to,
                decided,
                at: moment,
            } => {
                let head = decided_head(consent, to, decided, moment);
                let kept = self.update(consent, to - 1, &head, by, on)?;
                let (recorded_at, decision) = (at(moment), decision(decided));
                kept.revisions.push(RevisionRecord {
                    number: to,
                    recorded_at,
                    decision,
                });
                kept.events
                    .push(event(ConsentEventKind::Revised, to, moment));
                Ok(told(()))
            }
            Call::Withdraw {
                consent,
                revision,
                valid,
                at,
            } => {
                let head = head(consent, revision, ConsentStatus::Withdrawn, valid, at);
                let event = event(ConsentEventKind::Withdrawn, revision, at);
                ended(self.update(consent, revision, &head, by, on)?, event)
            }
            Call::Expire {
                consent,
                revision,
                valid,
                at,
            } => {
                let head = head(consent, revision, ConsentStatus::Expired, valid, at);
                let event = event(ConsentEventKind::Expired, revision, at);
                ended(self.update(consent, revision, &head, by, on)?, event)
            }
            Call::Lock { consent, .. } => {
                let kept = self.consents.get(&consent);
                self.opened(kept.filter(|kept| kept.may_be_held_by(by, on)), by, on)
            }
            Call::LockHead { consent } => {
                let kept = self
                    .consents
                    .get(&consent)
                    .filter(|kept| kept.may_be_held_by(by, on));
                Ok(told(kept.map(|kept| kept.head.clone())))
            }
            Call::Show { consent } => {
                let kept = self.consents.get(&consent);
                self.opened(kept.filter(|kept| kept.is_there_for(by, on)), by, on)
            }
            Call::History { consent } => {
                let kept = self.consents.get(&consent);
                let kept = kept.filter(|kept| sqlite || is_own(&kept.head, by));
                Ok(told(kept.map_or_else(Default::default, |kept| {
                    (kept.revisions.clone(), in_order(kept.events.clone()))
                })))
            }
            Call::List { centre, page } => {
                let page = world::page(page, |number| consent(number).as_uuid());
                Ok(told(cut(
                    self.of_centre(centre, by, on),
                    page,
                    true,
                    position,
                )))
            }
            Call::Walk { centre, .. } => Ok(told(self.of_centre(centre, by, on))),
            Call::PastEnd { now, limit } => {
                let given = |kept: &&Kept| kept.head.status == ConsentStatus::Given;
                let ends = self.visible(by, on).filter(given);
                let mut ended: Vec<_> = ends
                    .filter_map(|kept| Some((kept.head.valid_until?, kept.head.id)))
                    .filter(|(until, _)| *until <= at(now))
                    .collect();
                ended.sort_unstable();
                ended.truncate(usize::from(limit));
                Ok(told(
                    ended.into_iter().map(|(_, id)| id).collect::<Vec<_>>(),
                ))
            }
        }
    }
}

/// A consent ends once by each way at each revision.
fn ended(kept: &mut Kept, event: ConsentEvent) -> Result<Answer, Failure> {
    let same = |known: &ConsentEvent| (known.kind, known.revision) == (event.kind, event.revision);
    if kept.events.iter().any(same) {
        return Err(Failure::Conflict);
    }
    kept.events.push(event);
    Ok(told(()))
}
