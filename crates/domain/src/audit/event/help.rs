//! What events say about points 2 and 3: referrals, involvements, and who the person is.

use super::{Event, reasons};
use crate::{
    audit::Outcome,
    contact::{ContactConsent, ContactEvidence, ContactRecord, ContactRefused},
    ids::ReferralNoticeId,
    involvement::{Involvement, InvolvementOffer, OfferAnswer},
};

impl Event {
    /// About a referral. It knows no person, and so does its event.
    #[must_use]
    pub const fn about_referral(mut self, id: ReferralNoticeId) -> Self {
        self.referral = Some(id);
        self
    }

    /// About an involvement.
    #[must_use]
    pub fn about_involvement(mut self, involvement: &Involvement) -> Self {
        self.involvement = Some(involvement.id);
        self.case = Some(involvement.case);
        self.person = Some(involvement.person.clone());
        self
    }

    /// About what centres were asked within an involvement. Of one centre alone it is said which.
    #[must_use]
    pub fn about_offers(mut self, offers: &[InvolvementOffer]) -> Self {
        self.offers = offers.iter().map(|offer| offer.id).collect();
        if let [only] = offers {
            self.centre = Some(only.organisation);
        }
        self
    }

    /// About a contact consent.
    #[must_use]
    pub fn about_contact_consent(mut self, consent: &ContactConsent) -> Self {
        self.involvement = Some(consent.involvement);
        self.contact_consent = Some(consent.id);
        self.case = Some(consent.case);
        self.person = Some(consent.person.clone());
        self.valid_until = Some(consent.valid_until);
        self
    }

    /// About contact details for a centre.
    #[must_use]
    pub fn about_contact(mut self, record: &ContactRecord) -> Self {
        self.involvement = Some(record.involvement);
        self.offers = vec![record.offer];
        self.contact_consent = Some(record.consent);
        self.contact_details = Some(record.id);
        self.contact_items = record.kinds.clone();
        self.centre = Some(record.organisation);
        self.case = Some(record.case);
        self.person = Some(record.person.clone());
        self
    }

    /// Allowed by this; the commitment puts the consent's event before this one without any index.
    #[must_use]
    pub const fn relying_on_contact(mut self, evidence: &ContactEvidence) -> Self {
        self.relied_on = Some(evidence.relied_on);
        self
    }

    /// Contact details refused for these reasons.
    #[must_use]
    pub fn refused_contact(mut self, refused: &ContactRefused) -> Self {
        self = self.about_contact_consent(&refused.consent);
        self.participant = Some(refused.centre.to_string());
        self.outcome = Outcome::Refused;
        self.relied_on = Some(refused.consent.commitment);
        self.refusal_reasons = reasons(&refused.refusals.reasons);
        self
    }

    /// Answered so.
    #[must_use]
    pub const fn answered(mut self, answer: OfferAnswer) -> Self {
        self.answer = Some(answer.state().code());
        self
    }
}
