//! Where each record lives: byte strings whose order is the order of every listing.
//!
//! One tag byte, fixed-width fields raw, variable fields escaped (`00` as `00 FF`, end `00 00`),
//! integers big-endian, the account first, so that one account is one range.

use strongroom_types::{AccountId, AliasName, KeyId, Region};

/// The mark of a formatted store: format, store id, epoch.
pub const FORMAT: &[u8] = b"mformat";
/// The root record: generations and their slots.
pub const ROOT: &[u8] = b"mroot";
/// The store's sealed MAC key.
pub const MAC_KEY: &[u8] = b"mmac";
/// The log's sealed signing key, its id and its public half.
pub const LOG_KEY: &[u8] = b"mlog";
/// The newest synced head of the log.
pub const LOG_HEAD: &[u8] = b"mhead";

/// How much of the log the records of last use cover.
pub const USAGE_MARK: &[u8] = b"musage";

/// What kind of work is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum DueKind {
    /// A key's waiting period ends.
    Deletion = 1,
    /// A key is rotated by itself.
    Rotation = 2,
}

fn escaped(out: &mut Vec<u8>, field: &[u8]) {
    for byte in field {
        out.push(*byte);
        if *byte == 0 {
            out.push(0xff);
        }
    }
    out.extend_from_slice(&[0, 0]);
}

fn unescape(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut field = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [0, 0, after @ ..] => return Some((field, after)),
            [0, 0xff, after @ ..] => {
                field.push(0);
                rest = after;
            }
            [0, ..] | [] => return None,
            [byte, after @ ..] => {
                field.push(*byte);
                rest = after;
            }
        }
    }
}

fn start(tag: u8, account: AccountId, region: Region) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.push(tag);
    out.extend_from_slice(account.as_str().as_bytes());
    escaped(&mut out, region.as_str().as_bytes());
    out
}

fn with_id(tag: u8, account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    let mut out = start(tag, account, region);
    out.extend_from_slice(id.as_bytes());
    out
}

/// The key record.
#[must_use]
pub fn key(account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    with_id(b'k', account, region, id)
}

/// The prefix of all key records of one account and Region.
#[must_use]
pub fn keys_of(account: AccountId, region: Region) -> Vec<u8> {
    start(b'k', account, region)
}

/// The index from a key id to the account that owns it: what Decrypt without `KeyId` reads.
#[must_use]
pub fn owner(id: &KeyId) -> Vec<u8> {
    let mut out = vec![b'i'];
    out.extend_from_slice(id.as_bytes());
    out
}

/// One version of a key.
#[must_use]
pub fn version(account: AccountId, region: Region, id: &KeyId, number: u32) -> Vec<u8> {
    let mut out = with_id(b'v', account, region, id);
    out.extend_from_slice(&number.to_be_bytes());
    out
}

/// The prefix of all versions of a key.
#[must_use]
pub fn versions_of(account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    with_id(b'v', account, region, id)
}

/// The prefix of all versions.
pub const VERSIONS: &[u8] = b"v";

/// The index from the first 16 bytes of a `KeyMaterialId` to the version's number.
#[must_use]
pub fn material(account: AccountId, region: Region, id: &KeyId, material: &[u8; 16]) -> Vec<u8> {
    let mut out = with_id(b'j', account, region, id);
    out.extend_from_slice(material);
    out
}

/// The prefix of all material indexes of a key.
#[must_use]
pub fn materials_of(account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    with_id(b'j', account, region, id)
}

/// When a key was last used.
#[must_use]
pub fn last_usage(account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    with_id(b'u', account, region, id)
}

/// A policy document, by the SHA-256 of its text.
#[must_use]
pub fn policy(account: AccountId, region: Region, digest: &[u8; 32]) -> Vec<u8> {
    let mut out = start(b'p', account, region);
    out.extend_from_slice(digest);
    out
}

/// An alias.
#[must_use]
pub fn alias(account: AccountId, region: Region, name: &AliasName) -> Vec<u8> {
    let mut out = start(b'a', account, region);
    escaped(&mut out, name.as_str().as_bytes());
    out
}

/// The prefix of all aliases of one account and Region.
#[must_use]
pub fn aliases_of(account: AccountId, region: Region) -> Vec<u8> {
    start(b'a', account, region)
}

/// The entry of an alias in the index of its key's aliases.
#[must_use]
pub fn alias_of_key(account: AccountId, region: Region, id: &KeyId, name: &AliasName) -> Vec<u8> {
    let mut out = with_id(b'b', account, region, id);
    escaped(&mut out, name.as_str().as_bytes());
    out
}

/// The prefix of a key's aliases.
#[must_use]
pub fn aliases_of_key(account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    with_id(b'b', account, region, id)
}

/// Work that is due at `at_millis`, milliseconds since the epoch.
#[must_use]
pub fn due(at_millis: u64, kind: DueKind, account: AccountId, region: Region, id: &KeyId) -> Vec<u8> {
    let mut out = vec![b'd'];
    out.extend_from_slice(&at_millis.to_be_bytes());
    out.push(kind as u8);
    out.extend_from_slice(account.as_str().as_bytes());
    escaped(&mut out, region.as_str().as_bytes());
    out.extend_from_slice(id.as_bytes());
    out
}

/// The prefix of all due work.
pub const DUE: &[u8] = b"d";

/// The intent of making material outside the store.
#[must_use]
pub fn intent(creation_id: &[u8; 16]) -> Vec<u8> {
    let mut out = vec![b'w'];
    out.extend_from_slice(creation_id);
    out
}

/// The prefix of all intents.
pub const INTENTS: &[u8] = b"w";

/// An event of a state change on its way to the log.
#[must_use]
pub fn outbox(node: &[u8; 16], sequence: u64) -> Vec<u8> {
    let mut out = vec![b'o'];
    out.extend_from_slice(node);
    out.extend_from_slice(&sequence.to_be_bytes());
    out
}

/// The prefix of all outboxes.
pub const OUTBOX: &[u8] = b"o";

/// The prefix of a node's outbox.
#[must_use]
pub fn outbox_of(node: &[u8; 16]) -> Vec<u8> {
    let mut out = vec![b'o'];
    out.extend_from_slice(node);
    out
}

fn account_and_region(bytes: &[u8]) -> Option<(AccountId, Region, &[u8])> {
    let (account, rest) = bytes.split_at_checked(12)?;
    let account = std::str::from_utf8(account).ok()?.parse().ok()?;
    let (region, rest) = unescape(rest)?;
    Some((account, std::str::from_utf8(&region).ok()?.parse().ok()?, rest))
}

/// The place that the key of a key record names. Whether the id is of a multi-Region key stands in the record.
#[must_use]
pub fn parse_key(bytes: &[u8]) -> Option<(AccountId, Region, [u8; 16])> {
    let (account, region, id) = account_and_region(bytes.strip_prefix(b"k")?)?;
    Some((account, region, id.try_into().ok()?))
}

/// The place that the key of a version record names, and the version's number.
#[must_use]
pub fn parse_version(bytes: &[u8]) -> Option<(AccountId, Region, [u8; 16], u32)> {
    let (account, region, rest) = account_and_region(bytes.strip_prefix(b"v")?)?;
    let (id, number) = rest.split_at_checked(16)?;
    Some((account, region, id.try_into().ok()?, u32::from_be_bytes(number.try_into().ok()?)))
}

/// The name that the key of an alias record, or of an entry in a key's alias index, ends with.
#[must_use]
pub fn parse_alias(bytes: &[u8]) -> Option<AliasName> {
    let (tag, rest) = bytes.split_first()?;
    let (_, _, rest) = account_and_region(rest)?;
    let name = match tag {
        b'a' => rest,
        b'b' => rest.get(16..)?,
        _ => return None,
    };
    let (name, after) = unescape(name)?;
    if !after.is_empty() {
        return None;
    }
    std::str::from_utf8(&name).ok()?.parse().ok()
}

/// The account and Region that the key of a record begins with, for the kinds that begin so.
#[must_use]
pub fn parse_account_and_region(bytes: &[u8]) -> Option<(AccountId, Region)> {
    account_and_region(bytes.get(1..)?).map(|(account, region, _)| (account, region))
}

/// The place that the key of a policy record names.
#[must_use]
pub fn parse_policy(bytes: &[u8]) -> Option<(AccountId, Region, [u8; 32])> {
    let (account, region, digest) = account_and_region(bytes.strip_prefix(b"p")?)?;
    Some((account, region, digest.try_into().ok()?))
}

/// When, what and where a piece of due work is.
#[must_use]
pub fn parse_due(bytes: &[u8]) -> Option<(u64, DueKind, AccountId, Region, [u8; 16])> {
    let (at, rest) = bytes.strip_prefix(DUE)?.split_at_checked(8)?;
    let (kind, rest) = rest.split_first()?;
    let (account, region, id) = account_and_region(rest)?;
    let kind = match kind {
        1 => DueKind::Deletion,
        2 => DueKind::Rotation,
        _ => return None,
    };
    Some((u64::from_be_bytes(at.try_into().ok()?), kind, account, region, id.try_into().ok()?))
}

/// The sequence number that the key of an outbox entry ends with.
#[must_use]
pub fn parse_outbox(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.strip_prefix(b"o")?.get(16..)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> (AccountId, Region, KeyId) {
        (
            "111122223333".parse().unwrap(),
            "us-east-1".parse().unwrap(),
            "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap(),
        )
    }

    #[test]
    fn every_key_reads_back() {
        let (account, region, id) = place();
        let name: AliasName = "alias/orders".parse().unwrap();
        assert_eq!(parse_key(&key(account, region, &id)), Some((account, region, *id.as_bytes())));
        assert_eq!(parse_version(&version(account, region, &id, 7)), Some((account, region, *id.as_bytes(), 7)));
        assert_eq!(parse_alias(&alias(account, region, &name)), Some(name.clone()));
        assert_eq!(parse_alias(&alias_of_key(account, region, &id, &name)), Some(name));
        let due = due(5, DueKind::Deletion, account, region, &id);
        assert_eq!(parse_due(&due), Some((5, DueKind::Deletion, account, region, *id.as_bytes())));
        assert_eq!(parse_outbox(&outbox(&[1; 16], 9)), Some(9));
    }

    #[test]
    fn a_region_that_is_a_prefix_of_another_has_its_own_range() {
        let (account, _, id) = place();
        let (short, long) = ("us-east-1".parse().unwrap(), "us-east-10".parse().unwrap());
        assert!(!key(account, long, &id).starts_with(&keys_of(account, short)));
    }

    proptest! {
        #[test]
        fn parsers_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (parse_key(&bytes), parse_version(&bytes), parse_alias(&bytes), parse_due(&bytes), parse_outbox(&bytes));
        }

        #[test]
        fn escaping_keeps_order_and_reads_back(a in proptest::collection::vec(any::<u8>(), 0..12), b in proptest::collection::vec(any::<u8>(), 0..12)) {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            escaped(&mut x, &a);
            escaped(&mut y, &b);
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            let (read, rest) = unescape(&x).unwrap();
            prop_assert!(rest.is_empty());
            prop_assert_eq!(read, a);
        }
    }
}
