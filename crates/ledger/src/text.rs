//! Spellings that the text formats share. Each value has one spelling, and no other is read: what was parsed prints
//! as the bytes it came from, so that nothing can be changed in a text without being seen.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::MAX_SIZE;

/// Whether these bytes are what `serde_json` writes of a value. Nothing is built to find that out.
pub(crate) fn is_json_of<T: Serialize + ?Sized>(value: &T, bytes: &[u8]) -> bool {
    let mut rest = Rest(bytes);
    serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
}

/// What is not written yet. Takes only what comes next in it.
struct Rest<'b>(&'b [u8]);

impl io::Write for Rest<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        let rest = self.0.strip_prefix(written);
        self.0 = rest.ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard base64 with padding (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_base64(written: &str) -> Option<Vec<u8>> {
    STANDARD.decode(written).ok()
}

/// A decimal number without leading zeros and without a sign.
pub(crate) fn decimal(written: &str) -> Option<u64> {
    let plain = written == "0"
        || (!written.starts_with('0') && written.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { written.parse().ok() } else { None }
}

/// A tree's size or a leaf's index.
pub(crate) fn size(written: &str) -> Option<u64> {
    decimal(written).filter(|size| *size <= MAX_SIZE)
}

/// A key's name, as signed notes allow it: not empty, no white space, no plus, no control characters.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c == '+' || c.is_whitespace() || is_forbidden(c))
}

/// What a signed note may not hold besides newlines: characters below U+0020.
pub(crate) fn is_forbidden(character: char) -> bool {
    character < '\u{20}'
}

/// Lower-case hexadecimal, eight digits.
pub(crate) fn key_id(written: &str) -> Option<u32> {
    let plain = written.len() == 8
        && written
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if plain {
        u32::from_str_radix(written, 16).ok()
    } else {
        None
    }
}
