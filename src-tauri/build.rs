//! Generates what Tauri needs at compile time.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Compiling must not depend on the user interface being built: checks and crate tests run without it.
    std::fs::create_dir_all("ui/dist")?;
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*"),
    )?;
    Ok(())
}
