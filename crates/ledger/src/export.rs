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
use serde_json::{Map, Value, value::RawValue};

pub use self::fault::{Fault, FaultKind};
use self::strict::{Strict, given};
pub(crate) use self::{fault::json, strict::json_object};
use crate::{Hash, Leaf, Salt, text, verify::Columns};

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

/// A leaf, and its event if that is still there; `C` is how its columns are kept.
#[derive(Debug, Clone)]
pub struct LeafLine<C = Map<String, Value>> {
    /// Its index.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// The event.
    pub kept: Option<Kept<C>>,
    /// In a selection: the inclusion proof.
    pub proof: Option<Vec<Hash>>,
}

/// An event that is still there.
#[derive(Debug, Clone)]
pub struct Kept<C = Map<String, Value>> {
    /// The exact bytes that the leaf commits to.
    pub payload: Vec<u8>,
    /// What the commitment is salted with.
    pub salt: Salt,
    /// The columns that the event is searched by, as they are stored.
    pub columns: C,
}

/// A line after the first.
#[derive(Debug, Clone)]
pub enum Line<C = Map<String, Value>> {
    /// A leaf.
    Leaf(Box<LeafLine<C>>),
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
        Ok(
            match Line::<WrittenColumns<'_>>::parse_around_columns(line)? {
                Line::End { count } => Self::End { count },
                Line::Leaf(leaf) => Self::Leaf(Box::new(LeafLine {
                    index: leaf.index,
                    leaf: leaf.leaf,
                    kept: leaf.kept.map(Kept::with_columns).transpose()?,
                    proof: leaf.proof,
                })),
            },
        )
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

impl<'l> Line<WrittenColumns<'l>> {
    /// Reads a line as [`Line::parse`] does, and leaves its columns as they are written.
    pub(crate) fn parse_around_columns(line: &'l [u8]) -> Result<Self, Fault> {
        let line = fault::without_line_feed(line)?;
        if line.starts_with(br#"{"type":"#) {
            let End { count, .. } = fault::spelt(line)?;
            return Ok(Self::End { count });
        }
        match fault::spelt::<UnreadLeaf<'_>>(line) {
            Ok(wire) => wire.read().map(|leaf| Self::Leaf(Box::new(leaf))),
            // Something is wrong with the line, and it may be something in what is not read yet.
            Err(fault) => Err(fault::spelt::<WireLeaf<'_>>(line).err().unwrap_or(fault)),
        }
    }
}

/// Columns as they are written in a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenColumns<'l>(&'l RawValue);

impl WrittenColumns<'_> {
    /// Whether they are these. There is one spelling of them, so nothing needs to be read for that.
    pub(crate) fn are(self, expected: &Columns<'_>) -> bool {
        text::is_json_of(expected, self.0.get().as_bytes())
    }

    /// Reads them.
    ///
    /// # Errors
    /// When they are no object, a name stands twice in it, or it is not spelt as it would be written.
    pub(crate) fn read(self) -> Result<Map<String, Value>, Fault> {
        let columns = fault::spelt::<Strict>(self.0.get().as_bytes());
        let columns = columns.map_err(|fault| fault.within("/columns"))?;
        strict::object(columns).ok_or_else(|| Fault::at("/columns", FaultKind::Unexpected))
    }
}

impl Kept<WrittenColumns<'_>> {
    fn with_columns(self) -> Result<Kept, Fault> {
        Ok(Kept {
            payload: self.payload,
            salt: self.salt,
            columns: self.columns.read()?,
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
            leaf: text::base64(&self.leaf.encode()),
            payload: kept.map(|kept| text::base64(&kept.payload)),
            salt: kept.map(|kept| text::base64(kept.salt.as_bytes())),
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

/// A leaf as it is written: `T` is how its texts are held, `C` how its columns are.
#[derive(Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(deserialize = "T: Deserialize<'de>, C: Deserialize<'de>")
)]
struct WireLeaf<'a, T = String, C = Strict> {
    index: u64,
    leaf: T,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    payload: Option<T>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    salt: Option<T>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    columns: Option<C>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    proof: Option<Cow<'a, [Hash]>>,
}

/// A leaf whose texts and columns stay as they are written. No escape is looked for in base64, which has none.
type UnreadLeaf<'a> = WireLeaf<'a, &'a RawValue, &'a RawValue>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    #[serde(rename = "type")]
    format: EndFormat,
    count: u64,
}

impl<'a> UnreadLeaf<'a> {
    fn read(self) -> Result<LeafLine<WrittenColumns<'a>>, Fault> {
        let leaf = base64(self.leaf, "/leaf")?;
        let leaf =
            Leaf::decode(&leaf).map_err(|error| Fault::at("/leaf", FaultKind::Leaf(error)))?;
        let kept = match (self.payload, self.salt, self.columns) {
            (None, None, None) => None,
            (Some(payload), Some(salt), Some(columns)) => {
                let salt = base64(salt, "/salt")?;
                let salt = Salt::try_from(salt.as_slice())
                    .map_err(|_| Fault::at("/salt", FaultKind::Unexpected))?;
                Some(Kept {
                    payload: base64(payload, "/payload")?,
                    salt,
                    columns: WrittenColumns(columns),
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

fn base64(written: &RawValue, pointer: &str) -> Result<Vec<u8>, Fault> {
    let text = written.get().strip_prefix('"');
    let text = text
        .and_then(|text| text.strip_suffix('"'))
        .ok_or_else(|| Fault::at(pointer, FaultKind::Unexpected))?;
    text::from_base64(text).ok_or_else(|| Fault::at(pointer, FaultKind::Base64))
}

/// JSON of our own types, whose keys are texts and whose numbers are whole, can always be written.
fn written(line: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
