//! Frames: a length (4 bytes, little-endian) and that many bytes of postcard. A length over the cap is refused
//! before anything is allocated, so that neither side can make the other hold arbitrary memory.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The most bytes of a request.
pub const REQUEST_CAP: usize = 1 << 20;
/// The most bytes of an answer: a page of many words and its picture.
pub const ANSWER_CAP: usize = 96 << 20;

pub(crate) fn pack<T: Serialize>(message: &T, cap: usize) -> io::Result<Vec<u8>> {
    let frame = postcard::to_extend(message, vec![0; 4]).map_err(io::Error::other)?;
    seal(frame, cap)
}

fn seal(mut frame: Vec<u8>, cap: usize) -> io::Result<Vec<u8>> {
    let length = frame.len() - 4;
    if length > cap {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} bytes")));
    }
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frame)
}

fn checked_length(head: [u8; 4], cap: usize) -> io::Result<usize> {
    let length = u32::from_le_bytes(head) as usize;
    if length > cap {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes")));
    }
    Ok(length)
}

fn unpack<T: DeserializeOwned>(body: &[u8]) -> io::Result<T> {
    match postcard::take_from_bytes(body) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "bytes after the message")),
        Err(e) => Err(io::Error::new(io::ErrorKind::InvalidData, e)),
    }
}

/// The next message, or `None` where the stream ends between messages.
pub fn read_frame<T: DeserializeOwned>(from: &mut impl Read, cap: usize) -> io::Result<Option<T>> {
    let mut head = [0; 4];
    let mut have = 0;
    while have < 4 {
        match from.read(&mut head[have..]) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let mut body = vec![0; checked_length(head, cap)?];
    from.read_exact(&mut body)?;
    unpack(&body).map(Some)
}

/// Sends a message.
pub fn write_frame<T: Serialize>(to: &mut impl Write, message: &T, cap: usize) -> io::Result<()> {
    to.write_all(&pack(message, cap)?)?;
    to.flush()
}

pub(crate) async fn receive<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
    cap: usize,
) -> io::Result<T> {
    let mut head = [0; 4];
    from.read_exact(&mut head).await?;
    let mut body = vec![0; checked_length(head, cap)?];
    from.read_exact(&mut body).await?;
    unpack(&body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Answer, Request};

    fn sample() -> Vec<u8> {
        pack(&Request::RenderPage { number: 3, max_side: 1800 }, REQUEST_CAP).unwrap()
    }

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let bytes = sample();
        let mut from = bytes.as_slice();
        let back: Option<Request> = read_frame(&mut from, REQUEST_CAP).unwrap();
        assert_eq!(back, Some(Request::RenderPage { number: 3, max_side: 1800 }));
        assert_eq!(read_frame::<Request>(&mut from, REQUEST_CAP).unwrap(), None);
    }

    #[test]
    fn a_truncated_frame_is_an_error_at_every_length() {
        let bytes = sample();
        for end in 1..bytes.len() {
            assert!(read_frame::<Request>(&mut &bytes[..end], REQUEST_CAP).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn an_oversized_frame_is_refused_before_it_is_read() {
        let head = u32::MAX.to_le_bytes();
        assert!(read_frame::<Request>(&mut head.as_slice(), REQUEST_CAP).is_err());
        assert!(pack(&vec![0u8; 100], 50).is_err());
    }

    #[test]
    fn garbage_never_panics() {
        let mut state = 1u64;
        for round in 0..20_000u64 {
            let body: Vec<u8> = (0..round % 60)
                .map(|_| {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 33) as u8
                })
                .collect();
            let _ = unpack::<Answer>(&body);
            let _ = unpack::<Request>(&body);
            let _ = read_frame::<Answer>(&mut body.as_slice(), 4096);
        }
    }
}
