//! What the generator writes from the model.

mod client;
