//! Leaflets that tell a person about help.

use freigabe_contract::{
    leaflet::{Leaflet, LeafletList},
    vocabulary::Language,
};

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `listLeaflets`: which there are. Needs no token.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_leaflets(&self) -> Result<LeafletList, Error> {
        Call::get("listLeaflets", &["v1", "leaflets"])
            .public()
            .fetch(self)
            .await
    }

    /// `getLeaflet`: the text in one language. Needs no token.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_leaflet(&self, language: Language) -> Result<Leaflet, Error> {
        Call::get("getLeaflet", &["v1", "leaflets", language.code()])
            .public()
            .fetch(self)
            .await
    }
}
