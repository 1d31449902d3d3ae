//! What events say about point 6: trainings and general advisories. Which, and which version; never a word of them.

use super::Event;
use crate::{advisory::GeneralAdvisory, training::Training};

impl Event {
    /// About a training.
    #[must_use]
    pub const fn about_training(mut self, training: &Training) -> Self {
        self.training = Some(training.id);
        self.entry_version = Some(training.version);
        self
    }

    /// About a general advisory.
    #[must_use]
    pub const fn about_advisory(mut self, advisory: &GeneralAdvisory) -> Self {
        self.advisory = Some(advisory.id);
        self
    }
}
