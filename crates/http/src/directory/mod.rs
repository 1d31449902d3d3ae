//! The directory of counselling centres (agreement, points 1 and 2): anybody searches it, without a token and without leaving a
//! trace; centres and the coordination keep it.

mod entries;
pub mod files;
pub(crate) mod formats;
mod keep;
mod search;
pub(crate) mod tag;
mod transfer;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::{
    keep::Kept,
    search::{CentreSearch, PlaceName},
    transfer::WantedFile,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(search::search_counselling_centres)
        .service(entries::add_counselling_centre)
        .service(search::get_counselling_centre)
        .service(entries::change_counselling_centre)
        .service(keep::remove_counselling_centre)
        .service(keep::confirm_counselling_centre)
        .service(keep::set_counselling_centre_keeper)
        .service(keep::list_kept_centres)
        .service(search::find_places)
        .service(transfer::import_counselling_centres)
        .service(transfer::export_counselling_centres);
}
