// The right road: authorise, record, commit, and only then read. What the forbidden programs do with an authorisation is
// done here with what is known of it: the road is not closed by accident.

use std::cell::Cell;

use freigabe_domain::{
    Error,
    access::Caller,
    contact::{ContactAuthorizeError, ContactContent, ContactDetails, ContactRecord},
    disclosure::{AuthorizeError, Content, Disclosure, DisclosureRecord},
    entropy::Entropy,
    store::{Mode, Scope, Store, Tx, unit_of_work, unit_of_work_releasing, unit_of_work_releasing_contact},
};

async fn collect<S: Store>(
    store: &S,
    held: &DisclosureRecord,
    caller: &Caller,
    entropy: &dyn Entropy,
) -> Result<Option<Content>, Error> {
    let committed = unit_of_work_releasing(store, &Scope::Upkeep, Mode::RepeatableWrite, async |tx, _brand| {
        match Disclosure::collection(held.clone()).authorize(tx).await {
            Ok(authorized) => Ok(Ok(authorized.record(tx, caller, entropy).await?)),
            Err(AuthorizeError::Refused(refused)) => Ok(Err(refused.refusals)),
            Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
            Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
        }
    })
    .await?;
    match committed {
        Ok(released) => Ok(released.content().cloned()),
        Err(_) => Err(Error::Withheld),
    }
}

async fn collect_contact<S: Store>(
    store: &S,
    held: &ContactRecord,
    caller: &Caller,
    entropy: &dyn Entropy,
) -> Result<Option<ContactContent>, Error> {
    let committed = unit_of_work_releasing_contact(store, &Scope::Upkeep, Mode::RepeatableWrite, async |tx, _brand| {
        match ContactDetails::collection(held.clone()).authorize(tx).await {
            Ok(authorized) => Ok(Ok(authorized.record(tx, caller, entropy).await?)),
            Err(ContactAuthorizeError::Refused(refused)) => Ok(Err(refused.refusals)),
            Err(ContactAuthorizeError::NoSuchConsent) => Err(Error::NotFound),
            Err(ContactAuthorizeError::Store(error)) => Err(Error::Store(error)),
        }
    })
    .await?;
    match committed {
        Ok(released) => Ok(released.content().cloned()),
        Err(_) => Err(Error::Withheld),
    }
}

async fn facts_may_leave_and_reach_another_transaction<S: Store>(
    store: &S,
    held: &DisclosureRecord,
) -> Result<u32, Error> {
    let aside = Cell::new(None);
    let committed = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |outer: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone())
            .authorize(outer)
            .await
            .map_err(|_| Error::NotFound)?;
        aside.set(Some(authorized.evidence().at));
        let revision = Cell::new(Some(authorized.evidence().revision));
        unit_of_work(store, &Scope::Upkeep, Mode::Read, async |inner: &mut S::Tx<'_>| {
            inner.now().await?;
            revision.take().ok_or(Error::NotFound)
        })
        .await
    });
    committed.await
}

fn main() {}
