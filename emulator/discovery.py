# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Google's Discovery documents: which methods exist, how their URLs look, what their bodies hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

PLACEHOLDER = re.compile(r"\{(\+?)(\w+)\}")
VERSION = re.compile(r"^(?:\w+/)*?v\d\w*/")
COLLECTION_VERBS = {"list", "create", "insert", "aggregatedList", "batchEnable", "batchGet", "search"}


@dataclass(frozen=True)
class Method:
    """One method of an API: `id` is Google's (`sql.instances.insert`), `path` its URL template."""

    id: str
    http: str
    path: str
    parameters: dict
    request: str | None
    response: str | None
    document: Document

    @cached_property
    def pattern(self) -> re.Pattern:
        """What URLs it answers; compiled when first needed, since there are thousands."""
        return _pattern(self.path, self.parameters)

    @property
    def collection(self) -> str:
        """The Discovery resource it belongs to, e.g. `projects.secrets.versions`."""
        return ".".join(self.id.split(".")[1:-1])

    @property
    def verb(self) -> str:
        return self.id.rsplit(".", 1)[1]

    def target(self, params: dict) -> str:
        """The relative name of the resource or collection that the URL is about, e.g. `projects/p/secrets/s`."""
        path = self.path[len(self.document.prefix) :] if self.path.startswith(self.document.prefix) else self.path
        path = path.rsplit(":", 1)[0] if ":" in path.rsplit("/", 1)[-1] else path
        if self.verb not in COLLECTION_VERBS and "{" in path:
            path = path[: path.rindex("}") + 1]
        return PLACEHOLDER.sub(lambda match: params[match.group(2)], path).strip("/")


@dataclass
class Document:
    """One Discovery document; `service` is what a project enables (`sqladmin.googleapis.com`)."""

    key: str
    title: str
    service: str
    prefix: str
    schemas: dict
    methods: list = field(default_factory=list)


@cache
def load(key: str) -> Document:
    """Read the document `secretmanager.v1`. Raises FileNotFoundError when the installed package does not have it."""
    raw = json.loads((_directory() / f"{key}.json").read_text(encoding="utf-8"))
    methods = list(_walk(raw))
    prefix = next(filter(None, (VERSION.match(raw["servicePath"] + method["path"]) for method in methods))).group(0)
    document = Document(key, raw["title"], urlsplit(raw["rootUrl"]).netloc, prefix, raw["schemas"])
    document.methods = [_method(raw["servicePath"] + method["path"], method, document) for method in methods]
    return document


def _directory() -> Path:
    package = find_spec("googleapiclient.discovery_cache")
    if package is None or package.origin is None:
        raise FileNotFoundError("Google's Discovery documents are missing: pip install google-api-python-client")
    return Path(package.origin).parent / "documents"


def _walk(node: dict):
    yield from node.get("methods", {}).values()
    for child in node.get("resources", {}).values():
        yield from _walk(child)


def _method(path: str, raw: dict, document: Document) -> Method:
    parameters = raw.get("parameters", {})
    return Method(
        raw["id"],
        raw["httpMethod"],
        path,
        parameters,
        raw.get("request", {}).get("$ref"),
        raw.get("response", {}).get("$ref"),
        document,
    )


def _pattern(path: str, parameters: dict) -> re.Pattern:
    def group(match: re.Match) -> str:
        pattern = parameters.get(match.group(2), {}).get("pattern", "") if match.group(1) else ""
        return f"(?P<{match.group(2)}>{pattern.strip('^$') or '[^/]+'})"

    parts, position = [], 0
    for match in PLACEHOLDER.finditer(path):
        parts += [re.escape(path[position : match.start()]), group(match)]
        position = match.end()
    return re.compile("/" + "".join(parts) + re.escape(path[position:]))


class Router:
    """Finds the method for a URL; where several APIs share a URL the host decides, then the order of documents."""

    def __init__(self, documents):
        self.methods: dict[tuple, list[Method]] = {}
        for document in documents:
            for method in document.methods:
                self.methods.setdefault((method.http, method.path.split("/", 1)[0]), []).append(method)
        for bucket in self.methods.values():
            bucket.sort(key=lambda method: ":" not in method.path.rsplit("/", 1)[-1])
        self.match = lru_cache(maxsize=20000)(self._match)

    def _match(self, http: str, path: str, host: str) -> tuple[Method, dict] | None:
        found = []
        for method in self.methods.get((http, path.strip("/").split("/", 1)[0].split(":", 1)[0]), ()):
            match = method.pattern.fullmatch(path)
            if match:
                found.append((method, {name: unquote(value) for name, value in match.groupdict().items()}))
        named = [hit for hit in found if _serves(hit[0].document.service, host)]
        return next(iter(named or found), None)


def _serves(service: str, host: str) -> bool:
    return host == service or host.endswith("-" + service)


@cache
def names() -> frozenset[str]:
    """The names of all APIs that have a document."""
    return frozenset(path.name.split(".")[0] for path in _directory().glob("*.json"))


@cache
def title(name: str) -> str:
    """An API's title, or its name where there is no document."""
    path = next(iter(sorted(_directory().glob(f"{name}.v*.json"))), None)
    return json.loads(path.read_text(encoding="utf-8"))["title"] if path else name
