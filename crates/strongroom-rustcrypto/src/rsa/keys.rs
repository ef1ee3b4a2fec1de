//! RSA keys: what is read is checked before it is used.

use rsa::pkcs1::{self, ObjectIdentifier, RsaPrivateKey, UintRef};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use rsa::pkcs8::{DecodePublicKey as _, PrivateKeyInfoRef, Version};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BoxedUint, PrivateKey, PublicKey};
use strongroom_crypto::{CryptoError, CryptoErrorKind, RsaSize};
use zeroize::Zeroizing;

/// The exponent of every private key here (the trait `Rsa`; FIPS 186-5 §5.1 allows it).
const EXPONENT: [u8; 3] = [1, 0, 1];

/// `rsaEncryption` (RFC 8017 §A.1). `rsa` also reads `id-RSASSA-PSS`, which no AWS key has.
const RSA_ENCRYPTION: ObjectIdentifier = pkcs1::ALGORITHM_OID;

fn invalid() -> CryptoError {
    CryptoErrorKind::InvalidKey.into()
}

fn check(holds: bool) -> Result<(), CryptoError> {
    if holds { Ok(()) } else { Err(invalid()) }
}

/// Whether `number` has exactly the bits of `size`. Asked before any arithmetic, whose time grows with the number.
fn of_size(number: UintRef<'_>, size: RsaSize) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == size.modulus_len() && bytes.first().is_some_and(|first| first & 0x80 != 0)
}

/// The private key in a PKCS#8 document. `rsa` computes the CRT's parts anew and looks at none in the document: they are
/// compared here, so that a document has one meaning for everyone who reads it.
pub(super) fn private_key(size: RsaSize, document: &[u8]) -> Result<PrivateKey, CryptoError> {
    let info = PrivateKeyInfoRef::try_from(document).map_err(|_| invalid())?;
    check(info.algorithm.oid == RSA_ENCRYPTION && info.version() == Version::V1)?;
    let parts = RsaPrivateKey::<UintRef<'_>>::try_from(info.private_key).map_err(|_| invalid())?;
    check(of_size(parts.modulus, size) && parts.public_exponent.as_bytes() == EXPONENT)?;
    let (exponents, coefficient) = ([parts.exponent1, parts.exponent2], parts.coefficient);
    let key = PrivateKey::try_from(info).map_err(|_| invalid())?;
    for (given, computed) in exponents.into_iter().zip([key.dp(), key.dq()]) {
        same(given, computed.ok_or_else(invalid)?)?;
    }
    let computed = Zeroizing::new(key.qinv().ok_or_else(invalid)?.retrieve());
    same(coefficient, &computed)?;
    Ok(key)
}

fn same(given: UintRef<'_>, computed: &BoxedUint) -> Result<(), CryptoError> {
    let given = BoxedUint::from_be_slice(given.as_bytes(), computed.bits_precision()).map_err(|_| invalid())?;
    check(*Zeroizing::new(given) == *computed)
}

/// The public key in a SubjectPublicKeyInfo.
pub(super) fn public_key(size: RsaSize, document: &[u8]) -> Result<PublicKey, CryptoError> {
    // The longest that an exponent of `rsa` makes a document; the rest is for `of_size`.
    check(document.len() <= size.modulus_len() + 64)?;
    let info = SubjectPublicKeyInfoRef::try_from(document).map_err(|_| invalid())?;
    check(info.algorithm.oid == RSA_ENCRYPTION)?;
    let key = PublicKey::from_public_key_der(document).map_err(|_| invalid())?;
    check(key.n().bit_width() as usize == size.bits())?;
    Ok(key)
}
