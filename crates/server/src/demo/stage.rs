//! Where the story plays: everyone's client, and the time.

use crate::language::Language;
use freigabe_client::{
    ApiError, Client, Credentials, Error, PageQuery,
    contract::{
        Timestamp,
        disclosure::{AddressedDisclosure, Disclosure, DisclosureView},
    },
    every_item,
};
use freigabe_domain::instant::Clock as _;
use time::Duration;
use uuid::Uuid;

use super::{
    network::{Member, Network},
    story::Mismatch,
};
use crate::system::SystemClock;

/// Everyone whom the story needs.
pub(super) struct Stage {
    pub(super) language: Language,
    pub(super) hafenlicht: Client,
    pub(super) sternbruecke: Client,
    pub(super) lindenhof: Client,
    pub(super) kb_hamburg: Client,
    pub(super) hamburg: Client,
    pub(super) frankfurt_oder: Client,
    pub(super) coordination: Client,
    pub(super) auditor: Client,
}

/// A staff number, invented.
pub(super) const OFFICER: &str = "P-4711";

impl Stage {
    pub(super) fn new(network: &Network, url: &str, language: Language) -> Result<Self, Error> {
        let client = |member: &Member| {
            Client::new(
                url,
                Credentials {
                    client_id: member.client_id.to_owned(),
                    private_jwk: member.private_jwk().as_str().to_owned(),
                },
            )
        };
        // The police say on whose behalf (§ 76(2) BDSG).
        let office = |member: &Member| client(member)?.on_behalf_of(OFFICER);
        Ok(Self {
            language,
            hafenlicht: client(&network.hafenlicht)?,
            sternbruecke: client(&network.sternbruecke)?,
            lindenhof: client(&network.lindenhof)?,
            kb_hamburg: office(&network.kb_hamburg)?,
            hamburg: office(&network.hamburg)?,
            frankfurt_oder: office(&network.frankfurt_oder)?,
            coordination: client(&network.coordination)?,
            auditor: client(&network.auditor)?,
        })
    }
}

/// The present moment, or one that far from it.
pub(super) fn in_(duration: Duration) -> Timestamp {
    Timestamp::new(SystemClock.now().to_datetime() + duration)
}

/// What waits for an office.
pub(super) async fn inbox(office: &Client) -> Result<Vec<AddressedDisclosure>, Mismatch> {
    every_item(async |page: PageQuery| office.list_inbox(&page).await)
        .await
        .map_err(|error| Mismatch::new("an inbox", error.to_string()))
}

/// Whether a message waits for an office.
pub(super) async fn waits(office: &Client, id: Uuid) -> Result<bool, Mismatch> {
    Ok(inbox(office).await?.iter().any(|waiting| waiting.id == id))
}

/// All disclosures that a centre ever released.
pub(super) async fn released(centre: &Client) -> Result<Vec<Disclosure>, Mismatch> {
    every_item(async |page: PageQuery| centre.list_disclosures(&page).await)
        .await
        .map_err(|error| Mismatch::new("the centre's disclosures", error.to_string()))
}

/// A disclosure as its centre sees it.
pub(super) async fn seen_by_centre(centre: &Client, id: Uuid) -> Result<Disclosure, Mismatch> {
    match centre.get_disclosure(id).await {
        Ok(DisclosureView::Centre(disclosure)) => Ok(disclosure),
        Ok(DisclosureView::Office(_)) => {
            Err(Mismatch::new("the centre's view", "the office's view"))
        }
        Err(error) => Err(Mismatch::new("the centre's view", error.to_string())),
    }
}

/// The reasons in a refusal: code and item, in the server's order.
pub(super) fn reasons(error: &ApiError) -> Vec<(&'static str, Option<u32>)> {
    let refusals = error.problem.as_ref().map(|problem| &problem.refusals);
    refusals
        .into_iter()
        .flatten()
        .map(|refusal| (refusal.reason.code(), refusal.item))
        .collect()
}
