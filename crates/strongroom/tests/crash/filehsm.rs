//! Custody that leaves a file for each key outside the store, so that a killed process leaves orphans.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_hsm::{
    Custody, Description, Destroyed, Error, Expect, GenerateRequest, Health, ImportJob, KeyHandle, KeyToken, Made,
    Probe,
};

/// Another custody's keys, each of which exists while a file named after it does.
#[derive(Debug)]
pub(crate) struct FileHsm {
    inner: Box<dyn Custody>,
    folder: PathBuf,
    about: Description,
}

impl FileHsm {
    pub(crate) fn new(inner: Box<dyn Custody>, folder: &Path) -> Self {
        let mut about = inner.describe().clone();
        about.leaves_objects_outside_store = true;
        Self { inner, folder: folder.to_owned(), about }
    }

    /// How many objects there are.
    pub(crate) fn objects(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    fn file(&self, request: &GenerateRequest<'_>) -> PathBuf {
        self.folder.join(crate::room::hex(&request.place.creation_id))
    }

    /// A renewed token has other bytes, so the object is known by its first token: the file of the creation id.
    fn find_by_token(&self, token: &KeyToken) -> Option<PathBuf> {
        let all = fs::read_dir(&self.folder).ok()?;
        all.filter_map(|entry| Some(entry.ok()?.path())).find(|path| {
            fs::read(path).is_ok_and(|bytes| {
                bytes.split(|byte| *byte == b'\n').any(|line| line == crate::room::hex(token.as_bytes()).as_bytes())
            })
        })
    }

    /// In one write, which a kill does not tear; a new object is there with its token or not at all.
    fn add(path: &Path, token: &KeyToken) {
        let line = format!("{}\n", crate::room::hex(token.as_bytes()));
        if !path.exists() {
            let half = path.parent().unwrap().with_file_name("half-made");
            fs::write(&half, line).unwrap();
            return fs::rename(&half, path).unwrap();
        }
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

impl Custody for FileHsm {
    fn describe(&self) -> &Description {
        &self.about
    }

    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        let made = self.inner.generate(request)?;
        assert!(!self.file(request).exists(), "a creation id is used twice");
        Self::add(&self.file(request), made.token());
        Ok(made)
    }

    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        let Ok(bytes) = fs::read_to_string(self.file(request)) else { return Ok(None) };
        bytes.lines().last().map(|line| KeyToken::new(crate::room::unhex(line))).transpose()
    }

    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        self.inner.begin_import(request)
    }

    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        let _object = self.find_by_token(token).ok_or_else(Error::gone)?;
        self.inner.open(token, expect)
    }

    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        let object = self.find_by_token(token).ok_or_else(Error::gone)?;
        let renewed = self.inner.renew(token, expect)?;
        if let Some(renewed) = &renewed {
            Self::add(&object, renewed);
        }
        Ok(renewed)
    }

    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        let Some(object) = self.find_by_token(token) else { return Ok(Destroyed::AlreadyAbsent) };
        fs::remove_file(object).unwrap();
        self.inner.destroy(token)
    }

    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        self.inner.probe(depth)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        self.inner.random(out)
    }
}
