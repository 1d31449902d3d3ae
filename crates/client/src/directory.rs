//! The directory of counselling centres: searched by everybody, kept by centres and the coordination.

use freigabe_contract::{
    directory::{
        AddCounsellingCentre, CentreEntry, CounsellingCentre, FoundServicePage, KeptCentre,
        KeptCentrePage, PlaceList, SetKeeper,
    },
    query::{CentreFilter, KeptCentreFilter, PageQuery, PlaceQuery},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, consents::Tagged, error::Error};

impl Client {
    /// `searchCounsellingCentres`: services that fit, the suitable and nearest first. Needs no token.
    ///
    /// # Errors
    /// Status 422 when no such place is known; what else the server refuses; what goes wrong on the way.
    pub async fn search_counselling_centres(
        &self,
        filter: &CentreFilter,
        page: &PageQuery,
    ) -> Result<FoundServicePage, Error> {
        Call::get("searchCounsellingCentres", &["v1", "counselling-centres"])
            .public()
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `findPlaces`: places whose names are, begin, or look like what was asked for. Needs no token.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn find_places(&self, place: &PlaceQuery) -> Result<PlaceList, Error> {
        Call::get("findPlaces", &["v1", "places"])
            .public()
            .query(place)?
            .fetch(self)
            .await
    }

    /// `getCounsellingCentre`: one entry. Needs no token.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_counselling_centre(
        &self,
        id: Uuid,
    ) -> Result<Tagged<CounsellingCentre>, Error> {
        let path = ["v1", "counselling-centres", &id.to_string()];
        self.tagged(Call::get("getCounsellingCentre", &path).public())
            .await
    }

    /// `addCounsellingCentre`: adds an entry.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn add_counselling_centre(
        &self,
        centre: &AddCounsellingCentre,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<CounsellingCentre>, Error> {
        let call = Call::post("addCounsellingCentre", &["v1", "counselling-centres"])
            .json(centre)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `changeCounsellingCentre`: puts another entry in the place of the one that was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn change_counselling_centre(
        &self,
        id: Uuid,
        etag: &str,
        entry: &CentreEntry,
    ) -> Result<Tagged<CounsellingCentre>, Error> {
        let path = ["v1", "counselling-centres", &id.to_string()];
        let call = Call::put("changeCounsellingCentre", &path)
            .json(entry)?
            .if_match(etag)?;
        self.tagged(call).await
    }

    /// `confirmCounsellingCentre`: confirms the entry as it was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn confirm_counselling_centre(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<CounsellingCentre>, Error> {
        let path = ["v1", "counselling-centres", &id.to_string(), "confirmation"];
        let call = Call::post("confirmCounsellingCentre", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `setCounsellingCentreKeeper`: says who keeps the entry that was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn set_counselling_centre_keeper(
        &self,
        id: Uuid,
        etag: &str,
        keeper: &SetKeeper,
    ) -> Result<Tagged<KeptCentre>, Error> {
        let path = ["v1", "counselling-centres", &id.to_string(), "keeper"];
        let call = Call::put("setCounsellingCentreKeeper", &path)
            .json(keeper)?
            .if_match(etag)?;
        self.tagged(call).await
    }

    /// `removeCounsellingCentre`: removes the entry that was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn remove_counselling_centre(&self, id: Uuid, etag: &str) -> Result<(), Error> {
        let path = ["v1", "counselling-centres", &id.to_string()];
        Call::delete("removeCounsellingCentre", &path)
            .if_match(etag)?
            .answer(self)
            .await
            .map(drop)
    }

    /// `listKeptCentres`: the entries that the caller keeps.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_kept_centres(
        &self,
        filter: &KeptCentreFilter,
        page: &PageQuery,
    ) -> Result<KeptCentrePage, Error> {
        Call::get("listKeptCentres", &["v1", "kept-centres"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }
}
