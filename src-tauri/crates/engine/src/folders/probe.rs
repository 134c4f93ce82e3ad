//! Whether a place is on a network drive: its changes by others cause no events here, and sizes arrive late.

use std::path::Path;

/// Magic numbers of network and user-space file systems (`linux/magic.h`, `statfs(2)`).
#[cfg(target_os = "linux")]
const REMOTE: [u32; 13] = [
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF53_4D42, // CIFS
    0xFE53_4D42, // SMB2
    0x6573_5546, // FUSE: sshfs, rclone, most of GVfs
    0x0102_1997, // 9P
    0x5346_414F, // AFS
    0x00C3_6400, // Ceph
    0x7375_7245, // Coda
    0x564C,      // NCP
    0x786F_4256, // VirtualBox shared folders
    0xBACB_ACBC, // VMware shared folders
    0x0BD0_0BD0, // Lustre
];

/// Whether `path` is known to be on a network drive. Where the system does not tell: no.
#[cfg(target_os = "linux")]
pub(crate) fn is_remote(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|facts| {
        // The number's width and sign differ between processors; its 32 bits do not.
        REMOTE.contains(&(facts.f_type as u32))
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_remote(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_folder_is_not_remote() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_remote(dir.path()));
        assert!(!is_remote(Path::new("/not/there")));
    }
}
