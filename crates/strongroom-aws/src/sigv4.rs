//! Signature Version 4, verified (AWS General Reference, "Signature Version 4 signing process").

mod authorization;
mod canonical;
mod date;

use http::request::Parts;
use http::{HeaderName, header};
use strongroom::{CryptoProvider, Region, Timestamp};
use strongroom_crypto::{DigestAlgorithm, MacAlgorithm};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::credentials::Credential;
use crate::fault::Fault;
use crate::head::only;
use authorization::Authorization;

const SERVICE: &str = "kms";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
/// How far a request's time may be from ours, in seconds.
const SKEW: i64 = 5 * 60;

/// What a request claims about who signed it, before its body is known.
#[derive(Debug)]
pub(crate) struct Claim {
    authorization: Authorization,
    region: Region,
    /// `20260125T041547Z`
    timestamp: String,
}

impl Claim {
    /// Reads the claim. Everything that can be refused without the secret is refused here, but the access key itself.
    pub(crate) fn of(parts: &Parts, now: Timestamp) -> Result<Self, Fault> {
        let value = only(&parts.headers, &header::AUTHORIZATION)?.ok_or_else(Fault::missing_token)?;
        let authorization = Authorization::parse(value)?;
        let timestamp = only(&parts.headers, &DATE)?;
        let timestamp = timestamp.ok_or_else(|| {
            Fault::incomplete_signature(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            )
        })?;
        date::check(timestamp, now, SKEW)?;
        if timestamp.get(..8) != Some(authorization.date()) {
            return Err(Fault::invalid_signature(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{timestamp}', from '{timestamp}'.",
                authorization.date()
            )));
        }
        if authorization.service() != SERVICE {
            return Err(Fault::invalid_signature("Credential should be scoped to correct service: 'kms'. "));
        }
        let region = authorization
            .region()
            .parse()
            .map_err(|_| Fault::invalid_signature("Credential should be scoped to a valid Region. "))?;
        if let Some(hash) = only(&parts.headers, &CONTENT_SHA256)?
            && !authorization::is_hex(hash, 64)
        {
            return Err(Fault::invalid_signature("the payload has to be signed"));
        }
        canonical::check_signed(&parts.headers, &authorization)?;
        Ok(Self { region, timestamp: timestamp.to_owned(), authorization })
    }

    pub(crate) fn access_key_id(&self) -> &str {
        self.authorization.access_key_id()
    }

    /// The Region that the request was signed for.
    pub(crate) fn region(&self) -> Region {
        self.region
    }

    /// Verifies the claim. What it returns says that the body is the signed one, too.
    pub(crate) fn verify(
        &self,
        parts: &Parts,
        body: &[u8],
        credential: &Credential,
        now: Timestamp,
        crypto: &CryptoProvider,
    ) -> Result<(), Fault> {
        let payload = canonical::hex(&sha256(crypto, &[body])?);
        if only(&parts.headers, &CONTENT_SHA256)?.is_some_and(|claimed| claimed.as_bytes() != payload) {
            return Err(Fault::invalid_signature(
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            ));
        }
        let request = canonical::request(parts, &self.authorization, &payload);
        let hash = canonical::hex(&sha256(crypto, &[&request])?);
        let scope = self.authorization.scope();
        let to_sign: [&[u8]; 6] =
            [b"AWS4-HMAC-SHA256\n", self.timestamp.as_bytes(), b"\n", scope.as_bytes(), b"\n", &hash];
        let first = Zeroizing::new([b"AWS4", credential.secret.expose_secret()].concat());
        let date = mac(crypto, &first, &[self.authorization.date().as_bytes()])?;
        let region = mac(crypto, &*date, &[self.authorization.region().as_bytes()])?;
        let service = mac(crypto, &*region, &[SERVICE.as_bytes()])?;
        let key = mac(crypto, &*service, &[b"aws4_request"])?;
        let expected = mac(crypto, &*key, &to_sign)?;
        if !bool::from(expected.ct_eq(self.authorization.signature())) {
            return Err(Fault::wrong_signature());
        }
        self.check_token(parts, credential, now)
    }

    fn check_token(&self, parts: &Parts, credential: &Credential, now: Timestamp) -> Result<(), Fault> {
        match (only(&parts.headers, &TOKEN)?, &credential.session) {
            (None, None) => Ok(()),
            (Some(token), Some(session)) if bool::from(token.as_bytes().ct_eq(session.token.expose_secret())) => {
                match session.expires.is_some_and(|end| end <= now) {
                    true => Err(Fault::expired_token()),
                    false => Ok(()),
                }
            }
            _ => Err(Fault::unrecognized_client()),
        }
    }
}

fn internal(_: strongroom_crypto::CryptoError) -> Fault {
    strongroom::KmsError::internal().into()
}

fn sha256(crypto: &CryptoProvider, parts: &[&[u8]]) -> Result<[u8; 32], Fault> {
    let mut out = [0; 32];
    crypto.digest.digest(DigestAlgorithm::Sha256, parts, &mut out).map_err(internal)?;
    Ok(out)
}

fn mac(crypto: &CryptoProvider, key: &[u8], parts: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let mut out = Zeroizing::new([0; 32]);
    crypto.mac.compute(MacAlgorithm::HmacSha256, key, parts, &mut *out).map_err(internal)?;
    Ok(out)
}
