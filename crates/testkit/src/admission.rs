//! Requests that want to be let in.

use freigabe_domain::{
    Error,
    exchange::{AccessDesk, Arrival, Presenter, ProofUse},
    instant::Instant,
    store::SingleUse,
};

/// A request by this client, with a proof that nobody would take any more after `until`.
pub fn arrival(presenter: &Presenter, jti: &str, until: Instant) -> Arrival {
    Arrival {
        presenter: presenter.clone(),
        proof: Some(SingleUse {
            jti: jti.to_owned(),
            expires_at: until,
        }),
    }
}

/// A request alone: what became of its proof.
///
/// # Errors
/// The store's failure.
pub async fn admit_one(
    desk: &impl AccessDesk,
    presenter: &Presenter,
    jti: &str,
    until: Instant,
) -> Result<ProofUse, Error> {
    let used = desk.admit(&[arrival(presenter, jti, until)]).await?;
    Ok(used.into_iter().next().expect("an answer for each"))
}
