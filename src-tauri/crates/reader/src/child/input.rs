//! Where requests come from: the parent's end of a socket, over which it also hands open files (Unix), or a pipe.

use std::fs::File;
use std::io::{self, Read};

/// The parent's requests.
pub(crate) struct Input {
    source: File,
    handed: Option<File>,
}

impl Input {
    pub(crate) fn new(source: File) -> Self {
        Self { source, handed: None }
    }

    /// The file that came with the last request.
    pub(crate) fn take_handed(&mut self) -> Option<File> {
        self.handed.take()
    }
}

impl Read for Input {
    #[cfg(unix)]
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        use std::io::IoSliceMut;
        use std::mem::MaybeUninit;

        use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut notes = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::CMSG_CLOEXEC;
        match recvmsg(&self.source, &mut [IoSliceMut::new(into)], &mut notes, flags) {
            Ok(message) => {
                for note in notes.drain() {
                    if let RecvAncillaryMessage::ScmRights(files) = note {
                        self.handed = files.last().map(File::from).or(self.handed.take());
                    }
                }
                Ok(message.bytes)
            }
            Err(rustix::io::Errno::NOTSOCK) => self.source.read(into),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(unix))]
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.source.read(into)
    }
}
