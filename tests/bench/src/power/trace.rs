//! What a traced program asked of the system: the lines of `strace -f -qq -xx`, as calls that change files.
//!
//! A call that this does not know is an error: a write that went unseen would make the harness blind.

use std::{collections::BTreeMap, path::PathBuf};

use super::Error;

/// The calls that are traced.
pub(super) const TRACED: &str = "open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,write,writev,pwrite64,pwritev,pwritev2,\
     ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,symlink,\
     symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,copy_file_range,sendfile,splice";

/// One call that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Open {
        folder: Option<i32>,
        path: PathBuf,
        create: bool,
        truncate: bool,
        append: bool,
        fd: i32,
    },
    Close {
        fd: i32,
    },
    Same {
        fd: i32,
        other: i32,
    },
    Seek {
        fd: i32,
        to: u64,
    },
    /// Without `at`: where the file stands.
    Write {
        fd: i32,
        at: Option<u64>,
        bytes: Vec<u8>,
    },
    Resize {
        fd: i32,
        size: u64,
    },
    /// `began`: so many calls had been answered when it was asked for.
    Sync {
        fd: i32,
        began: usize,
    },
    Rename {
        from: Place,
        to: Place,
    },
    Remove {
        place: Place,
    },
    Folder {
        place: Place,
    },
}

/// A path, seen from an open folder where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: Option<i32>,
    pub(super) path: PathBuf,
}

/// The calls of a trace, in the order in which they were answered.
pub(super) fn calls(trace: &str) -> Result<Vec<Call>, Error> {
    let mut calls = vec![];
    // Asked for and not answered yet, by thread: the call's text, and how many were answered before.
    let mut open: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for line in trace.lines() {
        let Some((thread, text)) = line.split_once(' ') else { continue };
        let text = text.trim_start();
        if text.starts_with("+++") || text.starts_with("---") || text.starts_with("???") {
            continue;
        }
        if let Some((begun, _)) = text.split_once(" <unfinished ...>") {
            if begun.starts_with("close(") {
                // Its number is free before the answer is seen: another thread may have opened a file under it by then.
                calls.extend(call(&format!("{begun}) = 0"), calls.len())?);
            } else {
                open.insert(thread, (begun, calls.len()));
            }
        } else if let Some(rest) = text.strip_prefix("<... ") {
            let Some((begun, before)) = open.remove(thread) else { continue };
            let rest = rest.split_once("resumed>").map_or("", |(_, rest)| rest);
            calls.extend(call(&format!("{begun}{rest}"), before)?);
        } else {
            calls.extend(call(text, calls.len())?);
        }
    }
    Ok(calls)
}

fn call(text: &str, began: usize) -> Result<Option<Call>, Error> {
    let unknown =
        || Error::from(format!("a call of the trace is not understood: {}", &text[..text.len().min(200)]));
    let (name, rest) = text.split_once('(').ok_or_else(unknown)?;
    let Some((arguments, answer)) = rest.rsplit_once(") ") else {
        return Ok(None); // killed before it was answered
    };
    let answer = answer.trim_start().trim_start_matches("= ");
    let Ok(answer) = answer.split(' ').next().unwrap_or_default().parse::<i64>() else { return Ok(None) };
    if answer < 0 {
        return Ok(None);
    }
    let arguments = split(arguments);
    let arg = |n: usize| arguments.get(n).map(String::as_str).ok_or_else(unknown);
    let fd = |n: usize| arg(n)?.parse::<i32>().map_err(|_| unknown());
    let number = |n: usize| arg(n)?.parse::<u64>().map_err(|_| unknown());
    let place = |folder: Option<usize>, path: usize| -> Result<Place, Error> {
        let folder = folder.map(arg).transpose()?.and_then(|folder| folder.parse().ok());
        Ok(Place { folder, path: String::from_utf8(string(arg(path)?)?)?.into() })
    };
    let written = |mut bytes: Vec<u8>| {
        bytes.truncate(usize::try_from(answer).unwrap_or(0));
        bytes
    };
    let opened = |Place { folder, path }: Place, flags: &str| {
        let has = |flag: &str| flags.split('|').any(|f| f == flag);
        let fd = i32::try_from(answer).unwrap_or(-1);
        Call::Open {
            folder,
            path,
            create: has("O_CREAT"),
            truncate: has("O_TRUNC"),
            append: has("O_APPEND"),
            fd,
        }
    };
    Ok(Some(match name {
        "open" => opened(place(None, 0)?, arg(1)?),
        "openat" => opened(place(Some(0), 1)?, arg(2)?),
        "close" => Call::Close { fd: fd(0)? },
        "dup" | "dup2" | "dup3" => Call::Same { fd: fd(0)?, other: i32::try_from(answer)? },
        "fcntl" if arg(1)?.starts_with("F_DUPFD") => Call::Same { fd: fd(0)?, other: i32::try_from(answer)? },
        "fcntl" => return Ok(None),
        "lseek" => Call::Seek { fd: fd(0)?, to: u64::try_from(answer)? },
        "write" => Call::Write { fd: fd(0)?, at: None, bytes: written(string(arg(1)?)?) },
        "pwrite64" => Call::Write { fd: fd(0)?, at: Some(number(3)?), bytes: written(string(arg(1)?)?) },
        "ftruncate" => Call::Resize { fd: fd(0)?, size: number(1)? },
        "fsync" | "fdatasync" => Call::Sync { fd: fd(0)?, began },
        "rename" => Call::Rename { from: place(None, 0)?, to: place(None, 1)? },
        "renameat" | "renameat2" => Call::Rename { from: place(Some(0), 1)?, to: place(Some(2), 3)? },
        "unlink" | "rmdir" => Call::Remove { place: place(None, 0)? },
        "unlinkat" => Call::Remove { place: place(Some(0), 1)? },
        "mkdir" => Call::Folder { place: place(None, 0)? },
        "mkdirat" => Call::Folder { place: place(Some(0), 1)? },
        _ => return Err(unknown()),
    }))
}

/// At the commas outside of strings and brackets.
fn split(arguments: &str) -> Vec<String> {
    let (mut parts, mut quoted, mut depth) = (vec![String::new()], false, 0);
    for c in arguments.chars() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut()
            && (c != ' ' || quoted)
        {
            last.push(c);
        }
    }
    parts
}

/// The bytes of `"\x61\x62"`; one that was cut short is an error.
fn string(text: &str) -> Result<Vec<u8>, Error> {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let inner = inner
        .ok_or_else(|| format!("a string of the trace is cut short: {}", &text[..text.len().min(60)]))?;
    inner.split("\\x").skip(1).map(|hex| u8::from_str_radix(hex, 16).map_err(Error::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_in_the_order_of_their_answers() {
        let trace = "7 openat(AT_FDCWD, \"\\x61\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5\n\
            8 fsync(5 <unfinished ...>\n\
            7 pwrite64(5, \"\\x62\\x63\", 2, 4096) = 2\n\
            8 <... fsync resumed>) = 0\n\
            7 unlink(\"\\x7a\") = -1 ENOENT (No such file or directory)\n\
            7 +++ exited with 0 +++\n";
        let found = calls(trace).unwrap();
        assert_eq!(found.len(), 3);
        assert!(
            matches!(&found[0], Call::Open { path, create: true, append: false, fd: 5, .. } if path.as_os_str() == "a")
        );
        assert_eq!(found[1], Call::Write { fd: 5, at: Some(4096), bytes: b"bc".to_vec() });
        assert_eq!(
            found[2],
            Call::Sync { fd: 5, began: 1 },
            "it promises nothing of the write that came meanwhile"
        );
    }

    #[test]
    fn a_number_is_free_when_its_file_is_being_closed() {
        let trace = "7 close(5 <unfinished ...>\n\
            8 openat(AT_FDCWD, \"\\x61\", O_RDONLY|O_CLOEXEC) = 5\n\
            7 <... close resumed>) = 0\n\
            8 fsync(5) = 0\n";
        let found = calls(trace).unwrap();
        assert_eq!(found[0], Call::Close { fd: 5 });
        assert!(matches!(found[1], Call::Open { fd: 5, .. }));
        assert_eq!(found[2..], [Call::Sync { fd: 5, began: 2 }]);
    }

    #[test]
    fn what_could_write_unseen_is_an_error() {
        for bad in ["1 sendfile(3, 4, NULL, 10) = 10", "1 write(3, \"\\x61\"..., 10) = 10"] {
            assert!(calls(bad).is_err(), "{bad}");
        }
    }
}
