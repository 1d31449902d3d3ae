//! The forms that are signed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Reference,
    vocabulary::{FormKind, Language},
};

/// A form that the coordination published and the operator made known here, in one version and one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentForm {
    /// Which of the two declarations it is for.
    pub kind: FormKind,
    /// Its version: the `form_version` of a declaration signed on it.
    pub version: Reference,
    /// Its language.
    pub language: Language,
}

/// All forms that are known, by kind, version and language. A consent that was signed on any other is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::consent_forms))]
pub struct ConsentForms {
    /// The forms.
    pub items: Vec<ConsentForm>,
}
