//! Templates: subject, text and HTML with `{{attributes}}`, `{{#if}}`, `{{#each}}` and inline partials.
//!
//! Values are not escaped, in HTML neither: AWS leaves that to whoever makes the data.
//!
//! <https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html>

use handlebars::{Handlebars, RenderErrorReason, no_escape};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a template is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) html: Option<String>,
}

/// Why a template gives no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderFailure {
    /// The data lack an attribute that the template names; AWS's text.
    #[error("Attribute '{0}' is not present in the rendering data.")]
    Missing(String),
    /// The template can't be understood, or asks for what there isn't.
    #[error("the template cannot be rendered: {0}")]
    Invalid(String),
    /// The data are no JSON object.
    #[error("the rendering data are not a JSON object: {0}")]
    Data(String),
}

impl Content {
    /// Fails on a part that is no template.
    pub(crate) fn check(&self) -> Result<(), RenderFailure> {
        for part in self.parts().into_iter().flatten() {
            handlebars::Template::compile(part)
                .map_err(|failure| RenderFailure::Invalid(failure.reason().to_string()))?;
        }
        Ok(())
    }

    /// The same with every attribute's value in its place.
    pub(crate) fn render(&self, data: &Map<String, Value>) -> Result<Self, RenderFailure> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(no_escape);
        let render = |part: &Option<String>| {
            let rendered = part.as_ref().map(|part| handlebars.render_template(part, data));
            rendered.transpose().map_err(|failure| match failure.reason() {
                RenderErrorReason::MissingVariable(Some(name)) => RenderFailure::Missing(name.clone()),
                reason => RenderFailure::Invalid(reason.to_string()),
            })
        };
        Ok(Self { subject: render(&self.subject)?, text: render(&self.text)?, html: render(&self.html)? })
    }

    fn parts(&self) -> [Option<&String>; 3] {
        [self.subject.as_ref(), self.text.as_ref(), self.html.as_ref()]
    }
}

/// The rendering data in a request's JSON text.
pub(crate) fn data(text: Option<&str>) -> Result<Map<String, Value>, RenderFailure> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(Map::new()),
        Some(text) => serde_json::from_str(text).map_err(|failure| RenderFailure::Data(failure.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(text: &str, data: Value) -> Result<String, RenderFailure> {
        let content = Content { text: Some(text.to_owned()), ..Content::default() };
        let data = data.as_object().cloned().expect("an object");
        content.render(&data).map(|content| content.text.expect("a text"))
    }

    #[test]
    fn attributes_blocks_and_lists_are_filled_in_unescaped() {
        assert_eq!(rendered("Hello {{name}}", json!({"name": "<Ann & Co>"})).as_deref(), Ok("Hello <Ann & Co>"));
        let list = "{{#each todos}}- {{this.title}}\n{{/each}}{{#if late}}late{{else}}in time{{/if}}";
        let data = json!({"todos": [{"title": "a"}, {"title": "b"}], "late": false});
        assert_eq!(rendered(list, data).as_deref(), Ok("- a\n- b\nin time"));
        assert_eq!(rendered("{{a.b.[0]}}", json!({"a": {"b": [7]}})).as_deref(), Ok("7"));
    }

    #[test]
    fn an_attribute_that_the_data_lack_is_named() {
        let failure = rendered("Hello {{name}}", json!({})).expect_err("no name");
        assert_eq!(failure.to_string(), "Attribute 'name' is not present in the rendering data.");
    }

    #[test]
    fn what_is_no_template_is_refused() {
        let content = Content { html: Some("{{#if x}}".to_owned()), ..Content::default() };
        assert!(matches!(content.check(), Err(RenderFailure::Invalid(_))));
        assert!(matches!(data(Some("[1]")), Err(RenderFailure::Data(_))));
    }
}
