//! What a history must not have: held against what its clients saw, what the log says, and what the database holds.

mod found;
mod handover;
mod lost;
mod place;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use self::found::{Event, Found, Row};
use super::{
    plan::{Kind, Office},
    run::{Answer, Attempt, Seen, What},
};

/// SQLite's clock shows milliseconds.
const COARSE: time::Duration = time::Duration::milliseconds(2);

/// What is wrong with a history; nothing if it is as promised.
///
/// # Errors
/// When the database can't be read.
pub async fn judge(database: &DatabaseConnection, seen: &Seen) -> Result<Vec<String>, String> {
    let found = Found::of(database, seen.consent).await?;
    let mut case = Case {
        seen,
        found: &found,
        wrong: Vec::new(),
    };
    case.answers();
    case.withdrawal();
    case.revisions();
    case.keys();
    for (id, row) in &found.messages {
        case.message(*id, row);
    }
    case.end();
    case.handovers();
    case.redirections();
    case.places();
    case.lost();
    case.acts();
    case.refusals();
    let mut wrong = case.wrong;
    if !wrong.is_empty() {
        wrong.push(found.told(seen));
    }
    Ok(wrong)
}

/// What a revision covers besides travel routes for the first office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Covered {
    /// Vehicles.
    wide: bool,
    /// The second office.
    both: bool,
}

struct Case<'a> {
    seen: &'a Seen,
    found: &'a Found,
    wrong: Vec<String>,
}

impl Case<'_> {
    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    fn attempts(&self) -> impl Iterator<Item = &Attempt> + use<'_> {
        self.seen.attempts.iter()
    }

    /// Done events of a kind, about a message if one is named.
    fn done(&self, operation: &str, message: Option<Uuid>) -> Vec<Event> {
        let events = self.found.events.iter().filter(|event| {
            event.done
                && event.operation == operation
                && (message.is_none() || event.message == message)
        });
        events.cloned().collect()
    }

    /// Each answer is one that the API promises; a withdrawal's is yes.
    fn answers(&mut self) {
        let odd = self
            .attempts()
            .filter(|attempt| match (attempt.what, attempt.answer) {
                (What::Withdraw, Answer::No(_)) => true,
                (What::Release(..), Answer::No(status)) => status != 422,
                (What::Revise { .. }, Answer::No(status)) => !matches!(status, 409 | 412),
                (What::Redirect(_), Answer::No(status)) => !matches!(status, 409 | 422),
                (What::HandOver(..), Answer::No(status)) => !matches!(status, 400 | 409),
                (_, Answer::No(status)) => !matches!(status, 404 | 409),
                _ => false,
            });
        let odd: Vec<String> = odd
            .map(|attempt| format!("an odd answer: {attempt:?}"))
            .collect();
        self.wrong.extend(odd);
    }

    /// Promise 2, by the clients' clocks and by the database's.
    fn withdrawal(&mut self) {
        let acknowledged = self
            .attempts()
            .filter(|attempt| attempt.what == What::Withdraw && attempt.answer == Answer::Done)
            .map(|attempt| attempt.answered)
            .min();
        let withdrawals = self.done("consent_withdrawn", None);
        self.expect(
            withdrawals.len() == usize::from(acknowledged.is_some()),
            || format!("{} events of withdrawal", withdrawals.len()),
        );
        let status = self.found.status.clone();
        self.expect((status == "withdrawn") == acknowledged.is_some(), || {
            format!("the consent is {status}")
        });
        if let Some(acknowledged) = acknowledged {
            let late = self.attempts().filter(|attempt| match attempt.answer {
                Answer::Content => attempt.sent > acknowledged,
                // What was done before is answered again.
                Answer::Released(_) => self.first_sent(&attempt.key) > Some(acknowledged),
                Answer::Done if matches!(attempt.what, What::Redirect(_)) => {
                    self.first_sent(&attempt.key) > Some(acknowledged)
                }
                _ => false,
            });
            let late: Vec<String> = late
                .map(|attempt| format!("after the withdrawal that was acknowledged at {acknowledged:?}: {attempt:?}"))
                .collect();
            self.wrong.extend(late);
        }
        for withdrawn in withdrawals {
            let later = self.found.events.iter().filter(|event| {
                let releases = event.operation == "disclosure_released"
                    || event.operation == "disclosure_redirected"
                    || event.operation == "disclosure_collected"
                    || event.operation == "consent_revised";
                event.done && releases && event.at > withdrawn.at
            });
            let later: Vec<String> = later
                .map(|event| format!("in the log after the withdrawal: {event:?}"))
                .collect();
            self.wrong.extend(later);
        }
    }

    /// Promise 1, by the clients' clocks: nothing that was asked for after the end of the validity, if nobody made it longer.
    fn end(&mut self) {
        let Some(until) = self.seen.valid_until.filter(|_| self.kinds().len() == 1) else {
            return;
        };
        let late = self.attempts().filter(|attempt| {
            attempt.answer == Answer::Content
                && self.seen.began_at + attempt.sent > until.get() + COARSE
        });
        let late: Vec<String> = late
            .map(|attempt| format!("after the end of the validity: {attempt:?}"))
            .collect();
        self.wrong.extend(late);
    }

    /// One event for each revision that was answered with yes, and no revision beside them.
    fn revisions(&mut self) {
        let kinds = self.kinds();
        let events = self.done("consent_revised", None).len();
        let expected = usize::try_from(self.found.revision.saturating_sub(1)).unwrap_or(0);
        self.expect(events == expected, || {
            format!("{events} events of revision, and {expected} revisions")
        });
        let answered: BTreeSet<&str> = self
            .attempts()
            .filter(|attempt| {
                matches!(attempt.what, What::Revise { .. }) && attempt.answer == Answer::Done
            })
            .map(|attempt| attempt.key.as_str())
            .collect();
        let answered = answered.len();
        self.expect(
            answered == expected && kinds.len() == expected.saturating_add(1),
            || format!("{answered} revisions were answered with yes, and there are {expected}"),
        );
    }

    /// What each revision covers.
    fn kinds(&self) -> BTreeMap<u32, Covered> {
        let first = Covered {
            wide: true,
            both: self.seen.plan.both,
        };
        let mut kinds = BTreeMap::from([(1, first)]);
        for attempt in &self.seen.attempts {
            if let (What::Revise { from, wide, both }, Answer::Done) =
                (attempt.what, attempt.answer)
            {
                kinds.insert(from.saturating_add(1), Covered { wide, both });
            }
        }
        kinds
    }

    /// When a key was first sent.
    fn first_sent(&self, key: &str) -> Option<Duration> {
        let same = self.attempts().filter(|attempt| attempt.key == key);
        same.map(|attempt| attempt.sent).min()
    }

    /// One key, one message; one message, one key; and each is there.
    fn keys(&mut self) {
        let mut by_key: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
        for attempt in &self.seen.attempts {
            if let Answer::Released(id) = attempt.answer {
                by_key.entry(&attempt.key).or_default().insert(id);
            }
        }
        let several: Vec<String> = by_key
            .iter()
            .filter(|(_, ids)| ids.len() > 1)
            .map(|(key, ids)| format!("one key, several messages: {key} {ids:?}"))
            .collect();
        let answered: BTreeSet<Uuid> = by_key.values().flatten().copied().collect();
        let keys = by_key.len();
        self.wrong.extend(several);
        self.expect(answered.len() == keys, || {
            "two keys, one message".to_owned()
        });
        let stored: BTreeSet<Uuid> = self.found.messages.keys().copied().collect();
        self.expect(stored == answered, || {
            format!("messages that were answered: {answered:?}; that are stored: {stored:?}")
        });
    }

    /// A message's whole life.
    fn message(&mut self, id: Uuid, row: &Row) {
        let released = self.done("disclosure_released", Some(id));
        self.expect(released.len() == 1, || {
            format!("{id} was released {} times in the log", released.len())
        });
        let collections = self.done("disclosure_collected", Some(id));
        let answers = |wanted: Answer| {
            let of_this =
                |attempt: &&Attempt| matches!(attempt.what, What::Collect(one, _) if one == id);
            let all = self.seen.attempts.iter().filter(of_this);
            all.filter(|attempt| attempt.answer == wanted).count()
        };
        let (content, unknown) = (answers(Answer::Content), answers(Answer::None));
        let logged = collections.len();
        self.expect((content..=content + unknown).contains(&logged), || {
            format!("{id}: {logged} collections in the log, {content} answers with content, {unknown} without an answer")
        });
        let kind = self.kind_of(id);
        let redirected = self.done("disclosure_redirected", Some(id));
        for event in released.iter().chain(&redirected).chain(&collections) {
            self.allowed(event, kind);
        }
        self.expect(row.collected == (logged > 0), || {
            format!(
                "{id}: collected in the log {logged} times, its row says {}",
                row.collected
            )
        });
        let withdrawn = self.found.status == "withdrawn";
        self.expect(!withdrawn || row.state != "held", || {
            format!("{id} is held under a withdrawn consent")
        });
        self.expect(!withdrawn || !row.has_content, || {
            format!("{id} has content under a withdrawn consent")
        });
        let told = i64::from(withdrawn && row.collected);
        self.expect(row.withdrawn_notices == told, || {
            format!(
                "{id}: {} notices of the withdrawal, and {told} must be",
                row.withdrawn_notices
            )
        });
        let most = i64::from(row.collected);
        self.expect(row.narrowed_notices <= most, || {
            format!(
                "{id}: {} notices of a revision, and {most} may be",
                row.narrowed_notices
            )
        });
        self.expect(row.state != "held" || row.has_content, || {
            format!("{id} is held without content")
        });
        let keeps = matches!(row.state.as_str(), "held" | "collected");
        self.expect(keeps || !row.has_content, || {
            format!("{id} is {} and has content", row.state)
        });
        let sealed_by_withdrawal = row.seal_reason.as_deref() == Some("withdrawn");
        self.expect(!sealed_by_withdrawal || withdrawn, || {
            format!("{id} is sealed by a withdrawal that was none")
        });
    }

    fn kind_of(&self, id: Uuid) -> Option<Kind> {
        self.seen
            .attempts
            .iter()
            .find_map(|attempt| match attempt.what {
                What::Release(kind, _) if attempt.answer == Answer::Released(id) => Some(kind),
                _ => None,
            })
    }

    /// Promise 1, by the database's clock: the revision that the event relied on was the latest, was valid, and covered it.
    fn allowed(&mut self, event: &Event, kind: Option<Kind>) {
        let Some(revision) = event.revision else {
            self.wrong.push(format!("relied on no revision: {event:?}"));
            return;
        };
        let covered = self.kinds().get(&revision).copied();
        let allows = covered.is_some_and(|covered| {
            let category = covered.wide || kind == Some(Kind::Route);
            let recipient = covered.both || event.office == Some(Office::First);
            category && recipient
        });
        self.expect(allows, || {
            format!("not covered by revision {revision}: {event:?}")
        });
        if let (1, Some(until)) = (revision, self.seen.valid_until) {
            let until = until.get().unix_timestamp_nanos() / 1_000;
            self.expect(i128::from(event.at) < until, || {
                format!("after the end of its validity ({until}): {event:?}")
            });
        }
        let revised = self.done("consent_revised", None);
        let began = |revision: u32| {
            let number = usize::try_from(revision.checked_sub(2)?).ok()?;
            revised.get(number).map(|event| event.at)
        };
        self.expect(began(revision).is_none_or(|at| at <= event.at), || {
            format!("before revision {revision} was made: {event:?}")
        });
        self.expect(
            began(revision.saturating_add(1)).is_none_or(|at| event.at <= at),
            || format!("revision {revision} was not the latest: {event:?}"),
        );
    }

    /// Recalls and acknowledgements: whatever was answered with yes has its event, once, and the message's state goes with it.
    fn acts(&mut self) {
        for (operation, state) in [
            ("disclosure_recalled", "recalled"),
            ("disclosure_acknowledged", "acknowledged"),
        ] {
            let mut answered = BTreeMap::new();
            for attempt in &self.seen.attempts {
                let id = match attempt.what {
                    What::Recall(id) if state == "recalled" => id,
                    What::Acknowledge(id, _) if state == "acknowledged" => id,
                    _ => continue,
                };
                if attempt.answer == Answer::Done {
                    let keys: &mut BTreeSet<String> = answered.entry(id).or_default();
                    keys.insert(attempt.key.clone());
                }
            }
            for (id, row) in &self.found.messages {
                let events = self.done(operation, Some(*id)).len();
                let keys = answered.get(id).map_or(0, BTreeSet::len);
                let is_so = usize::from(row.state == state);
                self.expect(events == keys && events == is_so, || {
                    format!(
                        "{id} is {}: {events} events of {operation}, {keys} answers",
                        row.state
                    )
                });
            }
        }
    }

    /// As many refused releases and redirections in the log as were answered so, and at most those besides that were not answered.
    fn refusals(&mut self) {
        for operation in ["disclosure_released", "disclosure_redirected"] {
            let answers = |wanted: fn(Answer) -> bool| {
                let of_this = |attempt: &&Attempt| {
                    let is_it = match attempt.what {
                        What::Release(..) => operation == "disclosure_released",
                        What::Redirect(_) => operation == "disclosure_redirected",
                        _ => false,
                    };
                    is_it && wanted(attempt.answer)
                };
                self.seen.attempts.iter().filter(of_this).count()
            };
            let refused = answers(|answer| answer == Answer::No(422));
            let unknown = answers(|answer| answer == Answer::None);
            let events = self.found.events.iter();
            let logged = events.filter(|event| !event.done && event.operation == operation);
            let logged = logged.count();
            self.expect((refused..=refused + unknown).contains(&logged), || {
                format!("{logged} refused events of {operation}, {refused} were answered so, {unknown} not answered")
            });
        }
    }
}
