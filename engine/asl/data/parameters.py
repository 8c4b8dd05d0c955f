#!/usr/bin/env python3
"""Writes parameters.json: which members the requests of AWS's services have, for the parameters of Task states.

Run `python3 parameters.py` beside the file, with botocore (PyPI, Apache-2.0) installed; it reads botocore's service
models. Each service has its `names` in resource ARNs, the `operations` with the structure that each takes, and the
`structures` with the type of each member. A type is "" for what is not looked into, or the name of a structure, behind a
`[` for each list and a `{` for each map around it. Members are spelled as Step Functions spells them, with a large first
letter.
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
    "lambda": ["lambda", "aws-sdk:lambda"],
    "logs": ["aws-sdk:cloudwatchlogs"],
    "mediaconvert": ["mediaconvert", "aws-sdk:mediaconvert"],
    "pipes": ["aws-sdk:pipes"],
    "s3": ["aws-sdk:s3"],
    "scheduler": ["aws-sdk:scheduler"],
    "secretsmanager": ["aws-sdk:secretsmanager"],
    "sesv2": ["aws-sdk:sesv2"],
    "sns": ["sns", "aws-sdk:sns"],
    "sqs": ["sqs", "aws-sdk:sqs"],
    "ssm": ["aws-sdk:ssm"],
    "stepfunctions": ["states", "aws-sdk:sfn"],
    "sts": ["aws-sdk:sts"],
}
# What calls web addresses has no service model:
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html and connect-third-party-apis.html
WEB = [
    {
        "names": ["apigateway"],
        "operations": {"Invoke": "Invoke"},
        "structures": {
            "Invoke": dict.fromkeys(
                ["AllowNullValues", "ApiEndpoint", "AuthType", "Headers", "Method", "Path", "QueryParameters",
                 "RequestBody", "Stage"],
                "",
            )
        },
    },
    {
        "names": ["http"],
        "operations": {"Invoke": "Invoke"},
        "structures": {
            "Invoke": {
                "ApiEndpoint": "", "Authentication": "Connection", "Headers": "", "InvocationConfig": "Connection",
                "Method": "", "QueryParameters": "", "RequestBody": "", "Transform": "Transform",
            },
            "Connection": {"ConnectionArn": ""},
            "Transform": {"RequestBodyEncoding": "", "RequestEncodingOptions": "Encoding"},
            "Encoding": {"ArrayFormat": ""},
        },
    },
]
# What the documentation of an integration lists though the API has it otherwise.
DOCUMENTED = {("sqs", "SendMessageRequest"): ["MessageAttribute"]}


def spelled(member):
    return member[:1].upper() + member[1:]


def type_of(shape, structures):
    if getattr(shape, "is_document_type", False):
        return ""
    if shape.type_name in ("list", "map"):
        inner = type_of(shape.member if shape.type_name == "list" else shape.value, structures)
        return inner and {"list": "[", "map": "{"}[shape.type_name] + inner
    if shape.type_name != "structure":
        return ""
    if shape.name not in structures:
        structures[shape.name] = {}  # structures may refer to themselves
        members = {spelled(member): type_of(inner, structures) for member, inner in shape.members.items()}
        structures[shape.name] = members
    return shape.name


def service(session, name):
    model, structures, operations = session.get_service_model(name), {}, {}
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        if shape is not None:
            operations[operation] = type_of(shape, structures)
    for (of, structure), members in DOCUMENTED.items():
        if of == name:
            structures[structure].update(dict.fromkeys(members, ""))
    return {"names": SERVICES[name], "operations": operations, "structures": dict(sorted(structures.items()))}


def main():
    session = botocore.session.get_session()
    generator = f"{pathlib.Path(__file__).name} with botocore {botocore.__version__}"
    services = WEB + [service(session, name) for name in SERVICES]
    lines = ",\n".join(json.dumps(service, separators=(",", ":")) for service in services)
    text = f'{{"generator": {json.dumps(generator)}, "services": [\n{lines}\n]}}\n'
    pathlib.Path(__file__).with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main()
