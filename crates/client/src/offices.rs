//! Police offices, and which of them is competent.

use freigabe_contract::{
    OfficeId, Postcode,
    office::{CompetentOffice, Office, OfficePage},
    vocabulary::{OfficeKind, Task},
};

use crate::{call::Call, client::Client, error::Error, page::PageQuery};

/// Which offices are listed; without anything, all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeFilter {
    /// Of this level.
    pub kind: Option<OfficeKind>,
    /// Directly below this office.
    pub parent: Option<OfficeId>,
}

/// What a message is about, for telling the competent office: an office, a place, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterQuery {
    /// The office that already handles the case.
    pub handling_office: Option<OfficeId>,
    /// Where it happened or is about to happen.
    pub postcode: Option<Postcode>,
    /// The task of the police that it concerns.
    pub task: Task,
}

impl Client {
    /// `listOffices`: police offices in the order of their identifiers.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_offices(
        &self,
        filter: &OfficeFilter,
        page: &PageQuery,
    ) -> Result<OfficePage, Error> {
        let kind = filter.kind.map(|kind| ("kind", kind.code().to_owned()));
        let parent = filter.parent.clone().map(|id| ("parent", id.into_string()));
        Call::get("listOffices", &["v1", "offices"])
            .query(kind)
            .query(parent)
            .query(page.parameters())
            .fetch(self)
            .await
    }

    /// `getOffice`: one office.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_office(&self, id: &OfficeId) -> Result<Office, Error> {
        Call::get("getOffice", &["v1", "offices", id.as_str()])
            .fetch(self)
            .await
    }

    /// `getCompetentOffice`: which office is competent for a matter, and why.
    ///
    /// # Errors
    /// Status 422 when that can't be told; what else the server refuses; what goes wrong on the way.
    pub async fn get_competent_office(
        &self,
        matter: &MatterQuery,
    ) -> Result<CompetentOffice, Error> {
        let handling = matter.handling_office.clone();
        let postcode = matter.postcode.clone();
        Call::get("getCompetentOffice", &["v1", "competent-office"])
            .query(handling.map(|id| ("handling_office", id.into_string())))
            .query(postcode.map(|postcode| ("postcode", postcode.into_string())))
            .query([("task", matter.task.code().to_owned())])
            .fetch(self)
            .await
    }
}
