//! The file that the parent handed over: an open descriptor, because the child itself may open none.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// A file handed over, to be read from anywhere any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    file: Arc<File>,
    length: u64,
}

impl Handed {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let facts = file.metadata()?;
        if facts.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Self { file: Arc::new(file), length: facts.len() })
    }

    /// In bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// A reader with a place of its own, at the start.
    pub(crate) fn reader(&self) -> HandedReader {
        HandedReader { file: Arc::clone(&self.file), length: self.length, at: 0 }
    }

    /// All of it, at most `most` bytes.
    pub(crate) fn bytes(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![];
        self.reader().take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads a [`Handed`] file.
#[derive(Debug)]
pub(crate) struct HandedReader {
    file: Arc<File>,
    length: u64,
    at: u64,
}

impl Read for HandedReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::read_at(&*self.file, into, self.at)?;
        #[cfg(windows)]
        let count = std::os::windows::fs::FileExt::seek_read(&*self.file, into, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for HandedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn readers_do_not_disturb_each_other() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let handed = Handed::new(file).unwrap();
        let (mut a, mut b) = (handed.reader(), handed.reader());
        a.seek(SeekFrom::End(-2)).unwrap();
        let (mut one, mut other) = (String::new(), String::new());
        b.by_ref().take(3).read_to_string(&mut other).unwrap();
        a.read_to_string(&mut one).unwrap();
        assert_eq!((one.as_str(), other.as_str()), ("89", "012"));
        assert!(a.seek(SeekFrom::Current(-20)).is_err());
        assert_eq!(handed.bytes(4).unwrap(), b"0123");
    }
}
