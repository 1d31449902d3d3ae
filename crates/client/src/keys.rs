//! The key pair with which a client signs in: Ed25519 (RFC 8032), written as JSON Web Key (RFC 7517, RFC 8037).

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::surroundings::{RandomSource, RandomnessError};

/// What precedes the 32 bytes of the seed in an Ed25519 private key of the form PKCS#8 version 1 (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Why there is no key pair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not a JSON Web Key.
    #[error("not a JSON Web Key")]
    NotAJwk,
    /// A key of another kind.
    #[error("must be an Ed25519 key: kty \"OKP\", crv \"Ed25519\"")]
    NotEd25519,
    /// Only the public half.
    #[error("holds the public key only; the private part \"d\" is missing")]
    NotPrivate,
    /// A part is not 32 bytes in base64url without padding.
    #[error("\"d\" and \"x\" must each be 32 bytes in base64url without padding")]
    WrongLength,
    /// The two halves are of different pairs.
    #[error("the public part \"x\" does not belong to the private part \"d\"")]
    HalvesDiffer,
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// An Ed25519 key pair. Its `Debug` shows the key's id only.
#[derive(Clone)]
pub struct ClientKeyPair {
    seed: Zeroizing<[u8; 32]>,
    public: [u8; 32],
}

#[derive(Deserialize)]
struct IncomingJwk {
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    d: Option<String>,
}

#[derive(Serialize)]
struct OutgoingJwk<'a> {
    kty: &'a str,
    crv: &'a str,
    alg: &'a str,
    #[serde(rename = "use")]
    usage: &'a str,
    kid: &'a str,
    x: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<&'a str>,
}

impl ClientKeyPair {
    /// Makes a new pair.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn generate(random: &dyn RandomSource) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        random.fill(seed.as_mut_slice())?;
        Self::from_seed(seed)
    }

    /// The public key with nothing but its necessary members: what stands in a proof of possession.
    pub(crate) fn bare_public_jwk(&self) -> serde_json::Value {
        serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.public) })
    }

    /// Reads a private JSON Web Key.
    ///
    /// # Errors
    /// When it is not an Ed25519 private key, or its halves do not belong together.
    pub fn from_private_jwk(jwk: &str) -> Result<Self, KeyError> {
        let jwk: IncomingJwk = serde_json::from_str(jwk).map_err(|_| KeyError::NotAJwk)?;
        if jwk.kty != "OKP" || jwk.crv != "Ed25519" {
            return Err(KeyError::NotEd25519);
        }
        let d = Zeroizing::new(jwk.d.ok_or(KeyError::NotPrivate)?);
        let seed = bytes_of(&d)?;
        let pair = Self::from_seed(Zeroizing::new(seed))?;
        match jwk.x {
            Some(x) if bytes_of(&x)? != pair.public => Err(KeyError::HalvesDiffer),
            _ => Ok(pair),
        }
    }

    fn from_seed(seed: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice())
            .map_err(|_| KeyError::WrongLength)?;
        let public = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| KeyError::WrongLength)?;
        Ok(Self { seed, public })
    }

    /// The private key as JSON Web Key: what the client keeps in its key file.
    #[must_use]
    pub fn private_jwk(&self) -> Zeroizing<String> {
        let d = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.seed.as_slice()));
        Zeroizing::new(self.jwk(Some(&d)))
    }

    /// The public key as JSON Web Key: what the operator registers.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        self.jwk(None)
    }

    /// The key's id: its thumbprint (RFC 7638) with SHA-256.
    #[must_use]
    pub fn key_id(&self) -> String {
        let members = format!(
            r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#,
            URL_SAFE_NO_PAD.encode(self.public)
        );
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
    }

    /// The private key as PKCS#8 version 1, DER.
    #[must_use]
    pub fn pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_PREFIX.len() + self.seed.len()));
        der.extend_from_slice(&PKCS8_PREFIX);
        der.extend_from_slice(self.seed.as_slice());
        der
    }

    pub(crate) fn signing_key(&self) -> EncodingKey {
        EncodingKey::from_ed_der(&self.pkcs8_der())
    }

    fn jwk(&self, d: Option<&str>) -> String {
        let jwk = OutgoingJwk {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: &self.key_id(),
            x: &URL_SAFE_NO_PAD.encode(self.public),
            d,
        };
        // A struct of strings always serialises.
        serde_json::to_string(&jwk).unwrap_or_default()
    }
}

impl std::fmt::Debug for ClientKeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientKeyPair")
            .field("kid", &self.key_id())
            .finish_non_exhaustive()
    }
}

fn bytes_of(text: &str) -> Result<[u8; 32], KeyError> {
    let bytes = Zeroizing::new(
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| KeyError::WrongLength)?,
    );
    bytes
        .as_slice()
        .try_into()
        .map_err(|_| KeyError::WrongLength)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example key of RFC 8037, appendix A.
    const RFC_8037: &str = r#"{"kty":"OKP","crv":"Ed25519",
        "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn the_key_id_is_the_thumbprint_of_the_standard() {
        let pair = ClientKeyPair::from_private_jwk(RFC_8037).unwrap();
        assert_eq!(pair.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_generated_key_reads_back_and_its_public_half_has_no_secret() {
        let pair = ClientKeyPair::generate(&|bytes: &mut [u8]| {
            bytes.fill(7);
            Ok(())
        })
        .unwrap();
        let again = ClientKeyPair::from_private_jwk(&pair.private_jwk()).unwrap();
        assert_eq!(again.public_jwk(), pair.public_jwk());
        assert!(!pair.public_jwk().contains("\"d\""));
        assert_eq!(pair.pkcs8_der().len(), 48);
        assert_eq!(
            ClientKeyPair::from_private_jwk(&pair.public_jwk()).unwrap_err(),
            KeyError::NotPrivate
        );
    }

    #[test]
    fn keys_of_other_kinds_and_halves_of_other_pairs_are_refused() {
        let refused = |jwk: &str| ClientKeyPair::from_private_jwk(jwk).unwrap_err();
        assert_eq!(refused("Ed25519"), KeyError::NotAJwk);
        assert_eq!(
            refused(r#"{"kty":"EC","crv":"P-256"}"#),
            KeyError::NotEd25519
        );
        assert_eq!(
            refused(&RFC_8037.replace("nWGx", "")),
            KeyError::WrongLength
        );
        assert_eq!(
            refused(&RFC_8037.replace("11qY", "12qY")),
            KeyError::HalvesDiffer
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let pair = ClientKeyPair::from_private_jwk(RFC_8037).unwrap();
        let shown = format!("{pair:?}");
        assert!(
            shown.contains(&pair.key_id()) && !shown.contains("nWGx"),
            "{shown}"
        );
    }

    #[test]
    fn no_key_without_randomness() {
        let failing = |_: &mut [u8]| Err(RandomnessError);
        assert_eq!(
            ClientKeyPair::generate(&failing).unwrap_err(),
            KeyError::Randomness(RandomnessError)
        );
    }
}
