//! What a child may do: little. It dies with its parent, yields to other programs, leaves no core file, holds a
//! bounded amount of memory, writes no file, starts no program and opens no socket.
//!
//! Each bound is taken where the system offers it; a missing one is logged, not fatal, because the parent's own
//! watch over time and memory stands in any case.

use std::fs::File;

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

/// Enters the sandbox, for good.
pub(crate) fn enter(memory_mib: u64, parent: Option<u32>) {
    #[cfg(unix)]
    limits(memory_mib);
    #[cfg(target_os = "linux")]
    {
        linux::die_with(parent);
        linux::only_read();
        linux::no_sockets_no_programs();
    }
    let _ = (memory_mib, parent);
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

    /// Landlock: files may be read, nothing may be written, made, removed or executed; no TCP.
    pub(super) fn only_read() {
        let abi = ABI::V5;
        let restricted = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(abi))
            .and_then(|r| r.handle_access(AccessNet::from_all(abi)))
            .and_then(Ruleset::create)
            .and_then(|r| r.add_rules(path_beneath_rules(["/"], AccessFs::ReadFile | AccessFs::ReadDir)))
            .and_then(landlock::RulesetCreated::restrict_self);
        match restricted {
            Ok(status) => tracing::debug!(?status.ruleset, "landlock"),
            Err(error) => tracing::warn!(%error, "landlock is not available"),
        }
    }

    /// Seccomp: sockets and programs are refused with "not permitted"; all else is as ever.
    pub(super) fn no_sockets_no_programs() {
        let refused = [
            libc_numbers::SOCKET,
            libc_numbers::SOCKETPAIR,
            libc_numbers::CONNECT,
            libc_numbers::BIND,
            libc_numbers::LISTEN,
            libc_numbers::EXECVE,
            libc_numbers::EXECVEAT,
            libc_numbers::PTRACE,
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

    /// System call numbers of the two architectures Papertray runs on.
    #[cfg(target_arch = "x86_64")]
    mod libc_numbers {
        pub(super) const SOCKET: i64 = 41;
        pub(super) const CONNECT: i64 = 42;
        pub(super) const BIND: i64 = 49;
        pub(super) const LISTEN: i64 = 50;
        pub(super) const SOCKETPAIR: i64 = 53;
        pub(super) const EXECVE: i64 = 59;
        pub(super) const PTRACE: i64 = 101;
        pub(super) const EXECVEAT: i64 = 322;
    }

    #[cfg(not(target_arch = "x86_64"))]
    mod libc_numbers {
        pub(super) const PTRACE: i64 = 117;
        pub(super) const SOCKET: i64 = 198;
        pub(super) const SOCKETPAIR: i64 = 199;
        pub(super) const BIND: i64 = 200;
        pub(super) const LISTEN: i64 = 201;
        pub(super) const CONNECT: i64 = 203;
        pub(super) const EXECVE: i64 = 221;
        pub(super) const EXECVEAT: i64 = 281;
    }
}
