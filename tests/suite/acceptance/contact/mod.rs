//! Contact details (agreement, point 3): who the person of an involvement is, a centre learns only as far as she allowed it. The gate of
//! point 4 in the other direction.

mod gate;
mod taken_back;

use freigabe_client::Client;
use freigabe_contract::{
    contact::{ContactDetails, RecordContactConsent, ReleaseContactDetails},
    examples,
    involvement::{AnswerOffer, Involvement},
    vocabulary::OfferAnswerKind,
};
use freigabe_testkit::{TestApp, forms::FORM_VERSION, network::KB_HAMBURG};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::directory::entry_of;

/// Nothing else says this.
const CANARY: &str = "Kanarienvogel";

/// An involvement in which centre A helps, and its entry in the directory.
pub(super) struct Helped {
    pub(super) office: Client,
    pub(super) centre: Client,
    pub(super) entry: Uuid,
    involvement: Uuid,
    pub(super) offer: Uuid,
}

impl Helped {
    /// Asked, and not answered yet.
    async fn asked(app: &TestApp) -> Self {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let entry = entry_of(&centre).await;
        let mut new = examples::note_involvement();
        new["offer_to"] = json!([entry]);
        let new = serde_json::from_value(new).expect("a suspected case");
        let noted: Involvement = office.note_involvement(&new, None).await.expect("noted");
        Self {
            involvement: noted.id,
            offer: noted.offers[0].id,
            office,
            centre,
            entry,
        }
    }

    /// The centre has accepted.
    pub(super) async fn by_centre_a(app: &TestApp) -> Self {
        let helped = Self::asked(app).await;
        helped.answers(OfferAnswerKind::Accepted).await;
        helped
    }

    async fn answers(&self, answer: OfferAnswerKind) {
        let answer = AnswerOffer {
            answer,
            reason: None,
        };
        let answered = self
            .centre
            .answer_involvement_offer(self.offer, &answer, None);
        answered.await.expect("an answer");
    }

    /// A consent for this centre, changed like this.
    pub(super) fn consent(&self, change: impl FnOnce(&mut Value)) -> RecordContactConsent {
        let mut body = examples::record_contact_consent();
        body["terms"]["recipients"] = json!([self.entry]);
        body["terms"]["data_protection_consent"]["form_version"] = json!(FORM_VERSION);
        change(&mut body["terms"]);
        serde_json::from_value(body).expect("a contact consent")
    }

    async fn allowed(&self) -> Uuid {
        self.record(&self.consent(|_| {})).await
    }

    pub(super) async fn record(&self, consent: &RecordContactConsent) -> Uuid {
        let recorded = self
            .office
            .record_contact_consent(self.involvement, consent, None);
        recorded.await.expect("a recorded consent").id
    }

    /// Her name and a number.
    pub(super) fn details(&self) -> ReleaseContactDetails {
        let body = json!({
            "centre_id": self.entry,
            "items": [
                { "kind": "name", "text": CANARY },
                { "kind": "telephone", "text": "+49 40 4711" }
            ]
        });
        serde_json::from_value(body).expect("contact details")
    }

    pub(super) async fn told(&self, consent: Uuid) -> ContactDetails {
        let details = self.details();
        let released = self.office.release_contact_details(consent, &details, None);
        released.await.expect("released details")
    }
}
