//! Attempts to get out of the sandbox, for the test that each of its walls stands. Played as a fault, on demand only.

use std::fmt::Write as _;

/// Tries every wall; a line each: its name, and `refused` or `crossed`.
pub(crate) fn tried() -> String {
    let attempts: [(&str, bool); 9] = [
        ("write a file", std::fs::write(std::env::temp_dir().join("crossed"), "x").is_ok()),
        ("make a folder", std::fs::create_dir(std::env::temp_dir().join("crossed-folder")).is_ok()),
        ("read a stranger's file", std::fs::read("/etc/passwd").is_ok()),
        ("list a folder", std::fs::read_dir("/").is_ok()),
        ("start a program", std::process::Command::new("/bin/true").status().is_ok()),
        ("connect", reaches_network()),
        ("send a datagram", std::net::UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("make a local socket", makes_local_socket()),
        ("take much memory", takes_memory()),
    ];
    attempts.iter().fold(String::new(), |mut said, (name, crossed)| {
        let _ = writeln!(said, "{name}: {}", if *crossed { "crossed" } else { "refused" });
        said
    })
}

/// Whether a connection is tried at all: a port where nobody listens answers, and that is a crossing too.
fn reaches_network() -> bool {
    match std::net::TcpStream::connect("127.0.0.1:9") {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::PermissionDenied,
    }
}

fn makes_local_socket() -> bool {
    #[cfg(unix)]
    {
        std::os::unix::net::UnixStream::pair().is_ok()
    }
    #[cfg(not(unix))]
    {
        false
    }
}

fn takes_memory() -> bool {
    const MUCH: usize = 16 << 30;
    let mut much: Vec<u8> = vec![];
    much.try_reserve_exact(MUCH).is_ok()
}
