//! The report for people.

use std::fmt::Write as _;

use freigabe_domain::instant::Instant;
use freigabe_ledger::verify::{ErasureReport, LeafCounts, Report, Subject};

use super::words;
use crate::language::{Language, tell};

/// So many ranges of an erasure are written out.
const MOST_RANGES: usize = 8;

/// The report as text.
pub(super) fn written(report: &Report, language: Language) -> String {
    let mut text = Text {
        language,
        text: String::new(),
    };
    text.head(report);
    text.vouchers(report);
    text.contents(report);
    text.erasures(&report.erasures);
    text.receipts(report);
    text.remarks(report);
    text.violations(report);
    text.text
}

struct Text {
    language: Language,
    text: String,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, german: &'static str, english: &'static str) {
        self.line("");
        self.line(self.language.of(german, english));
    }

    /// What it is called, and what it is.
    fn fact(&mut self, german: &'static str, english: &'static str, value: &str) {
        let name = self.language.of(german, english);
        let width = 24_usize.saturating_sub(name.chars().count());
        // Writing into a string can't fail.
        let _ = writeln!(self.text, "  {name}{:width$} {value}", "");
    }

    fn head(&mut self, report: &Report) {
        let language = self.language;
        self.line(if report.verified {
            language.of(
                "GEPRÜFT: nichts zu beanstanden.",
                "VERIFIED: nothing is wrong.",
            )
        } else {
            language.of("NICHT IN ORDNUNG.", "NOT VERIFIED.")
        });
        self.line("");
        self.fact(
            "Geprüft wurde",
            "What",
            words::subject(report.subject, language),
        );
        self.fact("Zeitpunkt", "As of", &time(report.at));
        let log = &report.log;
        self.fact("Protokoll", "Log", &log.origin);
        if let Some(generation) = log.generation.filter(|generation| *generation > 0) {
            let logs = generation.saturating_add(1).to_string();
            self.fact("Wievieltes", "Number of logs", &logs);
        }
        let (size, root) = (log.size, log.root);
        let covered = tell!(
            language,
            "{size} Einträge, Wurzel {root}",
            "{size} leaves, root {root}"
        );
        self.fact("Prüfpunkt", "Checkpoint", &covered);
        let (from, until) = (log.from, log.until);
        if report.subject == Subject::Export && (from, until) != (0, size) {
            let part = tell!(
                language,
                "Einträge {from} bis vor {until}",
                "leaves {from} until before {until}"
            );
            self.fact("Teil", "Part", &part);
        }
        for former in &log.former {
            let size = former
                .size
                .map_or_else(|| "?".to_owned(), |size| size.to_string());
            let origin = &former.origin;
            let chained = if former.chained {
                language.of("in Eintrag 0 genannt", "named by leaf 0")
            } else {
                language.of("nicht angekettet", "not chained")
            };
            let former = tell!(
                language,
                "{origin}, {size} Einträge, {chained}",
                "{origin}, {size} leaves, {chained}"
            );
            self.fact("Früheres Protokoll", "Former log", &former);
        }
        if let Some(event) = &report.event {
            let (index, class, year) = (event.index, event.class, event.expiry_year);
            let what = tell!(
                language,
                "Eintrag {index}, Klasse {class}, zu löschen nach Ende {year}",
                "leaf {index}, class {class}, to be erased after the end of {year}"
            );
            self.fact("Ereignis", "Event", &what);
            if let Some(at) = event.at {
                self.fact("geschehen", "happened", &time(at));
            }
        }
    }

    fn vouchers(&mut self, report: &Report) {
        self.heading("Wer dafür einsteht", "Who vouches for it");
        for key in &report.checkpoint.signed_by {
            let (name, id) = (&key.name, &key.key_id);
            let signer = tell!(
                self.language,
                "{name} (Schlüssel {id})",
                "{name} (key {id})"
            );
            self.fact("unterschrieben", "signed by", &signer);
        }
        for witness in &report.checkpoint.cosigned_by {
            let (name, id, at) = (&witness.witness, &witness.key.key_id, time(witness.time));
            let cosigner = tell!(
                self.language,
                "{name} (Schlüssel {id}), {at}",
                "{name} (key {id}), {at}"
            );
            self.fact("mitgezeichnet", "cosigned by", &cosigner);
        }
        if let Some(quorum) = &report.checkpoint.quorum {
            let reached = if report.checkpoint.quorum_reached {
                self.language.of("erreicht", "reached")
            } else {
                self.language.of("NICHT erreicht", "NOT reached")
            };
            self.fact("Quorum", "Quorum", &format!("{quorum}: {reached}"));
        }
        if let Some(seen) = &report.last_seen {
            let size = seen.size;
            let since = if seen.consistent {
                tell!(
                    self.language,
                    "{size} Einträge; seither nur gewachsen",
                    "{size} leaves; it only grew since"
                )
            } else {
                tell!(
                    self.language,
                    "{size} Einträge; NICHT fortgesetzt",
                    "{size} leaves; NOT continued"
                )
            };
            self.fact("zuletzt gesehen", "seen last", &since);
        }
    }

    fn contents(&mut self, report: &Report) {
        self.heading("Einträge", "Leaves");
        let LeafCounts {
            total,
            open,
            expired,
            erased,
            missing,
            overdue,
            not_public,
            operations,
            consent_evidence,
        } = report.leaves;
        let german_english: [(&str, &str, u64); 9] = [
            ("insgesamt", "in all", total),
            ("OFFEN (OPEN)", "OPEN", open),
            ("ABGELAUFEN (EXPIRED)", "EXPIRED", expired),
            ("GELÖSCHT (ERASED)", "ERASED", erased),
            ("FEHLT (MISSING)", "MISSING", missing),
            ("überfällig zu löschen", "overdue for erasure", overdue),
            ("nicht öffentlich", "not public", not_public),
            ("laufende Aufzeichnung", "running record", operations),
            (
                "Einwilligungsnachweise",
                "evidence of consent",
                consent_evidence,
            ),
        ];
        for (german, english, number) in german_english {
            // What is nothing is left out, but for what must be nothing.
            if number > 0 || english == "MISSING" || english == "in all" {
                self.fact_of(german, english, &number.to_string());
            }
        }
        let payloads = report.payloads;
        if payloads.checked > 0 {
            let (checked, columns) = (payloads.checked, payloads.columns);
            let held = tell!(
                self.language,
                "{checked} gegen ihre Einträge, {columns} Spalten gegen die Ereignisse",
                "{checked} against their leaves, {columns} columns against the events"
            );
            self.fact("Ereignisse geprüft", "events verified", &held);
        }
        if report.order.shown > 0 {
            let shown = report.order.shown.to_string();
            self.fact("Einwilligung zuvor", "consent before it", &shown);
        }
    }

    fn fact_of(&mut self, german: &str, english: &str, value: &str) {
        let name = match self.language {
            Language::De => german,
            Language::En => english,
        };
        let width = 24_usize.saturating_sub(name.chars().count());
        let _ = writeln!(self.text, "  {name}{:width$} {value}", "");
    }

    fn erasures(&mut self, erasures: &[ErasureReport]) {
        if erasures.is_empty() {
            return;
        }
        self.heading(
            "Löschungen, von denen das Protokoll berichtet",
            "Erasures that the log tells of",
        );
        for erasure in erasures {
            let language = self.language;
            let (index, count, cutoff) = (erasure.index, erasure.count, &erasure.cutoff);
            let kind = words::erasure(erasure, language);
            let basis = words::legal_basis(&erasure.legal_basis, language);
            let line = tell!(
                language,
                "  Eintrag {index}: {kind}, {count} Ereignisse, bis {cutoff}; {basis}",
                "  leaf {index}: {kind}, {count} events, up to {cutoff}; {basis}"
            );
            self.line(&line);
            let mut ranges: Vec<String> = erasure
                .ranges
                .iter()
                .take(MOST_RANGES)
                .map(|[from, until]| format!("{from}–{}", until.saturating_sub(1)))
                .collect();
            if erasure.ranges.len() > MOST_RANGES {
                ranges.push("…".to_owned());
            }
            let (ranges, here) = (ranges.join(", "), erasure.in_this_file);
            let line = tell!(
                language,
                "    Einträge {ranges}; davon hier {here}",
                "    leaves {ranges}; {here} of them here"
            );
            self.line(&line);
            if !erasure.valid {
                self.line(language.of(
                    "    Erklärt nichts: nicht in Ordnung, siehe unten.",
                    "    Explains nothing: not in order, see below.",
                ));
            }
        }
    }

    fn receipts(&mut self, report: &Report) {
        if report.receipts.is_empty() {
            return;
        }
        self.heading("Quittungen", "Receipts");
        for receipt in &report.receipts {
            let state = words::receipt(receipt.state, self.language);
            let place = receipt
                .index
                .map(|index| tell!(self.language, ", Eintrag {index}", ", leaf {index}"))
                .unwrap_or_default();
            self.line(&format!("  {}: {state}{place}", receipt.receipt));
        }
    }

    fn remarks(&mut self, report: &Report) {
        if report.remarks.is_empty() {
            return;
        }
        self.heading("Zu wissen", "To know");
        for remark in &report.remarks {
            let line = format!("  - {}", words::remark(remark, self.language));
            self.line(&line);
        }
    }

    fn violations(&mut self, report: &Report) {
        if report.violation_count == 0 {
            return;
        }
        let (language, count) = (self.language, report.violation_count);
        self.line("");
        let heading = tell!(language, "Beanstandungen: {count}", "Violations: {count}");
        self.line(&heading);
        for finding in &report.violations {
            let mut place = String::new();
            if let Some(line) = finding.line {
                place.push_str(&tell!(language, "Zeile {line}, ", "line {line}, "));
            }
            match (finding.index, finding.until) {
                (Some(index), Some(until)) => {
                    let last = until.saturating_sub(1);
                    place.push_str(&tell!(
                        language,
                        "Einträge {index}–{last}: ",
                        "leaves {index}–{last}: "
                    ));
                }
                (Some(index), None) => {
                    place.push_str(&tell!(language, "Eintrag {index}: ", "leaf {index}: "));
                }
                (None, _) if !place.is_empty() => {
                    place.truncate(place.len() - 2);
                    place.push_str(": ");
                }
                (None, _) => {}
            }
            let said = words::violation(&finding.violation, language);
            self.line(&format!("  - {place}{said}"));
        }
        let listed = u64::try_from(report.violations.len()).unwrap_or(u64::MAX);
        let more = count.saturating_sub(listed);
        if more > 0 {
            let line = tell!(language, "  … und {more} weitere", "  … and {more} more");
            self.line(&line);
        }
    }
}

/// Seconds since 1970 as RFC 3339; as they are where that has no text.
fn time(seconds: u64) -> String {
    let micros = i64::try_from(seconds)
        .ok()
        .and_then(|s| s.checked_mul(1_000_000));
    match micros {
        Some(micros) if seconds <= 253_402_300_799 => Instant::from_unix_micros(micros).to_string(),
        _ => seconds.to_string(),
    }
}
