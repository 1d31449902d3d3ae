//! Pages of listings.

use freigabe_contract::Page;

use crate::error::Error;

/// Which page of a listing, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageQuery {
    /// `next` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// At most so many items; the server chooses without one.
    pub limit: Option<u16>,
}

impl PageQuery {
    /// The page that begins at a cursor.
    #[must_use]
    pub const fn at(cursor: Option<String>) -> Self {
        Self {
            cursor,
            limit: None,
        }
    }

    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        let cursor = self.cursor.clone().map(|cursor| ("cursor", cursor));
        let limit = self.limit.map(|limit| ("limit", limit.to_string()));
        cursor.into_iter().chain(limit).collect()
    }
}

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
