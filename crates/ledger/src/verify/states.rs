//! What became of each event: there, expired, erased, or missing.

use std::ops::Range;

use super::{
    finding::{Findings, Place, Remark, Violation},
    payload::{Erasure, ErasureKind},
    report::{ErasureReport, LeafCounts},
};
use crate::LeafClass;

/// Neighbouring leaves that share class, expiry year and state, in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    from: u64,
    length: u32,
    expiry_year: u16,
    class: LeafClass,
    kept: bool,
}

impl Run {
    const fn until(self) -> u64 {
        self.from.saturating_add(self.length as u64)
    }
}

/// The states of all leaves seen so far.
#[derive(Debug, Default)]
pub(super) struct States {
    runs: Vec<Run>,
    erasures: Vec<Done>,
    /// Erasures that were announced not long ago, and may not be reported yet.
    under_way: Vec<Erasure>,
    counts: LeafCounts,
    in_order: bool,
}

/// An erasure's event, where it stands, and whether it was announced.
#[derive(Debug)]
struct Done {
    index: u64,
    line: Option<u64>,
    erasure: Erasure,
    announced: bool,
}

impl States {
    pub(super) fn new() -> Self {
        Self {
            in_order: true,
            ..Self::default()
        }
    }

    pub(super) fn leaf(&mut self, index: u64, class: LeafClass, expiry_year: u16, kept: bool) {
        self.counts.total += 1;
        match class {
            LeafClass::Operations => self.counts.operations += 1,
            LeafClass::ConsentEvidence => self.counts.consent_evidence += 1,
        }
        if let Some(last) = self.runs.last_mut() {
            if last.until() == index
                && last.expiry_year == expiry_year
                && last.class == class
                && last.kept == kept
                && last.length < u32::MAX
            {
                last.length += 1;
                return;
            }
            self.in_order &= last.until() <= index;
        }
        self.runs.push(Run {
            from: index,
            length: 1,
            expiry_year,
            class,
            kept,
        });
    }

    /// Whether the event of a leaf can't be known, as in the public log.
    pub(super) fn leaf_without_event(&mut self, class: LeafClass) {
        self.counts.total += 1;
        self.counts.not_public += 1;
        match class {
            LeafClass::Operations => self.counts.operations += 1,
            LeafClass::ConsentEvidence => self.counts.consent_evidence += 1,
        }
    }

    pub(super) fn erasure(
        &mut self,
        index: u64,
        line: Option<u64>,
        erasure: Erasure,
        announced: bool,
    ) {
        self.erasures.push(Done {
            index,
            line,
            erasure,
            announced,
        });
    }

    /// An erasure that was announced at this time; it counts if it may still be under way at the time of the verification.
    pub(super) fn announced(&mut self, erasure: Erasure, announced_at: u64, at: u64) {
        if Erasure::is_under_way(announced_at, at) {
            self.under_way.push(erasure);
        }
    }

    /// Decides over all leaves. `year` is the calendar year in which is verified.
    pub(super) fn finish(
        mut self,
        origin: &str,
        year: u16,
        findings: &mut Findings,
    ) -> (LeafCounts, Vec<ErasureReport>) {
        if !self.in_order {
            self.put_in_order(findings);
        }
        for done in &self.erasures {
            let place = Place::leaf(done.line, done.index);
            if !done.announced {
                findings.add(place, Violation::ErasureWithoutIntent);
            }
            if done.is_about(origin) && !done.in_order() {
                findings.add(place, Violation::BadRanges);
            }
        }
        let elsewhere = self.erasures.iter().filter(|d| !d.is_about(origin));
        let elsewhere = u64::try_from(elsewhere.count()).unwrap_or(u64::MAX);
        if elsewhere > 0 {
            findings.remark(Remark::ErasuresElsewhere { count: elsewhere });
        }
        let mut reports = Vec::with_capacity(self.erasures.len());
        let mut erased: Vec<Range<u64>> = Vec::new();
        for done in &self.erasures {
            let about = done.is_about(origin) && done.in_order();
            let valid = done.announced && about;
            let covered = if about {
                self.covered(done, findings)
            } else {
                Covered::default()
            };
            if valid {
                erased.extend(covered.gone);
            }
            reports.push(done.report(covered.count, valid));
        }
        let erased = joined(erased);
        let mut under_way = Vec::new();
        for erasure in self.under_way.iter().filter(|known| known.is_of(origin)) {
            for range in &erasure.ranges {
                let named = self.within(range);
                let named = named.filter(|(run, _)| erasure.names(run.class, run.expiry_year));
                under_way.extend(named.map(|(_, part)| part));
            }
        }
        let under_way = joined(under_way);
        self.count(year, &erased, &under_way, findings);
        (self.counts, reports)
    }

    /// Sorts the runs, and takes out what stands in them a second time.
    fn put_in_order(&mut self, findings: &mut Findings) {
        self.runs.sort_unstable_by_key(|run| (run.from, !run.kept));
        let mut end = 0;
        let mut runs = Vec::with_capacity(self.runs.len());
        for mut run in std::mem::take(&mut self.runs) {
            let twice = run.from..run.until().min(end);
            if !twice.is_empty() {
                findings.add(of_range(&twice), Violation::Repeated);
                // Not longer than the run, whose length fits.
                let length = u32::try_from(twice.end - twice.start).unwrap_or(u32::MAX);
                run.from = twice.end;
                run.length = run.length.saturating_sub(length);
            }
            if run.length > 0 {
                end = run.until();
                runs.push(run);
            }
        }
        self.runs = runs;
    }

    /// Which leaves of this file an erasure erased; it must have erased all that it names.
    fn covered(&self, done: &Done, findings: &mut Findings) -> Covered {
        let mut covered = Covered::default();
        let mut seen = 0_u64;
        for range in &done.erasure.ranges {
            for (run, part) in self.within(range) {
                let length = part.end - part.start;
                seen += length;
                if !done.erasure.names(run.class, run.expiry_year) {
                    continue;
                }
                covered.count += length;
                if run.kept {
                    let violation = Violation::StillThere {
                        erased_by: done.index,
                    };
                    findings.add(of_range(&part), violation);
                } else {
                    covered.gone.push(part);
                }
            }
        }
        let named = done.named();
        let counted = match done.erasure.kind {
            ErasureKind::Case => Some(named),
            // Only if all of its leaves are in this file can they be counted.
            ErasureKind::Year => (seen == named).then_some(covered.count),
        };
        if let Some(named) = counted.filter(|named| *named != done.erasure.count) {
            let violation = Violation::WrongErasureCount {
                stated: done.erasure.count,
                named,
            };
            findings.add(Place::leaf(done.line, done.index), violation);
        }
        covered
    }

    fn within(&self, range: &Range<u64>) -> impl Iterator<Item = (Run, Range<u64>)> {
        let first = self.runs.partition_point(|run| run.until() <= range.start);
        let range = range.clone();
        self.runs
            .iter()
            .skip(first)
            .take_while({
                let end = range.end;
                move |run| run.from < end
            })
            .map(move |run| {
                let part = run.from.max(range.start)..run.until().min(range.end);
                (*run, part)
            })
    }

    fn count(
        &mut self,
        year: u16,
        erased: &[Range<u64>],
        under_way: &[Range<u64>],
        findings: &mut Findings,
    ) {
        let mut unreported = 0;
        for run in &self.runs {
            let (length, over) = (u64::from(run.length), run.expiry_year < year);
            match (run.kept, over) {
                (true, over) => {
                    self.counts.open += length;
                    self.counts.overdue += if over { length } else { 0 };
                }
                (false, true) => self.counts.expired += length,
                (false, false) => {
                    let mut missing = 0;
                    for gap in gaps(run.from..run.until(), erased) {
                        unreported += gap.end - gap.start;
                        for gap in gaps(gap, under_way) {
                            let length = gap.end - gap.start;
                            missing += length;
                            unreported -= length;
                            findings.add(of_range(&gap), Violation::Missing);
                        }
                    }
                    self.counts.missing += missing;
                    self.counts.erased += length - missing;
                }
            }
        }
        if unreported > 0 {
            findings.remark(Remark::ErasureUnderWay { count: unreported });
        }
        if self.counts.overdue > 0 {
            let count = self.counts.overdue;
            findings.remark(Remark::Overdue { count });
        }
    }
}

#[derive(Debug, Default)]
struct Covered {
    /// How many leaves of this file the erasure names.
    count: u64,
    /// Those whose payload is gone.
    gone: Vec<Range<u64>>,
}

impl Done {
    /// Ranges ascend, overlap no other, and end before the erasure itself.
    ///
    /// An erasure that stands in this log is about it if it names it, or no other. One of a later log that names this one is
    /// never seen here.
    fn in_order(&self) -> bool {
        let mut end = 0;
        self.erasure.ranges.iter().all(|range| {
            let fits = end <= range.start && range.start < range.end;
            end = range.end;
            fits && range.end <= self.index
        })
    }

    fn is_about(&self, origin: &str) -> bool {
        self.erasure.is_of(origin)
    }

    /// How many leaves its ranges hold.
    fn named(&self) -> u64 {
        let lengths = self.erasure.ranges.iter();
        lengths.map(|r| r.end.saturating_sub(r.start)).sum()
    }

    fn report(&self, covered: u64, valid: bool) -> ErasureReport {
        ErasureReport {
            index: self.index,
            line: self.line,
            kind: self.erasure.kind,
            class: self.erasure.class.map(LeafClass::code),
            legal_basis: self.erasure.legal_basis.clone(),
            cutoff: self.erasure.cutoff.clone(),
            count: self.erasure.count,
            ranges: self
                .erasure
                .ranges
                .iter()
                .map(|range| [range.start, range.end])
                .collect(),
            log: self.erasure.log.clone(),
            in_this_file: covered,
            valid,
        }
    }
}

fn of_range(range: &Range<u64>) -> Place {
    Place {
        line: None,
        index: Some(range.start),
        until: (range.end - range.start > 1).then_some(range.end),
    }
}

/// The same leaves in ascending ranges that don't touch.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// What of a range is in none of the others, which are [`joined`].
fn gaps(range: Range<u64>, others: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut at = range.start;
    let mut gaps = Vec::new();
    let first = others.partition_point(|other| other.end <= range.start);
    for other in others.iter().skip(first) {
        if other.start >= range.end {
            break;
        }
        if at < other.start {
            gaps.push(at..other.start);
        }
        at = at.max(other.end);
    }
    if at < range.end {
        gaps.push(at..range.end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of operations that expire long after, and what is found: whether each is kept, by index.
    fn finish(leaves: &[(u64, bool)]) -> (LeafCounts, Vec<(Option<u64>, Violation)>, usize) {
        let (mut states, mut findings) = (States::new(), Findings::default());
        for (index, kept) in leaves {
            states.leaf(*index, LeafClass::Operations, 2040, *kept);
        }
        let (counts, _) = states.finish("log.example", 2030, &mut findings);
        let (listed, _, remarks) = findings.into_parts();
        let listed = listed
            .into_iter()
            .map(|found| (found.index, found.violation));
        (counts, listed.collect(), remarks.len())
    }

    #[test]
    fn what_is_all_there_is_not_remarked_upon() {
        let (counts, found, remarks) = finish(&[(0, true), (1, true)]);
        assert_eq!((counts.open, found.len(), remarks), (2, 0, 0));
    }

    #[test]
    fn of_a_leaf_that_stands_twice_the_payload_counts() {
        for leaves in [[(5, false), (5, true)], [(5, true), (5, false)]] {
            let (counts, found, _) = finish(&leaves);
            assert_eq!((counts.open, counts.missing), (1, 0));
            assert_eq!(found, [(Some(5), Violation::Repeated)]);
        }
    }

    #[test]
    fn leaves_after_those_that_stand_twice_are_counted() {
        let leaves = [0, 1, 2, 2, 3, 4, 5].map(|index| (index, true));
        let (counts, found, _) = finish(&leaves);
        assert_eq!(counts.open, 6);
        assert_eq!(found, [(Some(2), Violation::Repeated)]);
    }

    #[test]
    fn gaps_are_what_no_erasure_names() {
        let erased = joined(vec![5..7, 2..4, 6..9, 20..30]);
        assert_eq!(erased, [2..4, 5..9, 20..30]);
        assert_eq!(gaps(0..12, &erased), [0..2, 4..5, 9..12]);
        assert_eq!(gaps(3..8, &erased), std::slice::from_ref(&(4..5)));
        assert_eq!(gaps(5..9, &erased), Vec::<Range<u64>>::new());
        assert_eq!(gaps(9..11, &erased), std::slice::from_ref(&(9..11)));
        assert_eq!(gaps(25..31, &erased), std::slice::from_ref(&(30..31)));
    }
}
