//! What a consent allows: permit-only grants, and exclusions that always win.

use serde::{Deserialize, Serialize};

use crate::{
    office::OfficeId,
    text::LongText,
    vocabulary::{Action, Category, ExpressScope, ExpressScopes, Handling, Purpose},
};

/// One thing the person allowed. It covers an item only when every dimension covers it; two grants never add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The exact offices that may receive. A superior or subordinate office is another recipient.
    pub recipients: Vec<OfficeId>,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// Which kinds of information.
    pub categories: Vec<Category>,
    /// Which specially protected data, each named expressly.
    pub express_scopes: ExpressScopes,
    /// What the office may do.
    pub actions: Vec<Action>,
    /// The least restrictive handling code that items may carry.
    pub handling: Handling,
    /// Instructions that go with the content; needed for [`Handling::H3`].
    pub handling_instructions: Option<LongText>,
}

/// Something the person ruled out. It matches when each dimension that it names matches; it always wins over grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Not to this office.
    pub recipient: Option<OfficeId>,
    /// Not this kind of information.
    pub category: Option<Category>,
    /// Nothing that touches this.
    pub express_scope: Option<ExpressScope>,
    /// Not for this purpose.
    pub purpose: Option<Purpose>,
}

impl Exclusion {
    /// Whether it names anything; an empty one would rule out everything and is refused at the edge.
    #[must_use]
    pub const fn names_something(&self) -> bool {
        self.recipient.is_some()
            || self.category.is_some()
            || self.express_scope.is_some()
            || self.purpose.is_some()
    }

    /// Whether it rules an item out.
    #[must_use]
    pub fn matches(
        &self,
        recipient: &OfficeId,
        category: Category,
        touches: ExpressScopes,
        purpose: Purpose,
    ) -> bool {
        self.names_something()
            && self.recipient.as_ref().is_none_or(|r| r == recipient)
            && self.category.is_none_or(|c| c == category)
            && self.express_scope.is_none_or(|s| touches.contains(s))
            && self.purpose.is_none_or(|p| p == purpose)
    }
}
