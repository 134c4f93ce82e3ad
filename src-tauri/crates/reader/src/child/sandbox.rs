//! What a child may do: little. It dies with its parent, yields to other programs, leaves no core file, holds a
//! bounded amount of memory, writes no file, starts no program, opens no socket, and reads no file but its own parts and
//! what it is handed open.
//!
//! That is Linux. On other Unix systems the limits of memory and file size hold, and files are handed open; on Windows
//! there is the parent's watch alone.
//!
//! Each bound is taken where the system offers it; a missing one is logged, not fatal, because the parent's own
//! watch over time and memory stands in any case.

use std::fs::File;
use std::path::Path;

/// Private handles to the two pipes. Standard output itself is turned to standard error, so that nothing a library
/// prints can get between the frames.
pub(crate) fn take_pipes() -> std::io::Result<(File, File)> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let input = std::io::stdin().as_fd().try_clone_to_owned()?;
        let output = std::io::stdout().as_fd().try_clone_to_owned()?;
        rustix::stdio::dup2_stdout(std::io::stderr())?;
        Ok((File::from(input), File::from(output)))
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        let input = std::io::stdin().as_handle().try_clone_to_owned()?;
        let output = std::io::stdout().as_handle().try_clone_to_owned()?;
        Ok((File::from(input), File::from(output)))
    }
}

/// Yields to other programs; no more.
pub(crate) fn stand_back() {
    #[cfg(unix)]
    let _ = rustix::process::nice(10);
}

/// Enters the sandbox, for good: of files it reads its own `parts` (folders).
pub(crate) fn enter(parts: &[&Path], memory_mib: u64, parent: Option<u32>) {
    #[cfg(unix)]
    limits(memory_mib);
    #[cfg(target_os = "linux")]
    {
        linux::die_with(parent);
        linux::only_read_own_parts(parts);
        linux::no_sockets_no_programs();
    }
    let _ = (parts, memory_mib, parent);
}

#[cfg(unix)]
fn limits(memory_mib: u64) {
    use rustix::process::{Resource, Rlimit, nice, setrlimit};
    /// Above the parent's cap on resident memory: catches one huge allocation that the parent's watch would see
    /// only after the computer began to swap. Of the private writable memory only: OpenVINO reserves and maps more
    /// address space than it uses, so a limit on that (RLIMIT_AS) would stop healthy pages.
    const SLACK_MIB: u64 = 1024;
    let bound = |limit: u64| Rlimit { current: Some(limit), maximum: Some(limit) };
    let outcomes = [
        nice(5).map(|_| ()),
        setrlimit(Resource::Core, bound(0)),
        setrlimit(Resource::Data, bound((memory_mib + SLACK_MIB) << 20)),
        setrlimit(Resource::Fsize, bound(0)),
    ];
    for error in outcomes.into_iter().filter_map(Result::err) {
        tracing::warn!(%error, "a limit could not be set");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::path::Path;

    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
        path_beneath_rules,
    };
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule};

    /// Killed when the parent is. The parent may have died before the wish was filed; then this ends at once.
    pub(super) fn die_with(parent: Option<u32>) {
        use rustix::process::{Signal, getppid, set_parent_process_death_signal};
        if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
            tracing::warn!(%error, "not told of the parent's death");
        }
        let now = getppid().map(|pid| pid.as_raw_nonzero().get().unsigned_abs());
        if parent.is_some() && parent != now {
            std::process::exit(1);
        }
    }

    /// What the child reads beside what it is handed: its own parts, the system's shared libraries, fonts for PDFs that
    /// bring none, and what the runtime asks about the processor.
    const READABLE: [&str; 14] = [
        "/lib",
        "/lib64",
        "/usr/lib",
        "/usr/lib64",
        "/nix/store",
        "/etc/ld.so.cache",
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/zoneinfo",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/self/status",
        "/sys/devices/system",
        "/sys/fs/cgroup",
    ];

    /// Landlock: only these files may be read; nothing may be written, made, removed or executed; no TCP.
    pub(super) fn only_read_own_parts(parts: &[&Path]) {
        let abi = ABI::V5;
        let readable = READABLE.iter().map(Path::new).chain(parts.iter().copied());
        let restricted = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(abi))
            .and_then(|r| r.handle_access(AccessNet::from_all(abi)))
            .and_then(Ruleset::create)
            // A path that is not there is left out.
            .and_then(|r| r.add_rules(path_beneath_rules(readable, AccessFs::ReadFile | AccessFs::ReadDir)))
            .and_then(landlock::RulesetCreated::restrict_self);
        match restricted {
            Ok(status) => tracing::debug!(?status.ruleset, "landlock"),
            Err(error) => tracing::warn!(%error, "landlock is not available"),
        }
    }

    /// Seccomp: sockets and programs are refused with "not permitted"; all else is as ever.
    pub(super) fn no_sockets_no_programs() {
        let refused = [
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
            libc::SYS_accept,
            libc::SYS_accept4,
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_pidfd_getfd,
            // Rings make system calls that no filter sees.
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_perf_event_open,
            libc::SYS_userfaultfd,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_mount,
            libc::SYS_keyctl,
        ];
        let rules: BTreeMap<i64, Vec<SeccompRule>> = refused.into_iter().map(|n| (n, vec![])).collect();
        let applied = std::env::consts::ARCH
            .try_into()
            .and_then(|arch| SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(1), arch))
            .and_then(BpfProgram::try_from)
            .map_err(seccompiler::Error::from)
            .and_then(|program| seccompiler::apply_filter(&program));
        if let Err(error) = applied {
            tracing::warn!(%error, "seccomp is not available");
        }
    }
}
