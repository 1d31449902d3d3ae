//! The register of consent forms: what the centres may have signed, and the operator's additions.

use async_trait::async_trait;

use super::Application;
use crate::{
    audit::{self, Event, LoggedAs, Operation},
    consent::ConsentForm,
    error::{Error, InvalidInput},
    ids::EventId,
    store::prelude::*,
    store::{Mode, Scope, Store, unit_of_work},
};

/// Consent forms, for every caller.
#[async_trait(?Send)]
pub trait FormDesk {
    /// All known forms, by kind, version and language.
    ///
    /// # Errors
    /// The store's failure.
    async fn consent_forms(&self) -> Result<Vec<ConsentForm>, Error>;

    /// Adds forms, all or none, for good: what was signed on them was signed. Each is an event.
    ///
    /// # Errors
    /// One is known already; the store's failure.
    async fn add_consent_forms(&self, forms: &[ConsentForm]) -> Result<Vec<LoggedAs>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> FormDesk for Application<S> {
    async fn consent_forms(&self) -> Result<Vec<ConsentForm>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.consent_forms().await?),
        )
        .await
    }

    async fn add_consent_forms(&self, forms: &[ConsentForm]) -> Result<Vec<LoggedAs>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Operator { client: None },
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let mut added = Vec::with_capacity(forms.len());
                for form in forms {
                    let at = tx.now().await?;
                    if !tx.insert_consent_form(form, at).await? {
                        return Err(Error::Invalid(vec![InvalidInput {
                            pointer: "/version".to_owned(),
                            detail: format!("the form {form} is known already; nothing was added"),
                        }]));
                    }
                    let event = Event::new(
                        EventId::fresh(at, self.entropy())?,
                        at,
                        Operation::ConsentFormAdded,
                    )
                    .about_form(form);
                    let leaf = audit::append(tx, self.entropy(), event).await?;
                    added.push(LoggedAs { leaf, at });
                }
                Ok(added)
            },
        )
        .await
    }
}
