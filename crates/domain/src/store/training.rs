//! Trainings, and general advisories.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    advisory::GeneralAdvisory,
    gathering::{CalendarEvent, CalendarOf, Participant},
    ids::{AdvisoryId, SupplementaryAgreementId, TrainingId},
    instant::Instant,
    training::{Training, TrainingState},
};

/// Trainings (agreement, point 6). Partners and the coordination read all of them; everybody reads when and where a public one is.
pub trait TrainingStore<'tx> {
    /// Stores what somebody asks for or offers.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_training(&mut self, training: &Training) -> Result<(), StoreError>;

    /// A training.
    ///
    /// # Errors
    /// When the store fails.
    async fn training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError>;

    /// The same, its row held alone; none where it is nothing of the caller's.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError>;

    /// All trainings, or those in a state; newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn trainings(
        &mut self,
        state: Option<TrainingState>,
        page: PageRequest,
    ) -> Result<Page<Training>, StoreError>;

    /// Writes the next version of a training whose row is held; files that were added last are `fresh`.
    ///
    /// # Errors
    /// When the store fails, or it is not the version before that is there.
    async fn update_training(
        &mut self,
        training: &Training,
        fresh: usize,
    ) -> Result<(), StoreError>;

    /// Whether this one of the network takes part here.
    ///
    /// # Errors
    /// When the store fails.
    async fn takes_part(&mut self, participant: &Participant) -> Result<bool, StoreError>;

    /// Whether there is such a supplementary agreement.
    ///
    /// # Errors
    /// When the store fails.
    async fn has_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<bool, StoreError>;

    /// Agreed trainings that end after `since`, as they stand in a calendar: the earliest first, at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn trainings_in_calendar(
        &mut self,
        of: &CalendarOf,
        since: Instant,
        limit: u16,
    ) -> Result<Vec<CalendarEvent>, StoreError>;
}

/// General advisories (agreement, point 6). Partners and the coordination read all of them.
pub trait AdvisoryStore<'tx> {
    /// Stores an advisory.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_advisory(&mut self, advisory: &GeneralAdvisory) -> Result<(), StoreError>;

    /// An advisory.
    ///
    /// # Errors
    /// When the store fails.
    async fn advisory(&mut self, id: AdvisoryId) -> Result<Option<GeneralAdvisory>, StoreError>;

    /// The same, its row held alone; none where it is not the caller's own.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_advisory(
        &mut self,
        id: AdvisoryId,
    ) -> Result<Option<GeneralAdvisory>, StoreError>;

    /// Those that nobody took back; newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn advisories(&mut self, page: PageRequest) -> Result<Page<GeneralAdvisory>, StoreError>;

    /// Takes an advisory back, whose row is held.
    ///
    /// # Errors
    /// When the store fails, or it was taken back before.
    async fn withdraw_advisory(&mut self, id: AdvisoryId, at: Instant) -> Result<(), StoreError>;
}
