//! The tags of keys.

use strongroom_api::types::{
    ListResourceTagsRequest, ListResourceTagsResponse, NoOutput, Tag, TagResourceRequest, UntagResourceRequest,
};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_keys::layout;

use super::page::Pages;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::Authorized;
use crate::trace::Learned;

const TAGS: Pages = Pages { usual: 50 };

fn check_key(key: &str) -> Result<(), KmsError> {
    match key.starts_with("aws:") {
        true => Err(KmsError::new(ErrorCode::Tag, format!("Tag key `{key}` begins with the reserved prefix `aws:`."))),
        false => Ok(()),
    }
}

/// What a list of tags can be wrong in beyond its shape: a reserved key, and one that stands twice.
pub(super) fn check_tags(tags: &[Tag]) -> Result<(), KmsError> {
    let mut keys: Vec<&str> = tags.iter().map(|tag| tag.tag_key.as_str()).collect();
    keys.iter().try_for_each(|key| check_key(key))?;
    keys.sort_unstable();
    let twice = keys.iter().zip(keys.iter().skip(1)).find(|(one, next)| one == next);
    twice.map_or(Ok(()), |(key, _)| {
        Err(KmsError::new(ErrorCode::Tag, format!("Tag key `{key}` stands twice in the request.")))
    })
}

impl Handler for ops::TagResource {
    fn check(input: &TagResourceRequest) -> Result<(), KmsError> {
        check_tags(&input.tags)
    }

    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a TagResourceRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let tags = input.tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str()));
        let changes = strongroom_keys::tag(&key.arn, &key.loaded, tags)?;
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::UntagResource {
    fn check(input: &UntagResourceRequest) -> Result<(), KmsError> {
        input.tag_keys.iter().try_for_each(|key| check_key(key))
    }

    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a UntagResourceRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::untag(&key.arn, &key.loaded, |tag| input.tag_keys.iter().any(|key| key == tag));
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::ListResourceTags {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ListResourceTagsRequest,
    ) -> Result<Effect<'a, ListResourceTagsResponse>, Error> {
        let key = proof.key()?;
        // A tag's place in this listing: the key's place, then the tag's key. They are stored in this order.
        let prefix = layout::key(key.arn.account(), key.arn.region(), &key.arn.id());
        let place = |tag: &str| [prefix.as_slice(), tag.as_bytes()].concat();
        let tags = &key.record().tags;
        let page = TAGS.fill(
            input.limit,
            input.marker.as_deref(),
            &prefix,
            |after, limit| {
                let placed = tags.iter().map(|tag| (place(&tag.0), tag));
                Ok(placed.filter(|(place, _)| after.is_none_or(|after| place.as_slice() > after)).take(limit).collect())
            },
            |(place, _)| place,
            |(_, (key, value))| Ok(Some(Tag::new(key.as_str(), value.as_str()))),
        )?;
        let mut output = ListResourceTagsResponse::new(page.items, page.next.is_some());
        output.next_marker = page.next;
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}
