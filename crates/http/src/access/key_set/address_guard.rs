//! The guard that key sets are fetched behind, for whatever else of this program asks the web.

use reqwest::dns::{Name, Resolve, Resolving};

use super::guard::Guard;
use crate::network::Network;

/// Looks up names for an HTTP client, and lets it connect to public addresses and to the networks that are named: never to machines that only
/// this one can reach. Every address of a name is judged, and the connection goes to one of these.
#[derive(Clone)]
pub struct AddressGuard(Guard);

impl AddressGuard {
    /// Lets through public addresses, and those in these networks.
    #[must_use]
    pub fn new(allowed_private: Vec<Network>) -> Self {
        let allowed = allowed_private.into_iter().map(Network::get).collect();
        Self(Guard::new(allowed))
    }
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        self.0.resolve(name)
    }
}
