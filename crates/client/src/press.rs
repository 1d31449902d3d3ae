//! Press releases: both sides write, comment and approve; published is what both approved.

use freigabe_contract::{
    press::{
        ApprovePressRelease, CommentPressRelease, DraftPressRelease, PressRelease,
        PressReleasePage, RevisePressRelease,
    },
    query::{PageQuery, PressFilter},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `draftPressRelease`: drafts a release with somebody of the other side.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn draft_press_release(
        &self,
        draft: &DraftPressRelease,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        Call::post("draftPressRelease", &["v1", "press-releases"])
            .json(draft)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listPressReleases`: those that the caller works on, and those that are published.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_press_releases(
        &self,
        filter: &PressFilter,
        page: &PageQuery,
    ) -> Result<PressReleasePage, Error> {
        Call::get("listPressReleases", &["v1", "press-releases"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getPressRelease`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_press_release(&self, id: Uuid) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string()];
        Call::get("getPressRelease", &path).fetch(self).await
    }

    /// `revisePressRelease`: writes the next version; all approvals are void with it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn revise_press_release(
        &self,
        id: Uuid,
        revision: &RevisePressRelease,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string(), "versions"];
        Call::post("revisePressRelease", &path)
            .json(revision)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `commentPressRelease`: says something about a version.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn comment_press_release(
        &self,
        id: Uuid,
        comment: &CommentPressRelease,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string(), "comments"];
        Call::post("commentPressRelease", &path)
            .json(comment)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `approvePressRelease`: approves exactly this version for the caller's side.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn approve_press_release(
        &self,
        id: Uuid,
        approval: &ApprovePressRelease,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string(), "approvals"];
        Call::post("approvePressRelease", &path)
            .json(approval)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `publishPressRelease`: publishes what both sides approved.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn publish_press_release(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string(), "publication"];
        Call::post("publishPressRelease", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `discardPressRelease`: gives it up.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn discard_press_release(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<PressRelease, Error> {
        let path = ["v1", "press-releases", &id.to_string(), "discarding"];
        Call::post("discardPressRelease", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
