//! The keys with which access tokens and the disclosure log are signed: Ed25519, PKCS#8, PEM, as `openssl genpkey -algorithm ed25519` writes it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_client::{ClientKeyPair, KeyError, RandomnessError};
use freigabe_domain::entropy::Entropy;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// Length of an Ed25519 private key in PKCS#8 version 1.
const DER_LENGTH: usize = 48;
/// The object identifier of Ed25519 in it (RFC 8410).
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];

/// The text is not such a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an Ed25519 private key in PEM form (PKCS#8); make one with: openssl genpkey -algorithm ed25519"
)]
pub struct SigningKeyError;

/// Makes a new key; its PEM text.
///
/// # Errors
/// When the source of randomness fails.
pub fn generate(entropy: &dyn Entropy) -> Result<Zeroizing<String>, KeyError> {
    let random = |buffer: &mut [u8]| entropy.fill(buffer).map_err(|_| RandomnessError);
    let der = ClientKeyPair::generate(&random)?.pkcs8_der();
    let base64 = Zeroizing::new(STANDARD.encode(der.as_slice()));
    Ok(Zeroizing::new(format!("{BEGIN}\n{}\n{END}\n", *base64)))
}

/// Reads a key from its PEM text; PKCS#8, DER.
///
/// # Errors
/// When it is anything else.
pub fn from_pem(pem: &str) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
    let (_, rest) = pem.split_once(BEGIN).ok_or(SigningKeyError)?;
    let (body, _) = rest.split_once(END).ok_or(SigningKeyError)?;
    let base64: Zeroizing<String> =
        Zeroizing::new(body.chars().filter(|c| !c.is_whitespace()).collect());
    let der = Zeroizing::new(
        STANDARD
            .decode(base64.as_bytes())
            .map_err(|_| SigningKeyError)?,
    );
    let ed25519 = der.windows(ED25519.len()).any(|part| part == ED25519);
    if der.len() == DER_LENGTH && ed25519 {
        Ok(der)
    } else {
        Err(SigningKeyError)
    }
}

/// The 32 secret bytes of a key (RFC 8032, section 5.1.5): the end of its PKCS#8 form, version 1.
///
/// # Errors
/// When it is no such key.
pub fn seed(der: &[u8]) -> Result<Zeroizing<[u8; 32]>, SigningKeyError> {
    match der.split_last_chunk::<32>() {
        Some((_, seed)) if der.len() == DER_LENGTH => Ok(Zeroizing::new(*seed)),
        _ => Err(SigningKeyError),
    }
}

#[cfg(test)]
mod tests {
    use freigabe_domain::entropy::SequentialEntropy;

    use super::*;

    #[test]
    fn a_new_key_reads_back() {
        let pem = generate(&SequentialEntropy::starting_at(5)).unwrap();
        assert_eq!(from_pem(&pem).unwrap().len(), DER_LENGTH);
    }

    #[test]
    fn a_key_as_openssl_writes_it_is_read_and_anything_else_refused() {
        // The seed of RFC 8037, appendix A, in the form that `openssl genpkey` writes.
        let pem = format!(
            "{BEGIN}\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n{END}\n"
        );
        let der = from_pem(&pem).unwrap();
        let seed = seed(&der).unwrap();
        assert_eq!(
            STANDARD.encode(*seed),
            "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
        );
        assert!(super::seed(&der[1..]).is_err());
        for refused in [
            "",
            "nonsense",
            &pem.replace("K2Vw", "K2Vu"),
            &pem.replace("MC4C", ""),
        ] {
            assert_eq!(from_pem(refused), Err(SigningKeyError));
        }
    }
}
