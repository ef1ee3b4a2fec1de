//! The one JSON reader: what it reads, written by the writer, is read as the same tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::bounded;
use strongroom_types::json::{Reader, Token, Writer};

fuzz_target!(|data: &[u8]| {
    bounded(data.len(), || {
        let Ok(mut reader) = Reader::from_bytes(data, 32) else { return };
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out);
        let mut count = 0;
        loop {
            match reader.next() {
                Err(error) => return assert!(error.offset <= data.len()),
                Ok(None) => break,
                Ok(Some((token, _))) => write(&mut writer, &token),
            }
            count += 1;
        }
        let (mut first, mut second) = (Reader::from_bytes(data, 32).unwrap(), Reader::from_bytes(&out, 32).unwrap());
        for _ in 0..count {
            assert_eq!(first.next().unwrap().map(|t| t.0), second.next().unwrap().map(|t| t.0));
        }
        assert!(second.next().unwrap().is_none());
    });
});

fn write(to: &mut Writer<'_>, token: &Token<'_>) {
    match token {
        Token::ObjectStart => to.begin_object(),
        Token::ObjectEnd => to.end_object(),
        Token::ArrayStart => to.begin_array(),
        Token::ArrayEnd => to.end_array(),
        Token::Name(name) => to.name(name),
        Token::Str(text) => to.str(text),
        Token::Number(text) => to.number(text),
        Token::Bool(value) => to.bool(*value),
        Token::Null => to.null(),
    }
}
