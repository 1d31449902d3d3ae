//! Why a disclosure is refused, and what would be needed. For the centre alone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, Timestamp,
    handover::Handler,
    vocabulary::{
        Action, Category, CompetenceReason, ContactItemKind, ExpressScope, Handling, Purpose,
        RefusalReason,
    },
};

/// What would happen to a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::check_result))]
pub struct CheckResult {
    /// Whether it would be released.
    pub authorized: bool,
    /// The consent that was asked.
    pub consent_id: Uuid,
    /// Its latest revision.
    #[schema(minimum = 1)]
    pub consent_revision: u32,
    /// Why the addressed office is competent, when it would be released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub competence: Option<CompetenceReason>,
    /// Every reason against it; empty when it would be released.
    pub refusals: Vec<Refusal>,
    /// Indices of the items that would pass if they were sent alone; all of them when it would be released.
    pub passing_items: Vec<u32>,
}

/// One reason against a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::refusal))]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// Index of the item it concerns; absent when it concerns all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub item: Option<u32>,
    /// The consent that was asked.
    pub consent_id: Uuid,
    /// Its latest revision. A contact consent has none: it never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, nullable = false)]
    pub consent_revision: Option<u32>,
    /// What would have to be so for this reason to fall away.
    pub needed: Needed,
    /// Reason and remedy in German.
    pub text_de: String,
    /// Reason and remedy in English.
    pub text_en: String,
}

/// What would have to be so for a refusal to fall away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Needed {
    /// A consent that says yes.
    GivenConsent,
    /// A new consent: this one is over.
    NewConsent,
    /// Waiting until then, or an earlier beginning.
    ValidFrom {
        /// First moment of validity.
        valid_from: Timestamp,
    },
    /// A draft that names the latest revision.
    LatestRevision {
        /// The latest revision.
        revision: u32,
    },
    /// The category in a grant for this recipient and purpose.
    Category {
        /// The category.
        category: Category,
    },
    /// The express scope in the same grant.
    ExpressScope {
        /// The express scope.
        express_scope: ExpressScope,
    },
    /// An exclusion lifted by the person.
    ExclusionLifted {
        /// Index of the exclusion in the latest revision's terms.
        exclusion: u32,
    },
    /// The office among the recipients of the same grant.
    Recipient {
        /// The office.
        office: OfficeId,
    },
    /// Addressing the competent office instead.
    CompetentOffice {
        /// The competent office.
        office: OfficeId,
        /// Why it is competent.
        reason: CompetenceReason,
    },
    /// Addressing whoever handles the case now: the office has handed it over.
    Handler {
        /// Who that is.
        handler: Handler,
    },
    /// Facts from which the competent office can be told.
    Competence {
        /// What is needed, in English.
        detail: String,
    },
    /// The purpose in the same grant.
    Purpose {
        /// The purpose.
        purpose: Purpose,
    },
    /// The action in the same grant.
    Action {
        /// The action.
        action: Action,
    },
    /// A handling code that keeps the one demanded.
    Handling {
        /// The handling code demanded.
        handling: Handling,
    },
    /// The signed data-protection consent.
    DataProtectionConsent,
    /// The signed release from confidentiality.
    ConfidentialityRelease,
    /// All three confirmations of what the person was told.
    Notice,
    /// A representative who is not suspected in the case.
    Representative,
    /// The person's own consent.
    OwnConsent,
    /// The young person's assent.
    Assent,
    /// An interpreter, or that both sides share the language.
    Interpreter,
    /// The time at which the text was read back.
    ReadBack,
    /// Evidence of the signed form.
    Evidence,
    /// The kind of contact details in the consent.
    ContactItem {
        /// Which.
        item: ContactItemKind,
    },
    /// The centre among those that the consent names.
    RecipientCentre {
        /// The centre, by its identifier in the directory.
        centre_id: Uuid,
    },
    /// The centre that accepted, in an involvement that is not closed.
    HelpingCentre,
}
