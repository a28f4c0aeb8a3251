#!/usr/bin/env python3
"""Holds the service against its description: schemathesis sends what the description allows and what it forbids, and
every answer must be one that is described, in the form that is described, and never a fault of the service.

usage: run.py PROGRAM SCHEMATHESIS    (tests/run calls it; it needs half a gigabyte and some two minutes)

Everything is seeded. It ends with 0 if nothing was found.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESIGN = {
    "version": 1, "name": "Hello", "garment": "tee", "color": "navy", "technique": "dtf",
    "placements": [{"area": "front", "layers": [{
        "id": "words", "type": "text", "text": "HELLO", "font": "Anton", "size": 60, "fill": "ink:white",
        "x": 177.8, "y": 120,
    }]}],
}
SCOPES = ["orders:read", "orders:write", "shop:read", "shop:write", "events"]
EXAMPLES = 8
# How what is wrong is refused.
REFUSALS = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
# A body of the right form may still name what is not there.
ACCEPTABLE = ["2xx", "3xx", *REFUSALS]


class Service:
    """The program over a scratch folder, with a customer and one of everything."""

    def __init__(self, program, folder):
        self.common = [program, "--assets", str(ROOT), "--data", str(folder / "data"), "--color", "never"]
        self.key = self.make_key("tests")
        self.spare_key = self.make_key("spare")
        self.log = open(folder / "log", "w+")
        serve = [*self.common, "serve", "--listen", "127.0.0.1:0", "--workers", "2"]
        self.process = subprocess.Popen(serve, stderr=subprocess.PIPE, text=True)
        self.base = None
        for line in self.process.stderr:
            self.log.write(line)
            found = re.search(r"ready at (http://\S+)", line)
            if found:
                self.base = found[1]
                break
        if self.base is None:
            sys.exit("the service did not start")
        # The rest of the log must be read, or the service waits for it.
        self.logger = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=self.log)
        self.cookie = ""

    def make_key(self, name):
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        made = subprocess.run([*self.common, "keys", "create", "--name", name, *scopes], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=True)
        return made.stdout.strip()

    def call(self, method, path, body=None, headers=(), media_type="application/json"):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        for name, value in [("Cookie", self.cookie), ("Content-Type", media_type), *headers]:
            request.add_header(name, value)
        with urllib.request.urlopen(request) as answer:
            cookie = answer.headers.get("Set-Cookie")
            if cookie:
                self.cookie = cookie.split(";")[0]
            return json.load(answer)

    def bearer(self):
        return "Authorization", f"Bearer {self.key}"

    def save(self):
        return self.call("POST", "/api/v1/designs", DESIGN)["id"]

    def upload(self, size):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="{size}" height="5"/></svg>'
        head = 'Content-Disposition: form-data; name="file"; filename="a.svg"'
        form = f"--line\r\n{head}\r\n\r\n{svg}\r\n--line--\r\n".encode()
        return self.call("POST", "/api/v1/uploads", form, media_type="multipart/form-data; boundary=line")["id"]

    def hook(self, name):
        url = {"url": f"https://shop.example/{name}"}
        return self.call("POST", "/api/v1/webhooks", url, [self.bearer()])["id"]

    def order(self, design, key):
        order = {"lines": [{"design": design, "size": "M", "quantity": 2}], "contact": {"name": "Jo"}}
        placed = self.call("POST", "/api/v1/orders", order, [("Idempotency-Key", key)])
        approval = {"hash": placed["hash"], "name": "Jo"}
        self.call("POST", f"/api/v1/orders/{placed['id']}/approval", approval)
        return placed["id"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.logger.wait(30)


def ids(service, description):
    """What stands for the parts of each address: of what is deleted there is one of its own."""
    design = service.save()
    share = service.call("POST", f"/api/v1/designs/{design}/shares")
    keys = service.call("GET", "/api/v1/keys", headers=[service.bearer()])
    spare = next(key["id"] for key in keys if key["name"] == "spare")
    linked = service.save()
    link = service.call("POST", f"/api/v1/designs/{linked}/shares")["token"]
    order = service.order(design, "one")
    moved = service.order(design, "two")
    named = {
        "/designs/": {"id": design, "view": "front"},
        "/shared/": {"token": share["url"].rsplit("/", 1)[1], "view": "front"},
        "/uploads/": {"id": service.upload(5)},
        "/webhooks/": {"id": service.hook("kept")},
        "/orders/": {"id": order, "name": "1-front.png"},
        "/keys/": {"id": spare},
    }
    of_call = {
        "DELETE /api/v1/designs/{id}": {"id": service.save()},
        "DELETE /api/v1/designs/{id}/shares": {"id": service.save()},
        "DELETE /api/v1/designs/{id}/shares/{token}": {"id": linked, "token": link},
        "DELETE /api/v1/uploads/{id}": {"id": service.upload(6)},
        "DELETE /api/v1/webhooks/{id}": {"id": service.hook("gone")},
        "PUT /api/v1/orders/{id}/status": {"id": moved},
    }
    found = {}
    for path, calls in description["paths"].items():
        known = next((parts for prefix, parts in named.items() if prefix in path), {})
        for method, call in calls.items():
            name = f"{method.upper()} {path}"
            parts = {**known, **of_call.get(name, {})}
            # The catalogue's parts have examples.
            for parameter in call.get("parameters", []):
                if parameter["in"] == "path" and "example" in parameter:
                    parts.setdefault(parameter["name"], parameter["example"])
            wanted = {part: value for part, value in parts.items() if f"{{{part}}}" in path}
            if wanted:
                found[name] = wanted
    return found


def described(service):
    with urllib.request.urlopen(f"{service.base}/api/openapi.json") as answer:
        description = json.load(answer)
    # The generator cannot make documents whose layers hold layers, and other layers only multiply the calls: the
    # schema of a design has tests of its own.
    layer = description["components"]["schemas"]["DesignLayer"]
    layer["oneOf"] = [form for form in layer["oneOf"] if form["$ref"].endswith("/DesignText")]
    assert len(layer["oneOf"]) == 1, layer
    # After this one nothing would be there for the others.
    del description["paths"]["/api/v1/me"]
    # A print file costs many points: hundreds of documents that are refused would empty the bucket.
    body = description["paths"]["/api/v1/artworks"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"] = {"type": "object", "const": DESIGN}
    return description


def configured(service, parts):
    text = json.dumps
    lines = [
        # One worker: the generator is not safe with threads, and a run shall be like the one before.
        "seed = 1", "workers = 1", "continue-on-failure = true", "warnings = false",
        # A busy machine is no failure.
        'suppress-health-check = ["too_slow"]',
        f'headers = {{ Authorization = {text("Bearer " + service.key)}, Cookie = {text(service.cookie)} }}',
        "[generation]", f"max-examples = {EXAMPLES}", 'database = "none"', "no-shrink = true",
        "[checks]", f"positive_data_acceptance.expected-statuses = {text(ACCEPTABLE)}",
        f"negative_data_rejection.expected-statuses = {text(REFUSALS)}",
        "[phases]", "stateful.enabled = false",
    ]
    for name, values in parts.items():
        given = ", ".join(f"{text('path.' + part)} = {text(value)}" for part, value in values.items())
        lines += ["[[operations]]", f"include-name = {text(name)}", f"parameters = {{ {given} }}"]
    return "\n".join(lines) + "\n"


def run(schemathesis, service, folder, parts):
    """Whether a run finds nothing."""
    (folder / "schemathesis.toml").write_text(configured(service, parts))
    done = subprocess.run(
        [schemathesis, "--config-file", str(folder / "schemathesis.toml"), "run", str(folder / "openapi.json"),
         "--url", service.base, "--no-color"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    summary = done.stdout[done.stdout.find("Test cases:"):]
    print(done.stdout if done.returncode else summary, flush=True)
    return done.returncode == 0


def main():
    program, schemathesis = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="platen-api-"))
    service = Service(program, folder)
    failed = True
    try:
        description = described(service)
        (folder / "openapi.json").write_text(json.dumps(description))
        parts = ids(service, description)
        print("== as somebody who guesses", flush=True)
        # What was told in an answer is tried as well, and the key that it calls with must not be revoked.
        spare = {name: part for name, part in parts.items() if name.startswith("DELETE /api/v1/keys/")}
        guessed = run(schemathesis, service, folder, spare)
        print("== as somebody who knows the ids", flush=True)
        # These refuse most calls before the body is read.
        for call in (call for calls in description["paths"].values() for call in calls.values()):
            parameters = call.pop("parameters", [])
            call["parameters"] = [one for one in parameters if one["name"] not in ("If-Match", "transparent")]
        (folder / "openapi.json").write_text(json.dumps(description))
        known = run(schemathesis, service, folder, parts)
        failed = not (guessed and known)
    except urllib.error.HTTPError as error:
        print(error, error.read().decode())
    finally:
        service.stop()
        if failed:
            print(f"the service's log: {folder / 'log'}")
        else:
            shutil.rmtree(folder)
    sys.exit(failed)


if __name__ == "__main__":
    main()
