//! Data keys: several readers, wrong keys, sources that fail.

use strongroom_envelope::{
    ContextRefused, DataKey, DataKeySource, EncryptedDataKey, Envelope, Error, KeyringError, RawAesKeyring, SourceError,
};
use strongroom_types::{EncryptionContext, Secret};

use crate::support::{context, foreign, frame, named, ours, provider};

#[test]
fn each_of_several_keys_opens_the_message_alone() {
    let provider = provider();
    let (a, b) = (ours(&provider), foreign(&provider));
    let message = Envelope::new(&provider, &a).also_for(&b).seal(b"both", &context(&[("k", "v")])).unwrap();
    for keys in [&a, &b] {
        let opened = Envelope::new(&provider, keys).open(&message).unwrap();
        assert_eq!(opened.plaintext.expose_secret(), b"both");
        assert_eq!(opened.header.encrypted_data_keys().count(), 2);
    }
    let stranger = named(&provider, "aes-2");
    assert!(matches!(Envelope::new(&provider, &stranger).open(&message), Err(Error::InvalidMessage)));
}

#[test]
fn a_name_that_begins_like_ours_is_not_ours() {
    let provider = provider();
    let (short, long) = (named(&provider, "aes-1"), named(&provider, "aes-11"));
    let edk = long.generate(&EncryptionContext::EMPTY).unwrap().encrypted;
    assert!(matches!(short.decrypt(&edk, &EncryptionContext::EMPTY), Err(SourceError::NotMine)));
    assert!(long.decrypt(&edk, &EncryptionContext::EMPTY).is_ok());
    let elsewhere = RawAesKeyring::new(&provider, "nt", "aes-11", &Secret::from(vec![1; 32])).unwrap();
    assert!(matches!(elsewhere.decrypt(&edk, &EncryptionContext::EMPTY), Err(SourceError::NotMine)));
    let message = Envelope::new(&provider, &long).seal(b"", &EncryptionContext::EMPTY).unwrap();
    assert!(matches!(Envelope::new(&provider, &short).open(&message), Err(Error::InvalidMessage)));
}

/// Writes an encrypted data key that looks like `ours` and does not open.
#[derive(Debug)]
struct Broken<'a>(&'a RawAesKeyring);

impl DataKeySource for Broken<'_> {
    fn generate(&self, context: &EncryptionContext) -> Result<DataKey, SourceError> {
        let mut key = self.0.generate(context)?;
        key.encrypted.ciphertext.to_mut()[0] ^= 1;
        Ok(key)
    }

    fn encrypt(&self, _: &Secret, _: &EncryptionContext) -> Result<EncryptedDataKey<'static>, SourceError> {
        Err(SourceError::failed("out of order"))
    }

    fn decrypt(&self, _: &EncryptedDataKey<'_>, _: &EncryptionContext) -> Result<Secret, SourceError> {
        Err(SourceError::failed("out of order"))
    }
}

#[test]
fn a_failing_first_key_with_our_name_does_not_hide_a_good_second_one() {
    let provider = provider();
    let keys = ours(&provider);
    let broken = Broken(&keys);
    let message = Envelope::new(&provider, &broken).also_for(&keys).seal(b"x", &EncryptionContext::EMPTY).unwrap();
    assert_eq!(Envelope::new(&provider, &keys).open(&message).unwrap().plaintext.expose_secret(), b"x");
}

#[test]
fn a_source_that_fails_is_named_only_when_no_other_opens_the_message() {
    let provider = provider();
    let keys = ours(&provider);
    let broken = Broken(&keys);
    let message = Envelope::new(&provider, &keys).seal(b"x", &EncryptionContext::EMPTY).unwrap();
    assert!(Envelope::new(&provider, &broken).also_for(&keys).open(&message).is_ok());
    let error = Envelope::new(&provider, &broken).open(&message).unwrap_err();
    assert_eq!(error.to_string(), "the source of data keys failed: out of order");
    let error = Envelope::new(&provider, &keys).also_for(&broken).seal(b"x", &EncryptionContext::EMPTY).unwrap_err();
    assert!(matches!(error, Error::KeySource(_)));
}

/// Opens with another data key, or with one of another length.
#[derive(Debug)]
struct Other(usize);

impl DataKeySource for Other {
    fn generate(&self, context: &EncryptionContext) -> Result<DataKey, SourceError> {
        let mut key = ours(&provider()).generate(context)?;
        key.plaintext = Secret::from(vec![0; self.0]);
        Ok(key)
    }

    fn encrypt(&self, _: &Secret, _: &EncryptionContext) -> Result<EncryptedDataKey<'static>, SourceError> {
        Err(SourceError::Invalid)
    }

    fn decrypt(&self, _: &EncryptedDataKey<'_>, _: &EncryptionContext) -> Result<Secret, SourceError> {
        Ok(Secret::from(vec![0; self.0]))
    }
}

#[test]
fn every_key_that_does_not_fit_has_one_error() {
    let provider = provider();
    let keys = ours(&provider);
    let message = Envelope::new(&provider, &keys).seal(b"x", &EncryptionContext::EMPTY).unwrap();
    for len in [0, 16, 32, 33] {
        let error = Envelope::new(&provider, &Other(len)).open(&message).unwrap_err();
        assert!(matches!(error, Error::InvalidMessage), "{len}: {error}");
    }
    let opened = Envelope::new(&provider, &Other(16)).also_for(&keys).open(&message);
    assert!(opened.is_ok(), "a key of the wrong length does not hide a good one");
    assert!(matches!(
        Envelope::new(&provider, &Other(16)).seal(b"x", &EncryptionContext::EMPTY),
        Err(Error::KeySource(_))
    ));
}

#[test]
fn the_context_is_bound_and_can_be_demanded() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let message = envelope.seal(b"x", &context(&[("tenant", "42"), ("é", "f")])).unwrap();
    let expecting = |pairs: &[(&str, &str)]| envelope.clone().expect_context(context(pairs)).open(&message);
    assert!(expecting(&[("tenant", "42")]).is_ok());
    for pairs in [[("tenant", "43")], [("Tenant", "42")]] {
        let error = expecting(&pairs).unwrap_err();
        assert!(matches!(error, Error::Context(ContextRefused::Mismatch(key)) if key == pairs[0].0));
    }
    let error = envelope.seal(b"x", &context(&[("aws-crypto-public-key", "A")])).unwrap_err();
    assert!(matches!(error, Error::Context(ContextRefused::ReservedKey(_))));
}

#[test]
fn wrapping_keys_of_all_aes_lengths_work_and_others_are_refused() {
    let provider = provider();
    let make =
        |namespace: &str, name: &str, len| RawAesKeyring::new(&provider, namespace, name, &Secret::from(vec![9; len]));
    for len in [16, 24, 32] {
        let keys = make("ns", "k", len).unwrap();
        let message = Envelope::new(&provider, &keys).seal(b"x", &EncryptionContext::EMPTY).unwrap();
        assert!(Envelope::new(&provider, &keys).open(&message).is_ok(), "{len}");
    }
    assert!(matches!(make("ns", "k", 17), Err(KeyringError::Key(_))));
    assert!(matches!(make("aws-kms", "k", 32), Err(KeyringError::ReservedNamespace(_))));
    assert!(matches!(make("ns", "", 32), Err(KeyringError::NameLength)));
}
