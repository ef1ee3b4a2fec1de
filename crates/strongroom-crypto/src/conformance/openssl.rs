//! OpenSSL as a second opinion, in a process of its own: it verifies what a provider signs, opens what it encrypts and
//! reads its keys, and the other way round.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::rsa::{self, key, name};
use super::{hex, run_of};
use crate::{CryptoErrorKind, CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, OaepHash, RsaScheme, RsaSize};

const MESSAGE: &[u8] = b"attack at dawn";

/// Compares `provider` with the command `openssl`, version 3, through files in `folder`, and returns how many
/// comparisons there were of each kind. `None` if there is no such command: then nothing was compared.
///
/// # Panics
/// If the two disagree, or a file can't be written; and, where the variable `CI` is `true`, if there is no such command.
#[must_use]
pub fn second_opinion(provider: &CryptoProvider, folder: &Path) -> Option<BTreeMap<&'static str, usize>> {
    let version = Command::new("openssl").arg("version").output().ok().filter(|out| out.status.success());
    if !version.is_some_and(|out| out.stdout.starts_with(b"OpenSSL 3.")) {
        assert!(!env::var("CI").is_ok_and(|ci| ci == "true"), "`openssl` 3 is missing; run `.ci/setup`");
        return None;
    }
    fs::create_dir_all(folder).unwrap();
    let mut bench = Bench { p: provider, folder: folder.to_owned(), counts: BTreeMap::new() };
    bench.file("message", MESSAGE);
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1] {
        bench.ecdsa(curve);
    }
    bench.ed25519();
    for size in RsaSize::ALL {
        bench.rsa_keys(*size);
        bench.rsa_signatures(*size);
        OaepHash::ALL.iter().for_each(|hash| bench.oaep(*size, *hash));
    }
    MacAlgorithm::ALL.iter().for_each(|algorithm| bench.hmac(*algorithm));
    fs::remove_dir_all(&bench.folder).unwrap();
    Some(bench.counts)
}

#[derive(Debug)]
struct Bench<'a> {
    p: &'a CryptoProvider,
    folder: PathBuf,
    counts: BTreeMap<&'static str, usize>,
}

impl Bench<'_> {
    fn file(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    /// What `openssl` prints, or nothing if it fails.
    fn try_openssl(&self, command: &str) -> Option<Vec<u8>> {
        let out = Command::new("openssl").args(command.split(' ')).current_dir(&self.folder).output().unwrap();
        out.status.success().then_some(out.stdout)
    }

    #[track_caller]
    fn openssl(&self, command: &str) -> Vec<u8> {
        let out = self.try_openssl(command);
        assert!(out.is_some(), "`openssl {command}` fails");
        out.unwrap()
    }

    fn agreed(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn digest(&self, algorithm: DigestAlgorithm) -> Vec<u8> {
        let mut out = vec![0; algorithm.output_len()];
        self.p.digest.digest(algorithm, &[MESSAGE], &mut out).unwrap();
        out
    }

    /// The public key that it finds in the private key of a document; it must be ours.
    #[track_caller]
    fn public_key(&mut self, document: &[u8], public: &[u8]) {
        self.file("private", document);
        self.file("public", public);
        assert_eq!(self.openssl("pkey -inform DER -in private -pubout -outform DER"), public);
        self.agreed("keys of ours");
    }

    /// A key that it makes, as PKCS#8, and its public key.
    fn made_key(&self, options: &str) -> (Vec<u8>, Vec<u8>) {
        self.openssl(&format!("genpkey {options} -out made"));
        (
            self.openssl("pkcs8 -topk8 -nocrypt -in made -outform DER"),
            self.openssl("pkey -in made -pubout -outform DER"),
        )
    }

    /// It verifies `signature`, and not one that differs by a bit.
    #[track_caller]
    fn verifies(&mut self, command: &str, signature: &[u8]) {
        self.file("signature", signature);
        self.openssl(command);
        let mut other = signature.to_vec();
        *other.last_mut().unwrap() ^= 1;
        self.file("signature", &other);
        assert_eq!(self.try_openssl(command), None, "`openssl {command}` verifies a damaged signature");
        self.agreed("signatures of ours");
    }

    fn ecdsa(&mut self, curve: Curve) {
        let (group, hash) = match curve {
            Curve::P256 => ("P-256", "sha256"),
            Curve::P384 => ("P-384", "sha384"),
            Curve::P521 => ("P-521", "sha512"),
            Curve::Secp256k1 => ("secp256k1", "sha256"),
        };
        let digest = self.digest(curve.digest());
        let scalar = self.p.ecdsa.generate(curve, &*self.p.random).unwrap();
        let public = self.p.ecdsa.public_key(curve, scalar.expose_secret()).unwrap();
        let document = self.p.ecdsa.export_pkcs8(curve, scalar.expose_secret()).unwrap();
        self.public_key(document.expose_secret(), &public);
        // Several, so that both halves of `s` come up.
        for _ in 0..4 {
            let random = Some(&*self.p.random);
            let signature = self.p.ecdsa.sign(curve, scalar.expose_secret(), &digest, random).unwrap();
            self.verifies(
                &format!("dgst -{hash} -keyform DER -verify public -signature signature message"),
                &signature,
            );
            let theirs = self.openssl(&format!("dgst -{hash} -keyform DER -sign private message"));
            self.p.ecdsa.verify(curve, &public, &digest, &theirs).unwrap();
            self.agreed("signatures of OpenSSL");
        }
        let (document, public) = self.made_key(&format!("-algorithm EC -pkeyopt ec_paramgen_curve:{group}"));
        let scalar = self.p.ecdsa.import_pkcs8(curve, &document).unwrap();
        assert_eq!(self.p.ecdsa.public_key(curve, scalar.expose_secret()).unwrap(), public);
        assert_eq!(self.p.ecdsa.export_pkcs8(curve, scalar.expose_secret()).unwrap().expose_secret(), document);
        self.agreed("keys of OpenSSL");
    }

    /// RFC 8410 §4 and §7: the seed and the public key, each behind a constant.
    fn ed25519(&mut self) {
        let seed = run_of::<32>(7);
        let public = self.p.ed25519.public_key(&seed).unwrap();
        let document = [&hex("302e020100300506032b657004220420")[..], &seed].concat();
        self.public_key(&document, &[&hex("302a300506032b6570032100")[..], &public].concat());
        let signature = self.p.ed25519.sign(&seed, MESSAGE).unwrap();
        let theirs = self.openssl("pkeyutl -sign -rawin -keyform DER -inkey private -in message");
        assert_eq!(theirs, signature);
        let command = "pkeyutl -verify -rawin -keyform DER -pubin -inkey public -in message -sigfile signature";
        self.verifies(command, &signature);
        self.agreed("signatures of OpenSSL");
    }

    fn rsa_keys(&mut self, size: RsaSize) {
        if size != RsaSize::Rsa4096 {
            let generated = self.p.rsa.generate(size, &*self.p.random).unwrap();
            let public = self.p.rsa.public_key(size, generated.expose_secret()).unwrap();
            self.public_key(generated.expose_secret(), &public);
            self.openssl("pkey -inform DER -in private -check -noout");
        }
        let (document, public) = self.made_key(&format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{}", size.bits()));
        assert_eq!(self.p.rsa.public_key(size, &document).unwrap(), public);
        self.agreed("keys of OpenSSL");
        let public = self.p.rsa.public_key(size, key(size)).unwrap();
        self.public_key(key(size), &public);
    }

    fn rsa_signatures(&mut self, size: RsaSize) {
        let public = self.p.rsa.public_key(size, key(size)).unwrap();
        for (scheme, algorithm) in rsa::algorithms() {
            let (digest, hash) = (self.digest(algorithm), name(algorithm));
            let options = match scheme {
                RsaScheme::Pss => {
                    format!("-{hash} -keyform DER -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest")
                }
                RsaScheme::Pkcs1v15 => format!("-{hash} -keyform DER"),
            };
            let signature = self.p.rsa.sign(size, key(size), scheme, algorithm, &digest, &*self.p.random).unwrap();
            self.verifies(&format!("dgst {options} -verify public -signature signature message"), &signature);
            let theirs = self.openssl(&format!("dgst {options} -sign private message"));
            self.p.rsa.verify(size, &public, scheme, algorithm, &digest, &theirs).unwrap();
            self.agreed("signatures of OpenSSL");
        }
    }

    fn oaep(&mut self, size: RsaSize, hash: OaepHash) {
        let md = if hash == OaepHash::Sha1 { "sha1" } else { "sha256" };
        let padding = format!("-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{md} -pkeyopt rsa_mgf1_md:{md}");
        let public = self.p.rsa.public_key(size, key(size)).unwrap();
        let ours = self.p.rsa.encrypt(size, &public, hash, MESSAGE, &*self.p.random).unwrap();
        self.file("ciphertext", &ours);
        let opened = self.openssl(&format!("pkeyutl -decrypt -keyform DER -inkey private -in ciphertext {padding}"));
        assert_eq!(opened, MESSAGE);
        self.agreed("ciphertexts of ours");
        let theirs = self.openssl(&format!("pkeyutl -encrypt -keyform DER -pubin -inkey public -in message {padding}"));
        let opened = self.p.rsa.decrypt(size, key(size), hash, &theirs, &*self.p.random).unwrap();
        assert_eq!(opened.expose_secret(), MESSAGE);
        self.agreed("ciphertexts of OpenSSL");
        let other = OaepHash::ALL.iter().copied().find(|other| *other != hash).unwrap();
        let opened = self.p.rsa.decrypt(size, key(size), other, &theirs, &*self.p.random);
        super::refused(opened, CryptoErrorKind::Verification);
    }

    fn hmac(&mut self, algorithm: MacAlgorithm) {
        let hash = match algorithm {
            MacAlgorithm::HmacSha224 => "sha224",
            MacAlgorithm::HmacSha256 => "sha256",
            MacAlgorithm::HmacSha384 => "sha384",
            MacAlgorithm::HmacSha512 => "sha512",
        };
        let mut tag = vec![0; algorithm.tag_len()];
        self.p.mac.compute(algorithm, b"key", &[MESSAGE], &mut tag).unwrap();
        let theirs = self.openssl(&format!("dgst -{hash} -mac HMAC -macopt hexkey:6b6579 -binary message"));
        assert_eq!(theirs, tag);
        self.agreed("tags");
    }
}
