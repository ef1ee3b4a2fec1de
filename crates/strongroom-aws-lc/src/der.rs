//! Just enough of DER to see that a key is of the shape that is asked for, before AWS-LC reads it:
//! AWS-LC takes more shapes, and says of none of them why it refused it.

use strongroom_crypto::RsaSize;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
/// `[0]` of a PrivateKeyInfo: attributes, which nobody reads.
const ATTRIBUTES: u8 = 0xa0;
/// The contents of `rsaEncryption` with its NULL (RFC 8017 §A.1).
const RSA_ENCRYPTION: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
/// 65537, the exponent of every private key here.
const EXPONENT: &[u8] = &[1, 0, 1];

/// The contents of the next element, which must have `tag`. Lengths are definite and the shortest possible (X.690 §10.1).
fn take<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (&[first, length], rest) = input.split_first_chunk()?;
    if first != tag {
        return None;
    }
    let (length, rest) = match (length, rest) {
        (0..=0x7f, rest) => (usize::from(length), rest),
        (0x81, &[a, ref rest @ ..]) if a >= 0x80 => (usize::from(a), rest),
        (0x82, &[a, b, ref rest @ ..]) if a > 0 => (usize::from(u16::from_be_bytes([a, b])), rest),
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    *input = rest;
    Some(contents)
}

/// The next element, as [`take`], when nothing may follow it.
fn only(mut input: &[u8], tag: u8) -> Option<&[u8]> {
    take(&mut input, tag).filter(|_| input.is_empty())
}

/// The bytes of the next integer, which is not negative, without the byte that says so; those of zero are none.
fn uint<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    match take(input, INTEGER)? {
        [0, rest @ ..] if rest.first().is_none_or(|next| *next >= 0x80) => Some(rest),
        contents @ [1..=0x7f, ..] => Some(contents),
        _ => None,
    }
}

fn of_size(modulus: &[u8], size: RsaSize) -> bool {
    modulus.len() == size.modulus_len() && modulus.first().is_some_and(|first| *first >= 0x80)
}

/// That `document` is a PKCS#8 document of version 1 with an RSA key of two primes, a modulus of `size` and the
/// exponent 65537. Whether the numbers fit each other is AWS-LC's to say.
pub(crate) fn check_rsa_private(document: &[u8], size: RsaSize) -> Option<()> {
    let mut info = only(document, SEQUENCE)?;
    let version = uint(&mut info)?;
    let algorithm = take(&mut info, SEQUENCE)?;
    let mut key = only(take(&mut info, OCTET_STRING)?, SEQUENCE)?;
    if !info.is_empty() {
        only(info, ATTRIBUTES)?;
    }
    let (inner_version, modulus, exponent) = (uint(&mut key)?, uint(&mut key)?, uint(&mut key)?);
    for _ in ["d", "p", "q", "d mod p - 1", "d mod q - 1", "inverse of q"] {
        uint(&mut key)?;
    }
    let fits = version.is_empty()
        && algorithm == RSA_ENCRYPTION
        && inner_version.is_empty()
        && of_size(modulus, size)
        && exponent == EXPONENT
        && key.is_empty();
    fits.then_some(())
}

/// The RSAPublicKey (RFC 8017 §A.1.1) in a SubjectPublicKeyInfo whose modulus is of `size`.
pub(crate) fn rsa_public(document: &[u8], size: RsaSize) -> Option<&[u8]> {
    let mut info = only(document, SEQUENCE)?;
    let algorithm = take(&mut info, SEQUENCE)?;
    let [0, public @ ..] = only(info, BIT_STRING)? else { return None };
    let mut key = only(public, SEQUENCE)?;
    let (modulus, exponent) = (uint(&mut key)?, uint(&mut key)?);
    let fits = algorithm == RSA_ENCRYPTION && of_size(modulus, size) && !exponent.is_empty() && key.is_empty();
    fits.then_some(public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_length_is_read() {
        let whole = |bytes: &[u8]| only(bytes, OCTET_STRING).map(<[u8]>::len);
        let with = |head: &[u8], len: usize| [head, &vec![7; len]].concat();
        assert_eq!(whole(&with(&[4, 0], 0)), Some(0));
        assert_eq!(whole(&with(&[4, 127], 127)), Some(127));
        assert_eq!(whole(&with(&[4, 0x81, 128], 128)), Some(128));
        assert_eq!(whole(&with(&[4, 0x82, 1, 0], 256)), Some(256));
        for (head, len) in [
            (&[4, 0x81, 127][..], 127),
            (&[4, 0x82, 0, 200], 200),
            (&[4, 0x80], 0),
            (&[4, 0x83, 0, 1, 0], 256),
            (&[4, 3], 2),
            (&[4, 3], 4),
            (&[5, 0], 0),
            (&[4], 0),
            (&[4, 0x81], 0),
            (&[4, 0x82, 1], 0),
        ] {
            assert_eq!(whole(&with(head, len)), None, "{head:?}");
        }
    }

    #[test]
    fn integers_are_positive_and_minimal() {
        let read = |mut bytes: &[u8]| uint(&mut bytes).map(<[u8]>::to_vec);
        assert_eq!(read(&[2, 1, 0]), Some(vec![]));
        assert_eq!(read(&[2, 1, 127]), Some(vec![127]));
        assert_eq!(read(&[2, 2, 0, 128]), Some(vec![128]));
        for bytes in [&[2, 0][..], &[2, 1, 128], &[2, 2, 0, 127], &[2, 2, 0, 0]] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
