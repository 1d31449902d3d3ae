//! Pages of listings.

use freigabe_contract::{Page, query::PageQuery};

use crate::error::Error;

/// Every item of a listing, page after page.
///
/// ```no_run
/// # async fn example(client: freigabe_client::Client) -> Result<(), freigabe_client::Error> {
/// let all = freigabe_client::every_item(async |page| client.list_disclosures(&page).await).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// What a page fails with.
pub async fn every_item<P: Page>(
    fetch: impl AsyncFn(PageQuery) -> Result<P, Error>,
) -> Result<Vec<P::Item>, Error> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let (items, next) = fetch(PageQuery::at(cursor)).await?.into_parts();
        found.extend(items);
        if next.is_none() {
            return Ok(found);
        }
        cursor = next;
    }
}
