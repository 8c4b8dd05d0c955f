//! Compiles the calls into libjpeg that need C: its errors leave by `longjmp`, which must not cross Rust.

fn main() {
    println!("cargo::rerun-if-changed=src/jpeg/shim.c");
    let headers = std::env::var_os("DEP_JPEG_INCLUDE").expect("mozjpeg-sys tells where its headers are");
    let mut build = cc::Build::new();
    build.file("src/jpeg/shim.c").warnings(true).flag_if_supported("-U_FORTIFY_SOURCE");
    for folder in std::env::split_paths(&headers) {
        build.include(folder);
    }
    build.compile("imaging_jpeg");
}
