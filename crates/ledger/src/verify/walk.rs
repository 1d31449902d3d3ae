//! The way through an export, line by line.

use time::UtcDateTime;

use super::{
    check::{Checked, CheckedEvent, CheckedLeaf, CheckedPart, Checker, Content},
    finding::{Findings, Place, Remark, Violation},
    last_seen::{LastSeen, joined_root},
    order::Order,
    payload::LogEvent,
    receipts::{GivenReceipt, Known, Receipts},
    report::{
        CheckpointReport, FormerReport, LogReport, OrderReport, PayloadReport, Report, Subject,
    },
    states::States,
    trust::Trust,
};
use crate::{
    Checkpoint, Hash, Leaf, LeafClass, Note,
    checkpoint::CheckpointError,
    export::{Fault, FaultKind, FormerLog, Header, Part},
    merkle::CompactRange,
    note::NoteError,
};

/// What a verification is given besides the export.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Whose signatures count.
    pub trust: Trust,
    /// The checkpoint that was seen last.
    pub last_seen: Option<Note>,
    /// Receipts that the log gave.
    pub receipts: Vec<GivenReceipt>,
    /// The time of the verification: seconds since 1970-01-01 UTC.
    pub at: u64,
}

/// Why there is nothing that could be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The first line is not that of an export.
    #[error("line 1, {0}")]
    Header(#[from] Fault),
    /// What was seen last is no checkpoint.
    #[error("the checkpoint that was seen last: {0}")]
    LastSeen(CheckpointError),
    /// The public log's checkpoint is none.
    #[error("the log's checkpoint: {0}")]
    Checkpoint(CheckpointError),
    /// The year of the verification can't be told.
    #[error("the time of the verification is out of range")]
    Time,
}

/// A verification on its way.
#[derive(Debug)]
pub struct Verification {
    subject: Subject,
    at: u64,
    year: u16,
    header: Header,
    checkpoint: Checkpoint,
    vouched: CheckpointReport,
    former: Vec<FormerReport>,
    former_checkpoints: Vec<Checkpoint>,
    last_seen: Option<LastSeen>,
    receipts: Receipts,
    states: States,
    order: Order,
    payloads: PayloadReport,
    erasures: Vec<(u64, u64, super::payload::Erasure)>,
    findings: Findings,
    left: Option<CompactRange>,
    right: Option<CompactRange>,
    own: CompactRange,
    /// A line was not read, or a leaf not in its place: what root its leaves lead to can't be told.
    broken: bool,
    line: u64,
    leaves: u64,
    ended: bool,
    latest_event: u64,
}

impl Verification {
    /// Begins with the first line of an export, with its line feed.
    ///
    /// # Errors
    /// When there is nothing that could be verified.
    pub fn begin(setup: &Setup, line: &[u8]) -> Result<Self, Unusable> {
        let header = Header::parse(line)?;
        let note = Note::parse(&header.checkpoint);
        let checkpoint = note
            .as_ref()
            .ok()
            .and_then(|note| Checkpoint::parse(note.text()).ok());
        let (Ok(note), Some(checkpoint)) = (note, checkpoint) else {
            return Err(Fault::at("/checkpoint", FaultKind::Unexpected).into());
        };
        let subject = match header.part {
            Part::Range { .. } => Subject::Export,
            Part::Selection { .. } => Subject::Selection,
        };
        Self::new(setup, subject, header, &note, checkpoint)
    }

    /// Begins with the checkpoint of a public log, whose leaves come without their events: see
    /// [`Verification::accept_public`].
    ///
    /// # Errors
    /// When it is none.
    pub fn begin_public(setup: &Setup, note: &Note) -> Result<Self, Unusable> {
        let checkpoint = Checkpoint::parse(note.text()).map_err(Unusable::Checkpoint)?;
        let header = Header {
            generation: 0,
            origin: checkpoint.origin.clone(),
            checkpoint: note.to_string(),
            range: 0..checkpoint.size,
            part: Part::Range {
                left: Vec::new(),
                right: Vec::new(),
            },
            former: Vec::new(),
        };
        let mut verification = Self::new(setup, Subject::PublicLog, header, note, checkpoint)?;
        verification.findings.remark(Remark::PayloadsNotPublic);
        Ok(verification)
    }

    fn new(
        setup: &Setup,
        subject: Subject,
        header: Header,
        note: &Note,
        checkpoint: Checkpoint,
    ) -> Result<Self, Unusable> {
        let mut findings = Findings::default();
        let vouched = setup.trust.checkpoint(note, &checkpoint, &mut findings);
        let last_seen = match &setup.last_seen {
            None => None,
            Some(note) => {
                let seen = Checkpoint::parse(note.text()).map_err(Unusable::LastSeen)?;
                Some(LastSeen::new(note, seen, &setup.trust))
            }
        };
        let first = Place::line(1);
        let mut add = |violation| findings.add(first, violation);
        if header.origin != checkpoint.origin {
            add(Violation::OtherOrigin);
        }
        if header.range.end > checkpoint.size {
            add(Violation::OutsideOfCheckpoint);
        }
        if u64::from(header.generation) != count(header.former.len()) {
            add(Violation::WrongFormer);
        }
        let (mut left, mut right) = (None, None);
        if let Part::Range { left: l, right: r } = &header.part {
            left = CompactRange::from_parts(0, header.range.start, l.clone()).ok();
            right = CompactRange::from_parts(header.range.end, checkpoint.size, r.clone()).ok();
            if left.is_none() || right.is_none() {
                add(Violation::WrongHashes);
            }
        }
        let former: Vec<(FormerReport, Option<Checkpoint>)> = header
            .former
            .iter()
            .map(|log| former_log(log, &setup.trust, &mut findings))
            .collect();
        let former_checkpoints = former.iter().filter_map(|(_, last)| last.clone()).collect();
        let mut verification = Self {
            subject,
            at: setup.at,
            year: year(setup.at).ok_or(Unusable::Time)?,
            own: CompactRange::starting_at(header.range.start),
            header,
            checkpoint,
            vouched,
            former: former.into_iter().map(|(report, _)| report).collect(),
            former_checkpoints,
            last_seen,
            receipts: Receipts::new(&setup.receipts, &setup.trust),
            states: States::new(),
            order: Order::default(),
            payloads: PayloadReport::default(),
            erasures: Vec::new(),
            findings,
            left,
            right,
            broken: false,
            line: 1,
            leaves: 0,
            ended: false,
            latest_event: 0,
        };
        verification.watch();
        Ok(verification)
    }

    /// What the first line says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The checkpoint that everything is held against.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// What checks the other lines.
    #[must_use]
    pub fn checker(&self) -> Checker {
        Checker {
            part: match &self.header.part {
                Part::Range { .. } => CheckedPart::Range,
                Part::Selection { query, .. } => CheckedPart::Selection {
                    size: self.checkpoint.size,
                    root: self.checkpoint.root,
                    query: query.clone(),
                },
            },
        }
    }

    /// Takes the next line, as it was checked.
    pub fn accept(&mut self, Checked(content): Checked) {
        self.line += 1;
        let place = Place::line(self.line);
        if self.ended {
            self.findings.add(place, Violation::AfterEnd);
            return;
        }
        match content {
            Content::Fault(fault) => {
                self.broken = true;
                self.findings
                    .add(place, Violation::UnreadableLine { fault });
            }
            Content::End(announced) => {
                self.ended = true;
                self.compare(place, announced);
            }
            Content::Leaf(leaf) => self.leaf(*leaf),
        }
    }

    /// Takes the next leaf of the public log.
    pub fn accept_public(&mut self, leaf: &Leaf) {
        let index = self.own.end();
        self.grow(leaf.leaf_hash());
        self.leaves += 1;
        self.ended = true;
        self.states.leaf_without_event(leaf.class);
        self.receipts.leaf(leaf, index);
    }

    /// A tile of the public log is not what it should be.
    pub fn other_tile(&mut self, path: String) {
        self.findings
            .add(Place::NOWHERE, Violation::OtherTile { path });
    }

    /// An entry of the public log is no leaf.
    pub fn unreadable_entry(&mut self, index: u64, fault: Fault) {
        self.broken = true;
        self.findings.add(
            Place::leaf(None, index),
            Violation::UnreadableLine { fault },
        );
    }

    fn leaf(&mut self, checked: CheckedLeaf) {
        let (index, line) = (checked.index, Some(self.line));
        let place = Place::leaf(line, index);
        self.leaves += 1;
        if !self.header.range.contains(&index) {
            self.findings.add(place, Violation::OutsideOfRange);
        }
        if self.subject == Subject::Export {
            let expected = self.own.end();
            if index != expected && !self.broken {
                self.broken = true;
                self.findings.add(place, Violation::OutOfPlace { expected });
            }
            self.grow(checked.hash);
        }
        let sound = checked.violations.is_empty();
        for violation in checked.violations {
            self.findings.add(place, violation);
        }
        let Leaf {
            class, expiry_year, ..
        } = checked.leaf;
        let kept = checked.event.is_some();
        self.states.leaf(index, class, expiry_year, kept);
        let event = checked.event.unwrap_or_default();
        if class == LeafClass::ConsentEvidence || !kept || event.referable {
            self.order
                .leaf(&checked.leaf.commitment, index, &mut self.findings);
        }
        if sound || self.subject != Subject::Selection {
            self.receipts.leaf(&checked.leaf, index);
        }
        self.event(index, kept, event);
    }

    fn event(&mut self, index: u64, kept: bool, event: CheckedEvent) {
        let line = Some(self.line);
        if kept {
            self.payloads.checked += 1;
            self.payloads.columns += event.columns;
        }
        self.latest_event = self.latest_event.max(event.at);
        if let Some(relied_on) = &event.relied_on {
            self.order
                .reference(relied_on, index, line, &mut self.findings);
        }
        let continued = matches!(event.log_event, Some(LogEvent::Continued { .. }));
        if continued != (kept && index == 0 && self.header.generation > 0) {
            self.findings
                .add(Place::leaf(line, index), Violation::OtherFormer);
        }
        match event.log_event {
            None => {}
            Some(LogEvent::Announced(erasure)) => {
                self.states.announced(erasure, event.at, self.at);
            }
            Some(LogEvent::Erased(erasure)) => self.erasures.push((index, self.line, erasure)),
            Some(LogEvent::Continued {
                origin, checkpoint, ..
            }) => {
                let named = FormerLog { origin, checkpoint };
                if self.header.former.last() != Some(&named) {
                    self.findings
                        .add(Place::leaf(line, index), Violation::OtherFormer);
                } else if let Some(last) = self.former.last_mut() {
                    last.chained = true;
                }
            }
        }
    }

    fn grow(&mut self, hash: Hash) {
        self.own.append(hash);
        self.watch();
    }

    fn watch(&mut self) {
        if let Some(seen) = &mut self.last_seen {
            seen.watch(self.left.as_ref(), &self.own);
        }
    }

    /// The last line's number against that of the leaves.
    fn compare(&mut self, place: Place, announced: u64) {
        if announced != self.leaves && !self.broken {
            let found = self.leaves;
            let violation = Violation::WrongCount { announced, found };
            self.findings.add(place, violation);
        }
    }

    /// Ends the verification.
    #[must_use]
    pub fn finish(mut self) -> Report {
        if !self.ended && self.subject != Subject::PublicLog {
            self.findings.add(Place::line(self.line), Violation::Cut);
        }
        let announced = match &self.header.part {
            Part::Range { .. } => self.header.range.end - self.header.range.start,
            Part::Selection { hits, .. } => *hits,
        };
        self.compare(Place::line(1), announced);
        let tree_stands = self.tree_stands();
        let whole = self.header.range == (0..self.checkpoint.size);
        let part = self.subject == Subject::Selection || !whole;
        let before_elsewhere = self.subject == Subject::Selection || self.header.range.start > 0;
        match self.subject {
            Subject::Selection => self.findings.remark(Remark::SelectionMayLack),
            _ if part => self.findings.remark(Remark::OnlyPart),
            _ => {}
        }
        let former_origins: Vec<String> =
            self.former.iter().map(|log| log.origin.clone()).collect();
        let cosigned = self.vouched.cosigned_by.iter().map(|one| one.time);
        let known = Known {
            origin: &self.checkpoint.origin,
            former: &former_origins,
            whole: !part,
            signed_after: cosigned.max().unwrap_or(0).max(self.latest_event),
            at: self.at,
        };
        let receipts = self.receipts.finish(known, &mut self.findings);
        for (index, line, erasure) in self.erasures {
            let announced = before_elsewhere || self.order.is_before(&erasure.intent, index);
            self.states.erasure(index, Some(line), erasure, announced);
        }
        let order = if self.subject == Subject::PublicLog {
            OrderReport::default()
        } else {
            let elsewhere = before_elsewhere || !self.former.is_empty();
            self.order.finish(elsewhere, &mut self.findings)
        };
        let (leaves, erasures) =
            self.states
                .finish(&self.checkpoint.origin, self.year, &mut self.findings);
        let last_seen = self.last_seen.map(|seen| {
            seen.finish(
                &self.checkpoint,
                &self.former_checkpoints,
                tree_stands,
                &mut self.findings,
            )
        });
        let (violations, violation_count, remarks) = self.findings.into_parts();
        Report {
            verified: violation_count == 0,
            subject: self.subject,
            at: self.at,
            log: LogReport {
                origin: self.checkpoint.origin,
                generation: (self.subject != Subject::PublicLog).then_some(self.header.generation),
                size: self.checkpoint.size,
                root: self.checkpoint.root,
                from: self.header.range.start,
                until: self.header.range.end,
                former: self.former,
            },
            checkpoint: self.vouched,
            last_seen,
            leaves,
            payloads: self.payloads,
            order,
            erasures,
            receipts,
            event: None,
            remarks,
            violation_count,
            violations,
        }
    }

    /// Whether the leaves of a range lead to the checkpoint's root.
    fn tree_stands(&mut self) -> bool {
        let (Some(left), Some(right)) = (&self.left, &self.right) else {
            return false;
        };
        if self.broken || self.own.end() != self.header.range.end {
            return false;
        }
        let mut own = self.own.clone();
        let root = own
            .append_range(right)
            .ok()
            .and_then(|()| joined_root(left, &own));
        let stands = root == Some(self.checkpoint.root);
        if !stands {
            self.findings.add(Place::NOWHERE, Violation::OtherRoot);
        }
        stands
    }
}

/// What can be said of a former log's last checkpoint.
fn former_log(
    log: &FormerLog,
    trust: &Trust,
    findings: &mut Findings,
) -> (FormerReport, Option<Checkpoint>) {
    let mut report = FormerReport {
        origin: log.origin.clone(),
        size: None,
        signed: false,
        chained: false,
    };
    let origin = log.origin.clone();
    let Some(written) = &log.checkpoint else {
        return (report, None);
    };
    let note = Note::parse(written).ok();
    let checkpoint = note
        .as_ref()
        .and_then(|note| Checkpoint::parse(note.text()).ok())
        .filter(|checkpoint| checkpoint.origin == log.origin);
    let (Some(note), Some(checkpoint)) = (note, checkpoint) else {
        findings.add(Place::line(1), Violation::BadFormer { origin });
        return (report, None);
    };
    report.size = Some(checkpoint.size);
    let keys = trust.log_keys().filter(|key| key.name() == log.origin);
    match note.open(keys) {
        Ok(_) => report.signed = true,
        Err(NoteError::Unverified) => findings.remark(Remark::FormerNotVerified { origin }),
        Err(_) => findings.add(Place::line(1), Violation::BadFormer { origin }),
    }
    (report, Some(checkpoint))
}

/// The calendar year in UTC.
pub(super) fn year(seconds: u64) -> Option<u16> {
    let seconds = i64::try_from(seconds).ok()?;
    let time = UtcDateTime::from_unix_timestamp(seconds).ok()?;
    u16::try_from(time.year()).ok()
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
