//! What events say about point 7: joint activities. Identifiers, versions and codes; no text.

use super::Event;
use crate::joint::JointActivity;

impl Event {
    /// About a joint activity, as it is afterwards.
    #[must_use]
    pub const fn about_joint_activity(mut self, activity: &JointActivity) -> Self {
        self.joint_activity = Some(activity.id);
        self.entry_version = Some(activity.version);
        self
    }
}
