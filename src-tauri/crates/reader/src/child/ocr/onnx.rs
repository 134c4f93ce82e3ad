//! The little of the ONNX format that is needed: a recogniser's alphabet out of the file's metadata, and its last
//! layer cut down to some of its classes.
//!
//! An ONNX file is a protobuf message, `ModelProto`; the field numbers are those of
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

/// Fields of `ModelProto`.
const GRAPH: u64 = 7;
const METADATA: u64 = 14;
/// Fields of `StringStringEntryProto`.
const KEY: u64 = 1;
const VALUE: u64 = 2;
/// Fields of `GraphProto`.
const INITIALIZER: u64 = 5;
const OUTPUT: u64 = 12;
const VALUE_INFO: u64 = 13;
/// Fields of `TensorProto`.
const DIMS: u64 = 1;
const RAW_DATA: u64 = 9;
/// The path from a `ValueInfoProto` to the sizes of a tensor: type, tensor type, shape, dimension.
const TO_DIMENSIONS: [u64; 4] = [2, 1, 2, 1];
/// Field of a dimension: its size, where it is known.
const SIZE: u64 = 1;

/// The characters in the order of the recogniser's classes: class 0 is CTC's blank, then the metadata's `character`
/// lines, then the space. `None` where the file has none.
pub(crate) fn characters(onnx: &[u8]) -> Option<Vec<String>> {
    let entry = fields(onnx).filter(|field| field.number == METADATA).find_map(|entry| {
        let part = |wanted| fields(entry.body).find(|field| field.number == wanted).map(|f| f.body);
        (part(KEY)? == b"character").then(|| part(VALUE)).flatten()
    })?;
    Some(alphabet(std::str::from_utf8(entry).ok()?))
}

/// The alphabet of a list of characters, one a line: the blank before them, the space after them.
pub(crate) fn alphabet(list: &str) -> Vec<String> {
    std::iter::once("").chain(list.lines()).map(str::to_owned).chain([" ".to_owned()]).collect()
}

/// The same model with only these of its `classes` outputs, in this order: every constant whose last dimension is
/// the classes loses the others. `None` where the file is not as expected.
pub(crate) fn pruned(onnx: &[u8], classes: usize, keep: &[usize]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(onnx.len());
    for field in fields(onnx) {
        if field.number == GRAPH && field.is_bytes() {
            put(&mut out, GRAPH, &pruned_graph(field.body, classes, keep)?);
        } else {
            out.extend_from_slice(field.whole);
        }
    }
    Some(out)
}

fn pruned_graph(graph: &[u8], classes: usize, keep: &[usize]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(graph.len());
    let mut cut = 0;
    for field in fields(graph) {
        match field.number {
            INITIALIZER if dims(field.body).last() == Some(&(classes as u64)) => {
                put(&mut out, INITIALIZER, &pruned_tensor(field.body, classes, keep)?);
                cut += 1;
            }
            OUTPUT => put(&mut out, OUTPUT, &resized(field.body, &TO_DIMENSIONS, classes, keep.len())),
            // Shapes of what lies between: a convenience that would contradict the cut.
            VALUE_INFO => {}
            _ => out.extend_from_slice(field.whole),
        }
    }
    (cut > 0).then_some(out)
}

fn dims(tensor: &[u8]) -> Vec<u64> {
    let mut dims = vec![];
    for field in fields(tensor).filter(|field| field.number == DIMS) {
        // One number, or several packed.
        let mut rest = field.body;
        while let Some(value) = varint(&mut rest) {
            dims.push(value);
        }
    }
    dims
}

/// A tensor of 32-bit floats without the columns that are not kept.
fn pruned_tensor(tensor: &[u8], classes: usize, keep: &[usize]) -> Option<Vec<u8>> {
    const FLOAT: usize = 4;
    let mut shape = dims(tensor);
    let mut out = vec![];
    let mut data = None;
    for field in fields(tensor) {
        match field.number {
            DIMS => {}
            RAW_DATA => data = Some(field.body),
            _ => out.extend_from_slice(field.whole),
        }
    }
    let (data, row) = (data?, classes * FLOAT);
    if !data.len().is_multiple_of(row) || keep.iter().any(|class| *class >= classes) {
        return None;
    }
    let kept: Vec<u8> = data
        .chunks_exact(row)
        .flat_map(|row| keep.iter().flat_map(|class| &row[class * FLOAT..(class + 1) * FLOAT]))
        .copied()
        .collect();
    *shape.last_mut()? = keep.len() as u64;
    for size in shape {
        put_varint(&mut out, DIMS << 3);
        put_varint(&mut out, size);
    }
    put(&mut out, RAW_DATA, &kept);
    Some(out)
}

/// A message in which the sizes at the end of `path` that were `from` are `to`.
fn resized(message: &[u8], path: &[u64], from: usize, to: usize) -> Vec<u8> {
    let mut out = vec![];
    for field in fields(message) {
        match path {
            [next, rest @ ..] if field.number == *next && field.is_bytes() => {
                put(&mut out, *next, &resized(field.body, rest, from, to));
            }
            [] if field.number == SIZE && varint(&mut &*field.body) == Some(from as u64) => {
                put_varint(&mut out, SIZE << 3);
                put_varint(&mut out, to as u64);
            }
            _ => out.extend_from_slice(field.whole),
        }
    }
    out
}

/// A field of a message.
struct Field<'a> {
    number: u64,
    kind: u64,
    /// What it holds, without its tag and length.
    body: &'a [u8],
    /// With them.
    whole: &'a [u8],
}

impl Field<'_> {
    fn is_bytes(&self) -> bool {
        self.kind == 2
    }
}

/// The fields of a message. Ends at the first byte that makes no sense.
fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let start = rest;
        let tag = varint(&mut rest)?;
        let before = rest;
        let length = match tag & 7 {
            0 => {
                varint(&mut rest)?;
                before.len() - rest.len()
            }
            1 => 8,
            2 => usize::try_from(varint(&mut rest)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let from = if tag & 7 == 2 { rest } else { before };
        let body = from.get(..length)?;
        rest = &from[length..];
        let whole = &start[..start.len() - rest.len()];
        Some(Field { number: tag >> 3, kind: tag & 7, body, whole })
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

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put(out: &mut Vec<u8>, number: u64, body: &[u8]) {
    put_varint(out, number << 3 | 2);
    put_varint(out, body.len() as u64);
    out.extend_from_slice(body);
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
            let _ = pruned(&onnx[..end], 4, &[0]);
        }
    }

    #[test]
    fn the_last_layer_keeps_the_chosen_classes() {
        let mut tensor = vec![];
        for size in [2, 3] {
            put_varint(&mut tensor, DIMS << 3);
            put_varint(&mut tensor, size);
        }
        let values: Vec<u8> = (1u8..=6).flat_map(|v| f32::from(v).to_le_bytes()).collect();
        put(&mut tensor, RAW_DATA, &values);
        let mut graph = vec![];
        put(&mut graph, INITIALIZER, &tensor);
        put(&mut graph, VALUE_INFO, b"");
        let mut onnx = vec![0x08, 0x08];
        put(&mut onnx, GRAPH, &graph);

        let cut = pruned(&onnx, 3, &[0, 2]).unwrap();
        let graph = fields(&cut).find(|f| f.number == GRAPH).unwrap().body;
        let tensors: Vec<&[u8]> = fields(graph).map(|f| f.body).collect();
        assert_eq!(tensors.len(), 1);
        assert_eq!(dims(tensors[0]), [2, 2]);
        let raw = fields(tensors[0]).find(|f| f.number == RAW_DATA).unwrap().body;
        let kept: Vec<u8> = [1u8, 3, 4, 6].iter().flat_map(|v| f32::from(*v).to_le_bytes()).collect();
        assert_eq!(raw, kept);
        assert!(pruned(&onnx, 3, &[7]).is_none());
        assert!(pruned(&onnx, 5, &[0]).is_none());
    }
}
