//! The forms that are signed. A declaration on a form that nobody here knows proves nothing: what it says can't be told.

use std::fmt;

use super::LegalHalf;
use crate::{
    text::Reference,
    vocabulary::{Language, vocabulary},
};

vocabulary! {
    /// Which of the two declarations a form is for.
    FormKind as "kind of form" {
        DataProtectionConsent = "data_protection_consent", "datenschutzrechtliche Einwilligung", "data-protection consent";
        ConfidentialityRelease = "confidentiality_release", "Entbindung von der Schweigepflicht", "release from confidentiality";
    }
}

/// A form that the coordination published, in one version and one language. Once known it stays known: what was signed
/// on it was signed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsentForm {
    /// Which declaration it is for.
    pub kind: FormKind,
    /// Its version.
    pub version: Reference,
    /// Its language.
    pub language: Language,
}

impl ConsentForm {
    /// One version of the forms of these kinds in each of these languages.
    #[must_use]
    pub fn of_version(
        version: &Reference,
        kinds: &[FormKind],
        languages: &[Language],
    ) -> Vec<Self> {
        let form = |kind, language| Self {
            kind,
            version: version.clone(),
            language,
        };
        let mut forms = Vec::new();
        for kind in kinds {
            forms.extend(languages.iter().map(|language| form(*kind, *language)));
        }
        forms
    }
}

impl fmt::Display for ConsentForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            version,
            language,
        } = self;
        write!(
            f,
            "{} {} {}",
            kind.code(),
            version.as_str(),
            language.code()
        )
    }
}

/// Why a declaration's form is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownForm {
    /// No form of this kind has this version.
    #[error(
        "no form for this declaration has this version ({}); the operator adds forms with `freigabe form add`",
        known(.0, "versions")
    )]
    Version(Vec<String>),
    /// The version is known, but not in this language.
    #[error("this version of the form is not there in this language ({})", known(.0, "languages"))]
    Language(Vec<String>),
}

fn known(values: &[String], what: &str) -> String {
    if values.is_empty() {
        "none is".to_owned()
    } else {
        format!("known {what}: {}", values.join(", "))
    }
}

impl LegalHalf {
    /// Why its form is not among those `known` for this declaration; none when it is.
    pub(super) fn unknown(&self, kind: FormKind, known: &[ConsentForm]) -> Option<UnknownForm> {
        let of_kind = || known.iter().filter(move |form| form.kind == kind);
        let of_version = || of_kind().filter(|form| form.version == self.form_version);
        if of_version().any(|form| form.language == self.language) {
            return None;
        }
        if of_version().next().is_some() {
            let languages = of_version().map(|form| form.language.code().to_owned());
            return Some(UnknownForm::Language(languages.collect()));
        }
        let mut versions: Vec<_> = of_kind()
            .map(|form| form.version.as_str().to_owned())
            .collect();
        versions.sort_unstable();
        versions.dedup();
        Some(UnknownForm::Version(versions))
    }
}
