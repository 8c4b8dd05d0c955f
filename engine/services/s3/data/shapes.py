#!/usr/bin/env python3
"""Writes shapes.json: where S3's REST-XML puts the members of the operations that are built.

Run `python3 shapes.py` beside the file, with botocore (PyPI, Apache-2.0) installed; it reads botocore's service model. An
operation is {"method", "path", "input", "output"}. A type is `string`, `number`, `boolean`, `blob`, `time` or the name of a
shape; a shape is {"members": {name: {"in", "as", "type"}}, "payload": member, "root": element} or {"list": type, "as":
element}. `in` is one of uri, query, header, headers (a prefix) and body; `flat` marks lists whose items have no element
around them.
"""
import json
import pathlib

import botocore
import botocore.session

HERE = pathlib.Path(__file__)
BUILT = (HERE.parent.parent / "src" / "api.rs").read_text().split("built: &[")[1].split("]")[0]
SIMPLE = {
    "string": "string", "character": "string", "blob": "blob", "timestamp": "time", "boolean": "boolean",
    "integer": "number", "long": "number", "float": "number", "double": "number",
}
PLACES = {"uri": "uri", "querystring": "query", "header": "header", "headers": "headers"}


def type_of(shape, shapes):
    kind = shape.type_name
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind == "map":
        return "map"
    if shape.name not in shapes:
        shapes[shape.name] = {}  # shapes may refer to themselves
        if kind == "list":
            name = shape.member.serialization.get("name", "member")
            shapes[shape.name] = {"list": type_of(shape.member, shapes), "as": name}
        else:
            described = {"members": {name: member(name, inner, shapes) for name, inner in shape.members.items()}}
            if "payload" in shape.serialization:
                described["payload"] = shape.serialization["payload"]
            shapes[shape.name] = described
    return shape.name


def member(name, shape, shapes):
    serialization = shape.serialization
    described = {"in": PLACES.get(serialization.get("location"), "body"), "as": serialization.get("name", name)}
    described["type"] = type_of(shape, shapes)
    if serialization.get("flattened"):
        described["flat"] = True
    return described


def main():
    model = botocore.session.get_session().get_service_model("s3")
    shapes, operations = {}, {}
    for name in [line.strip(' \n,"') for line in BUILT.split(",") if line.strip()]:
        operation = model.operation_model(name)
        described = {"method": operation.http["method"], "path": operation.http["requestUri"]}
        for side, shape in [("input", operation.input_shape), ("output", operation.output_shape)]:
            if shape is not None:
                described[side] = type_of(shape, shapes)
        operations[name] = described
    generator = f"{HERE.name} with botocore {botocore.__version__}"
    parts = [f'"generator": {json.dumps(generator)}']
    for title, table in [("operations", operations), ("shapes", dict(sorted(shapes.items())))]:
        lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}" for name, value in table.items())
        parts.append(f'"{title}": {{\n{lines}\n}}')
    HERE.with_suffix(".json").write_text("{" + ",\n".join(parts) + "}\n")


if __name__ == "__main__":
    main()
