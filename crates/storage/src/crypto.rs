//! Encryption at rest: XChaCha20-Poly1305 under a key per case, wrapped by the master key. Pseudonyms and lookups are
//! keyed hashes (HMAC-SHA256) under keys derived from the master key (HKDF-SHA256, RFC 5869).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use freigabe_domain::{
    contact_pair::Side,
    disclosure::Pseudonym,
    entropy::{Entropy, EntropyError},
    store::StoreError,
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::{Zeroize as _, Zeroizing};

/// The key that wraps every case's key. It comes from outside the database; who loses it has lost all content.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes in Base64 (44 characters)")]
pub struct MasterKeyError;

impl MasterKey {
    /// Reads a key from Base64; white space at the ends is ignored.
    ///
    /// # Errors
    /// When it is not 32 bytes in Base64.
    pub fn from_base64(text: &str) -> Result<Self, MasterKeyError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| MasterKeyError)?);
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| MasterKeyError)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The key in Base64, for writing it to where it is kept.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }

    /// A new random key.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        entropy.fill(key.as_mut_slice())?;
        Ok(Self(key))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// What a sealed value is and where it belongs. It is authenticated with the value, so that one can't be put in another's place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// A case's key.
    CaseKey(Uuid),
    /// A case's references.
    References(Uuid),
    /// The terms of a consent's revision.
    Terms(Uuid, u32),
    /// A disclosure's content.
    Content(Uuid),
    /// Which help is needed in an involvement.
    Need(Uuid),
    /// The terms of a contact consent.
    ContactTerms(Uuid),
    /// What contact details say.
    Contact(Uuid),
    /// A security notice's own key.
    NoticeKey(Uuid),
    /// What a security notice says.
    Assessment(Uuid),
    /// The key of one half of a contact pair: the office's, or the centre's.
    HalfKey(Uuid, Side),
    /// What one half of a contact pair says.
    HalfContacts(Uuid, Side),
}

impl Place {
    fn label(self) -> Vec<u8> {
        let (name, id, number) = match self {
            Self::CaseKey(id) => ("case-key", id, 0),
            Self::References(id) => ("references", id, 0),
            Self::Terms(id, revision) => ("terms", id, revision),
            Self::Content(id) => ("content", id, 0),
            Self::Need(id) => ("need", id, 0),
            Self::ContactTerms(id) => ("contact-terms", id, 0),
            Self::Contact(id) => ("contact", id, 0),
            Self::NoticeKey(id) => ("notice-key", id, 0),
            Self::Assessment(id) => ("assessment", id, 0),
            Self::HalfKey(id, side) => ("half-key", id, number_of(side)),
            Self::HalfContacts(id, side) => ("half-contacts", id, number_of(side)),
        };
        let mut label = format!("freigabe/{name}/v1\n").into_bytes();
        label.extend_from_slice(id.as_bytes());
        label.extend_from_slice(&number.to_be_bytes());
        label
    }
}

const fn number_of(side: Side) -> u32 {
    match side {
        Side::Office => 1,
        Side::Centre => 2,
    }
}

/// A key that seals values: a case's, or the one that wraps those.
#[derive(Clone)]
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

/// Format of a sealed value: this byte, 24 bytes of nonce, ciphertext with tag.
const FORMAT: u8 = 1;
const NONCE: usize = 24;

impl SealingKey {
    fn from_slice(bytes: &[u8]) -> Result<Self, StoreError> {
        let key = bytes
            .try_into()
            .map_err(|_| StoreError::Sealed("a key of the wrong length"))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// A new random key.
    pub(crate) fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        entropy.fill(key.as_mut_slice()).map_err(no_entropy)?;
        Ok(Self(key))
    }

    /// Encrypts a value for its place.
    pub(crate) fn seal(
        &self,
        place: Place,
        value: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0_u8; NONCE];
        entropy.fill(&mut nonce).map_err(no_entropy)?;
        let label = place.label();
        let ciphertext = self
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: value,
                    aad: &label,
                },
            )
            .map_err(|_| StoreError::Sealed("a value too large to seal"))?;
        let mut sealed = Vec::with_capacity(1 + NONCE + ciphertext.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Decrypts a value, if it was sealed for this place and not changed since.
    pub(crate) fn open(
        &self,
        place: Place,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (format, rest) = sealed
            .split_first()
            .ok_or(StoreError::Sealed("an empty value"))?;
        if *format != FORMAT {
            return Err(StoreError::Sealed("an unknown format"));
        }
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(StoreError::Sealed("a truncated value"))?;
        let label = place.label();
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: &label,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| StoreError::Sealed("wrong key, or the value was changed"))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }

    /// Wraps another key.
    pub(crate) fn wrap(
        &self,
        case: Uuid,
        key: &Self,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        self.wrap_for(Place::CaseKey(case), key, entropy)
    }

    /// Wraps another key for its place.
    pub(crate) fn wrap_for(
        &self,
        place: Place,
        key: &Self,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        self.seal(place, key.0.as_slice(), entropy)
    }

    /// Unwraps a key.
    pub(crate) fn unwrap(&self, case: Uuid, wrapped: &[u8]) -> Result<Self, StoreError> {
        self.unwrap_from(Place::CaseKey(case), wrapped)
    }

    /// Unwraps a key of this place.
    pub(crate) fn unwrap_from(&self, place: Place, wrapped: &[u8]) -> Result<Self, StoreError> {
        Self::from_slice(&self.open(place, wrapped)?)
    }

    /// Seals something under a key of its own, which is wrapped for its place: the wrapped key, and what is sealed.
    pub(crate) fn seal_alone(
        &self,
        (key_place, place): (Place, Place),
        content: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let key = Self::generate(entropy)?;
        let wrapped = self.wrap_for(key_place, &key, entropy)?;
        Ok((wrapped, key.seal(place, content, entropy)?))
    }

    /// Opens what was sealed so.
    pub(crate) fn open_alone(
        &self,
        (key_place, place): (Place, Place),
        (wrapped, sealed): (&[u8], &[u8]),
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.unwrap_from(key_place, wrapped)?.open(place, sealed)
    }
}

/// The keys that are derived from the master key.
pub(crate) struct Keys {
    /// Wraps cases' keys.
    pub(crate) wrapping: SealingKey,
    lookup: Zeroizing<[u8; 32]>,
    pseudonym: Zeroizing<[u8; 32]>,
    check: [u8; 32],
}

impl Keys {
    /// Derives them.
    pub(crate) fn derive(master: &MasterKey) -> Result<Self, StoreError> {
        let hkdf = Hkdf::<Sha256>::new(Some(b"freigabe/master-key/v1"), master.0.as_slice());
        let derive = |purpose: &str| {
            let mut key = Zeroizing::new([0_u8; 32]);
            hkdf.expand(purpose.as_bytes(), key.as_mut_slice())
                .map_err(|_| StoreError::Defect("key derivation".to_owned()))?;
            Ok::<_, StoreError>(key)
        };
        let mut check = derive("check")?;
        let keys = Self {
            wrapping: SealingKey(derive("wrapping")?),
            lookup: derive("lookup")?,
            pseudonym: derive("pseudonym")?,
            check: *check,
        };
        check.zeroize();
        Ok(keys)
    }

    /// A value that tells whether a database belongs to this master key, and tells nothing about the key.
    pub(crate) const fn check(&self) -> &[u8; 32] {
        &self.check
    }

    /// Finds a centre's case by its references without storing them in the clear.
    pub(crate) fn lookup(&self, centre: Uuid, parts: [&str; 2]) -> Vec<u8> {
        let [first, second] = parts;
        keyed_hash(
            &self.lookup,
            &[centre.as_bytes(), first.as_bytes(), second.as_bytes()],
        )
        .to_vec()
    }

    /// The pseudonym of a centre's person for an audience: an office, or the log.
    pub(crate) fn pseudonym(&self, centre: Uuid, person: &str, audience: &str) -> Pseudonym {
        let hash = keyed_hash(
            &self.pseudonym,
            &[centre.as_bytes(), person.as_bytes(), audience.as_bytes()],
        );
        let mut half = [0_u8; 16];
        for (to, from) in half.iter_mut().zip(hash) {
            *to = from;
        }
        Pseudonym::from_bytes(half)
    }
}

/// HMAC-SHA256 over parts, each with its length before it, so that no two lists of parts run together.
fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&(*key).into_key());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// An HMAC key block from 32 bytes: shorter than SHA-256's block, so it is padded with zeros (RFC 2104).
trait IntoKey {
    fn into_key(self) -> hmac::digest::Key<Hmac<Sha256>>;
}

impl IntoKey for [u8; 32] {
    fn into_key(self) -> hmac::digest::Key<Hmac<Sha256>> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        for (to, from) in block.iter_mut().zip(self) {
            *to = from;
        }
        block
    }
}

fn no_entropy(_: EntropyError) -> StoreError {
    StoreError::Unavailable("the source of randomness failed".to_owned())
}

#[cfg(test)]
mod tests {
    use freigabe_domain::entropy::SequentialEntropy;

    use super::*;

    fn key(seed: u64) -> SealingKey {
        SealingKey::generate(&SequentialEntropy::starting_at(seed)).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_unchanged() {
        let entropy = SequentialEntropy::starting_at(1);
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key(1)
            .seal(Place::Content(a), b"Kennzeichen", &entropy)
            .unwrap();
        assert_eq!(
            key(1).open(Place::Content(a), &sealed).unwrap().as_slice(),
            b"Kennzeichen"
        );
        assert!(key(1).open(Place::Content(b), &sealed).is_err());
        assert!(key(1).open(Place::Terms(a, 0), &sealed).is_err());
        assert!(key(2).open(Place::Content(a), &sealed).is_err());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(
                key(1).open(Place::Content(a), &changed).is_err(),
                "byte {position}"
            );
            assert!(
                key(1).open(Place::Content(a), &sealed[..position]).is_err(),
                "cut at {position}"
            );
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same_twice() {
        let entropy = SequentialEntropy::starting_at(1);
        let place = Place::Content(Uuid::from_u128(1));
        assert_ne!(
            key(1).seal(place, b"x", &entropy).unwrap(),
            key(1).seal(place, b"x", &entropy).unwrap()
        );
    }

    #[test]
    fn two_offices_can_not_join_their_views() {
        let keys = Keys::derive(&MasterKey::generate(&SequentialEntropy::starting_at(3)).unwrap())
            .unwrap();
        let (centre, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let kiel = keys.pseudonym(centre, "P-7", "office:bpoli-kiel");
        assert_eq!(kiel, keys.pseudonym(centre, "P-7", "office:bpoli-kiel"));
        assert_ne!(kiel, keys.pseudonym(centre, "P-7", "office:bpoli-hamburg"));
        assert_ne!(kiel, keys.pseudonym(other, "P-7", "office:bpoli-kiel"));
        assert_ne!(
            keys.pseudonym(centre, "P-7", "x"),
            keys.pseudonym(centre, "P-7x", ""),
            "parts must not run together"
        );
    }

    #[test]
    fn hmac_agrees_with_rfc_4231_case_2_padding() {
        // RFC 4231, test case 2, uses a short key as well: padded with zeros to the block.
        let mut key = [0_u8; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&key.into_key());
        mac.update(b"what do ya want for nothing?");
        let code = mac.finalize().into_bytes();
        assert_eq!(code[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    #[test]
    fn a_master_key_is_read_back_and_never_shown() {
        let master = MasterKey::generate(&SequentialEntropy::starting_at(9)).unwrap();
        let text = master.to_base64();
        assert_eq!(
            MasterKey::from_base64(&format!(" {}\n", text.as_str()))
                .unwrap()
                .to_base64(),
            text
        );
        assert_eq!(
            MasterKey::from_base64("c2hvcnQ=").unwrap_err(),
            MasterKeyError
        );
        assert_eq!(format!("{master:?}"), "MasterKey(…)");
    }
}
