//! Whether a request's token and proof are good, but for whether the proof was used before: the part that needs no database.

use freigabe_domain::instant::Instant;

use super::{
    binding::Confirmation,
    dpop::{self, Proof, ProofFault},
    issuer::{Holder, TokenIssuer},
};

/// A bound access token as it came, with the proof of possession (RFC 9449 §7.1).
#[derive(Clone, Copy)]
pub struct Presented<'r> {
    /// The token.
    pub token: &'r str,
    /// The proof.
    pub proof: &'r str,
    /// The request's method.
    pub method: &'r str,
    /// The request's path, below the issuer's URL.
    pub path: &'r str,
}

/// Token and proof are good; the proof is still to be used up.
#[derive(Debug)]
pub struct Admitted {
    pub(super) holder: Holder,
    pub(super) proof: Proof,
}

/// What is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// The token, or it is bound to nothing.
    #[error("the access token is not valid")]
    Token,
    /// The proof, or it was made by another key than the token is bound to.
    #[error("the proof of possession is not valid")]
    Proof,
    /// The proof's nonce only.
    #[error("the proof of possession needs another nonce")]
    Nonce,
}

impl TokenIssuer {
    /// Verifies a token of this issuer and the proof that came with it.
    ///
    /// # Errors
    /// What is not good; the token is looked at first.
    pub fn admit(&self, presented: &Presented<'_>, now: Instant) -> Result<Admitted, NotAdmitted> {
        let holder = self.verify(presented.token, now);
        self.admit_holder(holder.ok_or(NotAdmitted::Token)?, presented, now)
    }

    /// Verifies the proof that came with a token whose holder is known.
    pub(super) fn admit_holder(
        &self,
        holder: Holder,
        presented: &Presented<'_>,
        now: Instant,
    ) -> Result<Admitted, NotAdmitted> {
        let Some(Confirmation::Key(key)) = &holder.confirmation else {
            return Err(NotAdmitted::Token);
        };
        let url = format!("{}{}", self.issuer(), presented.path);
        let request = dpop::Request {
            method: presented.method,
            url: &url,
            token: Some(presented.token),
        };
        let proof =
            dpop::check(presented.proof, &request, self, now).map_err(|fault| match fault {
                ProofFault::Invalid => NotAdmitted::Proof,
                ProofFault::Nonce => NotAdmitted::Nonce,
            })?;
        if proof.key == *key {
            Ok(Admitted { holder, proof })
        } else {
            Err(NotAdmitted::Proof)
        }
    }
}
