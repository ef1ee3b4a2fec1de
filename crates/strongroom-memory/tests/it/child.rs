//! Runs one test again in a process of its own.

use std::{
    env,
    process::{Command, Output, exit},
};

const ROLE: &str = "STRONGROOM_MEMORY_CHILD";

/// Runs `body` in a child that is this test binary, filtered to `test` (its full path), prepared
/// by `prepare`. Returns in the parent only.
pub(crate) fn run_with(test: &str, prepare: impl FnOnce(Command) -> Command, body: impl FnOnce()) -> Output {
    if env::var(ROLE).as_deref() == Ok(test) {
        #[expect(unsafe_code, reason = "alarm, which has no safe form")]
        // SAFETY: ends a child that hangs, so that its parent's test fails.
        unsafe {
            libc::alarm(30)
        };
        body();
        exit(0);
    }
    let mut command = prepare(Command::new(env::current_exe().unwrap()));
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, test).output().unwrap()
}

pub(crate) fn run(test: &str, body: impl FnOnce()) -> Output {
    run_with(test, |command| command, body)
}

/// The same, and the child must succeed.
pub(crate) fn must_pass(test: &str, body: impl FnOnce()) {
    passed(&run(test, body));
}

pub(crate) fn passed(output: &Output) {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
}
