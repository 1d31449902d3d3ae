//! Prevention days and invitations to them, and where the police name the network.

use freigabe_contract::{
    prevention::{
        AddMediaReference, InvitePreventionEvent, MediaReference, MediaReferencePage,
        PlanPreventionEvent, PreventionEvent, PreventionEventPage, RecordMediaReferenceCheck,
        ReplyToPreventionEvent,
    },
    query::{MediaReferenceFilter, PageQuery, PreventionFilter},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, consents::Tagged, error::Error};

impl Client {
    /// `planPreventionEvent`: an office plans a prevention day.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn plan_prevention_event(
        &self,
        event: &PlanPreventionEvent,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<PreventionEvent>, Error> {
        let call = Call::post("planPreventionEvent", &["v1", "prevention-events"])
            .json(event)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `listPreventionEvents`: all of them, the last planned first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_prevention_events(
        &self,
        filter: &PreventionFilter,
        page: &PageQuery,
    ) -> Result<PreventionEventPage, Error> {
        Call::get("listPreventionEvents", &["v1", "prevention-events"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getPreventionEvent`: one of them, with its invitations.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_prevention_event(&self, id: Uuid) -> Result<Tagged<PreventionEvent>, Error> {
        let path = ["v1", "prevention-events", &id.to_string()];
        self.tagged(Call::get("getPreventionEvent", &path)).await
    }

    /// `invitePreventionEvent`: invites the network to a day that was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn invite_prevention_event(
        &self,
        id: Uuid,
        etag: &str,
        who: &InvitePreventionEvent,
    ) -> Result<Tagged<PreventionEvent>, Error> {
        let path = ["v1", "prevention-events", &id.to_string(), "invitations"];
        let call = Call::post("invitePreventionEvent", &path)
            .json(who)?
            .if_match(etag)?;
        self.tagged(call).await
    }

    /// `replyToPreventionEvent`: answers an invitation.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn reply_to_prevention_event(
        &self,
        id: Uuid,
        reply: &ReplyToPreventionEvent,
        idempotency_key: Option<&str>,
    ) -> Result<PreventionEvent, Error> {
        let path = ["v1", "prevention-events", &id.to_string(), "reply"];
        Call::post("replyToPreventionEvent", &path)
            .json(reply)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `recordPreventionEventHeld`: a day that was read under `etag` was held.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn record_prevention_event_held(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<PreventionEvent>, Error> {
        let path = ["v1", "prevention-events", &id.to_string(), "holding"];
        let call = Call::post("recordPreventionEventHeld", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `cancelPreventionEvent`: calls off a day that was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn cancel_prevention_event(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<PreventionEvent>, Error> {
        let path = ["v1", "prevention-events", &id.to_string(), "cancellation"];
        let call = Call::post("cancelPreventionEvent", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `addMediaReference`: an office adds a place where the police name the network.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn add_media_reference(
        &self,
        reference: &AddMediaReference,
        idempotency_key: Option<&str>,
    ) -> Result<MediaReference, Error> {
        Call::post("addMediaReference", &["v1", "media-references"])
            .json(reference)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listMediaReferences`: those that were not removed, the last added first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_media_references(
        &self,
        filter: &MediaReferenceFilter,
        page: &PageQuery,
    ) -> Result<MediaReferencePage, Error> {
        Call::get("listMediaReferences", &["v1", "media-references"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getMediaReference`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_media_reference(&self, id: Uuid) -> Result<MediaReference, Error> {
        let path = ["v1", "media-references", &id.to_string()];
        Call::get("getMediaReference", &path).fetch(self).await
    }

    /// `recordMediaReferenceCheck`: its office has looked.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn record_media_reference_check(
        &self,
        id: Uuid,
        check: &RecordMediaReferenceCheck,
        idempotency_key: Option<&str>,
    ) -> Result<MediaReference, Error> {
        let path = ["v1", "media-references", &id.to_string(), "checks"];
        Call::post("recordMediaReferenceCheck", &path)
            .json(check)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `removeMediaReference`: its office no longer keeps it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn remove_media_reference(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<MediaReference, Error> {
        let path = ["v1", "media-references", &id.to_string(), "removal"];
        Call::post("removeMediaReference", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
