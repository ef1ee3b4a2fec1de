//! Memory of hostile messages, in a binary of its own because the allocator counts for all threads.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

use std::sync::Mutex;

use peak_alloc::PeakAlloc;
use strongroom_envelope::{Envelope, FrameLength, RawAesKeyring, ReadLimits};
use strongroom_types::{EncryptionContext, Secret};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const SLACK: usize = 64 << 10;

/// One test at a time: the allocator counts for all.
static ALONE: Mutex<()> = Mutex::new(());

/// Peak bytes above what was held before.
fn peak(work: impl FnOnce()) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    work();
    ALLOCATOR.peak_usage().saturating_sub(before)
}

/// The beginning of a header, up to the encryption context.
fn head() -> Vec<u8> {
    [&[2, 4, 0x78][..], &[9; 32]].concat()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let context = |pairs: usize| {
        let mut bytes = u16::try_from(pairs).unwrap().to_be_bytes().to_vec();
        for i in 0..pairs {
            let key = char::from_u32(u32::try_from(i + 1).unwrap()).unwrap().to_string();
            bytes.extend_from_slice(&[0, u8::try_from(key.len()).unwrap()]);
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(&[0, 0]);
        }
        [u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec(), bytes].concat()
    };
    let tail = |frame_len: u32| [&[2][..], &frame_len.to_be_bytes(), &[0; 48]].concat();
    vec![
        ("a context that claims 64 KiB", [head(), vec![0xFF, 0xFF, 0, 1]].concat()),
        ("a data key that claims 64 KiB", [head(), vec![0, 0, 0, 1, 0xFF, 0xFF]].concat()),
        ("a context of 1,300 tiny pairs", [head(), context(1300), vec![0, 1]].concat()),
        ("65,535 empty data keys", [head(), vec![0, 0, 0xFF, 0xFF], vec![0; 65_535 * 6], tail(1)].concat()),
        ("a frame of 4 GiB", [head(), vec![0, 0, 0, 1], vec![0; 6], tail(u32::MAX), vec![0, 0, 0, 1]].concat()),
    ]
}

/// Accepts every data key, and commits to it: what a hostile writer with a key can reach.
fn sealed_with_frames(envelope: &Envelope<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let message = envelope.seal(&[7; 300], &EncryptionContext::EMPTY).unwrap();
    let body = message.len() - 300 - 40;
    let mut long = message.clone();
    long[body + 20..body + 24].copy_from_slice(&60_000_u32.to_be_bytes());
    let longest = envelope.clone().frame_length(FrameLength::MAX).start(&EncryptionContext::EMPTY).unwrap();
    let long_frame = [&longest.header[..], &[0, 0, 0, 1], &[0; 100]].concat();
    vec![
        ("a frame that claims 16 MiB under a true header", long_frame),
        ("a whole message", message),
        ("a final frame that claims 60,000 bytes", long),
    ]
}

#[test]
fn peak_memory_is_bounded_by_what_arrived() {
    let _alone = ALONE.lock();
    let provider = strongroom_rustcrypto::provider();
    let keys = RawAesKeyring::new(&provider, "ns", "aes-1", &Secret::from(vec![0; 32])).unwrap();
    let limits = ReadLimits::default().max_encrypted_data_keys(u16::MAX).max_frame_len(u32::MAX);
    let envelope = Envelope::new(&provider, &keys).limits(limits);
    let mut cases = hostile();
    cases.extend(sealed_with_frames(&envelope));
    for (name, message) in cases {
        let bound = 16 * message.len() + SLACK;
        let whole = peak(|| drop(envelope.open(&message)));
        let stream = peak(|| drop(envelope.decryptor(&message[..]).map(|decryptor| decryptor.finish().map(drop))));
        println!("{name}: {} bytes in, peak {whole} at once and {stream} as a stream, at most {bound}", message.len());
        assert!(whole.max(stream) <= bound, "{name}");
    }
}

#[test]
fn a_stream_of_any_length_needs_the_memory_of_a_few_frames() {
    let _alone = ALONE.lock();
    let provider = strongroom_rustcrypto::provider();
    let keys = RawAesKeyring::new(&provider, "ns", "aes-1", &Secret::from(vec![0; 32])).unwrap();
    let envelope = Envelope::new(&provider, &keys);
    let plaintext = vec![1; 4 << 20];
    let mut message = Vec::with_capacity(5 << 20);
    let writing = peak(|| {
        let mut encryptor = envelope.encryptor(&mut message, &EncryptionContext::EMPTY).unwrap();
        std::io::Write::write_all(&mut encryptor, &plaintext).unwrap();
        encryptor.finish().unwrap();
    });
    let reading = peak(|| {
        envelope.decryptor(&message[..]).unwrap().finish().unwrap();
    });
    println!("4 MiB in frames of 64 KiB: peak {writing} bytes writing, {reading} reading");
    assert!(writing < 3 << 16 && reading < 5 << 16);
}
