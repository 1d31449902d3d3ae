//! The verifiable export: NDJSON, one object a line, written and read.
//!
//! | line | content |
//! | --- | --- |
//! | first | [`Header`]: which log, its checkpoint, which leaves, and what of the tree is not among them |
//! | each other | [`LeafLine`]: a leaf, and its payload, salt and columns as long as they are there |
//! | last | `{"type":"end","count":N}` |
//!
//! An export of a range (`freigabe-log-export/v1`) holds every leaf from the first to the last; the hashes of what lies left
//! and right of it lead to the checkpoint's root. A selection (`freigabe-log-selection/v1`) holds some leaves in any order,
//! each with an inclusion proof.
//!
//! Reading is strict: no unknown, missing, repeated or empty member, one spelling of base64 and of each line, every line ended
//! by a line feed. Whoever has two exports of the same leaves under the same checkpoint can compare them byte for byte.
//! A [`Fault`] says where in the line it lies and never what stands there.

mod fault;
mod strict;

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::fault::{Fault, FaultKind};
pub use self::strict::json_object;
use self::strict::{Strict, given};
use crate::{Hash, Leaf, Salt, text};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 16 << 20;

/// What the first line of an export of a range says about itself.
pub const RANGE_FORMAT: &str = "freigabe-log-export/v1";

/// What the first line of a selection says about itself.
pub const SELECTION_FORMAT: &str = "freigabe-log-selection/v1";

/// The first line.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The number of the log among those of its installation, from 0.
    pub generation: u32,
    /// The log's origin.
    pub origin: String,
    /// The checkpoint that the export is held against: a signed note.
    pub checkpoint: String,
    /// Indexes of the leaves that are exported, or that a selection chose from.
    pub range: Range<u64>,
    /// What stands between them.
    pub part: Part,
    /// The logs before this one, oldest first: as many as the generation's number.
    pub former: Vec<FormerLog>,
}

/// Which leaves of its range an export holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// All of them, in order.
    Range {
        /// Compact range of the leaves before.
        left: Vec<Hash>,
        /// Compact range of the leaves behind, up to the checkpoint's size.
        right: Vec<Hash>,
    },
    /// Those that match.
    Selection {
        /// What was asked.
        query: Map<String, Value>,
        /// How many matched.
        hits: u64,
    },
}

/// A log that ended before this one began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerLog {
    /// Its origin.
    pub origin: String,
    /// Its last checkpoint, a signed note, if any was signed.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub checkpoint: Option<String>,
}

/// A leaf, and its event if that is still there.
#[derive(Debug, Clone)]
pub struct LeafLine {
    /// Its index.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// The event.
    pub kept: Option<Kept>,
    /// In a selection: the inclusion proof.
    pub proof: Option<Vec<Hash>>,
}

/// An event that is still there.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The exact bytes that the leaf commits to.
    pub payload: Vec<u8>,
    /// What the commitment is salted with.
    pub salt: Salt,
    /// The columns that the event is searched by, as they are stored.
    pub columns: Map<String, Value>,
}

/// A line after the first.
#[derive(Debug, Clone)]
pub enum Line {
    /// A leaf.
    Leaf(Box<LeafLine>),
    /// The last line: how many leaves there were.
    End {
        /// That number.
        count: u64,
    },
}

impl Header {
    /// Reads the first line, with its line feed.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn parse(line: &[u8]) -> Result<Self, Fault> {
        let line = fault::without_line_feed(line)?;
        if begins(line, SELECTION_FORMAT) {
            let read: SelectionHeader<'_> = fault::spelt(line)?;
            return Ok(Self {
                generation: read.generation,
                origin: read.origin.into_owned(),
                checkpoint: read.checkpoint.into_owned(),
                range: range(read.range)?,
                part: Part::Selection {
                    query: strict::object(read.query)
                        .ok_or_else(|| Fault::at("/query", FaultKind::Unexpected))?,
                    hits: read.hits,
                },
                former: read.former.into_owned(),
            });
        }
        if !begins(line, RANGE_FORMAT) {
            return Err(Fault::at("/type", FaultKind::OtherFormat));
        }
        let read: RangeHeader<'_> = fault::spelt(line)?;
        Ok(Self {
            generation: read.generation,
            origin: read.origin.into_owned(),
            checkpoint: read.checkpoint.into_owned(),
            range: range(read.range)?,
            part: Part::Range {
                left: read.left.into_owned(),
                right: read.right.into_owned(),
            },
            former: read.former.into_owned(),
        })
    }

    /// The line, with its line feed.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        let range = [self.range.start, self.range.end];
        match &self.part {
            Part::Range { left, right } => written(&RangeHeader {
                format: RangeFormat::V1,
                generation: self.generation,
                origin: Cow::Borrowed(&self.origin),
                checkpoint: Cow::Borrowed(&self.checkpoint),
                range,
                left: Cow::Borrowed(left),
                right: Cow::Borrowed(right),
                former: Cow::Borrowed(&self.former),
            }),
            Part::Selection { query, hits } => written(&SelectionHeader {
                format: SelectionFormat::V1,
                generation: self.generation,
                origin: Cow::Borrowed(&self.origin),
                checkpoint: Cow::Borrowed(&self.checkpoint),
                range,
                query: Strict(Value::Object(query.clone())),
                hits: *hits,
                former: Cow::Borrowed(&self.former),
            }),
        }
    }
}

impl Line {
    /// Reads a line after the first, with its line feed.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn parse(line: &[u8]) -> Result<Self, Fault> {
        let line = fault::without_line_feed(line)?;
        if line.starts_with(br#"{"type":"#) {
            let End { count, .. } = fault::spelt(line)?;
            return Ok(Self::End { count });
        }
        let wire: WireLeaf<'_> = fault::spelt(line)?;
        wire.read().map(|leaf| Self::Leaf(Box::new(leaf)))
    }

    /// The last line, with its line feed.
    #[must_use]
    pub fn end(count: u64) -> Vec<u8> {
        written(&End {
            format: EndFormat::End,
            count,
        })
    }
}

impl LeafLine {
    /// The line, with its line feed.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        let kept = self.kept.as_ref();
        written(&WireLeaf {
            index: self.index,
            leaf: text::base64(&self.leaf.encode()).into(),
            payload: kept.map(|kept| text::base64(&kept.payload).into()),
            salt: kept.map(|kept| text::base64(kept.salt.as_bytes()).into()),
            columns: kept.map(|kept| Strict(Value::Object(kept.columns.clone()))),
            proof: self.proof.as_deref().map(Cow::Borrowed),
        })
    }
}

#[derive(Serialize, Deserialize)]
enum RangeFormat {
    #[serde(rename = "freigabe-log-export/v1")]
    V1,
}

#[derive(Serialize, Deserialize)]
enum SelectionFormat {
    #[serde(rename = "freigabe-log-selection/v1")]
    V1,
}

#[derive(Serialize, Deserialize)]
enum EndFormat {
    #[serde(rename = "end")]
    End,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeHeader<'a> {
    #[serde(rename = "type")]
    format: RangeFormat,
    generation: u32,
    #[serde(borrow)]
    origin: Cow<'a, str>,
    #[serde(borrow)]
    checkpoint: Cow<'a, str>,
    range: [u64; 2],
    left: Cow<'a, [Hash]>,
    right: Cow<'a, [Hash]>,
    former: Cow<'a, [FormerLog]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SelectionHeader<'a> {
    #[serde(rename = "type")]
    format: SelectionFormat,
    generation: u32,
    #[serde(borrow)]
    origin: Cow<'a, str>,
    #[serde(borrow)]
    checkpoint: Cow<'a, str>,
    range: [u64; 2],
    query: Strict,
    hits: u64,
    former: Cow<'a, [FormerLog]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLeaf<'a> {
    index: u64,
    #[serde(borrow)]
    leaf: Cow<'a, str>,
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    payload: Option<Cow<'a, str>>,
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    salt: Option<Cow<'a, str>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    columns: Option<Strict>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    proof: Option<Cow<'a, [Hash]>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    #[serde(rename = "type")]
    format: EndFormat,
    count: u64,
}

impl WireLeaf<'_> {
    fn read(self) -> Result<LeafLine, Fault> {
        let leaf = base64(&self.leaf, "/leaf")?;
        let leaf =
            Leaf::decode(&leaf).map_err(|error| Fault::at("/leaf", FaultKind::Leaf(error)))?;
        let kept = match (self.payload, self.salt, self.columns) {
            (None, None, None) => None,
            (Some(payload), Some(salt), Some(columns)) => {
                let salt = base64(&salt, "/salt")?;
                let salt = Salt::try_from(salt.as_slice())
                    .map_err(|_| Fault::at("/salt", FaultKind::Unexpected))?;
                Some(Kept {
                    payload: base64(&payload, "/payload")?,
                    salt,
                    columns: strict::object(columns)
                        .ok_or_else(|| Fault::at("/columns", FaultKind::Unexpected))?,
                })
            }
            (None, ..) => return Err(Fault::at("/payload", FaultKind::Missing)),
            (_, None, _) => return Err(Fault::at("/salt", FaultKind::Missing)),
            (.., None) => return Err(Fault::at("/columns", FaultKind::Missing)),
        };
        Ok(LeafLine {
            index: self.index,
            leaf,
            kept,
            proof: self.proof.map(Cow::into_owned),
        })
    }
}

/// Whether `type` stands first and names this format.
fn begins(line: &[u8], format: &str) -> bool {
    let rest = line.strip_prefix(br#"{"type":""#.as_slice());
    rest.is_some_and(|rest| rest.starts_with(format.as_bytes()))
}

fn range([from, until]: [u64; 2]) -> Result<Range<u64>, Fault> {
    if from > until || until > crate::MAX_SIZE {
        return Err(Fault::at("/range", FaultKind::Unexpected));
    }
    Ok(from..until)
}

fn base64(written: &str, pointer: &str) -> Result<Vec<u8>, Fault> {
    text::from_base64(written).ok_or_else(|| Fault::at(pointer, FaultKind::Base64))
}

/// JSON of our own types, whose keys are texts and whose numbers are whole, can always be written.
fn written(line: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
