#!/usr/bin/env python3
"""Writes shapes.json: what the operations of AWS's services take and answer, for the integrations with AWS's SDK and for
the mocks of TestState.

Run `python3 shapes.py` beside the file, with botocore (PyPI, Apache-2.0) installed; it reads botocore's service
models. A type is `string`, `timestamp`, `number`, `boolean`, `any` or the name of a shape; a shape is one of
{"structure": {member: type}, "required": [members]}, {"list": type}, {"map": type}, {"enum": [values]} and
{"number": [least or null, most or null]}. Members have a large first letter and are else spelled as in the API. The
`errors` are those that the API models: what stands for each on the wire, and its shape.
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
    "mediaconvert": ["mediaconvert", "aws-sdk:mediaconvert"],
    "pipes": ["aws-sdk:pipes"],
    "s3": ["s3", "aws-sdk:s3"],
    "scheduler": ["aws-sdk:scheduler"],
    "secretsmanager": ["aws-sdk:secretsmanager"],
    "sesv2": ["aws-sdk:sesv2"],
    "sns": ["sns", "aws-sdk:sns"],
    "sqs": ["sqs", "aws-sdk:sqs"],
    "ssm": ["aws-sdk:ssm"],
    "stepfunctions": ["states", "aws-sdk:sfn"],
    "sts": ["aws-sdk:sts"],
}
# Bounds that TestState was recorded with and that botocore's model of today has moved.
RECORDED_BOUNDS = {"MemorySize": [128, 10240]}
TEXTS = {"string", "character", "blob"}
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
    elif name in ("boolean", "timestamp"):
        return name
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
    model, shapes, requests, answers = session.get_service_model(name), {}, {}, {}
    for operation in model.operation_names:
        modelled = model.operation_model(operation)
        for shape, types in ((modelled.input_shape, requests), (modelled.output_shape, answers)):
            if shape is not None:
                types[operation] = type_of(shape, shapes)
    errors = {}
    for shape in model.error_shapes:
        errors[shape.name] = shape.name
        errors[shape.metadata.get("error", {}).get("code", shape.name)] = shape.name
    return {
        "names": SERVICES[name],
        "errors": dict(sorted(errors.items())),
        "requests": requests,
        "answers": answers,
        "shapes": dict(sorted(shapes.items())),
    }


def main():
    session = botocore.session.get_session()
    generator = f"{pathlib.Path(__file__).name} with botocore {botocore.__version__}"
    lines = ",\n".join(json.dumps(service(session, name), separators=(",", ":")) for name in SERVICES)
    text = f'{{"generator": {json.dumps(generator)}, "services": [\n{lines}\n]}}\n'
    pathlib.Path(__file__).with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main()
