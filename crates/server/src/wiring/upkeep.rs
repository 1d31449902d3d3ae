//! What the server does by itself: marking expired consents, following up offers that nobody answers, reminding of security notices,
//! forgetting old requests and used proofs, taking a renewed TLS certificate.

use std::{io, sync::Arc, thread, time::Duration};

use freigabe_domain::{Error, exchange::Exchange, instant::Clock};
use tokio::{runtime, sync::oneshot, time::sleep};

use crate::keys::tls::{Renewal, TlsFiles};

/// The upkeep's own thread: use cases stay on the thread that runs them.
pub(super) struct Upkeep {
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Upkeep {
    pub(super) fn start(
        exchange: Arc<dyn Exchange>,
        mut tls: Option<TlsFiles>,
        clock: Arc<dyn Clock>,
        interval: Duration,
    ) -> io::Result<Self> {
        let (stop, mut stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let body = move || {
            runtime.block_on(async {
                loop {
                    tokio::select! {
                        _ = &mut stopped => break,
                        () = sleep(interval) => {
                            if let Some(files) = &mut tls {
                                renew(files, clock.as_ref());
                            }
                            follow_up(exchange.as_ref()).await;
                            forget(exchange.as_ref()).await;
                        }
                    }
                }
            });
            // The receiver is gone when nobody waits for the end.
            let _ = end.send(());
        };
        thread::Builder::new()
            .name("upkeep".to_owned())
            .spawn(body)?;
        Ok(Self { stop, ended })
    }

    pub(super) async fn stop(self) {
        let Self { stop, ended } = self;
        drop(stop);
        let _ = ended.await;
    }
}

/// Marks what is over, follows up what nobody answers, and reminds.
async fn follow_up(exchange: &dyn Exchange) {
    let mark = async || exchange.mark_expired_consents().await;
    batches("consents reached their end and were marked", mark).await;
    let mark = async || exchange.mark_expired_contact_consents().await;
    batches("contact consents reached their end and were marked", mark).await;
    let follow_up = async || exchange.follow_up_offers().await;
    batches("unanswered offers were followed up", follow_up).await;
    let remind = async || exchange.remind_of_security_notices().await;
    batches("centres were reminded of security notices", remind).await;
}

/// Does what is due, batch after batch. Nothing depends on it: what fails is tried again in the next round.
async fn batches(what: &str, batch: impl AsyncFn() -> Result<usize, Error>) {
    loop {
        match batch().await {
            Ok(0) => break,
            Ok(number) => tracing::info!(number, "{what}"),
            Err(error) => {
                tracing::warn!(%error, "not all of this could be done: {what}");
                break;
            }
        }
    }
}

async fn forget(exchange: &dyn Exchange) {
    match exchange.forget_old_requests().await {
        Ok(0) => {}
        Ok(forgotten) => tracing::debug!(forgotten, "old requests were forgotten"),
        Err(error) => tracing::warn!(%error, "old requests could not be forgotten"),
    }
    match exchange.forget_used_proofs().await {
        Ok(0) => {}
        Ok(forgotten) => tracing::debug!(forgotten, "used proofs were forgotten"),
        Err(error) => tracing::warn!(%error, "used proofs could not be forgotten"),
    }
}

/// Takes a certificate that was renewed, and says when one ought to be.
fn renew(files: &mut TlsFiles, clock: &dyn Clock) {
    match files.renew() {
        Renewal::Unchanged => {}
        Renewal::Renewed => {
            tracing::info!("a new TLS certificate was found and is used from now on")
        }
        Renewal::Refused(problem) => {
            tracing::warn!("the new TLS certificate can't be used, the old one stays: {problem}");
        }
    }
    if let Some(notice) = files.notice(clock.now()) {
        tracing::warn!("{notice}");
    }
}
