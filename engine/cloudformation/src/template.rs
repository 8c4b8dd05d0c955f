//! A template: its sections, read and checked.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use std::collections::BTreeSet;
use std::path::Path;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::check;
use crate::error::{CloudFormationError, at};
use crate::parameters::Parameter;
use crate::place::Place;

/// A template: its sections, read and checked.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) file: String,
    pub(crate) stack: String,
    pub(crate) parameters: IndexMap<String, Parameter>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: IndexMap<String, Resource>,
    pub(crate) outputs: IndexMap<String, Output>,
    pub(crate) has_rules: bool,
    /// The parameters that something refers to; only they need a value.
    pub(crate) used_parameters: BTreeSet<String>,
}

/// A resource as the template declares it.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) resource_type: String,
    pub(crate) properties: Value,
    pub(crate) condition: Option<String>,
    pub(crate) deletion_policy: Policy,
    pub(crate) update_replace_policy: Policy,
    /// The handler that stands behind a function here: `Metadata.sluicegate.binary`.
    pub(crate) binary: Option<String>,
    /// Those whose values it uses.
    pub(crate) uses: BTreeSet<String>,
    /// Those that must be there before it: what it uses and `DependsOn`.
    pub(crate) needs: BTreeSet<String>,
}

/// What becomes of a resource that the template no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    Delete,
    Retain,
}

/// A value that the stack hands out.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) value: Value,
    pub(crate) export: Option<Value>,
    pub(crate) condition: Option<String>,
}

impl Template {
    /// Reads a template in JSON and checks every function, reference and dependency in it.
    ///
    /// The stack is named after the file: `Sluicegate-Data.template.json` describes the stack `Sluicegate-Data`.
    ///
    /// # Errors
    /// [`CloudFormationError::Syntax`] with line and column, [`CloudFormationError::Template`] with file and JSON pointer,
    /// [`CloudFormationError::Cycle`].
    pub fn parse(file: &str, text: &str) -> Result<Self, CloudFormationError> {
        let document: Value = serde_json::from_str(text).map_err(|error| CloudFormationError::Syntax {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            reason: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        })?;
        let root = Place::file(file);
        let sections = object(&document, &root)?;
        for name in sections.keys() {
            match name.as_str() {
                "AWSTemplateFormatVersion"
                | "Description"
                | "Metadata"
                | "Parameters"
                | "Mappings"
                | "Conditions"
                | "Resources"
                | "Outputs"
                | "Rules" => {}
                "Transform" => return Err(at(&root.name(name), "sluice does not run transforms and macros")),
                _ => return Err(at(&root.name(name), "a template has no such section")),
            }
        }
        let mut template = Self {
            file: file.to_owned(),
            stack: stack_name(file),
            parameters: section(sections, "Parameters", &root, Parameter::read)?,
            mappings: section_map(sections, "Mappings", &root)?,
            conditions: section_map(sections, "Conditions", &root)?,
            resources: section(sections, "Resources", &root, Resource::read)?,
            outputs: section(sections, "Outputs", &root, Output::read)?,
            has_rules: sections.contains_key("Rules"),
            used_parameters: BTreeSet::new(),
        };
        if !sections.contains_key("Resources") {
            return Err(at(&root, "the template has no section Resources"));
        }
        check::check(&mut template)?;
        Ok(template)
    }

    /// Reads every `*.template.json` of a folder, by name.
    ///
    /// # Errors
    /// [`CloudFormationError::Read`] when the folder or a file can't be read or there is no template, and those of
    /// [`Template::parse`].
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>, CloudFormationError> {
        let failed = |path: &Path, source| CloudFormationError::Read { path: path.display().to_string(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|source| failed(folder, source))? {
            let path = entry.map_err(|source| failed(folder, source))?.path();
            if path.to_string_lossy().ends_with(".template.json") {
                files.push(path);
            }
        }
        files.sort();
        if files.is_empty() {
            let none = std::io::Error::new(std::io::ErrorKind::NotFound, "the folder holds no *.template.json");
            return Err(failed(folder, none));
        }
        let read = |file: &std::path::PathBuf| {
            let text = std::fs::read_to_string(file).map_err(|source| failed(file, source))?;
            Self::parse(&file.display().to_string(), &text)
        };
        files.iter().map(read).collect()
    }

    /// The file it was read from, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The properties of its resources of a type, as they are written.
    pub fn properties_of(&self, resource_type: &str) -> impl Iterator<Item = &Value> {
        let of_type = self.resources.values().filter(move |resource| resource.resource_type == resource_type);
        of_type.map(|resource| &resource.properties)
    }

    /// The stack that it describes.
    pub fn stack_name(&self) -> &str {
        &self.stack
    }
}

fn stack_name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = [".template.json", ".json", ".template"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    name.to_owned()
}

fn section<T>(
    sections: &Map<String, Value>,
    name: &str,
    root: &Place<'_>,
    read: impl Fn(&Value, &Place<'_>) -> Result<T, CloudFormationError>,
) -> Result<IndexMap<String, T>, CloudFormationError> {
    let Some(value) = sections.get(name) else { return Ok(IndexMap::new()) };
    let place = root.name(name);
    object(value, &place)?.iter().map(|(key, value)| Ok((key.clone(), read(value, &place.name(key))?))).collect()
}

fn section_map(
    sections: &Map<String, Value>,
    name: &str,
    root: &Place<'_>,
) -> Result<Map<String, Value>, CloudFormationError> {
    match sections.get(name) {
        Some(value) => object(value, &root.name(name)).cloned(),
        None => Ok(Map::new()),
    }
}

/// The members of an object.
pub(crate) fn object<'a>(value: &'a Value, place: &Place<'_>) -> Result<&'a Map<String, Value>, CloudFormationError> {
    value.as_object().ok_or_else(|| at(place, "an object is expected here"))
}

/// An optional member that is a text.
pub(crate) fn text_member(
    members: &Map<String, Value>,
    name: &str,
    place: &Place<'_>,
) -> Result<Option<String>, CloudFormationError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(at(&place.name(name), "a string is expected here")),
    }
}

impl Resource {
    fn read(value: &Value, place: &Place<'_>) -> Result<Self, CloudFormationError> {
        let members = object(value, place)?;
        for name in members.keys() {
            let known = [
                "Type",
                "Properties",
                "DependsOn",
                "Condition",
                "DeletionPolicy",
                "UpdateReplacePolicy",
                "Metadata",
                "CreationPolicy",
                "UpdatePolicy",
                "Description",
            ];
            if !known.contains(&name.as_str()) {
                return Err(at(&place.name(name), "a resource has no such attribute"));
            }
        }
        let resource_type =
            text_member(members, "Type", place)?.ok_or_else(|| at(place, "the resource has no Type"))?;
        let properties = members.get("Properties").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        object(&properties, &place.name("Properties"))?;
        let depends_on = match members.get("DependsOn") {
            None => BTreeSet::new(),
            Some(Value::String(one)) => BTreeSet::from([one.clone()]),
            Some(Value::Array(all)) => {
                let here = place.name("DependsOn");
                let read = |(index, one): (usize, &Value)| {
                    let one = one.as_str().map(str::to_owned);
                    one.ok_or_else(|| at(&here.index(index), "a logical id is expected here"))
                };
                all.iter().enumerate().map(read).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(at(&place.name("DependsOn"), "a logical id or a list of them is expected here")),
        };
        Ok(Self {
            resource_type,
            properties,
            condition: text_member(members, "Condition", place)?,
            deletion_policy: Policy::read(members, "DeletionPolicy", place)?,
            update_replace_policy: Policy::read(members, "UpdateReplacePolicy", place)?,
            binary: value.pointer("/Metadata/sluicegate/binary").and_then(Value::as_str).map(str::to_owned),
            uses: BTreeSet::new(),
            needs: depends_on,
        })
    }
}

impl Policy {
    fn read(members: &Map<String, Value>, name: &str, place: &Place<'_>) -> Result<Self, CloudFormationError> {
        match text_member(members, name, place)?.as_deref() {
            None | Some("Delete") => Ok(Self::Delete),
            // A snapshot can't be made here; keeping the resource is the careful reading.
            Some("Retain" | "RetainExceptOnCreate" | "Snapshot") => Ok(Self::Retain),
            Some(other) => Err(at(&place.name(name), format!("there is no such policy: {other}"))),
        }
    }
}

impl Output {
    fn read(value: &Value, place: &Place<'_>) -> Result<Self, CloudFormationError> {
        let members = object(value, place)?;
        let export = match members.get("Export") {
            None => None,
            Some(export) => {
                let here = place.name("Export");
                let name = object(export, &here)?.get("Name");
                Some(name.ok_or_else(|| at(&here, "the export has no Name"))?.clone())
            }
        };
        Ok(Self {
            value: members.get("Value").ok_or_else(|| at(place, "the output has no Value"))?.clone(),
            export,
            condition: text_member(members, "Condition", place)?,
        })
    }
}
