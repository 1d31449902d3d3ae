//! Joint activities (agreement, point 7).

mod activities;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::activities::Activities;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(activities::propose_joint_activity)
        .service(activities::list_joint_activities)
        .service(activities::get_joint_activity)
        .service(activities::agree_joint_activity)
        .service(activities::decline_joint_activity)
        .service(activities::cancel_joint_activity)
        .service(activities::record_joint_activity_held)
        .service(activities::invite_to_joint_activity)
        .service(activities::reply_to_invitation);
}
