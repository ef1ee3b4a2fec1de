//! Accounts, Regions, key ids, aliases and the ARNs that are made of them.

use std::fmt;
use std::str::FromStr;

/// A text that is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
#[non_exhaustive]
pub struct NameError {
    text: String,
    expected: &'static str,
}

impl NameError {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(256).collect(), expected }
    }

    /// What was expected, as a noun phrase.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

/// A short name kept inline: ASCII, at most `N` bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Short<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Short<N> {
    fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }
}

macro_rules! text_impls {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }
    };
}

/// An AWS account: twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(Short<12>);

impl AccountId {
    /// `000000000000`, which AWS gives to nobody: the account of a strongroom that is not told another.
    pub const NOBODY: Self = Self(Short { bytes: *b"000000000000", len: 12 });

    /// `999999999999`, the account of the keys that services own. No caller acts in it.
    pub const SERVICES: Self = Self(Short { bytes: *b"999999999999", len: 12 });

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for AccountId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let error = || NameError::new(text, "an account id of twelve digits");
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        Short::new(text).map(Self).ok_or_else(error)
    }
}
text_impls!(AccountId);

/// A Region's name, `us-east-1` for one. Lower-case letters, digits and hyphens, 1 to 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Short<32>);

impl Region {
    /// `us-east-1`: the Region of a strongroom that is not told another.
    pub const US_EAST_1: Self =
        Self(Short { bytes: *b"us-east-1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", len: 9 });

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The partition that AWS keeps this Region in, by its prefix.
    #[must_use]
    pub fn partition(&self) -> Partition {
        let name = self.as_str();
        let of = |(prefix, partition): &(&str, &'static str)| name.starts_with(prefix).then_some(*partition);
        let known = [("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b")];
        Partition(known.iter().find_map(of).unwrap_or("aws"))
    }
}

impl FromStr for Region {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let error = || NameError::new(text, "a Region name");
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || !text.bytes().all(fits) {
            return Err(error());
        }
        Short::new(text).map(Self).ok_or_else(error)
    }
}
text_impls!(Region);

/// A partition: the second part of every ARN.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Partition(&'static str);

impl Partition {
    /// The name, `aws` for one.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
            .into_iter()
            .find(|known| *known == text)
            .map(Self)
    }
}
text_impls!(Partition);

/// A key's id: 16 bytes, and whether it names a multi-Region key.
///
/// Written as a lower-case UUID, or as `mrk-` and 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    bytes: [u8; 16],
    multi_region: bool,
}

impl KeyId {
    /// The id of a single-Region key from random bytes: a version 4 UUID (RFC 9562 §5.4).
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        let [.., _, _, v, _, r, _, _, _, _, _, _, _] = &mut bytes;
        *v = (*v & 0x0f) | 0x40;
        *r = (*r & 0x3f) | 0x80;
        Self { bytes, multi_region: false }
    }

    /// The id of a multi-Region key from random bytes.
    #[must_use]
    pub fn multi_region_from_random(bytes: [u8; 16]) -> Self {
        Self { bytes, multi_region: true }
    }

    /// From its two parts, as they stand in a ciphertext header.
    #[must_use]
    pub fn from_parts(bytes: [u8; 16], multi_region: bool) -> Self {
        Self { bytes, multi_region }
    }

    /// The 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// Whether this is the id of a multi-Region key.
    #[must_use]
    pub fn is_multi_region(&self) -> bool {
        self.multi_region
    }
}

/// Reads exactly 32 lower-case hexadecimal digits, skipping nothing.
fn hex16(digits: impl Iterator<Item = u8>) -> Option<[u8; 16]> {
    let mut bytes = [0_u8; 16];
    let mut count = 0_usize;
    for digit in digits {
        let nibble = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        let byte = bytes.get_mut(count / 2)?;
        *byte = (*byte << 4) | nibble;
        count += 1;
    }
    (count == 32).then_some(bytes)
}

impl FromStr for KeyId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let error = || NameError::new(text, "a key id");
        if let Some(digits) = text.strip_prefix("mrk-") {
            let bytes = hex16(digits.bytes()).ok_or_else(error)?;
            return Ok(Self { bytes, multi_region: true });
        }
        let hyphens_stand = text.bytes().enumerate().all(|(at, b)| (b == b'-') == matches!(at, 8 | 13 | 18 | 23));
        if text.len() != 36 || !hyphens_stand {
            return Err(error());
        }
        let bytes = hex16(text.bytes().filter(|b| *b != b'-')).ok_or_else(error)?;
        Ok(Self { bytes, multi_region: false })
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One write instead of twenty: this runs on the path of every call.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0_u8; 36];
        let mut at = 0;
        let mut put = |b: u8| {
            if let Some(place) = text.get_mut(at) {
                *place = b;
                at += 1;
            }
        };
        if self.multi_region {
            b"mrk-".iter().for_each(|b| put(*b));
        }
        for (index, byte) in self.bytes.iter().enumerate() {
            if !self.multi_region && matches!(index, 4 | 6 | 8 | 10) {
                put(b'-');
            }
            for nibble in [byte >> 4, byte & 15] {
                put(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'));
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A key's ARN. The partition follows from the Region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyArn {
    account: AccountId,
    region: Region,
    id: KeyId,
}

impl KeyArn {
    /// From its parts.
    #[must_use]
    pub fn new(account: AccountId, region: Region, id: KeyId) -> Self {
        Self { account, region, id }
    }

    /// The account that owns the key.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The Region that the key lives in.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// The key's id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (partition, region, account) = (self.region.partition(), self.region.as_str(), self.account.as_str());
        for part in ["arn:", partition.as_str(), ":kms:", region, ":", account, ":key/"] {
            f.write_str(part)?;
        }
        fmt::Display::fmt(&self.id, f)
    }
}

impl fmt::Debug for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyArn({self})")
    }
}

impl FromStr for KeyArn {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        match KeyRef::parse(text) {
            Ok(KeyRef::Arn(arn)) => Ok(arn),
            _ => Err(NameError::new(text, "a key ARN")),
        }
    }
}

/// An alias's name, with its prefix: `alias/orders`.
///
/// 1 to 256 characters of `[a-zA-Z0-9/_-]`, the prefix `alias/` included (AWS KMS Developer Guide,
/// "Aliases"; the model's pattern also admits `:`, its text does not).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasName(Box<str>);

impl AliasName {
    /// The whole name, prefix included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name is in the part that AWS keeps for its services: `alias/aws/…`.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with("alias/aws/")
    }

    /// The alias's ARN.
    #[must_use]
    pub fn arn(&self, account: AccountId, region: Region) -> String {
        format!("arn:{}:kms:{region}:{account}:{}", region.partition(), self.0)
    }
}

impl FromStr for AliasName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        AliasRef::parse(text).map(|name| name.to_owned())
    }
}
text_impls!(AliasName);

/// An alias's name as it stands in a request: checked, and not copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasRef<'a>(&'a str);

impl<'a> AliasRef<'a> {
    /// Checks that `text` is an alias name, by the rule of [`AliasName`].
    ///
    /// # Errors
    /// What is no alias name.
    pub fn parse(text: &'a str) -> Result<Self, NameError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-');
        match text.strip_prefix("alias/") {
            Some(rest) if !rest.is_empty() && text.len() <= 256 && rest.bytes().all(fits) => Ok(Self(text)),
            _ => Err(NameError::new(text, "an alias name")),
        }
    }

    /// The whole name, prefix included.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// A name of its own.
    #[must_use]
    pub fn to_owned(&self) -> AliasName {
        AliasName(self.0.into())
    }
}

/// The four ways to name a key (AWS KMS Developer Guide, "Key identifiers"), without a copy of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "AWS has exactly these four forms")]
pub enum KeyRef<'a> {
    /// By key id, in the caller's account and Region.
    Id(KeyId),
    /// By key ARN.
    Arn(KeyArn),
    /// By alias name, in the caller's account and Region.
    Alias(AliasRef<'a>),
    /// By alias ARN.
    AliasArn {
        /// The account of the alias.
        account: AccountId,
        /// The Region of the alias.
        region: Region,
        /// Its name.
        name: AliasRef<'a>,
    },
}

impl<'a> KeyRef<'a> {
    /// Whether a text has the outer form of an ARN: such a text that does not parse is a malformed ARN,
    /// and no unknown key id.
    #[must_use]
    pub fn looks_like_arn(text: &str) -> bool {
        text.starts_with("arn:")
    }

    /// Reads any of the four forms.
    ///
    /// # Errors
    /// A text that is none of them.
    pub fn parse(text: &'a str) -> Result<Self, NameError> {
        if !Self::looks_like_arn(text) {
            return match text.starts_with("alias/") {
                true => AliasRef::parse(text).map(Self::Alias),
                false => text.parse().map(Self::Id),
            };
        }
        let error = || NameError::new(text, "the ARN of a key or an alias");
        let mut parts = text.splitn(6, ':').skip(1);
        let mut part = || parts.next().ok_or_else(error);
        let partition = Partition::parse(part()?).ok_or_else(error)?;
        if part()? != "kms" {
            return Err(error());
        }
        let region: Region = part()?.parse().map_err(|_| error())?;
        let account: AccountId = part()?.parse().map_err(|_| error())?;
        let resource = part()?;
        if partition != region.partition() {
            return Err(error());
        }
        match resource.strip_prefix("key/") {
            Some(id) => Ok(Self::Arn(KeyArn { account, region, id: id.parse().map_err(|_| error())? })),
            None => Ok(Self::AliasArn { account, region, name: AliasRef::parse(resource).map_err(|_| error())? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn every_form_reads_back_as_written() {
        for text in [ID, "mrk-1234abcd12ab34cd56ef1234567890ab"] {
            assert_eq!(text.parse::<KeyId>().unwrap().to_string(), text);
            for region in ["us-east-1", "cn-north-1", "us-gov-west-1"] {
                let region: Region = region.parse().unwrap();
                let arn = KeyArn::new("111122223333".parse().unwrap(), region, text.parse().unwrap());
                assert_eq!(arn.to_string().parse::<KeyArn>().unwrap(), arn);
            }
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "1234ABCD-12ab-34cd-56ef-1234567890ab", "1234abcd12ab34cd56ef1234567890ab", "mrk-12", "alias/"]
        {
            assert!(KeyRef::parse(text).is_err(), "{text}");
        }
        for arn in [
            format!("arn:aws:kms:cn-north-1:111122223333:key/{ID}"),
            format!("arn:aws:s3:us-east-1:111122223333:key/{ID}"),
            format!("arn:aws:kms:us-east-1:11112222333:key/{ID}"),
            format!("arn:aws:kms:us-east-1:111122223333:{ID}"),
            "arn:aws:kms:us-east-1:111122223333".to_owned(),
            "arn:".to_owned(),
        ] {
            assert!(KeyRef::parse(&arn).is_err(), "{arn}");
        }
        assert!("alias/a:b".parse::<AliasName>().is_err());
        assert!(format!("alias/{}", "x".repeat(251)).parse::<AliasName>().is_err());
    }

    #[test]
    fn the_constants_are_what_they_say() {
        assert_eq!("000000000000".parse(), Ok(AccountId::NOBODY));
        assert_eq!("999999999999".parse(), Ok(AccountId::SERVICES));
        assert_eq!("us-east-1".parse(), Ok(Region::US_EAST_1));
    }

    #[test]
    fn random_ids_are_version_4() {
        assert_eq!(KeyId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
