//! A pull reader for RFC 8259 texts.

use std::borrow::Cow;
use std::fmt;

/// A stretch of the input, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "a span is its two ends")]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A piece of a JSON text.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "JSON is complete")]
pub enum Token<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// The name of a member; its value follows.
    Name(Cow<'a, str>),
    /// A string.
    Str(Cow<'a, str>),
    /// A number as written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text ends inside a value.
    UnexpectedEnd,
    /// A character that can't stand here.
    UnexpectedCharacter,
    /// A string with a bad escape, a lone surrogate or a control character.
    BadString,
    /// A number that is not one by RFC 8259 §6.
    BadNumber,
    /// Nested deeper than the limit.
    TooDeep,
    /// Something follows the value.
    TrailingData,
    /// The bytes are not UTF-8.
    NotUtf8,
}

/// A malformed text, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON at byte `{offset}`: {kind}")]
#[non_exhaustive]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Where, in bytes from the start.
    pub offset: usize,
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnexpectedEnd => "the text ends inside a value",
            Self::UnexpectedCharacter => "unexpected character",
            Self::BadString => "malformed string",
            Self::BadNumber => "malformed number",
            Self::TooDeep => "nested too deep",
            Self::TrailingData => "data after the value",
            Self::NotUtf8 => "not UTF-8",
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value: at the start, after a name, after a comma in an array.
    Value,
    /// A value or `]`: after `[`.
    FirstItem,
    /// A name or `}`: after `{`.
    FirstName,
    /// A name: after a comma in an object.
    Name,
    /// A comma or the end of the container.
    More,
    /// Nothing but white space.
    End,
}

/// Reads one JSON text, token by token.
///
/// Duplicate names are the consumer's to refuse: only he knows how names compare.
///
/// ```
/// use strongroom_types::json::{Reader, Token};
/// let mut reader = Reader::new(r#"{"a": [1, "x"]}"#, 8);
/// assert_eq!(reader.next().unwrap().map(|t| t.0), Some(Token::ObjectStart));
/// assert_eq!(reader.next().unwrap().map(|t| t.0), Some(Token::Name("a".into())));
/// reader.skip().unwrap();
/// assert_eq!(reader.next().unwrap().map(|t| t.0), Some(Token::ObjectEnd));
/// assert!(reader.next().unwrap().is_none());
/// ```
#[derive(Clone)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    expect: Expect,
    // One bit a level, 1 = object; the newest is the lowest.
    stack: u64,
    depth: u32,
    max_depth: u32,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may hold secrets.
        write!(f, "Reader(at byte {} of {})", self.at, self.text.len())
    }
}

impl<'a> Reader<'a> {
    /// A reader that refuses texts nested deeper than `max_depth` (at most 64).
    #[must_use]
    pub fn new(text: &'a str, max_depth: u32) -> Self {
        Self { text, at: 0, expect: Expect::Value, stack: 0, depth: 0, max_depth: max_depth.min(64) }
    }

    /// The same over bytes, which must be UTF-8 without a byte order mark.
    pub fn from_bytes(bytes: &'a [u8], max_depth: u32) -> Result<Self, JsonError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|e| JsonError { kind: JsonErrorKind::NotUtf8, offset: e.valid_up_to() })?;
        Ok(Self::new(text, max_depth))
    }

    /// How many containers are open.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    fn error<T>(&self, kind: JsonErrorKind) -> Result<T, JsonError> {
        Err(JsonError { kind, offset: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn in_object(&self) -> bool {
        self.stack & 1 == 1
    }

    fn after_value(&mut self) {
        self.expect = if self.depth == 0 { Expect::End } else { Expect::More };
    }

    /// The next token with its span, or `None` after the end of the whole text.
    ///
    /// # Errors
    /// The first fault of the text. After an error every further call gives an error too or `None`.
    #[expect(clippy::should_implement_trait, reason = "it is fallible, and borrows from the text")]
    pub fn next(&mut self) -> Result<Option<(Token<'a>, Span)>, JsonError> {
        loop {
            self.space();
            let start = self.at;
            let Some(byte) = self.peek() else {
                return if self.expect == Expect::End { Ok(None) } else { self.error(JsonErrorKind::UnexpectedEnd) };
            };
            let token = match (self.expect, byte) {
                (Expect::End, _) => return self.error(JsonErrorKind::TrailingData),
                (Expect::More, b',') => {
                    self.at += 1;
                    self.expect = if self.in_object() { Expect::Name } else { Expect::Value };
                    continue;
                }
                (Expect::More | Expect::FirstName, b'}') if self.in_object() => self.close(Token::ObjectEnd),
                (Expect::More | Expect::FirstItem, b']') if !self.in_object() => self.close(Token::ArrayEnd),
                (Expect::FirstName | Expect::Name, b'"') => self.name()?,
                (Expect::Value | Expect::FirstItem, _) => self.value(byte)?,
                _ => return self.error(JsonErrorKind::UnexpectedCharacter),
            };
            // A name's span is the string alone, not the colon after it.
            let end = if matches!(token, Token::Name(_)) { self.name_end(start) } else { self.at };
            return Ok(Some((token, Span { start, end })));
        }
    }

    /// Passes over the next value, however large.
    pub fn skip(&mut self) -> Result<(), JsonError> {
        let depth = self.depth;
        while self.next()?.is_some() {
            if self.depth == depth {
                return Ok(());
            }
        }
        Ok(())
    }

    fn name_end(&self, start: usize) -> usize {
        // INVARIANT: `name` has just read a whole string and a colon; walk back over both.
        let read = self.text.get(start..self.at).unwrap_or_default();
        start + read.trim_end_matches(':').trim_end_matches([' ', '\t', '\n', '\r']).len()
    }

    fn close(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        self.stack >>= 1;
        self.depth -= 1;
        self.after_value();
        token
    }

    fn open(&mut self, token: Token<'a>, is_object: bool) -> Result<Token<'a>, JsonError> {
        if self.depth >= self.max_depth {
            return self.error(JsonErrorKind::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        self.stack = (self.stack << 1) | u64::from(is_object);
        self.expect = if is_object { Expect::FirstName } else { Expect::FirstItem };
        Ok(token)
    }

    fn name(&mut self) -> Result<Token<'a>, JsonError> {
        let name = self.string()?;
        self.space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.expect = Expect::Value;
                Ok(Token::Name(name))
            }
            Some(_) => self.error(JsonErrorKind::UnexpectedCharacter),
            None => self.error(JsonErrorKind::UnexpectedEnd),
        }
    }

    fn value(&mut self, byte: u8) -> Result<Token<'a>, JsonError> {
        let token = match byte {
            b'{' => return self.open(Token::ObjectStart, true),
            b'[' => return self.open(Token::ArrayStart, false),
            b'"' => Token::Str(self.string()?),
            b'-' | b'0'..=b'9' => Token::Number(self.number()?),
            b't' => self.word("true", Token::Bool(true))?,
            b'f' => self.word("false", Token::Bool(false))?,
            b'n' => self.word("null", Token::Null)?,
            _ => return self.error(JsonErrorKind::UnexpectedCharacter),
        };
        self.after_value();
        Ok(token)
    }

    fn word(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>, JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return self.error(JsonErrorKind::UnexpectedCharacter);
        }
        self.at += word.len();
        Ok(token)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut good = whole > 0 && !(zero && whole > 1);
        if self.peek() == Some(b'.') {
            self.at += 1;
            good &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            good &= self.digits() > 0;
        }
        match self.text.get(start..self.at) {
            Some(text) if good => Ok(text),
            _ => Err(JsonError { kind: JsonErrorKind::BadNumber, offset: start }),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                None => return self.error(JsonErrorKind::UnexpectedEnd),
                Some(b'"') => {
                    let text = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(0..=0x1f) => return self.error(JsonErrorKind::BadString),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escaped(&mut self, start: usize) -> Result<String, JsonError> {
        // An escape is never shorter than what it stands for, so this never grows: the text may be a
        // secret's, and a growing string leaves copies behind.
        let mut out = String::with_capacity(self.string_end() - start);
        out.push_str(self.text.get(start..self.at).unwrap_or_default());
        loop {
            let from = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(self.text.get(from..self.at).unwrap_or_default());
            match self.peek() {
                None => return self.error(JsonErrorKind::UnexpectedEnd),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) => return self.error(JsonErrorKind::BadString),
            }
        }
    }

    /// Where the string that is being read ends.
    fn string_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            match bytes.get(at) {
                Some(b'\\') => at += 2,
                Some(b'"') | None => return at.min(bytes.len()),
                Some(_) => at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(byte) = self.peek() else { return self.error(JsonErrorKind::UnexpectedEnd) };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => {
                self.at -= 1;
                return self.error(JsonErrorKind::BadString);
            }
        })
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let Some(digits) = digits.filter(|d| d.iter().all(u8::is_ascii_hexdigit)) else {
            return self.error(JsonErrorKind::BadString);
        };
        let value = digits.iter().fold(0, |n, d| n * 16 + char::from(*d).to_digit(16).unwrap_or(0));
        self.at += 4;
        Ok(value)
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let high = self.hex4()?;
        let code = match high {
            0xd800..=0xdbff => {
                if self.text.as_bytes().get(self.at..self.at + 2) != Some(b"\\u") {
                    return self.error(JsonErrorKind::BadString);
                }
                self.at += 2;
                let low = self.hex4()?;
                if !(0xdc00..=0xdfff).contains(&low) {
                    return self.error(JsonErrorKind::BadString);
                }
                0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
            }
            other => other,
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.error(JsonErrorKind::BadString),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Token<'_>>, JsonErrorKind> {
        let mut reader = Reader::new(text, 8);
        let mut tokens = Vec::new();
        while let Some((token, span)) = reader.next().map_err(|e| e.kind)? {
            assert!(text.get(span.start..span.end).is_some_and(|t| !t.is_empty()), "{text} {span:?}");
            tokens.push(token);
        }
        Ok(tokens)
    }

    #[test]
    fn good_texts_are_read() {
        use Token::{ArrayEnd, ArrayStart, Bool, Name, Null, Number, ObjectEnd, ObjectStart, Str};
        assert_eq!(
            read(r#" {"a" : [1,-0.5e+2 , true,null], "b\n":"\ud83d\udd11/é"} "#).unwrap(),
            vec![
                ObjectStart,
                Name("a".into()),
                ArrayStart,
                Number("1"),
                Number("-0.5e+2"),
                Bool(true),
                Null,
                ArrayEnd,
                Name("b\n".into()),
                Str("🔑/é".into()),
                ObjectEnd
            ]
        );
        assert_eq!(read("[]").unwrap().len(), 2);
        assert_eq!(read("{}").unwrap().len(), 2);
        assert_eq!(read("0").unwrap(), vec![Number("0")]);
    }

    #[test]
    fn bad_texts_are_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "[1 2]",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nul",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "\"\n\"",
            "{}{}",
            "[1]]",
            "{\"a\":1]",
            "[1}",
            "{1:2}",
            "'a'",
            "\u{feff}1",
            "NaN",
            "[[[[[[[[[1]]]]]]]]]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_string_with_escapes_never_grows_while_it_is_read() {
        for inner in [r"a\/b".repeat(100), r"\u00e9".repeat(50), r"\ud83d\udd11 x".repeat(9), "\\\\".into()] {
            let text = format!("[\"{inner}\",\"\"]");
            let mut reader = Reader::new(&text, 8);
            reader.next().unwrap();
            let Some((Token::Str(Cow::Owned(read)), _)) = reader.next().unwrap() else { panic!("{inner}") };
            assert_eq!(read.capacity(), inner.len());
        }
    }

    #[test]
    fn the_span_of_a_name_is_the_name() {
        let text = r#"{"a:" :  1}"#;
        let mut reader = Reader::new(text, 8);
        reader.next().unwrap();
        let (_, span) = reader.next().unwrap().unwrap();
        assert_eq!(&text[span.start..span.end], "\"a:\"");
    }

    #[test]
    fn skip_passes_over_exactly_one_value() {
        for value in ["1", "\"x\"", "{\"a\":[{}]}", "[[],[]]"] {
            let text = format!("[{value},2]");
            let mut reader = Reader::new(&text, 8);
            reader.next().unwrap();
            reader.skip().unwrap();
            assert_eq!(reader.next().unwrap().unwrap().0, Token::Number("2"));
        }
    }
}
