//! What tests of a strongroom need: the named steps at which it can be stopped, failed or killed.

pub use crate::failpoint::{STEPS, on_step};

/// Everything that a call draws and reads before it looks at its request, so that what follows can be looked at alone.
#[derive(Debug)]
pub struct Rehearsal {
    pub(crate) draw: crate::journal::Draw,
    pub(crate) moment: crate::journal::Moment,
}

impl Rehearsal {
    /// For calls through this client.
    ///
    /// # Errors
    /// No random bytes, or a clock that went back.
    pub fn new(client: &crate::Client) -> Result<Self, crate::Error> {
        let core = &client.core;
        Ok(Self { draw: crate::journal::Draw::new(&core.provider.random)?, moment: core.moment()? })
    }

    /// From the request to the decision, on the path that every call takes: validate, resolve, authorize, check the state.
    ///
    /// # Errors
    /// AWS's.
    pub fn decide<O: crate::Served>(&self, client: &crate::Client, input: &O::Input) -> Result<(), crate::Error> {
        O::rehearse(client, self, input)
    }
}
