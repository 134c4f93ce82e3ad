//! The recogniser's alphabet, out of the ONNX file's metadata (`character`, one a line).
//!
//! An ONNX file is a protobuf message (`ModelProto`); its field 14 repeats `StringStringEntryProto { key = 1,
//! value = 2 }`. That is all of protobuf that is read here: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

const METADATA: u64 = 14;
const KEY: u64 = 1;
const VALUE: u64 = 2;

/// The characters in the order of the recogniser's classes: class 0 is CTC's blank, then the metadata's lines, then
/// the space. `None` where the file has none.
pub(crate) fn characters(onnx: &[u8]) -> Option<Vec<String>> {
    let entry = fields(onnx).filter(|(number, _)| *number == METADATA).find_map(|(_, entry)| {
        let part = |wanted| fields(entry).find(|(number, _)| *number == wanted).map(|(_, bytes)| bytes);
        (part(KEY)? == b"character").then(|| part(VALUE)).flatten()
    })?;
    let lines = std::str::from_utf8(entry).ok()?.lines();
    Some(std::iter::once("").chain(lines).map(str::to_owned).chain(std::iter::once(" ".to_owned())).collect())
}

/// The length-delimited fields of a message; the others are skipped. Ends at the first byte that makes no sense.
fn fields(message: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = message;
    std::iter::from_fn(move || {
        loop {
            let tag = varint(&mut rest)?;
            match tag & 7 {
                0 => drop(varint(&mut rest)?),
                1 => rest = rest.get(8..)?,
                2 => {
                    let length = usize::try_from(varint(&mut rest)?).ok()?;
                    let body = rest.get(..length)?;
                    rest = &rest[length..];
                    return Some((tag >> 3, body));
                }
                5 => rest = rest.get(4..)?,
                _ => return None,
            }
        }
    })
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_stands_in_the_metadata() {
        // field 1 (varint) = 8; field 14 = { "a": "b" }; field 14 = { "character": "x\ny" }
        let mut onnx = vec![0x08, 0x08, 0x72, 6, 0x0a, 1, b'a', 0x12, 1, b'b'];
        onnx.extend([0x72, 16, 0x0a, 9]);
        onnx.extend(b"character");
        onnx.extend([0x12, 3]);
        onnx.extend(b"x\ny");
        assert_eq!(characters(&onnx).unwrap(), ["", "x", "y", " "]);
        for end in 0..onnx.len() - 1 {
            let _ = characters(&onnx[..end]);
        }
    }
}
