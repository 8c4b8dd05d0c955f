#!/usr/bin/env python3
"""Writes output_shapes.json: what the operations of AWS's services answer, for the mocks of TestState.

Run `python3 output_shapes.py` beside the file, with botocore (PyPI, Apache-2.0) installed; it reads botocore's service
models. A type is `string`, `number`, `boolean`, `any` or the name of a shape; a shape is one of
{"structure": {member: type}, "required": [members]}, {"list": type}, {"map": type}, {"enum": [values]} and
{"number": [least or null, most or null]}. Members are spelled as Step Functions spells them, with a large first letter.
"""
import json
import pathlib

import botocore
import botocore.session

# botocore's name of a service, and the names that resource ARNs have for it.
SERVICES = {
    "dynamodb": ["dynamodb", "aws-sdk:dynamodb"],
    "dynamodbstreams": ["aws-sdk:dynamodbstreams"],
    "events": ["events", "aws-sdk:eventbridge"],
    "kms": ["aws-sdk:kms"],
    "lambda": ["lambda", "aws-sdk:lambda"],
    "logs": ["aws-sdk:cloudwatchlogs"],
    "pipes": ["aws-sdk:pipes"],
    "s3": ["s3", "aws-sdk:s3"],
    "scheduler": ["aws-sdk:scheduler"],
    "secretsmanager": ["aws-sdk:secretsmanager"],
    "sns": ["sns", "aws-sdk:sns"],
    "sqs": ["sqs", "aws-sdk:sqs"],
    "ssm": ["aws-sdk:ssm"],
    "stepfunctions": ["states", "aws-sdk:sfn"],
    "sts": ["aws-sdk:sts"],
}
# Bounds that TestState was recorded with and that botocore's model of today has moved.
RECORDED_BOUNDS = {"MemorySize": [128, 10240]}
TEXTS = {"string", "character", "blob", "timestamp"}
NUMBERS = {"integer", "long", "float", "double"}


def spelled(member):
    return member[:1].upper() + member[1:]


def type_of(shape, shapes):
    name = shape.type_name
    if getattr(shape, "is_document_type", False):
        return "any"
    if name in TEXTS:
        values = shape.metadata.get("enum")
        if not values:
            return "string"
        shapes[shape.name] = {"enum": values}
    elif name in NUMBERS:
        bounds = RECORDED_BOUNDS.get(shape.name) or [shape.metadata.get("min"), shape.metadata.get("max")]
        if bounds == [None, None]:
            return "number"
        shapes[shape.name] = {"number": bounds}
    elif name == "boolean":
        return "boolean"
    elif shape.name not in shapes:
        shapes[shape.name] = {}  # shapes may refer to themselves
        if name == "list":
            shapes[shape.name] = {"list": type_of(shape.member, shapes)}
        elif name == "map":
            shapes[shape.name] = {"map": type_of(shape.value, shapes)}
        else:
            members = {spelled(member): type_of(inner, shapes) for member, inner in shape.members.items()}
            shapes[shape.name] = {"structure": members}
            if shape.required_members:
                shapes[shape.name]["required"] = [spelled(member) for member in shape.required_members]
    return shape.name


def service(session, name):
    model, shapes, operations = session.get_service_model(name), {}, {}
    for operation in model.operation_names:
        output = model.operation_model(operation).output_shape
        if output is not None:
            operations[operation] = type_of(output, shapes)
    return {"names": SERVICES[name], "operations": operations, "shapes": dict(sorted(shapes.items()))}


def main():
    session = botocore.session.get_session()
    generator = f"{pathlib.Path(__file__).name} with botocore {botocore.__version__}"
    lines = ",\n".join(json.dumps(service(session, name), separators=(",", ":")) for name in SERVICES)
    text = f'{{"generator": {json.dumps(generator)}, "services": [\n{lines}\n]}}\n'
    pathlib.Path(__file__).with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main()
