//! ECDSA on the curves of AWS KMS. Material and secret are the scalar.

use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm, Validation};
use strongroom_hsm::{Error, Op, OutBuf, SignInput, Verb};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeyId, KeySpec, SigningAlgorithmSpec};

use super::{Family, Kind, KnownBy, OF_ANOTHER_FAMILY, failed, has, keep};
use crate::RootKey;
use crate::stack::cleared_ecdsa;

#[derive(Debug)]
pub(super) struct Ecdsa(pub(super) Curve);

impl Ecdsa {
    fn algorithm(&self) -> SigningAlgorithmSpec {
        match self.0.digest() {
            DigestAlgorithm::Sha384 => SigningAlgorithmSpec::EcdsaSha384,
            DigestAlgorithm::Sha512 => SigningAlgorithmSpec::EcdsaSha512,
            _ => SigningAlgorithmSpec::EcdsaSha256,
        }
    }
}

impl Family for Ecdsa {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        vec![(Verb::Sign(self.algorithm()), false)]
    }

    fn is_in(&self, provider: &CryptoProvider) -> bool {
        has(provider.ecdsa.public_key(self.0, &[]))
    }

    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.ecdsa.validation(self.0)
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        let provider = root.provider();
        let scalar = cleared_ecdsa(self.0, || provider.ecdsa.generate(self.0, &*provider.random)).map_err(failed)?;
        keep(root, scalar.expose_secret())
    }

    fn load(&self, root: &RootKey, _: (KeySpec, KeyId), material: &[u8]) -> Result<(SecretSlot, KnownBy), Error> {
        let public_key =
            cleared_ecdsa(self.0, || root.provider().ecdsa.public_key(self.0, material)).map_err(failed)?;
        Ok((keep(root, material)?, KnownBy::PublicKey(public_key.into())))
    }

    fn run(&self, _: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let provider = root.provider();
        match op {
            Op::Sign { algorithm, input } if *algorithm == self.algorithm() => {
                with_digest(provider, self.0.digest(), input, |digest| {
                    let sign = || provider.ecdsa.sign(self.0, secret, digest, Some(&*provider.random));
                    out.put(cleared_ecdsa(self.0, sign).map_err(failed)?)
                })
            }
            _ => Err(OF_ANOTHER_FAMILY),
        }
    }
}

/// Gives `sign` the digest that is to be signed: the message's, or the one that was given, if it has the right length.
pub(super) fn with_digest(
    provider: &CryptoProvider,
    hash: DigestAlgorithm,
    input: &SignInput<'_>,
    sign: impl FnOnce(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    match input {
        SignInput::Digest(digest) if digest.len() == hash.output_len() => sign(digest),
        SignInput::Digest(_) => Err(Error::invalid_input("a digest of another length than the algorithm's")),
        SignInput::Message(message) => {
            let mut digest = [0; 64];
            let out = digest.get_mut(..hash.output_len()).unwrap_or_default();
            provider.digest.digest(hash, &[message], out).map_err(failed)?;
            sign(out)
        }
        _ => Err(Error::unsupported("this kind of message")),
    }
}
