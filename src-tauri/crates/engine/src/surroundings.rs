//! What the computer can give just now: room on the disk, free memory, power.

use std::path::{Path, PathBuf};

/// What the queue looks at before it takes up work.
pub trait Surroundings: Send + Sync {
    /// Bytes that are free for us on the disk that holds `path`; `None` where the system does not tell.
    fn free_disk(&self, path: &Path) -> Option<u64>;
    /// Bytes of memory that programs may still take without others being pushed out.
    fn free_memory(&self) -> Option<u64>;
    /// Whether the computer saves its battery: a saver profile is on, or the battery runs low without mains.
    fn saves_battery(&self) -> bool;
}

/// The computer we run on.
#[derive(Debug, Clone)]
pub struct ThisComputer {
    /// Where the kernel tells of power; `/sys` but in tests.
    sys: PathBuf,
}

impl Default for ThisComputer {
    fn default() -> Self {
        Self { sys: "/sys".into() }
    }
}

/// A battery below this share of its charge, in percent, is low.
const LOW_CHARGE: u32 = 20;

impl Surroundings for ThisComputer {
    fn free_disk(&self, path: &Path) -> Option<u64> {
        fs4::available_space(path).ok()
    }

    fn free_memory(&self) -> Option<u64> {
        let facts = fs_err::read_to_string("/proc/meminfo").ok()?;
        let line = facts.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
    }

    fn saves_battery(&self) -> bool {
        let profile = read(&self.sys.join("firmware/acpi/platform_profile"));
        profile.as_deref() == Some("low-power") || self.battery_is_low()
    }
}

impl ThisComputer {
    /// Where every battery that tells of itself is low and running down.
    fn battery_is_low(&self) -> bool {
        let supplies = fs_err::read_dir(self.sys.join("class/power_supply")).into_iter().flatten().flatten();
        let batteries: Vec<PathBuf> = supplies
            .map(|entry| entry.path())
            // Mice and headphones have batteries too; theirs are of scope "Device".
            .filter(|path| read(&path.join("type")).as_deref() == Some("Battery"))
            .filter(|path| read(&path.join("scope")).as_deref() != Some("Device"))
            .collect();
        !batteries.is_empty()
            && batteries.iter().all(|path| {
                let charge = read(&path.join("capacity")).and_then(|text| text.parse::<u32>().ok());
                read(&path.join("status")).as_deref() == Some("Discharging")
                    && charge.is_some_and(|percent| percent < LOW_CHARGE)
            })
    }
}

fn read(path: &Path) -> Option<String> {
    fs_err::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computer(files: &[(&str, &str)]) -> (tempfile::TempDir, ThisComputer) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, format!("{text}\n")).unwrap();
        }
        let sys = folder.path().to_owned();
        (folder, ThisComputer { sys })
    }

    #[test]
    fn a_battery_that_runs_low_is_saved_and_a_mouse_is_not_a_battery() {
        let battery = |status, charge| {
            let (_folder, computer) = computer(&[
                ("class/power_supply/BAT0/type", "Battery"),
                ("class/power_supply/BAT0/status", status),
                ("class/power_supply/BAT0/capacity", charge),
                ("class/power_supply/mouse/type", "Battery"),
                ("class/power_supply/mouse/scope", "Device"),
                ("class/power_supply/mouse/status", "Discharging"),
                ("class/power_supply/mouse/capacity", "3"),
            ]);
            computer.saves_battery()
        };
        assert!(battery("Discharging", "12"));
        assert!(!battery("Discharging", "60"));
        assert!(!battery("Charging", "12"));
    }

    #[test]
    fn the_saver_profile_counts_and_a_desktop_saves_nothing() {
        let (_folder, saver) = computer(&[("firmware/acpi/platform_profile", "low-power")]);
        assert!(saver.saves_battery());
        let (_folder, desktop) = computer(&[("class/power_supply/AC/type", "Mains")]);
        assert!(!desktop.saves_battery());
    }

    #[test]
    fn this_computer_has_some_room() {
        let computer = ThisComputer::default();
        assert!(computer.free_disk(Path::new(".")).is_some_and(|bytes| bytes > 0));
        if cfg!(target_os = "linux") {
            assert!(computer.free_memory().is_some_and(|bytes| bytes > 0));
        }
    }
}
