//! The same calls through a strongroom in memory, one for each provider.

use std::hint::black_box;

use strongroom::calls::KeyKind;
use strongroom::{Caller, Client, KeyClosure, Kms, Options};
use strongroom_benches::Case;
use strongroom_crypto::CryptoProvider;
use strongroom_types::{EncryptionAlgorithmSpec, EncryptionContext, KeySpec, KeyUsageType, MacAlgorithmSpec};
use strongroom_types::{MessageType, SigningAlgorithmSpec};

use crate::{Row, time};

/// A strongroom with each provider: RustCrypto, AWS-LC.
pub(crate) struct Rooms([Kms; 2]);

/// A key with its default policy, and the root user of its account, who calls.
pub(crate) struct Key {
    client: Client,
    id: String,
}

/// The same key in both strongrooms.
pub(crate) type Keys = [Key; 2];

impl Rooms {
    /// RSA keys come from a stock: finding primes is no call that is measured here.
    pub(crate) fn new(providers: [CryptoProvider; 2]) -> Self {
        Self(providers.map(|provider| {
            let unlock = KeyClosure::new(|key| {
                key.copy_from_slice(&[7; 32]);
                Ok(())
            });
            Kms::in_memory_with(Options::new(unlock).provider(crate::stock::stocked(provider))).unwrap()
        }))
    }

    pub(crate) fn keys(&self, spec: KeySpec, usage: KeyUsageType) -> Keys {
        self.0.each_ref().map(|kms| {
            let client = kms.client(Caller::root()).unwrap();
            let id = client.create_key().key_spec(KeyKind::of(usage, spec).unwrap()).send().unwrap();
            Key { client, id: id.key_metadata.key_id }
        })
    }
}

impl Key {
    pub(crate) fn encrypt(&self, context: &EncryptionContext, plaintext: &[u8]) -> Vec<u8> {
        let call = self.client.encrypt(&*self.id, plaintext).encryption_context_map(context.clone());
        call.send().unwrap().ciphertext_blob
    }

    pub(crate) fn decrypt(&self, context: &EncryptionContext, blob: &[u8]) {
        let call = self.client.decrypt(blob).encryption_context_map(context.clone());
        black_box(call.send().unwrap());
    }

    pub(crate) fn encrypt_rsa(&self, plaintext: &[u8]) -> Vec<u8> {
        let call = self.client.encrypt(&*self.id, plaintext);
        call.encryption_algorithm(EncryptionAlgorithmSpec::RsaesOaepSha256).send().unwrap().ciphertext_blob
    }

    pub(crate) fn decrypt_rsa(&self, blob: &[u8]) {
        let call = self.client.decrypt(blob).key_id(&*self.id);
        black_box(call.encryption_algorithm(EncryptionAlgorithmSpec::RsaesOaepSha256).send().unwrap());
    }

    pub(crate) fn mac(&self, algorithm: &MacAlgorithmSpec, message: &[u8]) -> Vec<u8> {
        self.client.generate_mac(&*self.id, message, *algorithm).send().unwrap().mac
    }

    pub(crate) fn verify_mac(&self, algorithm: &MacAlgorithmSpec, message: &[u8], mac: &[u8]) {
        let call = self.client.verify_mac(&*self.id, message, mac, *algorithm);
        black_box(call.send().unwrap());
    }

    pub(crate) fn sign(&self, algorithm: &SigningAlgorithmSpec, digest: &[u8]) -> Vec<u8> {
        let call = self.client.sign(&*self.id, digest, *algorithm).message_type(MessageType::Digest);
        call.send().unwrap().signature
    }

    pub(crate) fn verify(&self, algorithm: &SigningAlgorithmSpec, digest: &[u8], signature: &[u8]) {
        let call = self.client.verify(&*self.id, digest, signature, *algorithm);
        black_box(call.message_type(MessageType::Digest).send().unwrap());
    }
}

/// `call` with the key of each strongroom.
pub(crate) fn through<'a>(keys: &'a Keys, call: impl Fn(&Key) + Copy + 'a) -> Vec<Case<'a>> {
    through_with(keys, &[(), ()], move |key, ()| call(key))
}

/// `call` with the key of each strongroom, and with what was made with it.
pub(crate) fn through_with<'a, T>(
    keys: &'a Keys,
    made: &'a [T; 2],
    call: impl Fn(&Key, &T) + Copy + 'a,
) -> Vec<Case<'a>> {
    let ([pure, fast], [by_pure, by_fast]) = (keys, made);
    vec![
        Case::new("RustCrypto, through the facade", move || call(pure, by_pure)),
        Case::new("AWS-LC, through the facade", move || call(fast, by_fast)),
    ]
}

/// What is aimed at: 1.1 times the bare call from 50 µs on, 1 µs more below.
fn is_aim_met(bare: f64, facade: f64) -> bool {
    if bare >= 50e3 { facade <= 1.1 * bare } else { facade <= bare + 1e3 }
}

/// Each call through the facade beside the bare one, for each provider.
pub(crate) fn print(rows: &[Row]) {
    for (at, name) in ["RustCrypto", "AWS-LC"].into_iter().enumerate() {
        println!("\n| {name} | bare | by the trait | facade | facade / bare | facade − bare | aim |");
        println!("|---|---|---|---|---|---|---|");
        let mut met = 0;
        let rows: Vec<_> = rows.iter().filter(|row| row.has_facade).collect();
        for Row { name, medians, .. } in &rows {
            let [bare, by_trait, facade] = [2 * at, 2 * at + 1, 4 + at].map(|case| medians[case]);
            met += usize::from(is_aim_met(bare, facade));
            let mark = if is_aim_met(bare, facade) { "met" } else { "missed" };
            let (ratio, more) = (facade / bare, (facade - bare) / 1e3);
            let [bare, by_trait, facade] = [bare, by_trait, facade].map(time);
            println!("| {name} | {bare} | {by_trait} | {facade} | {ratio:.2}× | {more:.2} µs | {mark} |");
        }
        println!("\n{name}: the aim is met by {met} of {}", rows.len());
    }
}
