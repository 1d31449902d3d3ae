//! What a verification finds, in words.

use freigabe_domain::audit::LegalBasis;
use freigabe_ledger::{
    LeafClass,
    verify::{ErasureKind, ErasureReport, ReceiptState, Remark, Subject, Violation},
};

use crate::language::{Language, tell};

/// A violation, as a sentence.
pub(super) fn violation(violation: &Violation, language: Language) -> String {
    match violation {
        Violation::NotSigned => tell!(
            language,
            "Keiner der bekannten Schlüssel hat den Prüfpunkt unterschrieben.",
            "None of the known keys signed the checkpoint."
        ),
        Violation::BadSignature { name } => tell!(
            language,
            "Eine Unterschrift, die von {name} sein soll, ist falsch.",
            "A signature that claims to be by {name} is wrong."
        ),
        Violation::KeyOfOtherLog { name } => tell!(
            language,
            "Der Schlüssel {name} eines anderen Protokolls hat den Prüfpunkt unterschrieben.",
            "The key {name} of another log signed the checkpoint."
        ),
        Violation::NoQuorum { cosigned_by } => {
            let named = names(cosigned_by, language);
            tell!(
                language,
                "Zu wenige Zeugen haben den Prüfpunkt mitgezeichnet (mitgezeichnet: {named}).",
                "Too few witnesses cosigned the checkpoint (cosigned: {named})."
            )
        }
        Violation::OtherOrigin => tell!(
            language,
            "Der Auszug nennt ein anderes Protokoll als sein Prüfpunkt.",
            "The export names another log than its checkpoint."
        ),
        Violation::OutsideOfCheckpoint => tell!(
            language,
            "Der Auszug spricht von Einträgen, die der Prüfpunkt nicht umfasst.",
            "The export speaks of leaves that the checkpoint does not cover."
        ),
        Violation::WrongHashes => tell!(
            language,
            "Die Hashes links oder rechts des Ausschnitts sind zu wenige oder zu viele.",
            "The hashes left or right of the range are too few or too many."
        ),
        Violation::OtherRoot => tell!(
            language,
            "Die Einträge führen nicht zur Wurzel des Prüfpunkts: Einträge wurden geändert, ausgelassen, hinzugefügt oder verschoben.",
            "The leaves do not lead to the root of the checkpoint: leaves were changed, left out, added or moved."
        ),
        Violation::OtherTile { path } => tell!(
            language,
            "Die Kachel {path} ist nicht die, die aus den Einträgen folgt.",
            "The tile {path} is not the one that follows from the leaves."
        ),
        Violation::UnreadableLine { fault } => tell!(
            language,
            "Die Zeile kann nicht gelesen werden: {fault}",
            "The line can't be read: {fault}"
        ),
        Violation::OutOfPlace { expected } => tell!(
            language,
            "Hier müsste Eintrag {expected} stehen.",
            "Leaf {expected} should stand here."
        ),
        Violation::Repeated => tell!(
            language,
            "Der Eintrag steht zweimal da.",
            "The leaf stands there twice."
        ),
        Violation::OutsideOfRange => tell!(
            language,
            "Der Eintrag liegt außerhalb des Ausschnitts.",
            "The leaf lies outside of the range."
        ),
        Violation::NoProof => tell!(
            language,
            "Der Eintrag hat keinen Einschlussbeweis.",
            "The leaf has no inclusion proof."
        ),
        Violation::NeedlessProof => tell!(
            language,
            "Der Eintrag eines Ausschnitts hat einen Einschlussbeweis, der in eine Auswahl gehört.",
            "The leaf of a range has an inclusion proof, which belongs into a selection."
        ),
        Violation::NotIncluded => tell!(
            language,
            "Der Beweis führt nicht vom Eintrag zur Wurzel des Prüfpunkts.",
            "The proof does not lead from the leaf to the checkpoint's root."
        ),
        Violation::Cut => tell!(
            language,
            "Der Auszug hört vor seiner letzten Zeile auf.",
            "The export ends before its last line."
        ),
        Violation::AfterEnd => tell!(
            language,
            "Nach der letzten Zeile stehen weitere.",
            "There are lines after the last one."
        ),
        Violation::WrongCount { announced, found } => tell!(
            language,
            "Angekündigt sind {announced} Einträge, vorhanden {found}.",
            "{announced} leaves were announced, and {found} are there."
        ),
        Violation::OtherPayload => tell!(
            language,
            "Das Ereignis ist nicht das, auf das sich der Eintrag festlegt: es oder sein Salz wurde geändert.",
            "The event is not the one that its leaf commits to: it or its salt was changed."
        ),
        Violation::UnreadablePayload { pointer } => tell!(
            language,
            "Der Inhalt ist kein Ereignis (an der Stelle „{pointer}“).",
            "The payload is no event (at \"{pointer}\")."
        ),
        Violation::WrongRetention => tell!(
            language,
            "Klasse oder Löschjahr des Eintrags passen nicht zum Ereignis: es würde zu früh oder zu spät gelöscht.",
            "Class or expiry year of the leaf don't fit the event: it would be erased too early or too late."
        ),
        Violation::OtherColumn { column } => tell!(
            language,
            "Die gespeicherte Spalte {column} sagt etwas anderes als das Ereignis.",
            "The stored column {column} says something else than the event."
        ),
        Violation::DoesNotMatch => tell!(
            language,
            "Das Ereignis erfüllt die Bedingungen der Auswahl nicht.",
            "The event does not meet the conditions of the selection."
        ),
        Violation::Missing => tell!(
            language,
            "FEHLT: Das Ereignis ist weg, obwohl sein Jahr nicht vorbei ist und keine Löschung es nennt.",
            "MISSING: the event is gone, though its year is not over and no erasure names it."
        ),
        Violation::StillThere { erased_by } => tell!(
            language,
            "Die Löschung in Eintrag {erased_by} nennt das Ereignis, es ist aber noch da.",
            "The erasure in leaf {erased_by} names the event, but it is still there."
        ),
        Violation::ErasureWithoutIntent => tell!(
            language,
            "Die Löschung wurde vorher nicht angekündigt.",
            "The erasure was not announced before it."
        ),
        Violation::BadRanges => tell!(
            language,
            "Die Bereiche der Löschung überschneiden sich, sind ungeordnet oder liegen hinter ihr selbst.",
            "The ranges of the erasure overlap, are out of order, or lie behind itself."
        ),
        Violation::WrongErasureCount { stated, named } => tell!(
            language,
            "Die Löschung spricht von {stated} Einträgen und nennt {named}.",
            "The erasure speaks of {stated} leaves and names {named}."
        ),
        Violation::ConsentLater => tell!(
            language,
            "Die Einwilligung, auf der die Offenlegung beruht, steht hinter ihr im Protokoll.",
            "The consent that the disclosure relied on stands behind it in the log."
        ),
        Violation::ConsentUnknown => tell!(
            language,
            "Die Einwilligung, auf der die Offenlegung beruht, steht nicht im Protokoll.",
            "The consent that the disclosure relied on does not stand in the log."
        ),
        Violation::OtherLogThanSeen => tell!(
            language,
            "Der Prüfpunkt gehört zu einem anderen Protokoll als der zuletzt gesehene.",
            "The checkpoint is of another log than the one that was seen last."
        ),
        Violation::LastSeenNotSigned => tell!(
            language,
            "Den zuletzt gesehenen Prüfpunkt hat kein bekannter Schlüssel unterschrieben.",
            "No known key signed the checkpoint that was seen last."
        ),
        Violation::Shrunk { seen } => tell!(
            language,
            "Das Protokoll hatte schon {seen} Einträge: es wurde gekürzt, oder ein älteres wird gezeigt.",
            "The log had {seen} leaves before: it was cut, or an older one is shown."
        ),
        Violation::Forked { seen } => tell!(
            language,
            "Das Protokoll beginnt nicht mit den {seen} zuletzt gesehenen Einträgen: seine Vergangenheit wurde geändert, oder es gibt zwei davon.",
            "The log does not begin with the {seen} leaves that were seen last: its past was changed, or there are two of it."
        ),
        Violation::ConsistencyUnknown { seen } => tell!(
            language,
            "Ob das Protokoll die {seen} zuletzt gesehenen Einträge fortsetzt, lässt sich aus diesem Teil nicht sagen.",
            "Whether the log goes on from the {seen} leaves that were seen last can't be told from this part of it."
        ),
        Violation::WrongFormer => tell!(
            language,
            "Die Zahl der früheren Protokolle passt nicht zu dessen Nummer.",
            "The number of former logs does not fit the log's own number."
        ),
        Violation::OtherFormer => tell!(
            language,
            "Eintrag 0 nennt ein anderes früheres Protokoll als der Auszug.",
            "Leaf 0 names another former log than the export."
        ),
        Violation::BadFormer { origin } => tell!(
            language,
            "Der letzte Prüfpunkt des früheren Protokolls {origin} ist keiner oder falsch unterschrieben.",
            "The last checkpoint of the former log {origin} is none, or wrongly signed."
        ),
        Violation::BadReceipt { receipt } => tell!(
            language,
            "Die Quittung {receipt} kann nicht gelesen werden, oder kein bekannter Schlüssel hat sie unterschrieben.",
            "The receipt {receipt} can't be read, or no known key signed it."
        ),
        Violation::BrokenPromise { receipt } => tell!(
            language,
            "GEBROCHENES VERSPRECHEN: Die Quittung {receipt} sagt einen Eintrag zu, der nach Ablauf der Frist nicht im Protokoll steht.",
            "BROKEN PROMISE: the receipt {receipt} promised a leaf that is not in the log though its time was over."
        ),
    }
}

/// A remark, as a sentence.
pub(super) fn remark(remark: &Remark, language: Language) -> String {
    match remark {
        Remark::NoWitnesses => tell!(
            language,
            "Kein Zeuge wird verlangt: dass es nur ein Protokoll gibt, sagt allein der Betreiber.",
            "No witness is required: the operator alone vouches that there is only one log."
        ),
        Remark::PayloadsNotPublic => tell!(
            language,
            "Die Ereignisse sind nicht öffentlich: geprüft wurden Unterschriften, Einträge und Baum. Einen Auszug mit Ereignissen macht `freigabe export`.",
            "The events are not public: signatures, leaves and tree were verified. An export with events is made by `freigabe export`."
        ),
        Remark::OnlyPart => tell!(
            language,
            "Nur ein Teil des Protokolls wurde geprüft.",
            "Only part of the log was verified."
        ),
        Remark::SelectionMayLack => tell!(
            language,
            "Dass in einer Auswahl nichts ausgelassen ist, lässt sich nicht beweisen; dafür braucht es einen ganzen Ausschnitt.",
            "That nothing was left out of a selection can't be proven; that takes a whole range."
        ),
        Remark::Overdue { count } => tell!(
            language,
            "{count} Ereignisse sind noch da, obwohl ihr Jahr vorbei ist: sie sind zu löschen.",
            "{count} events are still there though their year is over: they are to be erased."
        ),
        Remark::ConsentsElsewhere { count } => tell!(
            language,
            "Bei {count} Offenlegungen steht die Einwilligung außerhalb dieses Teils oder in einem früheren Protokoll.",
            "The consents of {count} disclosures stand outside of this part, or in a former log."
        ),
        Remark::FormerNotVerified { origin } => tell!(
            language,
            "Den letzten Prüfpunkt des früheren Protokolls {origin} hat kein hier bekannter Schlüssel unterschrieben.",
            "The last checkpoint of the former log {origin} is signed by no key that is known here."
        ),
        Remark::ErasureUnderWay { count } => tell!(
            language,
            "{count} Ereignisse werden eben gelöscht: angekündigt ist es, der Bericht steht noch aus. Prüfen Sie es morgen noch einmal.",
            "{count} events are just being erased: it was announced, and its report is still to come. Verify it again tomorrow."
        ),
        Remark::ErasuresElsewhere { count } => tell!(
            language,
            "{count} Löschungen betreffen Einträge eines früheren Protokolls.",
            "{count} erasures name leaves of a former log."
        ),
        Remark::OwnPolicy => tell!(
            language,
            "Wem zu trauen ist, sagt hier nur das Beweispaket selbst. Vergleichen Sie die Schlüssel mit denen, die Sie von anderswo haben (--policy).",
            "Whom to trust was taken from the package itself. Compare the keys with those that you have from elsewhere (--policy)."
        ),
    }
}

/// What was verified.
pub(super) const fn subject(subject: Subject, language: Language) -> &'static str {
    match subject {
        Subject::Export => language.of("Auszug des Protokolls", "export of the log"),
        Subject::Selection => language.of("Auswahl aus dem Protokoll", "selection of the log"),
        Subject::PublicLog => language.of("öffentliches Protokoll", "public log"),
        Subject::Event => language.of("Beweis eines Ereignisses", "evidence of one event"),
    }
}

/// What became of a promise.
pub(super) const fn receipt(state: ReceiptState, language: Language) -> &'static str {
    match state {
        ReceiptState::Included => language.of("eingelöst", "kept"),
        ReceiptState::NotYetDue => language.of("noch nicht fällig", "not yet due"),
        ReceiptState::AfterCheckpoint => language.of(
            "erst nach diesem Prüfpunkt fällig: ein neuerer wird es zeigen",
            "due only after this checkpoint: a newer one will tell",
        ),
        ReceiptState::Broken => language.of("GEBROCHEN", "BROKEN"),
        ReceiptState::OutsideOfPart => language.of(
            "nicht in diesem Teil des Protokolls",
            "not in this part of the log",
        ),
        ReceiptState::OtherLog => language.of("von einem anderen Protokoll", "of another log"),
        ReceiptState::Unreadable => language.of("unlesbar oder unbekannt", "unreadable or unknown"),
    }
}

/// What an erasure took.
pub(super) fn erasure(erasure: &ErasureReport, language: Language) -> &'static str {
    let class = erasure
        .class
        .and_then(|code| LeafClass::try_from(code).ok());
    match (erasure.kind, class) {
        (ErasureKind::Year, None) => language.of("ein Jahr", "a year"),
        (ErasureKind::Year, Some(LeafClass::Operations)) => language.of(
            "ein Jahr, laufende Protokolldaten",
            "a year, running record",
        ),
        (ErasureKind::Year, Some(LeafClass::ConsentEvidence)) => language.of(
            "ein Jahr, Nachweise der Einwilligung",
            "a year, evidence of consent",
        ),
        (ErasureKind::Case, _) => language.of("der Fall einer Person", "one person's case"),
    }
}

/// A legal basis by its code, for people; a code that is not known here stays as it is.
pub(super) fn legal_basis(code: &str, language: Language) -> String {
    match LegalBasis::from_code(code) {
        Ok(basis) => language.of(basis.german(), basis.english()).to_owned(),
        Err(_) => code.to_owned(),
    }
}

fn names(names: &[String], language: Language) -> String {
    if names.is_empty() {
        language.of("niemand", "nobody").to_owned()
    } else {
        names.join(", ")
    }
}
