//! That somebody was told about help, and early involvement: an office asks centres, a centre answers.

use freigabe_contract::{
    directory::FoundServicePage,
    involvement::{
        AgreeContact, AnswerOffer, Involvement, InvolvementOffer, InvolvementOfferPage,
        InvolvementPage, NoteInvolvement, OfferInvolvement, UnansweredOfferPage,
    },
    query::PageQuery,
    referral::{NoteReferral, ReferralNotice, ReferralNoticePage},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `noteReferral`: notes that somebody was told about help.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn note_referral(
        &self,
        referral: &NoteReferral,
        idempotency_key: Option<&str>,
    ) -> Result<ReferralNotice, Error> {
        Call::post("noteReferral", &["v1", "referral-notices"])
            .json(referral)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listReferralNotices`: the office's notices, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_referral_notices(
        &self,
        page: &PageQuery,
    ) -> Result<ReferralNoticePage, Error> {
        Call::get("listReferralNotices", &["v1", "referral-notices"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getReferralNotice`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_referral_notice(&self, id: Uuid) -> Result<ReferralNotice, Error> {
        let path = ["v1", "referral-notices", &id.to_string()];
        Call::get("getReferralNotice", &path).fetch(self).await
    }

    /// `noteInvolvement`: notes a suspected case, and asks centres at once if any are named.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn note_involvement(
        &self,
        involvement: &NoteInvolvement,
        idempotency_key: Option<&str>,
    ) -> Result<Involvement, Error> {
        Call::post("noteInvolvement", &["v1", "involvements"])
            .json(involvement)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listInvolvements`: the office's involvements, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_involvements(&self, page: &PageQuery) -> Result<InvolvementPage, Error> {
        Call::get("listInvolvements", &["v1", "involvements"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getInvolvement`: one of them, with what centres were asked.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_involvement(&self, id: Uuid) -> Result<Involvement, Error> {
        let path = ["v1", "involvements", &id.to_string()];
        Call::get("getInvolvement", &path).fetch(self).await
    }

    /// `suggestCentres`: what the directory has for the help that is needed.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn suggest_centres(&self, id: Uuid) -> Result<FoundServicePage, Error> {
        let path = ["v1", "involvements", &id.to_string(), "suggestions"];
        Call::get("suggestCentres", &path).fetch(self).await
    }

    /// `offerInvolvement`: asks centres of the directory.
    ///
    /// # Errors
    /// Status 409 when a centre helps already, or the involvement is closed; what else the server refuses; what goes wrong on the way.
    pub async fn offer_involvement(
        &self,
        id: Uuid,
        offer: &OfferInvolvement,
        idempotency_key: Option<&str>,
    ) -> Result<Involvement, Error> {
        let path = ["v1", "involvements", &id.to_string(), "offers"];
        Call::post("offerInvolvement", &path)
            .json(offer)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `agreeContact`: says how the person and the centre that helps find each other.
    ///
    /// # Errors
    /// Status 409 when no centre has accepted, or the involvement is closed; what else the server refuses; what goes wrong on the way.
    pub async fn agree_contact(
        &self,
        id: Uuid,
        contact: &AgreeContact,
        idempotency_key: Option<&str>,
    ) -> Result<Involvement, Error> {
        let path = ["v1", "involvements", &id.to_string(), "contact"];
        Call::post("agreeContact", &path)
            .json(contact)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `closeInvolvement`: closes it, in whatever state it is.
    ///
    /// # Errors
    /// Status 409 when it is closed already; what else the server refuses; what goes wrong on the way.
    pub async fn close_involvement(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Involvement, Error> {
        let path = ["v1", "involvements", &id.to_string(), "closure"];
        Call::post("closeInvolvement", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listInvolvementOffers`: what the centre was asked, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_involvement_offers(
        &self,
        page: &PageQuery,
    ) -> Result<InvolvementOfferPage, Error> {
        Call::get("listInvolvementOffers", &["v1", "involvement-offers"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getInvolvementOffer`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_involvement_offer(&self, id: Uuid) -> Result<InvolvementOffer, Error> {
        let path = ["v1", "involvement-offers", &id.to_string()];
        Call::get("getInvolvementOffer", &path).fetch(self).await
    }

    /// `answerInvolvementOffer`: says whether the centre helps.
    ///
    /// # Errors
    /// Status 409 when it was answered already, or is no longer needed; what else the server refuses; what goes wrong on the way.
    pub async fn answer_involvement_offer(
        &self,
        id: Uuid,
        answer: &AnswerOffer,
        idempotency_key: Option<&str>,
    ) -> Result<InvolvementOffer, Error> {
        let path = ["v1", "involvement-offers", &id.to_string(), "answer"];
        Call::post("answerInvolvementOffer", &path)
            .json(answer)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listUnansweredOffers`: what nobody has answered in time, oldest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_unanswered_offers(
        &self,
        page: &PageQuery,
    ) -> Result<UnansweredOfferPage, Error> {
        Call::get("listUnansweredOffers", &["v1", "unanswered-offers"])
            .query(page)?
            .fetch(self)
            .await
    }
}
