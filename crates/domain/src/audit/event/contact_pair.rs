//! What events say about point 9: contact pairs.

use super::Event;
use crate::contact_pair::ContactPair;

impl Event {
    /// About a contact pair: of which office and which centre, and not whom they name.
    #[must_use]
    pub fn about_contact_pair(mut self, pair: &ContactPair) -> Self {
        self.contact_pair = Some(pair.id);
        self.centre = Some(pair.centre);
        self.recipient = Some(pair.office.clone());
        self
    }
}
