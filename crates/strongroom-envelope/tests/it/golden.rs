//! The message in `testdata/`, which must open for ever.

use std::{fs, path::Path};

use strongroom_envelope::{DataKeySource, Envelope};

use crate::support::{context, counting_provider, foreign, frame, open, ours, plaintext, stream};

/// Suite 0478, two data keys (foreign first), context, three frames. Written with a generator that
/// counts 00 01 02 …, so that every byte follows from the format alone.
fn message() -> Vec<u8> {
    let provider = counting_provider();
    let (first, second) = (foreign(&provider), ours(&provider));
    let sources: [&dyn DataKeySource; 2] = [&first, &second];
    let envelope = Envelope::new(&provider, sources[0]).also_for(sources[1]).frame_length(frame(128));
    envelope.seal(&plaintext(300), &context(&[("B", "1"), ("a", "2"), ("é", "3"), ("～", "4"), ("🔑", "5")])).unwrap()
}

#[test]
fn the_golden_message_opens_and_is_still_what_we_write() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/golden-0478.bin");
    if std::env::var_os("STRONGROOM_WRITE_GOLDEN").is_some() && !path.exists() {
        fs::write(&path, message()).unwrap();
    }
    let golden = fs::read(path).unwrap();
    assert_eq!(open(&golden).unwrap(), plaintext(300));
    assert_eq!(stream(&golden, 11).0, plaintext(300));
    assert_eq!(golden, message());
}

#[test]
fn the_documented_layout_is_that_of_the_golden_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = fs::read(root.join("testdata/golden-0478.bin")).unwrap();
    // A packaged crate does not carry the book.
    let Ok(page) = fs::read_to_string(root.join("../../docs/formats/envelope.md")) else { return };
    let dump = page.split("```golden\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut end = 0;
    for line in dump.lines() {
        let mut words = line.split_whitespace();
        let offset = usize::from_str_radix(words.next().unwrap(), 16).unwrap();
        let len: usize = words.next().unwrap().parse().unwrap();
        assert_eq!(offset, end, "{line}");
        end = offset + len;
        let hex: String = golden[offset..end].iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = words.next().unwrap();
        match shown.strip_suffix('…') {
            Some(shown) => assert!(hex.starts_with(shown) && shown.len() == 16, "{line}"),
            None => assert_eq!(hex, shown, "{line}"),
        }
    }
    assert_eq!(end, golden.len());
}
