//! JSON to a [`Partial`].

use std::borrow::Cow;

use base64ct::{Base64, Encoding as _};
use strongroom_types::json::{JsonError, Reader, Token};
use strongroom_types::structure::{List, Member, Shape, ShapeKind};
use strongroom_types::{EncryptionContext, Secret};

use super::{MAX_DEPTH, MAX_ITEMS, time};
use crate::KmsError;
use crate::partial::{Partial, Raw};

/// Reads a structure of `shape`. Only types are checked here: constraints are
/// [`validate`](crate::validate)'s.
///
/// `null` is absent, and unknown members are passed over, as AWS does. A member or a context key
/// that stands twice is refused.
///
/// # Errors
/// `SerializationException` for malformed JSON, a wrong type, bad base64, a number out of range,
/// nesting over [`MAX_DEPTH`] or a list over [`MAX_ITEMS`]; `ValidationException` for an encryption
/// context over its bound.
pub fn decode(shape: &'static Shape, json: &[u8]) -> Result<Partial, KmsError> {
    let mut decoder = Decoder(Reader::from_bytes(json, MAX_DEPTH).map_err(malformed)?);
    let partial = match (decoder.next()?, shape.kind) {
        (Token::ObjectStart, ShapeKind::Struct(members)) => decoder.structure(shape, members)?,
        (other, _) => return Err(wrong_type(&other, shape)),
    };
    match decoder.0.next().map_err(malformed)? {
        None => Ok(partial),
        Some(_) => Err(KmsError::malformed_request()),
    }
}

struct Decoder<'a>(Reader<'a>);

fn malformed(error: JsonError) -> KmsError {
    KmsError::serialization(error.to_string())
}

/// A list or a map item may not be `null`.
fn null_item(shape: &Shape) -> KmsError {
    wrong_type(&Token::Null, shape)
}

impl<'a> Decoder<'a> {
    fn next(&mut self) -> Result<Token<'a>, KmsError> {
        match self.0.next().map_err(malformed)? {
            Some((token, _)) => Ok(token),
            None => Err(KmsError::malformed_request()),
        }
    }

    /// What follows `{`.
    fn structure(&mut self, shape: &'static Shape, members: &'static [Member]) -> Result<Partial, KmsError> {
        let mut partial = Partial::empty(shape);
        let mut seen = 0_u64;
        while let Token::Name(name) = self.next()? {
            let Some(index) = members.iter().position(|m| m.name == name) else {
                self.0.skip().map_err(malformed)?;
                continue;
            };
            // INVARIANT: no structure of the model has more than 64 members; a test counts them.
            if seen >> index & 1 == 1 {
                return Err(KmsError::serialization(format!("the member `{name}` stands twice")));
            }
            seen |= 1 << index;
            let token = self.next()?;
            let (Some(member), Some(slot)) = (members.get(index), partial.slot(index)) else { continue };
            *slot = self.value(member.shape, token)?;
        }
        Ok(partial)
    }

    fn value(&mut self, shape: &'static Shape, token: Token<'a>) -> Result<Option<Raw>, KmsError> {
        Ok(Some(match (shape.kind, token) {
            (_, Token::Null) => return Ok(None),
            (ShapeKind::Str | ShapeKind::Enum(_), Token::Str(text)) if shape.sensitive => {
                Raw::Secret(Secret::from(text.into_owned().into_bytes()))
            }
            (ShapeKind::Str | ShapeKind::Enum(_), Token::Str(text)) => Raw::Str(text.into_owned()),
            (ShapeKind::Blob, Token::Str(Cow::Borrowed(text))) => blob(text, shape)?,
            (ShapeKind::Blob, Token::Str(Cow::Owned(text))) => {
                // Base64 with `\/` for `/`: a copy that may be a secret's, so it is wiped.
                let text = Secret::from(text.into_bytes());
                blob(std::str::from_utf8(text.expose_secret()).unwrap_or_default(), shape)?
            }
            (ShapeKind::Int, Token::Number(text)) => {
                Raw::Int(text.parse().map_err(|_| wrong_type(&Token::Number(text), shape))?)
            }
            (ShapeKind::Bool, Token::Bool(value)) => Raw::Bool(value),
            (ShapeKind::Time, Token::Number(text)) => {
                Raw::Time(time::parse(text).ok_or_else(|| wrong_type(&Token::Number(text), shape))?)
            }
            (ShapeKind::List(item), Token::ArrayStart) => Raw::List(self.list(item)?),
            (ShapeKind::Map { value, .. }, Token::ObjectStart) => Raw::Map(self.map(value)?),
            (ShapeKind::Struct(members), Token::ObjectStart) => Raw::Struct(self.structure(shape, members)?),
            (_, other) => return Err(wrong_type(&other, shape)),
        }))
    }

    fn list(&mut self, item: &'static Shape) -> Result<List<Raw>, KmsError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Token::ArrayEnd => return Ok(List(items)),
                _ if items.len() == MAX_ITEMS => {
                    return Err(KmsError::serialization(format!("a list has more than {MAX_ITEMS} items")));
                }
                token => items.push(self.value(item, token)?.ok_or_else(|| null_item(item))?),
            }
        }
    }

    fn map(&mut self, value: &'static Shape) -> Result<EncryptionContext, KmsError> {
        let mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        while let Token::Name(name) = self.next()? {
            let text = match self.next()? {
                Token::Str(text) => text,
                // Other scalars are read as text (AWS KMS Developer Guide, "Encryption context").
                Token::Number(text) => Cow::Borrowed(text),
                Token::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
                other => return Err(wrong_type(&other, value)),
            };
            pairs.push((name, text));
        }
        EncryptionContext::from_pairs(pairs).map_err(KmsError::context)
    }
}

fn blob(text: &str, shape: &'static Shape) -> Result<Raw, KmsError> {
    let bad = || KmsError::serialization("a blob is no standard base64 with padding");
    let padding = text.bytes().rev().take(2).take_while(|b| *b == b'=').count();
    // Four characters are three bytes; the decoder refuses other lengths.
    let len = (text.len() / 4 * 3).checked_sub(padding).ok_or_else(bad)?;
    if !shape.sensitive {
        return Base64::decode_vec(text).map(Raw::Blob).map_err(|_| bad());
    }
    // Straight into the secret: no copy of the bytes is left behind.
    Secret::with(len, |bytes| match Base64::decode(text, bytes) {
        Ok(read) if read.len() == len => Ok(()),
        _ => Err(bad()),
    })
    .map(Raw::Secret)
}

/// In the words of AWS's front end.
fn wrong_type(token: &Token<'_>, shape: &Shape) -> KmsError {
    let value = match token {
        Token::ObjectStart | Token::ObjectEnd | Token::Name(_) => {
            return KmsError::serialization("Start of structure or map found where not expected.");
        }
        Token::ArrayStart | Token::ArrayEnd => {
            return KmsError::serialization("Start of list found where not expected.");
        }
        Token::Str(_) => "STRING_VALUE",
        Token::Number(text) if text.contains(['.', 'e', 'E']) => "DECIMAL_VALUE",
        Token::Number(_) => "NUMBER_VALUE",
        Token::Bool(true) => "TRUE_VALUE",
        Token::Bool(false) => "FALSE_VALUE",
        Token::Null => "NULL_VALUE",
    };
    let wanted = match shape.kind {
        ShapeKind::Str | ShapeKind::Enum(_) => "a String",
        ShapeKind::Blob => "a Blob",
        ShapeKind::Int => "an Integer",
        ShapeKind::Bool => "a Boolean",
        ShapeKind::Time => "a Timestamp",
        ShapeKind::List(_) => "a List",
        ShapeKind::Map { .. } => "a Map",
        ShapeKind::Struct(_) => "a Structure",
    };
    KmsError::serialization(format!("{value} can not be converted to {wanted}"))
}
