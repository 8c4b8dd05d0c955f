//! A job's settings put over those of its template, and an output's over those of its preset.

use std::collections::BTreeMap;

use serde_json::Value;

/// `over` put over `base`: members one by one, lists item by item.
pub(crate) fn merged(base: &Value, over: &Value) -> Value {
    match (base, over) {
        (_, Value::Null) => base.clone(),
        (Value::Object(base), Value::Object(over)) => {
            let mut all = base.clone();
            for (name, value) in over {
                let value = merged(base.get(name).unwrap_or(&Value::Null), value);
                all.insert(name.clone(), value);
            }
            Value::Object(all)
        }
        (Value::Array(base), Value::Array(over)) => (0..base.len().max(over.len()))
            .map(|index| merged(base.get(index).unwrap_or(&Value::Null), over.get(index).unwrap_or(&Value::Null)))
            .collect(),
        _ => over.clone(),
    }
}

/// The presets that outputs name.
pub(crate) fn preset_names(settings: &Value) -> Vec<String> {
    let groups = settings["OutputGroups"].as_array().into_iter().flatten();
    let outputs = groups.flat_map(|group| group["Outputs"].as_array().into_iter().flatten());
    outputs.filter_map(|output| output["Preset"].as_str()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Puts the settings of the presets, by their names, into the outputs that name them.
pub(crate) fn insert_presets(settings: &mut Value, presets: &BTreeMap<String, Value>) {
    let groups = settings.get_mut("OutputGroups").and_then(Value::as_array_mut).into_iter().flatten();
    for output in groups.filter_map(|group| group.get_mut("Outputs")?.as_array_mut()).flatten() {
        if let Some(preset) = output["Preset"].as_str().and_then(|name| presets.get(name)) {
            *output = merged(preset, output);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_says_what_differs_from_its_template() {
        let template = json!({"OutputGroups": [{"Name": "a", "Outputs": [{"NameModifier": "_1"}]}, {"Name": "b"}]});
        let job = json!({"Inputs": [{"FileInput": "s3://b/k"}], "OutputGroups": [{"Name": "c", "Outputs": []}]});
        let all = merged(&template, &job);
        assert_eq!(all["OutputGroups"], json!([{"Name": "c", "Outputs": [{"NameModifier": "_1"}]}, {"Name": "b"}]));
        assert_eq!(all["Inputs"], job["Inputs"]);
    }
}
