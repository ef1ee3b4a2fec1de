//! stub
use crate::Error;
#[derive(Debug)]
pub struct Record;
impl Record {
    pub fn decode(_b: &[u8]) -> Result<Self, Error> {
        Err(Error::Provider)
    }
    pub fn event_id(&self) -> [u8; 16] {
        [0; 16]
    }
}
