use crate::{Commitment, Hash};

/// The first byte of every leaf. Another layout would take another number.
const VERSION: u8 = 0x01;

/// Which retention rule an event falls under. Says nothing about the kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LeafClass {
    /// The running record: releases, collections, refusals, queries, erasures.
    Operations = 1,
    /// Proof that consent was given, revised or withdrawn, which has a retention period of its own.
    ConsentEvidence = 2,
}

impl LeafClass {
    /// The byte that stands for this class in a leaf.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// A class byte that no class has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the code of a leaf class")]
pub struct UnknownLeafClassError(pub u8);

impl TryFrom<u8> for LeafClass {
    type Error = UnknownLeafClassError;

    fn try_from(code: u8) -> Result<Self, UnknownLeafClassError> {
        match code {
            1 => Ok(Self::Operations),
            2 => Ok(Self::ConsentEvidence),
            unknown => Err(UnknownLeafClassError(unknown)),
        }
    }
}

/// One public entry of the log.
///
/// | bytes | content |
/// | --- | --- |
/// | 0 | version, `0x01` |
/// | 1 | [`LeafClass`] |
/// | 2–3 | expiry year, big-endian |
/// | 4–35 | [`Commitment`] |
///
/// Class and expiry year are there so that whoever verifies the log can tell an event whose time was up from one
/// that is missing. Nothing else about the event is public: no person, organisation, time or kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// The retention rule of the event.
    pub class: LeafClass,
    /// The calendar year at whose end payload and salt are erased.
    pub expiry_year: u16,
    /// What binds the event.
    pub commitment: Commitment,
}

impl Leaf {
    /// How many bytes a leaf has.
    pub const LENGTH: usize = 36;

    /// The entry as the log stores and publishes it.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::LENGTH] {
        let [year_high, year_low] = self.expiry_year.to_be_bytes();
        let mut entry = [0; Self::LENGTH];
        let (head, commitment) = entry.split_at_mut(4);
        head.copy_from_slice(&[VERSION, self.class.code(), year_high, year_low]);
        commitment.copy_from_slice(self.commitment.as_bytes());
        entry
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Refuses any other length, any other version and an unknown class.
    pub fn decode(entry: &[u8]) -> Result<Self, LeafError> {
        let found = entry.len();
        let entry: [u8; Self::LENGTH] = entry
            .try_into()
            .map_err(|_| LeafError::WrongLength { found })?;
        let [version, class, year_high, year_low, commitment @ ..] = entry;
        if version != VERSION {
            return Err(LeafError::UnknownVersion { found: version });
        }
        Ok(Self {
            class: class.try_into()?,
            expiry_year: u16::from_be_bytes([year_high, year_low]),
            commitment: Commitment::from_bytes(commitment),
        })
    }

    /// The leaf's hash in the Merkle tree: `SHA-256(0x00 ‖ entry)` (RFC 6962, section 2.1).
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        crate::leaf_hash(&self.encode())
    }
}

/// Bytes that are not a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// A leaf has [`Leaf::LENGTH`] bytes.
    #[error("a leaf has 36 bytes, found {found}")]
    WrongLength {
        /// How many bytes there were.
        found: usize,
    },
    /// The first byte names a layout that this version of the program does not know.
    #[error("unknown leaf version {found}")]
    UnknownVersion {
        /// The first byte.
        found: u8,
    },
    /// The second byte names no class.
    #[error(transparent)]
    UnknownClass(#[from] UnknownLeafClassError),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLASSES: [LeafClass; 2] = [LeafClass::Operations, LeafClass::ConsentEvidence];

    fn sample() -> Leaf {
        Leaf {
            class: LeafClass::ConsentEvidence,
            expiry_year: 2027,
            commitment: "15697934e72629fc6025d89885e7cc2c2461533c26b68ef041e6625c8b61e510"
                .parse()
                .unwrap(),
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Bytes and hash were put together with Python's `hashlib`.
    #[test]
    fn layout_and_hash_agree_with_a_foreign_computation() {
        assert_eq!(
            hex(&sample().encode()),
            "010207eb15697934e72629fc6025d89885e7cc2c2461533c26b68ef041e6625c8b61e510"
        );
        assert_eq!(
            hex(sample().leaf_hash().as_bytes()),
            "a82af9da19fd1aee804f4d74acb1224ee57a8b6343eec15d2efc89d7b2c67724"
        );
    }

    #[test]
    fn another_length_is_refused() {
        let entry = sample().encode();
        let longer = [entry.as_slice(), &[0]].concat();
        for wrong in [&entry[..0], &entry[..35], &longer] {
            let found = wrong.len();
            assert_eq!(Leaf::decode(wrong), Err(LeafError::WrongLength { found }));
        }
    }

    #[test]
    fn another_version_is_refused() {
        for version in (0..=u8::MAX).filter(|version| *version != VERSION) {
            let mut entry = sample().encode();
            entry[0] = version;
            let refusal = LeafError::UnknownVersion { found: version };
            assert_eq!(Leaf::decode(&entry), Err(refusal));
        }
    }

    #[test]
    fn another_class_is_refused() {
        for class in CLASSES {
            assert_eq!(LeafClass::try_from(class.code()), Ok(class));
        }
        for code in [0].into_iter().chain(3..=u8::MAX) {
            let mut entry = sample().encode();
            entry[1] = code;
            let refusal = LeafError::UnknownClass(UnknownLeafClassError(code));
            assert_eq!(Leaf::decode(&entry), Err(refusal));
        }
    }

    fn any_leaf() -> impl Strategy<Value = Leaf> {
        let class = prop::sample::select(CLASSES.as_slice());
        (class, any::<u16>(), any::<[u8; 32]>()).prop_map(|(class, expiry_year, commitment)| Leaf {
            class,
            expiry_year,
            commitment: Commitment::from_bytes(commitment),
        })
    }

    proptest! {
        #[test]
        fn a_leaf_round_trips(leaf in any_leaf()) {
            prop_assert_eq!(Leaf::decode(&leaf.encode()), Ok(leaf));
        }

        #[test]
        fn one_changed_byte_is_found(leaf in any_leaf(), at in 0..Leaf::LENGTH, flip in 1_u8..) {
            let mut entry = leaf.encode();
            entry[at] ^= flip;
            if let Ok(other) = Leaf::decode(&entry) {
                prop_assert_ne!(other, leaf);
                prop_assert_ne!(other.leaf_hash(), leaf.leaf_hash());
            }
        }

        #[test]
        fn what_decodes_was_a_leaf(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(leaf) = Leaf::decode(&bytes) {
                prop_assert_eq!(leaf.encode().to_vec(), bytes);
            }
        }
    }
}
