//! Everything that this process logs, kept in memory.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// What is kept by default.
const USUAL: &str = "info,freigabe_http=debug,freigabe_domain=debug,freigabe_storage=debug";

static KEPT: OnceLock<Kept> = OnceLock::new();

/// The lines kept.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Keeps everything, down to what libraries say to themselves. To be called before the application is started, in a process
/// of the test's own.
pub fn keep_everything() {
    keep("trace");
}

/// Keeps what an operator would see, and a little more.
pub fn keep_usual() {
    keep(USUAL);
}

fn keep(filter: &str) {
    KEPT.get_or_init(|| {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(filter))
            .with_ansi(false)
            .with_writer(kept.clone());
        subscriber
            .try_init()
            .expect("nothing in this process that logs already");
        kept
    });
}

/// All that was logged so far.
///
/// # Panics
/// When nothing is kept yet.
#[must_use]
pub fn kept() -> String {
    let kept = KEPT
        .get()
        .expect("a log that is kept: start the application first");
    let bytes = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes).into_owned()
}
