//! What a type's values must look like, as JSON Schema (draft 2020-12) with the type's version: checked before values
//! are stored, shown to people who write types, and given to language models.

use papertray_model::{Fields, LineItem, TypeInfo};
use serde_json::{Map, Value, json};

use crate::Knowledge;
use crate::doctype::{Kind, Spec};
use crate::fields::EXTRA;
use crate::lexicon::Column;

/// A JSON Schema for one string of this kind.
fn of_kind(kind: Kind) -> Value {
    let pattern = match kind {
        Kind::Money => r"^-?[0-9]+(\.[0-9]+)?$",
        Kind::Date => r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        Kind::Currency => "^[A-Z]{3}$",
        Kind::Gstin => "^[0-9A-Z]{15}$",
        Kind::Eway => "^[0-9]{12}$",
        Kind::Vehicle => "^[0-9A-Z]{6,11}$",
        Kind::Irn => "^[0-9a-f]{64}$",
        Kind::Hsn => "^[0-9]{4,8}$",
        Kind::Mode => "^(road|rail|air|ship)$",
        Kind::Distance | Kind::Integer => "^[0-9]{1,12}$",
        Kind::Number | Kind::Party | Kind::TaxId | Kind::Text | Kind::Short => {
            return json!({"type": "string", "minLength": 1, "maxLength": 400});
        }
    };
    json!({"type": "string", "pattern": pattern})
}

fn of_column(column: Column) -> Value {
    match column {
        Column::Quantity | Column::UnitPrice | Column::Amount | Column::Retail => of_kind(Kind::Money),
        _ => json!({"type": "string", "minLength": 1, "maxLength": 1000}),
    }
}

impl Spec {
    fn kind_of(&self, field: &str) -> Option<Kind> {
        self.fields.iter().find(|f| f.name == field).map(|f| f.kind)
    }

    /// `{"fields": {…}, "lines": [{…}]}`, every value a string in its normal form, none required: what is not on the
    /// page is left out.
    pub(crate) fn schema(&self) -> Value {
        let mut fields = Map::new();
        for field in self.fields.iter().filter(|f| !f.name.starts_with('_')) {
            fields.insert(field.name.clone(), of_kind(field.kind));
        }
        for name in EXTRA {
            let kind = if name == "currency" { Kind::Currency } else { Kind::Text };
            fields.entry(name).or_insert_with(|| of_kind(kind));
        }
        if self.name == "plan" {
            for name in ["title", "skills"] {
                fields.insert(name.to_owned(), json!({"type": "string", "minLength": 1, "maxLength": 4000}));
            }
            for name in ["tasks_count", "tasks_done", "progress_percentage"] {
                fields.insert(name.to_owned(), of_kind(Kind::Integer));
            }
        }
        let columns: Map<String, Value> =
            self.rows.iter().map(|(column, name)| (name.clone(), of_column(*column))).collect();
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "version": self.version,
            "type": "object",
            "additionalProperties": false,
            "required": ["fields"],
            "properties": {
                "fields": {"type": "object", "additionalProperties": false, "properties": fields},
            },
        });
        if !columns.is_empty() {
            schema["properties"]["lines"] = json!({
                "type": "array",
                "items": {"type": "object", "additionalProperties": false, "properties": columns},
            });
        }
        schema
    }
}

impl Knowledge {
    /// All types, `unknown` last.
    pub fn types(&self) -> Vec<TypeInfo> {
        let kind = |kind: Kind| serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned));
        let infos = self.types.specs.iter().map(|spec| TypeInfo {
            name: spec.name.clone(),
            version: spec.version,
            file: spec.own.clone(),
            fields: spec
                .fields
                .iter()
                .filter(|f| !f.name.starts_with('_'))
                .map(|f| (f.name.clone(), kind(f.kind).unwrap_or_default()))
                .collect(),
            columns: spec.rows.values().cloned().collect(),
            prompt: spec.prompt.clone(),
        });
        infos.collect()
    }

    /// The version of a type; 1 where it is not known (any more).
    pub fn version_of(&self, doc_type: &str) -> u32 {
        self.types.spec(doc_type).map_or(1, |spec| spec.version)
    }

    /// The JSON Schema of a type's values.
    pub fn schema(&self, doc_type: &str) -> Option<Value> {
        self.types.spec(doc_type).map(Spec::schema)
    }

    /// What a language model is told about a type.
    pub fn prompt(&self, doc_type: &str) -> Option<&str> {
        self.types.spec(doc_type).map(|spec| spec.prompt.as_str())
    }

    /// Takes away what does not fit the type's schema, and says what that was.
    pub fn validate(&self, doc_type: &str, fields: &mut Fields, lines: &mut Vec<LineItem>) -> Vec<String> {
        let Some(spec) = self.types.spec(doc_type) else { return vec![] };
        let Some(validator) = spec.validator() else { return vec![] };
        let plain = |fields: &Fields| -> Map<String, Value> {
            fields.iter().map(|(name, field)| (name.clone(), Value::from(field.value.as_str()))).collect()
        };
        let mut whole = json!({"fields": plain(fields)});
        if !lines.is_empty() {
            whole["lines"] = lines.iter().map(|line| Value::Object(plain(line))).collect();
        }
        let mut problems = vec![];
        // Names that the schema does not know are named by the error at their parent.
        let known = spec.schema();
        let unknown = |at: &Value, name: &str| at["properties"].get(name).is_none();
        fields.retain(|name, _| {
            let strange = unknown(&known["properties"]["fields"], name);
            if strange {
                problems.push(format!("`{name}` is no value of the type `{doc_type}`"));
            }
            !strange
        });
        for line in lines.iter_mut() {
            line.retain(|name, _| !unknown(&known["properties"]["lines"]["items"], name));
        }
        for error in validator.iter_errors(&whole) {
            let path = error.instance_path().to_string();
            let mut steps = path.split('/').skip(1);
            match (steps.next(), steps.next(), steps.next()) {
                (Some("fields"), Some(name), _) if fields.remove(name).is_some() => {
                    problems.push(format!("`{name}`: {error}"));
                }
                (Some("lines"), Some(at), Some(name)) => {
                    let line = at.parse::<usize>().ok().and_then(|at| lines.get_mut(at));
                    if line.is_some_and(|line| line.remove(name).is_some()) {
                        problems.push(format!("line {at}, `{name}`: {error}"));
                    }
                }
                _ => {}
            }
        }
        lines.retain(|line| !line.is_empty());
        problems
    }

    pub(crate) fn kind(&self, doc_type: &str, field: &str) -> Option<Kind> {
        self.types.spec(doc_type)?.kind_of(field)
    }
}

#[cfg(test)]
mod tests {
    use papertray_model::Field;

    use super::*;

    fn field(value: &str) -> Field {
        Field {
            value: value.into(),
            text: value.into(),
            bbox: None,
            page: Some(1),
            confidence: 0.9,
            by: "x".into(),
        }
    }

    #[test]
    fn what_does_not_fit_goes_and_the_rest_stays() {
        let knowledge = Knowledge::builtin();
        let mut fields: Fields = [
            ("date", "2020-13-01"),
            ("due_date", "2020-12-01"),
            ("total", "12,50"),
            ("subtotal", "-10.00"),
            ("currency", "EUR"),
            ("nonsense", "x"),
        ]
        .map(|(n, v)| (n.to_owned(), field(v)))
        .into();
        let mut lines =
            vec![[("amount", "5.00"), ("quantity", "many")].map(|(n, v)| (n.to_owned(), field(v))).into()];
        let problems = knowledge.validate("invoice", &mut fields, &mut lines);
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["currency", "due_date", "subtotal"]);
        assert_eq!(lines[0].keys().collect::<Vec<_>>(), ["amount"]);
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn every_type_has_a_schema_with_its_version() {
        for info in Knowledge::builtin().types() {
            let schema = Knowledge::builtin().schema(&info.name).unwrap();
            assert_eq!(schema["version"], info.version);
            assert!(jsonschema::validator_for(&schema).is_ok(), "{}", info.name);
        }
    }
}
