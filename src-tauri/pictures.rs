//! Pictures for the window's `<img>`: `papertray://localhost/photo/HASH/WIDTH`, a collection's photo,
//! `papertray://localhost/slide/COLLECTION/HASH/WIDTH`, a slide of its deck's preview, and
//! `papertray://localhost/page/PATH`, a page's picture in the library. Nothing else of the disk.

use std::path::PathBuf;

use papertray_model::{BlobHash, CollectionId};
use percent_encoding::percent_decode_str;
use tauri::{
    AppHandle, Manager as _, UriSchemeResponder,
    http::{Request, Response, StatusCode, header},
};

use crate::state::AppState;

/// The scheme's name.
pub(crate) const SCHEME: &str = "papertray";

/// What is asked for.
#[derive(Debug, PartialEq)]
enum Wanted {
    Photo {
        hash: BlobHash,
        width: u32,
    },
    Slide {
        collection: CollectionId,
        hash: String,
        width: u32,
    },
    /// What the path may name, the engine says.
    Page(PathBuf),
}

/// Answers one request.
pub(crate) fn answer(app: AppHandle, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    tauri::async_runtime::spawn(async move {
        let wanted = wanted(request.uri().path());
        // A hash names one picture for ever; a page may be read again.
        let lasts = !matches!(wanted, Some(Wanted::Page(_)));
        let picture = match wanted {
            Some(wanted) => picture(&app, wanted).await,
            None => None,
        };
        responder.respond(response(picture, lasts));
    });
}

async fn picture(app: &AppHandle, wanted: Wanted) -> Option<Vec<u8>> {
    let engine = app.state::<AppState>().engine(app).await.ok()?;
    let found = match wanted {
        Wanted::Photo { hash, width } => engine.photo(&hash, width).await.map(|photo| photo.to_vec()),
        Wanted::Slide { collection, hash, width } => engine.slide_picture(collection, &hash, width).await,
        Wanted::Page(path) => engine.page_picture(&path).await,
    };
    found.inspect_err(|e| tracing::debug!("a picture is not shown: {e}")).ok()
}

fn wanted(path: &str) -> Option<Wanted> {
    // The window's helper writes everything behind the first stroke as one encoded part.
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    if let Some(page) = path.strip_prefix("page/") {
        return Some(Wanted::Page(page.into()));
    }
    match path.split('/').collect::<Vec<_>>()[..] {
        ["photo", hash, width] => {
            Some(Wanted::Photo { hash: BlobHash::parse(hash)?, width: width.parse().ok()? })
        }
        ["slide", collection, hash, width] => Some(Wanted::Slide {
            collection: collection.parse().ok()?,
            hash: hash.to_owned(),
            width: width.parse().ok()?,
        }),
        _ => None,
    }
}

fn response(picture: Option<Vec<u8>>, lasts: bool) -> Response<Vec<u8>> {
    let kind = match picture.as_deref() {
        Some([0xff, 0xd8, ..]) => Some("image/jpeg"),
        Some([0x89, b'P', b'N', b'G', ..]) => Some("image/png"),
        _ => None,
    };
    let mut response = Response::new(vec![]);
    if let (Some(kind), Some(picture)) = (kind, picture) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
        let caching = if lasts { "max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(caching));
        *response.body_mut() = picture;
    } else {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_photos_and_slides_have_an_address() {
        let hash = "a".repeat(64);
        let id = CollectionId::new();
        let photo = BlobHash::parse(&hash).map(|hash| Wanted::Photo { hash, width: 160 });
        assert_eq!(wanted(&format!("/photo%2F{hash}%2F160")), photo);
        let slide = Wanted::Slide { collection: id, hash: "1f".to_owned(), width: 480 };
        assert_eq!(wanted(&format!("/slide/{id}/1f/480")), Some(slide));
        let page = Wanted::Page("/a b/storage/jobs/x/page-1.png".into());
        assert_eq!(wanted("/page%2F%2Fa%20b%2Fstorage%2Fjobs%2Fx%2Fpage-1.png"), Some(page));
        for other in [
            "",
            "/",
            "/photo/../../etc/passwd/1",
            "/photo/%2e%2e/1",
            "/photo/abc/1",
            "/slide/x/y/z",
            "/etc/passwd",
            "/%2Fetc%2Fpasswd",
            "/page",
            "/blob/x",
            "/page%2F%ff",
        ] {
            assert_eq!(wanted(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_picture_is_not_handed_out() {
        assert_eq!(response(Some(b"%PDF-1.7".to_vec()), true).status(), StatusCode::NOT_FOUND);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec();
        assert_eq!(response(Some(svg), true).status(), StatusCode::NOT_FOUND);
        let shown = response(Some(vec![0xff, 0xd8, 0xff]), true);
        assert_eq!(shown.headers()[header::CONTENT_TYPE], "image/jpeg");
        assert_eq!(shown.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(response(None, true).status(), StatusCode::NOT_FOUND);
    }
}
