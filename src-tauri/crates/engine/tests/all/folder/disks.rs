//! Disks that are full and disks that go away. They need the right to mount; without it each says so and ends.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use papertray_engine::{Engine, EngineConfig, FolderTimes};
use papertray_model::{ErrorCode, NewDropFolder};

use super::desk::{Desk, all_imported, counts, listening, put, until, usual};

/// A small disk at a place, as long as this lives.
struct Mounted(PathBuf);

impl Mounted {
    fn small(place: &Path) -> Option<Self> {
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(place);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: this user may not mount a small disk");
        }
        mounted.then(|| Self(place.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_for() {
    let desk = Desk::new();
    let disk = desk.beside("small disk");
    fs_err::create_dir(&disk).unwrap();
    let Some(_mounted) = Mounted::small(&disk) else { return };
    full_disk_story(desk.drop(), disk, desk.times.clone()).await;
}

async fn full_disk_story(drop_folder: PathBuf, disk: PathBuf, times: FolderTimes) {
    let mut config = EngineConfig::new(disk.join("library"));
    config.folders.times = times;
    config.start_workers = false;
    let engine = Engine::open(config).await.unwrap();
    let path = drop_folder.to_str().unwrap().to_owned();
    engine.add_folder(NewDropFolder { path, ..usual() }).await.unwrap();
    listening(&engine).await;
    let filler = disk.join("filler");
    let mut file = fs_err::File::create(&filler).unwrap();
    while file.write_all(&[7; 16 * 1024]).is_ok() {}
    drop(file);
    fs_err::write(drop_folder.join("big.txt"), "some words ".repeat(40_000)).unwrap();
    let full = |engine: &Engine| {
        engine.folders().unwrap()[0].error.as_ref().is_some_and(|e| e.code == ErrorCode::DiskFull)
    };
    until("the disk is full", || full(&engine)).await;
    assert_eq!(counts(&engine).imported, 0);
    fs_err::remove_file(&filler).unwrap();
    until("taken", || counts(&engine).imported == 1).await;
    until("said", || !full(&engine)).await;
    assert_eq!(counts(&engine).seen, 1);
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmounted_disk_is_missed_and_found_again() {
    let desk = Desk::new();
    let Some(mounted) = Mounted::small(&desk.drop()) else { return };
    let (engine, _) = desk.watching(usual()).await;
    put(&desk.drop().join("1.pdf"), 1);
    all_imported(&engine, 1).await;
    drop(mounted);
    // What lies below the mount is another folder.
    put(&desk.drop().join("2.pdf"), 2);
    all_imported(&engine, 2).await;
    let _mounted = Mounted::small(&desk.drop()).unwrap();
    put(&desk.drop().join("3.pdf"), 3);
    all_imported(&engine, 3).await;
    engine.shutdown().await;
}
