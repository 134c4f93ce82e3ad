//! Anthropic's `/v1/messages`: the answer is the input of a tool that must be called, so it follows a schema.
//!
//! Shapes after Anthropic's API reference, "Messages" and "Tool use".

use base64::{Engine as _, engine::general_purpose::STANDARD};
use papertray_model::Service;
use serde_json::{Value, json};

use crate::keys::Secret;
use crate::wire::{Ask, Reply, Request, Usage, count, plain_schema, task};

const VERSION: &str = "2023-06-01";
const MOST_TOKENS: u32 = 8192;
const TOOL: &str = "answer";

pub(crate) fn request(service: &Service, key: Option<&Secret>, ask: &Ask, reminder: Option<&str>) -> Request {
    let mut content: Vec<Value> = ask
        .pictures
        .iter()
        .map(|picture| {
            let data = STANDARD.encode(&picture.bytes);
            json!({"type": "image", "source": {"type": "base64", "media_type": picture.mime, "data": data}})
        })
        .collect();
    let text = if ask.text.is_empty() { "Read the pictures." } else { &ask.text };
    content.push(json!({"type": "text", "text": text}));
    let body = json!({
        "model": service.model,
        "max_tokens": MOST_TOKENS,
        "system": task(ask, reminder),
        "messages": [{"role": "user", "content": content}],
        "tools": [{"name": TOOL, "description": "Gives the answer.", "input_schema": plain_schema(&ask.schema)}],
        "tool_choice": {"type": "tool", "name": TOOL},
    });
    let mut headers = vec![("anthropic-version", VERSION.to_owned())];
    headers.extend(key.map(|key| ("x-api-key", key.expose().to_owned())));
    Request { path: "/v1/messages", headers, body }
}

pub(crate) fn reply(body: &Value) -> Result<Reply, String> {
    if body["stop_reason"] == "max_tokens" {
        return Err("it was cut off at its longest".to_owned());
    }
    let called = body["content"].as_array().into_iter().flatten().find(|part| part["type"] == "tool_use");
    let value = called.map(|part| part["input"].clone()).ok_or("it does not call the tool")?;
    let usage = Usage {
        input_tokens: count(&body["usage"]["input_tokens"]),
        output_tokens: count(&body["usage"]["output_tokens"]),
        pages: 0,
    };
    Ok(Reply { value, texts: vec![], usage })
}
