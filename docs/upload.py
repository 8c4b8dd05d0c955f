#!/usr/bin/env python3
"""Uploads pictures and films, and tells where every size of them is.

    docs/upload.py lake.jpg film.mp4

Needs nothing but Python 3.9. Run it again after it was interrupted, and it goes on where it was: a file's name and content name the
request, and the same request is answered with the same media, fresh URLs, and which parts have arrived.
"""

import argparse
import base64
import hashlib
import http.client
import json
import mimetypes
import pathlib
import random
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

CREATE = """mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  media { id status }
  upload { url headers { name value } multipart { parts { number offset bytes received url } } }
  errors { code message }
} }"""
COMPLETE = "mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { errors { code message } } }"
MEDIA = """query ($id: ID!) { media(id: $id) {
  status progress rejection { code message } variants { name contentType width height bytes url }
} }"""

ATTEMPTS = 8
PARTS_AT_ONCE = 4


class Refused(Exception):
    """The API or the storage says no; trying again is in vain."""


class Expired(Exception):
    """A URL isn't good any more; a fresh one is."""


def say(line):
    print(line, file=sys.stderr, flush=True)


def send(request):
    """Sends a request, again and again as long as the way to the server fails."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            # 403 is an expired URL; 404 an upload that was completed or given up meanwhile.
            if error.code in (403, 404):
                raise Expired(text) from error
            if error.code < 500 and error.code != 429:
                raise Refused(f"{error.code} {text}") from error
            problem = f"{error.code} {text}"
        except (OSError, http.client.HTTPException) as error:
            problem = str(error)
        if attempt == 1:
            say(f"{request.host} fails, trying again: {problem}")
        if attempt < ATTEMPTS:
            time.sleep(random.uniform(0.5, 1) * min(20, 0.4 * 2 ** (attempt - 1)))
    raise Refused(f"{request.host} fails: {problem}")


class Api:
    """The media API, a GraphQL endpoint."""

    def __init__(self, url):
        self.url = url

    def run(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = json.loads(send(urllib.request.Request(self.url, body, {"content-type": "application/json"})))
        if answer.get("errors"):
            raise Refused(answer["errors"][0]["message"])
        (result,) = answer["data"].values()
        return result

    def mutate(self, query, **fields):
        result = self.run(query, input=fields)
        if result["errors"]:
            raise Refused("{message} ({code})".format(**result["errors"][0]))
        return result


def checksum_of(path):
    """The SHA-256 of a file, which need not fit into memory."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def put(url, headers, path, offset, length):
    """Sends a piece of a file. A part has 80 MiB at most."""
    with open(path, "rb") as file:
        file.seek(offset)
        piece = file.read(length)
    # Without a type of its own urllib would name one, which a part's URL isn't signed for.
    request = urllib.request.Request(url, piece, {"content-type": "", **headers}, method="PUT")
    send(request)


def send_file(path, size, create):
    """Sends what hasn't arrived; true when parts have to be put together."""
    for _ in range(ATTEMPTS):
        upload = create()["upload"]
        if upload is None:
            return False
        headers = {header["name"]: header["value"] for header in upload["headers"]}
        try:
            if upload["multipart"] is None:
                put(upload["url"], headers, path, 0, size)
                return False
            parts = upload["multipart"]["parts"]
            count = len(parts)

            def send_part(part):
                number = part["number"]
                if part["received"]:
                    say(f"{path.name}: part {number} of {count} is there")
                    return
                put(part["url"], headers, path, part["offset"], part["bytes"])
                say(f"{path.name}: part {number} of {count} sent")

            with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
                for _ in pool.map(send_part, parts):
                    pass
            return True
        except Expired:
            say(f"{path.name}: the URLs have expired, asking for fresh ones")
    raise Refused("the storage refuses every URL")


def upload(api, path):
    """Uploads a file and waits until every size of it is made; answers the media."""
    size = path.stat().st_size
    checksum = checksum_of(path)
    fields = {
        "fileName": path.name,
        "contentType": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        "bytes": size,
        "checksum": base64.b64encode(checksum).decode(),
    }
    key = hashlib.sha256(path.name.encode() + b"\n" + checksum).hexdigest()
    generation = 1
    # What was deleted or given up stays so: the same file is uploaded anew under another key.
    while (created := api.mutate(CREATE, idempotencyKey=f"{key}-{generation}", **fields))["media"]["status"] in (
        "CANCELED",
        "DELETED",
    ):
        generation += 1
    media_id = created["media"]["id"]

    def create():
        return api.mutate(CREATE, idempotencyKey=f"{key}-{generation}", **fields)

    if send_file(path, size, create):
        api.mutate(COMPLETE, id=media_id)
    return wait_for(api, path, media_id)


def wait_for(api, path, media_id):
    """The media once it is ready."""
    pause, told = 0.1, None
    while (media := api.run(MEDIA, id=media_id))["status"] in ("PENDING", "PROCESSING"):
        if media["progress"] and media["progress"] != told:
            told = media["progress"]
            say(f"{path.name}: {told} %")
        time.sleep(pause)
        pause = min(2, pause * 1.5)
    if media["status"] != "READY":
        reason = media["rejection"] or {"code": media["status"], "message": "it is gone"}
        raise Refused("{message} ({code})".format(**reason))
    return media


def main():
    parser = argparse.ArgumentParser(description="Uploads pictures and films, and tells where every size of them is.")
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--api", default="http://127.0.0.1:8080/media/graphql", help="default: %(default)s")
    arguments = parser.parse_args()
    api, failed = Api(arguments.api), False
    for path in arguments.files:
        try:
            media = upload(api, path)
        except (Refused, Expired, OSError) as error:
            say(f"{path.name}: {error}")
            failed = True
            continue
        for variant in media["variants"]:
            dimensions = f"{variant['width']}x{variant['height']}"
            print(path.name, variant["name"], variant["contentType"], dimensions, variant["url"], sep="\t", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
