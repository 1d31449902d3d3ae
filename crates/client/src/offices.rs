//! Police offices, and which of them is competent.

use freigabe_contract::{
    OfficeId,
    office::{CompetentOffice, Office, OfficePage},
    query::{MatterQuery, OfficeFilter, PageQuery},
};

use crate::{call::Call, client::Client, error::Error};

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
        Call::get("listOffices", &["v1", "offices"])
            .query(filter)?
            .query(page)?
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
        Call::get("getCompetentOffice", &["v1", "competent-office"])
            .query(matter)?
            .fetch(self)
            .await
    }
}
