//! The `Authorization` header.

use crate::fault::Fault;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`
#[derive(Debug)]
pub(super) struct Authorization {
    credential: String,
    /// Ends of id, date, Region and service in `credential`.
    ends: [usize; 4],
    signed_headers: String,
    signature: [u8; 32],
}

impl Authorization {
    pub(super) fn parse(value: &str) -> Result<Self, Fault> {
        let Some(rest) = value.strip_prefix(ALGORITHM).filter(|rest| rest.starts_with(' ')) else {
            return Err(Fault::incomplete_signature(format!("Unsupported AWS 'algorithm': expected '{ALGORITHM}'.")));
        };
        let (mut credential, mut headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or_else(incomplete)?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut headers,
                "Signature" => &mut signature,
                _ => return Err(incomplete()),
            };
            if slot.replace(value).is_some() {
                return Err(incomplete());
            }
        }
        let (credential, headers, signature) = match (credential, headers, signature) {
            (Some(credential), Some(headers), Some(signature)) => (credential, headers, signature),
            _ => return Err(incomplete()),
        };
        Ok(Self {
            ends: ends(credential).ok_or_else(|| {
                Fault::incomplete_signature(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
                )
            })?,
            credential: credential.to_owned(),
            signed_headers: headers.to_owned(),
            signature: unhex(signature).ok_or_else(incomplete)?,
        })
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.credential.get(from..to).unwrap_or_default()
    }

    pub(super) fn access_key_id(&self) -> &str {
        self.part(0, self.ends[0])
    }
    pub(super) fn date(&self) -> &str {
        self.part(self.ends[0] + 1, self.ends[1])
    }
    pub(super) fn region(&self) -> &str {
        self.part(self.ends[1] + 1, self.ends[2])
    }
    pub(super) fn service(&self) -> &str {
        self.part(self.ends[2] + 1, self.ends[3])
    }
    /// `DATE/REGION/SERVICE/aws4_request`
    pub(super) fn scope(&self) -> &str {
        self.part(self.ends[0] + 1, self.credential.len())
    }
    pub(super) fn signed_headers(&self) -> &str {
        &self.signed_headers
    }
    pub(super) fn signature(&self) -> &[u8; 32] {
        &self.signature
    }
}

fn incomplete() -> Fault {
    Fault::incomplete_signature(
        "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, once each.",
    )
}

/// Where the parts of a credential end; the last is `aws4_request`.
fn ends(credential: &str) -> Option<[usize; 4]> {
    let mut slashes = credential.match_indices('/').map(|(at, _)| at);
    let ends = [slashes.next()?, slashes.next()?, slashes.next()?, slashes.next()?];
    (slashes.next().is_none() && ends[0] > 0 && credential.get(ends[3]..) == Some("/aws4_request")).then_some(ends)
}

/// Whether `text` is `len` lower-case hexadecimal digits.
pub(super) fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if !is_hex(text, 64) {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}
