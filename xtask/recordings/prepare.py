"""Makes what the recorded cases need besides Step Functions, and writes the cases as they are to be replayed.

  prepare.py ENDPOINT CASES OUT

The comparison calls Step Functions alone. So the functions of a case (`lambdas`) and its calls of other services are made here,
before it, and what those calls answered now stands in place of what AWS answered then: ids, URLs, ARNs.
"""

import ast
import collections
import io
import json
import random
import re
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Calls that belong behind the replay's start: they wait for what an execution sends.
LATER = {"ReceiveMessage"}


def client(endpoint, service):
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", config=config, **keys)


def fresh_names(case, salt):
    """Gives the tokens of a case names of their own, as long as before. The comparison would draw them, some twice."""
    return json.loads(re.sub(r"zq\d{2}(\d{4})", lambda token: f"{salt:04x}{token.group(1)}", json.dumps(case)))


def moved(case):
    """Puts the resources of a case into the engine's account."""
    for part in ("steps", "transformers", "lambdas"):
        of_services = re.sub(r"(arn:aws:(?!iam:)[a-z0-9-]+:[a-z0-9-]*:)1{12}:", r"\g<1>000000000000:", json.dumps(case[part]))
        case[part] = json.loads(of_services)
    return case


def create_function(endpoint, function):
    archive = io.BytesIO()
    suffix = "py" if function["runtime"].startswith("python") else "js"
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(f"handler.{suffix}", function["code"])
    client(endpoint, "lambda").create_function(
        FunctionName=function["name"],
        Runtime=function["runtime"],
        Handler="handler.handler",
        Role="arn:aws:iam::000000000000:role/function",
        Code={"ZipFile": archive.getvalue()},
        Timeout=function["timeout"] or 30,
        Environment={"Variables": function["envvars"] or {}},
    )


def as_parameters(value):
    """Recorded parameters as boto3 takes them."""
    if isinstance(value, dict):
        if set(value) == {"$repr"}:
            return ast.literal_eval(re.sub(r"^bytearray\((.*)\)$", r"\1", value["$repr"]))
        return {name: as_parameters(member) for name, member in value.items()}
    return [as_parameters(item) for item in value] if isinstance(value, list) else value


def answered(recorded, now):
    """Pairs of texts: what AWS answered, and what the engine does."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name in recorded.keys() & now.keys() - {"ResponseMetadata"}:
            yield from answered(recorded[name], now[name])
    elif isinstance(recorded, list) and isinstance(now, list):
        for one, other in zip(recorded, now):
            yield from answered(one, other)
    elif isinstance(recorded, str) and isinstance(now, str) and recorded != now and len(recorded) > 4:
        yield recorded, now


def call(endpoint, step, text):
    """Makes a step's call; answers the case's text with what it answered."""
    service = client(endpoint, step["svc"])
    name = next(name for name, operation in service.meta.method_to_api_mapping.items() if operation == step["op"])
    answer = getattr(service, name)(**as_parameters(step["params"]))
    for recorded, now in answered(step.get("response"), answer):
        text = text.replace(json.dumps(recorded)[1:-1], json.dumps(now)[1:-1])
    return text


def prepare(endpoint, case, salt):
    """The case as it is to be replayed, and what could not be made for it."""
    case = fresh_names(case, salt)
    if case["needs"] == ["none"]:
        return case, None
    case = moved(case)
    problem = None
    try:
        for function in case["lambdas"]:
            create_function(endpoint, function)
        for number in range(len(case["steps"])):
            step = case["steps"][number]
            if step["svc"] != "stepfunctions" and step["op"] not in LATER:
                case = json.loads(call(endpoint, step, json.dumps(case)))
    except (BotoCoreError, ClientError, KeyError) as error:
        problem = f"{case['id']}: {error}"
    return case, problem


def main():
    endpoint, source, target = sys.argv[1:4]
    with open(source) as lines:
        cases = [json.loads(line) for line in lines]
    first = random.randrange(0xF000 - len(cases))
    with ThreadPoolExecutor(4) as threads:
        prepared = list(threads.map(lambda pair: prepare(endpoint, pair[1], first + pair[0]), enumerate(cases)))
    with open(target, "w") as lines:
        for case, _ in prepared:
            lines.write(json.dumps(case) + "\n")
    problems = collections.Counter(problem for _, problem in prepared if problem)
    for problem in problems:
        print(f"not prepared: {problem}")
    print("needs:", ",".join(sorted({need for case, _ in prepared for need in case["needs"]})))


if __name__ == "__main__":
    main()
