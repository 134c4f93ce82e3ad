//! Mistral's `/v1/ocr`: reads pictures of pages and fills a schema ("document annotation").
//!
//! Shapes after Mistral's API reference, "OCR" and "Annotations".

use base64::{Engine as _, engine::general_purpose::STANDARD};
use papertray_model::Service;
use serde_json::{Value, json};

use crate::keys::Secret;
use crate::wire::{Ask, Reply, Request, Usage, count, json_in, plain_schema};

/// It takes one document a request: the first picture. It knows no task, so a reminder changes nothing.
pub(crate) fn request(service: &Service, key: Option<&Secret>, ask: &Ask, _: Option<&str>) -> Request {
    let picture = ask.pictures.first();
    let url = picture.map(|p| format!("data:{};base64,{}", p.mime, STANDARD.encode(&p.bytes)));
    let body = json!({
        "model": service.model,
        "document": {"type": "image_url", "image_url": url},
        "include_image_base64": false,
        "document_annotation_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": plain_schema(&ask.schema)},
        },
    });
    let headers = key.map(|key| ("authorization", format!("Bearer {}", key.expose()))).into_iter().collect();
    Request { path: "/v1/ocr", headers, body }
}

pub(crate) fn reply(body: &Value) -> Result<Reply, String> {
    let pages = body["pages"].as_array().ok_or("it names no pages")?;
    let texts = pages.iter().map(|page| page["markdown"].as_str().unwrap_or_default().to_owned()).collect();
    let value = match &body["document_annotation"] {
        Value::String(text) => json_in(text)?,
        Value::Null => return Err("it holds no annotation".to_owned()),
        value => value.clone(),
    };
    let usage = Usage { pages: count(&body["usage_info"]["pages_processed"]), ..Usage::default() };
    Ok(Reply { value, texts, usage })
}
