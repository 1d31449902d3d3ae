//! What events say about handovers (point 9).

use super::Event;
use crate::{
    handover::{Handler, Handover},
    known_person::PersonBasis,
};

impl Event {
    /// About a handover: of which case, from what the office knows it, and to whom. Of a body of a Land its kind and Land are said.
    #[must_use]
    pub fn about_handover(mut self, handover: &Handover) -> Self {
        self.handover = Some(handover.id);
        self.centre = Some(handover.centre);
        self.case = Some(handover.known.case);
        self.person = Some(handover.known.person.clone());
        match &handover.known.basis {
            PersonBasis::Disclosure(id) => self.disclosure = Some(*id),
            PersonBasis::Offer(id, _) => self.offers = vec![*id],
        }
        self.participant = Some(match &handover.to {
            Handler::Office(office) => office.as_str().to_owned(),
            Handler::LandPolice { land, .. } | Handler::Prosecution { land, .. } => {
                format!("{}:{}", handover.to.kind().code(), land.code())
            }
        });
        self
    }
}
