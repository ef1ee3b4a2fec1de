//! The tags of a key, which stand in its record in the order of their keys.

use strongroom_api::{ErrorCode, KmsError};
use strongroom_types::KeyArn;

use crate::change::{Change, Loaded};
use crate::lifecycle::{TAGS_PER_KEY, update_key};
use crate::records::KeyRecord;

/// That a key has more tags than it can, in words.
#[must_use]
pub fn too_many_tags() -> String {
    format!("Too many tags: a key can have {TAGS_PER_KEY}.")
}

fn changed(arn: &KeyArn, seen: &Loaded<KeyRecord>, tags: Vec<(String, String)>) -> Vec<Change> {
    match tags == seen.value.tags {
        true => Vec::new(),
        false => vec![update_key(arn, seen, &KeyRecord { tags, ..seen.value.clone() })],
    }
}

/// TagResource: adds these tags, and replaces the values of those that are there.
///
/// # Errors
/// `LimitExceededException` for more than [`TAGS_PER_KEY`] afterwards.
pub fn tag<'t>(
    arn: &KeyArn,
    seen: &Loaded<KeyRecord>,
    new: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Vec<Change>, KmsError> {
    let mut tags = seen.value.tags.clone();
    for (key, value) in new {
        match tags.iter_mut().find(|(known, _)| known == key) {
            Some((_, stands)) => value.clone_into(stands),
            None => tags.push((key.to_owned(), value.to_owned())),
        }
    }
    if tags.len() > TAGS_PER_KEY {
        return Err(KmsError::new(ErrorCode::LimitExceeded, too_many_tags()));
    }
    tags.sort_unstable();
    Ok(changed(arn, seen, tags))
}

/// UntagResource: takes away the tags whose keys are `gone`. There need not be any.
#[must_use]
pub fn untag(arn: &KeyArn, seen: &Loaded<KeyRecord>, gone: impl Fn(&str) -> bool) -> Vec<Change> {
    let mut tags = seen.value.tags.clone();
    tags.retain(|(key, _)| !gone(key));
    changed(arn, seen, tags)
}
