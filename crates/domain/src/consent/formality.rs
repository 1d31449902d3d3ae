//! The formal parts of a consent: legal halves, notice, the talk, the evidence.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::{
    Assent, Capacity, ConsentForm, ForceFault, FormKind, Grantor, TermsFault, TermsFaultKind,
    UnknownForm,
};
use crate::{
    instant::Instant,
    text::{Reference, ShortText},
    vocabulary::{Language, vocabulary},
};

/// One of the two declarations that must both be there: the data-protection consent (Art. 6, 7, 9 GDPR) or the
/// release from confidentiality (§ 203 StGB). Each is a signed form of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalHalf {
    /// Version of the form, as published by the coordination.
    pub form_version: Reference,
    /// Language of the form.
    pub language: Language,
    /// When it was signed.
    pub signed_at: Instant,
}

/// What the person was told beforehand (Art. 7(3), 13 GDPR; § 51(3) BDSG). All three are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeConfirmations {
    /// That she can withdraw at any time, and how.
    pub right_to_withdraw: bool,
    /// What consenting and what refusing means; help does not depend on it (agreement, point 1).
    pub consequences: bool,
    /// That police cannot un-know what they collected (§ 163 StPO) and that defence counsel may see files (§ 147 StPO).
    pub police_cannot_undo: bool,
}

impl NoticeConfirmations {
    /// Whether everything was said.
    #[must_use]
    pub const fn complete(self) -> bool {
        self.right_to_withdraw && self.consequences && self.police_cannot_undo
    }
}

/// How the two sides understood each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mediation {
    /// Counsellor and person share the language.
    Direct,
    /// An interpreter took part.
    Interpreted {
        /// The centre's reference for the interpreter.
        interpreter: Reference,
    },
    /// Nothing was recorded.
    NotRecorded,
}

/// The talk in which the consent was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Its language.
    pub language: Language,
    /// How it was bridged.
    pub mediation: Mediation,
    /// When the whole text was read back to the person and confirmed.
    pub read_back_at: Option<Instant>,
}

impl Conversation {
    /// Whether an interpreter is missing: the talk was not in German, and nobody says that both sides share the language.
    #[must_use]
    pub fn lacks_interpreter(&self) -> bool {
        self.language != Language::German && self.mediation == Mediation::NotRecorded
    }

    /// Whether the text must have been read back, and was not: it was interpreted, or a form is in another language.
    #[must_use]
    pub fn lacks_read_back<'a>(&self, mut forms: impl Iterator<Item = &'a LegalHalf>) -> bool {
        let interpreted = matches!(self.mediation, Mediation::Interpreted { .. });
        let foreign_form = forms.any(|form| form.language != self.language);
        (interpreted || foreign_form) && self.read_back_at.is_none()
    }
}

vocabulary! {
    /// What the evidence of a consent is.
    EvidenceMedium as "evidence medium" {
        SignedPaper = "signed_paper", "unterschriebenes Formular", "signed paper form";
        QualifiedSignature = "qualified_signature", "qualifizierte elektronische Signatur", "qualified electronic signature";
        AudioRecording = "audio_recording", "Tonaufnahme", "audio recording";
        WitnessedMark = "witnessed_mark", "bezeugtes Handzeichen", "witnessed mark";
    }
}

/// Evidence of the consent (Art. 7(1) GDPR). The document itself stays with the centre.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256 of the signed form, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// What it is.
    pub medium: EvidenceMedium,
    /// Where the centre keeps it.
    pub kept_at: ShortText,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence")
            .field("medium", &self.medium)
            .finish_non_exhaustive()
    }
}

/// How long the evidence is kept, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Until when.
    pub until: Instant,
    /// The ground, in the centre's words.
    pub basis: ShortText,
}

/// The formal parts that every consent has, whatever it allows.
#[derive(Debug, Clone)]
pub struct Formalities<'a> {
    /// First moment of validity.
    pub valid_from: Instant,
    /// First moment after validity.
    pub valid_until: Instant,
    /// Data-protection consent.
    pub data_protection_consent: Option<&'a LegalHalf>,
    /// Release from confidentiality, where one is needed.
    pub confidentiality_release: Option<&'a LegalHalf>,
    /// Whether the person was told everything beforehand.
    pub notice_complete: bool,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: &'a Grantor,
    /// The talk.
    pub conversation: &'a Conversation,
    /// Whether there is evidence.
    pub has_evidence: bool,
    /// How long the evidence is kept.
    pub retention: &'a Retention,
}

/// How far the clock of whoever records a consent may be ahead of the database's.
const CLOCKS_DIFFER_BY: Duration = Duration::minutes(5);

impl<'a> Formalities<'a> {
    /// The signed forms that are there, with their places in the terms.
    pub(super) fn forms(&self) -> impl Iterator<Item = (FormKind, &'a LegalHalf)> + use<'a> {
        let forms = [
            (
                FormKind::DataProtectionConsent,
                self.data_protection_consent,
            ),
            (
                FormKind::ConfidentialityRelease,
                self.confidentiality_release,
            ),
        ];
        forms
            .into_iter()
            .filter_map(|(kind, form)| Some((kind, form?)))
    }

    /// Everything that makes terms with these meaningless when they are recorded at `now`, all at once.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<TermsFault> {
        let mut faults = Vec::new();
        let mut check = |holds: bool, pointer: String, kind| {
            if !holds {
                faults.push(TermsFault { pointer, kind });
            }
        };
        check(
            self.valid_until > self.valid_from,
            "/valid_until".to_owned(),
            TermsFaultKind::EndsBeforeItBegins,
        );
        check(
            self.retention.until >= self.valid_until,
            "/retention/until".to_owned(),
            TermsFaultKind::RetentionTooShort,
        );
        let assented = match self.grantor {
            Grantor::Representative {
                assent: Assent::Given { at },
                ..
            } => Some(*at),
            _ => None,
        };
        let signed = self
            .forms()
            .map(|(kind, form)| (format!("/{}/signed_at", kind.code()), form.signed_at));
        let told = [
            ("/conversation/read_back_at", self.conversation.read_back_at),
            ("/grantor/assent/at", assented),
        ];
        let told = told
            .into_iter()
            .filter_map(|(pointer, moment)| Some((pointer.to_owned(), moment?)));
        // What must have happened before it is recorded.
        for (pointer, moment) in signed.chain(told) {
            let latest = now.plus(CLOCKS_DIFFER_BY);
            check(moment <= latest, pointer, TermsFaultKind::NotYet);
        }
        faults
    }

    /// The declarations whose form is not among those `known`, with the place of the fault relative to the terms.
    #[must_use]
    pub fn unknown_forms(&self, known: &[ConsentForm]) -> Vec<(String, UnknownForm)> {
        let unknown = self.forms().filter_map(|(kind, form)| {
            let unknown = form.unknown(kind, known)?;
            let field = match unknown {
                UnknownForm::Version(_) => "form_version",
                UnknownForm::Language(_) => "language",
            };
            Some((format!("/{}/{field}", kind.code()), unknown))
        });
        unknown.collect()
    }

    /// Adds everything that keeps a consent with these from being in force at `now` (the database's clock).
    pub fn push_force_faults(&self, now: Instant, faults: &mut Vec<ForceFault>) {
        let mut check = |holds: bool, fault| {
            if !holds {
                faults.push(fault);
            }
        };
        check(now >= self.valid_from, ForceFault::NotYetValid);
        check(now < self.valid_until, ForceFault::Expired);
        check(self.notice_complete, ForceFault::NoticeIncomplete);
        check(
            !self.conversation.lacks_interpreter(),
            ForceFault::InterpreterRequired,
        );
        check(self.has_evidence, ForceFault::EvidenceMissing);
        check(
            !self
                .conversation
                .lacks_read_back(self.forms().map(|(_, form)| form)),
            ForceFault::ReadBackRequired,
        );
        match (self.capacity, self.grantor) {
            (Capacity::Full, Grantor::Person) => {}
            (Capacity::Full, Grantor::Representative { .. }) => {
                check(false, ForceFault::PersonMustConsent);
            }
            (Capacity::Minor | Capacity::Represented, Grantor::Person) => {
                check(false, ForceFault::RepresentativeRequired);
            }
            (
                capacity @ (Capacity::Minor | Capacity::Represented),
                Grantor::Representative {
                    basis,
                    suspected,
                    assent,
                    ..
                },
            ) => {
                let counts = !suspected && basis.represents(capacity);
                check(counts, ForceFault::RepresentativeRequired);
                let assents = matches!(assent, Assent::Given { .. } | Assent::NotAble { .. });
                check(assents, ForceFault::AssentRequired);
            }
        }
    }
}
