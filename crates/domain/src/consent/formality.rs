//! The formal parts of a consent: legal halves, notice, the talk, the evidence.

use serde::{Deserialize, Serialize};

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
