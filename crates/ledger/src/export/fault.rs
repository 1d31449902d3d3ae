//! What is wrong with a line, and where.

use serde::{Deserialize, Serialize};

use super::MAX_LINE;
use crate::{LeafError, text::is_json_of};

/// Why a line is not read. Says where, and never what stands there: exports hold personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{}: {kind}", if .pointer.is_empty() { "the line" } else { .pointer.as_str() })]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the line; empty for the line as a whole.
    pub pointer: String,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Not JSON.
    #[error("not JSON at column {0}")]
    Syntax(usize),
    /// JSON, but the line ends too early.
    #[error("ends too early")]
    Cut,
    /// A member is missing.
    #[error("missing")]
    Missing,
    /// A member stands twice.
    #[error("stands twice")]
    Twice,
    /// A member that the format does not have, around this column.
    #[error("a member that the format does not have, at column {0}")]
    Unknown(usize),
    /// Another type of value, or a value outside of its bounds.
    #[error("not what should stand there")]
    Unexpected,
    /// Not standard base64 with padding.
    #[error("not standard base64")]
    Base64,
    /// It could be read, but would not be written so: each line has one spelling.
    #[error("not spelt as an export is written")]
    Spelling,
    /// Not a leaf.
    #[error(transparent)]
    Leaf(#[serde(serialize_with = "shown")] LeafError),
    /// The first line names no format that is known here.
    #[error("not the name of an export's format")]
    OtherFormat,
    /// The line does not end in a line feed: the file was cut.
    #[error("does not end in a line feed")]
    NoLineFeed,
    /// Longer than [`MAX_LINE`].
    #[error("longer than 16 MiB")]
    TooLong,
}

fn shown<S: serde::Serializer>(error: &LeafError, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(error)
}

impl Fault {
    /// Something is wrong here.
    pub(crate) fn at(pointer: &str, kind: FaultKind) -> Self {
        Self {
            pointer: pointer.to_owned(),
            kind,
        }
    }

    /// The fault of a member, told of what it stands in.
    pub(super) fn within(mut self, pointer: &str) -> Self {
        self.pointer.insert_str(0, pointer);
        self
    }
}

pub(super) fn without_line_feed(line: &[u8]) -> Result<&[u8], Fault> {
    if line.len() > MAX_LINE {
        return Err(Fault::at("", FaultKind::TooLong));
    }
    line.strip_suffix(b"\n")
        .ok_or_else(|| Fault::at("", FaultKind::NoLineFeed))
}

/// Reads JSON. Only if that fails is it read once more, to find out where.
pub(crate) fn json<'de, T: Deserialize<'de>>(line: &'de [u8]) -> Result<T, Fault> {
    // Its texts are known to be UTF-8 at once.
    let read = match std::str::from_utf8(line) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(line),
    };
    read.map_err(|error| {
        let mut reader = serde_json::Deserializer::from_slice(line);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => fault(String::new(), &error),
            Err(located) => fault(pointer(located.path()), located.inner()),
        }
    })
}

/// Reads JSON that is spelt as it would be written.
pub(super) fn spelt<'de, T: Deserialize<'de> + Serialize>(line: &'de [u8]) -> Result<T, Fault> {
    let read = json(line)?;
    if is_json_of(&read, line) {
        Ok(read)
    } else {
        Err(Fault::at("", FaultKind::Spelling))
    }
}

fn fault(mut pointer: String, error: &serde_json::Error) -> Fault {
    use serde_json::error::Category;
    let said = error.to_string();
    let member = |prefix: &str| {
        let (name, _) = said.strip_prefix(prefix)?.split_once('`')?;
        Some(name.to_owned())
    };
    let kind = match error.classify() {
        Category::Syntax | Category::Io => FaultKind::Syntax(error.column()),
        Category::Eof => FaultKind::Cut,
        Category::Data => {
            if let Some(name) = member("missing field `") {
                push(&mut pointer, &name);
                FaultKind::Missing
            } else if let Some(name) = member("duplicate field `") {
                push(&mut pointer, &name);
                FaultKind::Twice
            } else if said.starts_with(super::strict::TWICE) {
                FaultKind::Twice
            } else if said.starts_with("unknown field `") {
                // The name is not ours, and may be anything. serde counts it to the path.
                pointer.clear();
                FaultKind::Unknown(error.column())
            } else {
                FaultKind::Unexpected
            }
        }
    };
    Fault { pointer, kind }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}
