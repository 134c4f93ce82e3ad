//! `/v1/chat/completions` as OpenAI defined it and Ollama, LM Studio, llama.cpp and vLLM speak it, with
//! `response_format: json_schema`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use papertray_model::Service;
use serde_json::{Value, json};

use crate::keys::Secret;
use crate::wire::{Ask, Reply, Request, Usage, count, json_in, plain_schema, task};

pub(crate) fn request(service: &Service, key: Option<&Secret>, ask: &Ask, reminder: Option<&str>) -> Request {
    let content = if ask.pictures.is_empty() {
        // Servers without eyes take a plain string only.
        json!(ask.text)
    } else {
        let mut parts = vec![json!({"type": "text", "text": ask.text})];
        parts.extend(ask.pictures.iter().map(|picture| {
            let url = format!("data:{};base64,{}", picture.mime, STANDARD.encode(&picture.bytes));
            json!({"type": "image_url", "image_url": {"url": url}})
        }));
        Value::Array(parts)
    };
    let body = json!({
        "model": service.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": task(ask, reminder)},
            {"role": "user", "content": content},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": plain_schema(&ask.schema)},
        },
    });
    // Servers on this computer need no key.
    let headers = key.map(|key| ("authorization", format!("Bearer {}", key.expose()))).into_iter().collect();
    Request { path: "/v1/chat/completions", headers, body }
}

pub(crate) fn reply(body: &Value) -> Result<Reply, String> {
    let choice = &body["choices"][0];
    if choice["finish_reason"] == "length" {
        return Err("it was cut off at its longest".to_owned());
    }
    let text = choice["message"]["content"].as_str().ok_or("it holds no message")?;
    let usage = Usage {
        input_tokens: count(&body["usage"]["prompt_tokens"]),
        output_tokens: count(&body["usage"]["completion_tokens"]),
        pages: 0,
    };
    Ok(Reply { value: json_in(text)?, texts: vec![], usage })
}
