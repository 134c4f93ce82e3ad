//! The line to a child: requests go over it and, on Unix, open files with them.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Stdio;

/// Opens a file to hand it over. Never waits, whatever the path names.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(unix)]
pub(crate) use self::unix::Line;
#[cfg(unix)]
mod unix {
    use std::io::IoSlice;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream as Ends;

    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
    use tokio::io::{AsyncWriteExt, Interest};
    use tokio::net::UnixStream;

    use super::{File, Stdio, io};

    /// The parent's end.
    pub(crate) struct Line(Ends, Option<UnixStream>);

    impl Line {
        /// Both ends; the child's becomes its standard input.
        pub(crate) fn new() -> io::Result<(Self, Stdio)> {
            let (ours, theirs) = Ends::pair()?;
            ours.set_nonblocking(true)?;
            Ok((Self(ours, None), Stdio::from(OwnedFd::from(theirs))))
        }

        /// Sends the bytes of a message, and a file with them.
        pub(crate) async fn send(&mut self, bytes: &[u8], file: Option<&File>) -> io::Result<()> {
            if self.1.is_none() {
                self.1 = Some(UnixStream::from_std(self.0.try_clone()?)?);
            }
            let Some(stream) = self.1.as_mut() else { return Err(io::ErrorKind::NotConnected.into()) };
            let mut sent = 0;
            if let Some(file) = file {
                let files = [file.as_fd()];
                sent = stream
                    .async_io(Interest::WRITABLE, || {
                        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
                        let mut notes = SendAncillaryBuffer::new(&mut space);
                        notes.push(SendAncillaryMessage::ScmRights(&files));
                        let parts = [IoSlice::new(bytes)];
                        Ok(sendmsg(&self.0, &parts, &mut notes, SendFlags::NOSIGNAL)?)
                    })
                    .await?;
            }
            stream.write_all(bytes.get(sent..).unwrap_or_default()).await
        }
    }
}

#[cfg(not(unix))]
pub(crate) use self::pipe::Line;
#[cfg(not(unix))]
mod pipe {
    use tokio::io::AsyncWriteExt;
    use tokio::process::ChildStdin;

    use super::{File, Stdio, io};

    /// The parent's end; the child opens the file itself.
    pub(crate) struct Line(pub(crate) Option<ChildStdin>);

    impl Line {
        pub(crate) fn new() -> io::Result<(Self, Stdio)> {
            Ok((Self(None), Stdio::piped()))
        }

        pub(crate) async fn send(&mut self, bytes: &[u8], _: Option<&File>) -> io::Result<()> {
            match &mut self.0 {
                Some(pipe) => {
                    pipe.write_all(bytes).await?;
                    pipe.flush().await
                }
                None => Err(io::ErrorKind::NotConnected.into()),
            }
        }
    }
}
