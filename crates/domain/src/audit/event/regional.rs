//! What events say about point 9: regional agreements.

use super::Event;
use crate::regional::RegionalAgreement;

impl Event {
    /// About a regional agreement.
    #[must_use]
    pub const fn about_regional_agreement(mut self, agreement: &RegionalAgreement) -> Self {
        self.regional_agreement = Some(agreement.id);
        self
    }
}
