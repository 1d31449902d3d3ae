//! Where the police name the network (agreement, point 8): kept by an office, looked at again and again.

use async_trait::async_trait;

use crate::{
    access::{OfficeCaller, PartnerOrCoordination},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{EventId, MediaReferenceId},
    instant::Instant,
    media::{MediaCheck, MediaCheckedBy, MediaFound, MediaPlace, MediaReference, MediaSubject},
    office::OfficeId,
    store::prelude::*,
    store::{MediaQuery, Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

/// What an office adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMediaReference {
    /// Where.
    pub place: MediaPlace,
    /// Who is named there.
    pub names: MediaSubject,
}

/// A place where the police name the network, and whether somebody should look again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaReferenceView {
    /// The place.
    pub reference: MediaReference,
    /// Whether nobody has looked for too long, by the database's clock.
    pub stale: bool,
}

/// Where the police name the network (agreement, point 8). It is no secret among the partners. What is on the web is never asked from here.
#[async_trait(?Send)]
pub trait MediaDesk {
    /// An office adds one of its own.
    ///
    /// # Errors
    /// A centre that the directory does not know; a reused key; the store's failure.
    async fn add_media_reference(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewMediaReference,
    ) -> Result<Logged<MediaReferenceView>, Error>;

    /// One of them, removed or not.
    ///
    /// # Errors
    /// There is none; the store's failure.
    async fn media_reference(
        &self,
        caller: &PartnerOrCoordination,
        id: MediaReferenceId,
    ) -> Result<MediaReferenceView, Error>;

    /// Those that were not removed, the last added first: of all offices or of one; stale ones, others, or both.
    ///
    /// # Errors
    /// The store's failure.
    async fn media_references(
        &self,
        caller: &PartnerOrCoordination,
        office: Option<OfficeId>,
        stale: Option<bool>,
        page: PageRequest,
    ) -> Result<Page<MediaReferenceView>, Error>;

    /// Its office has looked, by hand or by a program.
    ///
    /// # Errors
    /// No such reference, or another office's; it was removed; a reused key; the store's failure.
    async fn record_media_reference_check(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: MediaReferenceId,
        found: (MediaFound, MediaCheckedBy),
    ) -> Result<Logged<MediaReferenceView>, Error>;

    /// Its office no longer keeps it.
    ///
    /// # Errors
    /// As for a look.
    async fn remove_media_reference(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: MediaReferenceId,
    ) -> Result<Logged<MediaReferenceView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> MediaDesk for Application<S> {
    async fn add_media_reference(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewMediaReference,
    ) -> Result<Logged<MediaReferenceView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = MediaReferenceId::from_uuid(earlier.value);
                    let known = tx.media_reference(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| self.media_view(known, at)));
                }
                if let MediaSubject::Centre(centre) = new.names
                    && tx.centres_by_id(&[centre]).await?.is_empty()
                {
                    return Err(Error::invalid(
                        "/names/centre_id",
                        "there is no such centre in the directory",
                    ));
                }
                let reference = MediaReference {
                    id: MediaReferenceId::fresh(at, self.entropy())?,
                    office: caller.office().clone(),
                    place: new.place.clone(),
                    names: new.names,
                    added_at: at,
                    checked: None,
                    removed_at: None,
                };
                tx.insert_media_reference(&reference).await?;
                let entry = self.media_entry(caller, Operation::MediaReferenceAdded, &reference);
                self.noted_media(tx, request, (entry?, reference), at).await
            },
        )
        .await
    }

    async fn media_reference(
        &self,
        caller: &PartnerOrCoordination,
        id: MediaReferenceId,
    ) -> Result<MediaReferenceView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let found = tx.media_reference(id).await?.ok_or(Error::NotFound)?;
                Ok(self.media_view(found, now))
            },
        )
        .await;
        self.logged(caller, "getMediaReference", outcome).await
    }

    async fn media_references(
        &self,
        caller: &PartnerOrCoordination,
        office: Option<OfficeId>,
        stale: Option<bool>,
        page: PageRequest,
    ) -> Result<Page<MediaReferenceView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let query = MediaQuery {
                    office: office.clone(),
                    stale: stale.map(|stale| (stale, self.media.stale_until(now))),
                };
                let Page { items, next } = tx.media_references(&query, page).await?;
                let items = items.into_iter().map(|one| self.media_view(one, now));
                Ok(Page {
                    items: items.collect(),
                    next,
                })
            },
        )
        .await
    }

    async fn record_media_reference_check(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: MediaReferenceId,
        (found, by): (MediaFound, MediaCheckedBy),
    ) -> Result<Logged<MediaReferenceView>, Error> {
        let change = async |tx: &mut S::Tx<'_>, reference: MediaReference, at| {
            let check = MediaCheck { found, by, at };
            tx.check_media_reference(id, &check).await?;
            let reference = MediaReference {
                checked: Some(check),
                ..reference
            };
            let entry = self.media_entry(caller, Operation::MediaReferenceChecked, &reference)?;
            Ok((entry.with_media_check(&check), reference))
        };
        let outcome = self.changed_media(caller, request, id, change).await;
        self.logged(caller, "recordMediaReferenceCheck", outcome)
            .await
    }

    async fn remove_media_reference(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: MediaReferenceId,
    ) -> Result<Logged<MediaReferenceView>, Error> {
        let change = async |tx: &mut S::Tx<'_>, reference: MediaReference, at| {
            tx.remove_media_reference(id, at).await?;
            let reference = MediaReference {
                removed_at: Some(at),
                ..reference
            };
            let entry = self.media_entry(caller, Operation::MediaReferenceRemoved, &reference)?;
            Ok((entry, reference))
        };
        let outcome = self.changed_media(caller, request, id, change).await;
        self.logged(caller, "removeMediaReference", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What an office does about one of its own that it still keeps, under its lock.
    async fn changed_media(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: MediaReferenceId,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            MediaReference,
            Instant,
        ) -> Result<(Event, MediaReference), Error>,
    ) -> Result<Logged<MediaReferenceView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_media_reference(id).await?;
                let own = held.filter(|one| one.office == *caller.office());
                let reference = own.ok_or(Error::NotFound)?;
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| self.media_view(reference, at)));
                }
                if reference.removed_at.is_some() {
                    return Err(Error::InvalidState("this reference was removed"));
                }
                let changed = change(tx, reference, at).await?;
                self.noted_media(tx, request, changed, at).await
            },
        )
        .await
    }

    async fn noted_media(
        &self,
        tx: &mut S::Tx<'_>,
        request: &RequestKey,
        (entry, reference): (Event, MediaReference),
        at: Instant,
    ) -> Result<Logged<MediaReferenceView>, Error> {
        let leaf = audit::append(tx, self.entropy(), entry).await?;
        tx.remember_request(request, reference.id.as_uuid(), &leaf, at)
            .await?;
        Ok(Logged::new(self.media_view(reference, at), leaf, at))
    }

    fn media_view(&self, reference: MediaReference, now: Instant) -> MediaReferenceView {
        MediaReferenceView {
            stale: reference.removed_at.is_none() && self.media.is_stale(&reference, now),
            reference,
        }
    }

    /// At the time of what was done last: adding, looking or removing.
    fn media_entry(
        &self,
        caller: &OfficeCaller,
        operation: Operation,
        reference: &MediaReference,
    ) -> Result<Event, Error> {
        let looked = reference.checked.map(|check| check.at);
        let at = reference
            .removed_at
            .or(looked)
            .unwrap_or(reference.added_at);
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_media_reference(reference))
    }
}
