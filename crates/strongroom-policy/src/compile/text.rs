//! Texts with wildcards and variables, brought into the pool.

use strongroom_types::{ConditionKey, ConditionType};

use super::builder::Builder;
use crate::compiled::{Piece, Shape, Variable};
use crate::finding::Code;
use crate::glob;

/// Which characters of a text are more than themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Variables only.
    Exact,
    /// `*` and `?` too.
    Wild,
    /// An ARN pattern of a condition: wildcards stay in their part, but for the sixth (IAM User Guide, "Amazon
    /// Resource Name (ARN) condition operators").
    Arn,
    /// A resource: as an ARN, but a `*` that ends its part goes on beyond it (IAM User Guide, "Resource"), and
    /// variables stand only after the fifth colon.
    Resource,
}

/// What a name of a condition key means.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyName<'a> {
    Known(ConditionKey, &'a str),
    /// Of another service.
    Foreign,
    /// With a prefix that should be known.
    Unknown,
}

/// Deprecated names are the new ones (AWS KMS Developer Guide, "kms:CustomerMasterKeySpec").
pub(super) fn key_name(name: &str) -> KeyName<'_> {
    match ConditionKey::parse(name) {
        Some((ConditionKey::KmsCustomerMasterKeySpec, _)) => KeyName::Known(ConditionKey::KmsKeySpec, ""),
        Some((ConditionKey::KmsCustomerMasterKeyUsage, _)) => KeyName::Known(ConditionKey::KmsKeyUsage, ""),
        Some((key, suffix)) => KeyName::Known(key, suffix),
        None => match name.split_once(':') {
            Some((service, _)) if !service.eq_ignore_ascii_case("kms") && !service.eq_ignore_ascii_case("aws") => {
                KeyName::Foreign
            }
            _ => KeyName::Unknown,
        },
    }
}

impl Builder<'_> {
    /// Puts a literal text into the pool.
    pub(super) fn literal(&mut self, text: &str) -> Piece {
        let at = self.pool.len();
        self.pool.extend_from_slice(text.as_bytes());
        piece(at, text.len(), Shape::Literal)
    }

    /// Puts a pattern into the pool.
    pub(super) fn pattern(&mut self, text: &str, mode: Mode) -> Result<Piece, Code> {
        let at = self.pool.len();
        let mut colons = 0_usize;
        let (mut wild, mut variable) = (false, false);
        let mut rest = text;
        while let Some(byte) = rest.bytes().next() {
            if byte == b'$' && rest.starts_with("${") && self.document.variables {
                let Some((inner, after)) = rest.get(2..).and_then(|r| r.split_once('}')) else {
                    return Err(Code::BadVariable);
                };
                if let "*" | "?" | "$" = inner {
                    self.pool.extend_from_slice(inner.as_bytes());
                } else if mode == Mode::Resource && colons < 5 {
                    return Err(Code::BadVariable);
                } else {
                    let index = self.variable(inner)?;
                    self.pool.push(glob::VARIABLE);
                    self.pool.extend_from_slice(&index.to_be_bytes());
                    variable = true;
                }
                rest = after;
                continue;
            }
            let tail = rest.as_bytes().split_first().map_or(&[][..], |(_, tail)| tail);
            let coded = code(byte, mode, colons, tail);
            wild |= coded != byte;
            colons += usize::from(byte == b':');
            self.pool.push(coded);
            // Past this byte, and the second byte of a character that has one.
            let mut next = 1;
            while !rest.is_char_boundary(next) {
                self.pool.extend(rest.as_bytes().get(next));
                next += 1;
            }
            rest = rest.get(next..).unwrap_or_default();
        }
        if self.pool.get(at..) == Some(&[glob::STAR]) || (text == "*" && matches!(mode, Mode::Arn | Mode::Resource)) {
            self.pool.truncate(at);
            return Ok(piece(at, 0, Shape::Everything));
        }
        check_arn(text, mode, colons, variable)?;
        let len = self.pool.len() - at;
        let only_star_last =
            wild && self.pool.get(at..).is_some_and(|p| p.iter().position(|b| *b >= 0xfb) == Some(len - 1));
        Ok(match (variable, wild) {
            (true, _) => piece(at, len, Shape::Variables),
            (_, false) => piece(at, len, Shape::Literal),
            _ if only_star_last && self.pool.last() == Some(&glob::STAR) => {
                self.pool.pop();
                piece(at, len - 1, Shape::Prefix)
            }
            _ => piece(at, len, Shape::Glob),
        })
    }

    /// `key` or `key, 'default'` (IAM User Guide, "Policy variables").
    fn variable(&mut self, inner: &str) -> Result<u16, Code> {
        let (name, default) = match inner.split_once(',') {
            Some((name, default)) => {
                let quoted = default.trim().strip_prefix('\'').and_then(|d| d.strip_suffix('\''));
                (name, Some(quoted.ok_or(Code::BadVariable)?))
            }
            None => (inner, None),
        };
        let (key, suffix) = match key_name(name.trim()) {
            // One text must stand for it; numbers, dates and addresses have several forms as text.
            KeyName::Known(key, suffix) if !key.is_multi_valued() && is_text(key.value_type()) => (Some(key), suffix),
            KeyName::Foreign => (None, ""),
            KeyName::Known(..) | KeyName::Unknown => return Err(Code::BadVariable),
        };
        let index = u16::try_from(self.variables.len()).map_err(|_| Code::BadVariable)?;
        let variable = Variable { key, suffix: self.aside(suffix), default: default.map(|d| self.aside(d)) };
        self.variables.push(variable);
        Ok(index)
    }

    /// Puts a text into the pool's second half, out of the way of the pattern that is being built.
    fn aside(&mut self, text: &str) -> Piece {
        let at = self.aside.len();
        self.aside.extend_from_slice(text.as_bytes());
        piece(at, text.len(), Shape::Literal)
    }
}

fn is_text(value: ConditionType) -> bool {
    matches!(value, ConditionType::Str | ConditionType::Arn | ConditionType::Bool)
}

fn piece(at: usize, len: usize, shape: Shape) -> Piece {
    // INVARIANT: the pool is not longer than the document, which is at most 32,768 bytes.
    Piece { at: u32::try_from(at).unwrap_or(u32::MAX), len: u16::try_from(len).unwrap_or(u16::MAX), shape }
}

fn code(byte: u8, mode: Mode, colons: usize, rest: &[u8]) -> u8 {
    let in_part = match mode {
        Mode::Exact => return byte,
        Mode::Wild => false,
        Mode::Arn => colons < 5,
        Mode::Resource => colons < 5 && !matches!(rest.first(), None | Some(b':')),
    };
    match byte {
        b'*' if in_part => glob::STAR_IN_PART,
        b'*' => glob::STAR,
        b'?' if mode != Mode::Wild && colons < 5 => glob::ANY_IN_PART,
        b'?' => glob::ANY,
        other => other,
    }
}

/// Six parts, and `arn` first; but a variable may stand for any of it, and a `*` at the end of a resource too.
fn check_arn(text: &str, mode: Mode, colons: usize, variable: bool) -> Result<(), Code> {
    let starts = text.starts_with("arn:") || text.starts_with("*:");
    match mode {
        Mode::Arn if !(variable || (starts && colons >= 5)) => Err(Code::BadArnPattern),
        Mode::Resource if !(text.starts_with("arn:") && (colons >= 5 || text.ends_with('*'))) => Err(Code::BadResource),
        _ => Ok(()),
    }
}
