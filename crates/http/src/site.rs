//! Pages for people beside the API. This crate does not make them: whoever starts the server brings them along.

use std::sync::Arc;

use actix_web::web::ServiceConfig;

/// Adds pages to an application.
type Configure = dyn Fn(&mut ServiceConfig) + Send + Sync;

/// Pages for people: which there are, and how they are added. Each says itself, in its headers, what it may load and whether it may be kept.
#[derive(Clone)]
pub struct Site {
    paths: &'static [(&'static str, &'static str)],
    configure: Arc<Configure>,
}

impl Site {
    /// Pages at these methods and paths (as actix writes patterns).
    pub fn new(
        paths: &'static [(&'static str, &'static str)],
        configure: impl Fn(&mut ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        Self {
            paths,
            configure: Arc::new(configure),
        }
    }

    pub(crate) const fn paths(&self) -> &'static [(&'static str, &'static str)] {
        self.paths
    }

    pub(crate) fn configure(&self, config: &mut ServiceConfig) {
        (self.configure)(config);
    }
}
