//! Public keys of clients: JSON Web Keys (RFC 7517) of three kinds, each with the one algorithm that belongs to it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::access::ClientKey;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::json::parse;

/// Members that only private or symmetric keys have.
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Sizes of an RSA modulus that are taken, in bits: from what BSI TR-02102-1 asks for, to what verifying can cost.
const RSA_MODULUS: std::ops::RangeInclusive<usize> = 3_000..=4_096;

/// A client's key, ready to verify with.
pub(super) struct VerifyingKey {
    pub(super) key: DecodingKey,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    pub(super) thumbprint: KeyThumbprint,
}

/// What tells a public key from all others: the SHA-256 of its necessary members, in base64url (RFC 7638).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyThumbprint(String);

impl KeyThumbprint {
    /// Reads one; none when it is not 32 bytes in base64url without padding.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Of an Ed25519 key (RFC 8037 §2) with this `x`.
    pub(super) fn of_ed25519(x: &str) -> Self {
        Self::of(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#))
    }

    fn of(members: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(members)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a public key before it is registered, and reduces it to what is needed of it.
///
/// Taken are Ed25519 (for `EdDSA`), P-256 (for `ES256`) and RSA of 3000 to 4096 bits with the exponent 65537 (for `PS256`).
///
/// # Errors
/// What is wrong with it, in English.
pub fn jwk_is_acceptable(jwk: &str) -> Result<ClientKey, String> {
    let read = Parts::read(jwk)?;
    let mut reduced = match &read.material {
        Material::Ed25519 { x } => json!({ "kty": "OKP", "crv": "Ed25519", "x": x }),
        Material::P256 { x, y } => json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }),
        Material::Rsa { n, e } => json!({ "kty": "RSA", "n": n, "e": e }),
    };
    if let Some(object) = reduced.as_object_mut() {
        object.insert("alg".to_owned(), read.material.algorithm_name().into());
        object.insert("use".to_owned(), "sig".into());
        if let Some(key_id) = read.key_id {
            object.insert("kid".to_owned(), key_id.into());
        }
    }
    Ok(ClientKey {
        jwk: reduced.to_string(),
    })
}

impl VerifyingKey {
    /// From a registered key. It is checked again: what is in the database is not trusted to be well formed.
    pub(super) fn from_registered(registered: &ClientKey) -> Result<Self, String> {
        Self::of(Parts::read(&registered.jwk)?)
    }

    /// From the public key in the header of a proof. It says nothing about who made the proof.
    pub(super) fn from_header(jwk: &Map<String, Value>) -> Result<Self, String> {
        Self::of(Parts::of(jwk)?)
    }

    /// From a member of a key set. Who publishes the set vouches for it.
    pub(super) fn from_set(jwk: &Map<String, Value>) -> Result<Self, String> {
        Self::of(Parts::of(jwk)?)
    }

    fn of(read: Parts) -> Result<Self, String> {
        let (key, algorithm) = match &read.material {
            Material::Ed25519 { x } => (DecodingKey::from_ed_components(x), Algorithm::EdDSA),
            Material::P256 { x, y } => (DecodingKey::from_ec_components(x, y), Algorithm::ES256),
            Material::Rsa { n, e } => (DecodingKey::from_rsa_components(n, e), Algorithm::PS256),
        };
        Ok(Self {
            key: key.map_err(|error| error.to_string())?,
            algorithm,
            thumbprint: read.material.thumbprint(),
            key_id: read.key_id,
        })
    }
}

struct Parts {
    material: Material,
    key_id: Option<String>,
}

enum Material {
    Ed25519 { x: String },
    P256 { x: String, y: String },
    Rsa { n: String, e: String },
}

impl Material {
    const fn algorithm_name(&self) -> &'static str {
        match self {
            Self::Ed25519 { .. } => "EdDSA",
            Self::P256 { .. } => "ES256",
            Self::Rsa { .. } => "PS256",
        }
    }

    /// Whether this is a name of its algorithm (RFC 9864 gave EdDSA over Ed25519 a second one).
    fn goes_by(&self, name: &str) -> bool {
        name == self.algorithm_name() || (matches!(self, Self::Ed25519 { .. }) && name == "Ed25519")
    }

    /// Over the necessary members in the order of their names, without white space (RFC 7638 §3; RFC 8037 §2). Their
    /// values were checked to be base64url, so nothing in them needs to be escaped.
    fn thumbprint(&self) -> KeyThumbprint {
        match self {
            Self::Ed25519 { x } => KeyThumbprint::of_ed25519(x),
            Self::P256 { x, y } => KeyThumbprint::of(&format!(
                r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
            )),
            Self::Rsa { n, e } => {
                KeyThumbprint::of(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#))
            }
        }
    }
}

impl Parts {
    fn read(jwk: &str) -> Result<Self, String> {
        let Ok(Value::Object(jwk)) = parse(jwk.as_bytes()) else {
            return Err("the key is not a JSON Web Key: a JSON object is needed".to_owned());
        };
        Self::of(&jwk)
    }

    fn of(jwk: &Map<String, Value>) -> Result<Self, String> {
        if let Some(private) = PRIVATE.iter().find(|name| jwk.contains_key(**name)) {
            return Err(format!(
                "the key has the private member `{private}`: only the public key may be registered"
            ));
        }
        let material = match text(jwk, "kty")?.as_str() {
            "OKP" => {
                expect_text(jwk, "crv", "Ed25519")?;
                // A shorter key would bring some verifiers down.
                let x = coordinate(jwk, "x")?;
                Material::Ed25519 { x }
            }
            "EC" => {
                expect_text(jwk, "crv", "P-256")?;
                let (x, y) = (coordinate(jwk, "x")?, coordinate(jwk, "y")?);
                Material::P256 { x, y }
            }
            "RSA" => rsa(jwk)?,
            _ => return Err("`kty` must be OKP, EC or RSA".to_owned()),
        };
        if jwk.contains_key("alg") && !material.goes_by(&text(jwk, "alg")?) {
            return Err(format!("`alg` must be {}", material.algorithm_name()));
        }
        if jwk.contains_key("use") {
            expect_text(jwk, "use", "sig")?;
        }
        let key_id = match jwk.get("kid") {
            None => None,
            Some(Value::String(kid)) if (1..=128).contains(&kid.len()) => Some(kid.clone()),
            Some(_) => return Err("`kid` must be a text of 1 to 128 characters".to_owned()),
        };
        Ok(Self { material, key_id })
    }
}

fn rsa(jwk: &Map<String, Value>) -> Result<Material, String> {
    let modulus = bytes(jwk, "n")?;
    let first = modulus.first().copied().unwrap_or(0);
    let unused = usize::try_from(first.leading_zeros()).unwrap_or(0);
    let bits = modulus.len().saturating_mul(8).saturating_sub(unused);
    if !RSA_MODULUS.contains(&bits) || first == 0 {
        return Err("`n` must be a modulus of 3000 to 4096 bits without leading zeros".to_owned());
    }
    if bytes(jwk, "e")? != [1, 0, 1] {
        return Err("`e` must be the exponent 65537 (AQAB)".to_owned());
    }
    Ok(Material::Rsa {
        n: text(jwk, "n")?,
        e: text(jwk, "e")?,
    })
}

fn text(jwk: &Map<String, Value>, name: &str) -> Result<String, String> {
    jwk.get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("the key lacks the text member `{name}`"))
}

fn expect_text(jwk: &Map<String, Value>, name: &str, expected: &str) -> Result<(), String> {
    if text(jwk, name)? == expected {
        Ok(())
    } else {
        Err(format!("`{name}` must be {expected}"))
    }
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD
        .decode(text(jwk, name)?)
        .map_err(|_| format!("`{name}` must be base64url without padding"))
}

fn coordinate(jwk: &Map<String, Value>, name: &str) -> Result<String, String> {
    if bytes(jwk, name)?.len() == 32 {
        text(jwk, name)
    } else {
        Err(format!("`{name}` must have 32 bytes"))
    }
}
