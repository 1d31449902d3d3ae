//! What police and network do together rests on a supplementary agreement, or each bears its own costs.

use crate::{
    error::{Error, InvalidInput},
    gathering::{CostBearing, Participant, Span},
    store::Tx,
};

/// That the agreement which this names is there, that `participant` is one of its parties, that all have confirmed it, and that it holds: for
/// all of `span`, or at present where nothing is said of a time. Costs that each bears alone need nothing. To be asked in the transaction that
/// stores what rests on it; `pointer` is where the costs stand in what was sent.
///
/// # Errors
/// What is wrong with the agreement, at its identifier; the store's failure.
pub(crate) async fn expect_cost_bearing<'tx, T: Tx<'tx>>(
    tx: &mut T,
    costs: CostBearing,
    participant: &Participant,
    span: Option<Span>,
    pointer: &str,
) -> Result<(), Error> {
    let Some(id) = costs.agreement() else {
        return Ok(());
    };
    let now = tx.now().await?;
    let detail = match tx.supplementary_agreement(id).await? {
        None => "there is no such supplementary agreement".to_owned(),
        Some(agreement) => match agreement.covers(participant, span, now) {
            Ok(()) => return Ok(()),
            Err(uncovered) => uncovered.to_string(),
        },
    };
    let pointer = format!("{pointer}/supplementary_agreement_id");
    Err(Error::Invalid(vec![InvalidInput::new(pointer, detail)]))
}
