//! Backups and restores.

use std::io::Write;
use std::ops::ControlFlow;

use strongroom::{BackupError, Client, Error, KeyClosure, verify_backup};

use crate::support::*;

/// The way to unlock of `support::options`.
pub(crate) fn unlock() -> KeyClosure {
    KeyClosure::new(|key| {
        key.copy_from_slice(&[7; 32]);
        Ok(())
    })
}

pub(crate) fn backup(room: &Room) -> Vec<u8> {
    let mut bytes = Vec::new();
    let report = room.kms.backup(&mut bytes).unwrap();
    assert_eq!(report.bytes, bytes.len() as u64);
    bytes
}

pub(crate) fn furnish(root: &Client) {
    let key = symmetric(root);
    root.create_alias("alias/orders", &*key.id).send().unwrap();
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    root.disable_key(&*signing(root).id).send().unwrap();
    root.schedule_key_deletion(&*symmetric(root).id).send().unwrap();
}

#[test]
fn a_backup_tells_of_itself_and_verifies() {
    let room = Room::new();
    furnish(&room.root());
    let mut bytes = Vec::new();
    let mut told = Vec::new();
    let report = room.kms.backup_with(&mut bytes, |progress| {
        told.push(*progress);
        ControlFlow::Continue(())
    });
    let report = report.unwrap();
    let verified = verify_backup(&*bytes, &unlock()).unwrap();
    assert_eq!((verified.revision, verified.records), (report.revision, report.records));
    assert_eq!((verified.bytes, report.bytes), (bytes.len() as u64, bytes.len() as u64));
    assert_eq!(verified.checkpoint, report.checkpoint);
    assert_eq!(verified.verifying_key, room.kms.verifying_key().unwrap());
    let last = told.last().unwrap();
    assert_eq!((last.records, last.of), (report.records, report.records));
    assert_eq!(report.left_out.material_outside, 0);
    // The checkpoint covers everything that was recorded by then, the backup's own event too.
    assert_eq!(report.checkpoint.checkpoint.size(), room.size());
    let names: Vec<_> = room.events_from(0).iter().map(|event| event.record.name().to_owned()).collect();
    assert_eq!(names.last().unwrap(), "BackupStrongroom");
}

#[test]
fn a_wrong_passphrase_opens_no_backup() {
    let room = Room::new();
    let bytes = backup(&room);
    let other = KeyClosure::new(|key| {
        key.fill(8);
        Ok(())
    });
    assert!(matches!(verify_backup(&*bytes, &other), Err(Error::WrongUnlock)));
    assert!(matches!(verify_backup(&b"something else"[..], &unlock()), Err(Error::Backup(BackupError::NotABackup))));
}

#[test]
fn the_program_can_stop_a_backup() {
    let room = Room::new();
    let mut bytes = Vec::new();
    let stopped = room.kms.backup_with(&mut bytes, |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(Error::Stopped)));
    assert!(verify_backup(&*bytes, &unlock()).is_err());
    backup(&room);
}

/// A place that has room for so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_place_without_room_fails_the_backup_and_nothing_else() {
    let room = Room::new();
    furnish(&room.root());
    let whole = backup(&room).len();
    for len in (0..whole).step_by(97) {
        assert!(matches!(room.kms.backup(Full(len)), Err(Error::Backup(BackupError::Io(_)))), "{len}");
    }
    symmetric(&room.root());
    verify_backup(&*backup(&room), &unlock()).unwrap();
}

/// What the format that this version writes looked like when it was made; every later version reads it.
#[test]
fn the_golden_backup_still_verifies() {
    let golden = include_bytes!("../../testdata/backup-1.bin");
    let verified = verify_backup(&golden[..], &unlock()).unwrap();
    assert_eq!((verified.records, verified.bytes), (18, golden.len() as u64));
    assert_eq!(verified.made.to_string(), "2026-03-01T00:00:00Z");
}
