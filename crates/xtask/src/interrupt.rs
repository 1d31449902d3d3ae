//! Ctrl-C and termination, as a flag that waiting loops look at, so that clean-up runs before we go.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on SIGINT, SIGTERM and SIGHUP set the flag instead of ending the process.
pub(crate) fn listen() -> Result<(), Failure> {
    ctrlc::set_handler(|| REQUESTED.store(true, Ordering::SeqCst))
        .map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))
}

/// Whether we were asked to stop.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
