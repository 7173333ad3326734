"""Checks what goes to Stripe and what comes back against Stripe's own OpenAPI description.

`CheckedStripeClient` is an HTTP client for the Stripe SDK that does so for every exchange. The subset of the
description and its provenance are in `tests/data/stripe/`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_FILE = Path(__file__).parents[1] / "data" / "stripe" / "openapi-subset.json"
_ROOT = "urn:stripe"

Json = dict[str, Any]


class SpecViolationError(AssertionError):
    """A request or a response that Stripe's description does not allow."""


@dataclass(frozen=True)
class _Described:
    """One operation: where its parameters and its answers are described."""

    name: str
    operation: Json

    def request_schema(self, method: str) -> Json:
        # A deletion's body is empty in Stripe's description but for a few; the SDK sends those in the query.
        if method == "POST" or (method == "DELETE" and "requestBody" in self.operation):
            content = self.operation["requestBody"]["content"]
            schema: Json = content["application/x-www-form-urlencoded"]["schema"]
            return schema
        parameters = [item for item in self.operation.get("parameters", []) if item["in"] == "query"]
        return {
            "type": "object",
            "properties": {item["name"]: item["schema"] for item in parameters},
            "required": [item["name"] for item in parameters if item.get("required")],
            "additionalProperties": False,
        }

    def response_schema(self, status: int) -> Json:
        answers = self.operation["responses"]
        answer = answers.get(str(status), answers["default"])
        schema: Json = answer["content"]["application/json"]["schema"]
        return schema


class Description:
    """Stripe's description, made ready for JSON Schema draft 2020-12."""

    def __init__(self, spec: Json) -> None:
        self._paths = [
            (path.count("{"), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path, methods)
            for path, methods in spec["paths"].items()
        ]
        self._paths.sort(key=lambda entry: entry[0])
        self._schemas: Json = spec["components"]["schemas"]
        closed = {"components": {"schemas": {name: _adapted(s) for name, s in self._schemas.items()}}}
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, DRAFT202012.create_resource(closed))
        self._validators: dict[str, Draft202012Validator] = {}

    def check_request(self, method: str, path: str, encoded: str) -> None:
        """Validate a form body or query string.

        Raises:
            SpecViolationError: an operation, parameter or value that the description does not know.
        """
        described = self._find(method, path)
        schema = described.request_schema(method)
        given = self._coerced(_unflattened(parse_qsl(encoded, keep_blank_values=True)), schema)
        self._validate(given, schema, f"request {described.name}")

    def check_response(self, method: str, path: str, status: int, body: Json) -> None:
        """Validate an answer, its set of keys included, and the object inside each event.

        Raises:
            SpecViolationError: a value, or a key, that the description does not know.
        """
        described = self._find(method, path)
        self._validate(body, described.response_schema(status), f"response {status} {described.name}")
        for event in [body, *body.get("data", [])] if isinstance(body.get("data"), list) else [body]:
            if event.get("object") == "event":
                self.check_event(event)

    def check_event(self, event: Json) -> None:
        """Validate an event and the object it carries, which the description leaves open.

        Raises:
            SpecViolationError: see `check_response`.
        """
        self._validate(event, {"$ref": "#/components/schemas/event"}, "event")
        subject = event["data"]["object"]
        if event["type"] == "invoice.upcoming":
            # Stripe's pages say that this one invoice has no id, which the description asks of all.
            subject = {"id": "in_none", **subject}
        name = subject["object"]
        self._validate(subject, {"$ref": f"#/components/schemas/{name}"}, f"event's {name}")

    def operations(self) -> set[tuple[str, str]]:
        """Name every operation by its method and its path, with {} for each id."""
        return {
            (method.upper(), re.sub(r"\{[^}]+\}", "{}", path))
            for _, _, path, methods in self._paths
            for method in methods
        }

    def parameters(self, method: str, path: str) -> set[str]:
        """Name the parameters an operation takes."""
        return set(self._find(method, path).request_schema(method)["properties"])

    def _find(self, method: str, path: str) -> _Described:
        for _, pattern, template, methods in self._paths:
            if pattern.fullmatch(path) and method.lower() in methods:
                return _Described(f"{method} {template}", methods[method.lower()])
        raise SpecViolationError(f"Stripe's description has no {method} {path}")

    def _validate(self, value: object, schema: Json, where: str) -> None:
        if where not in self._validators:
            self._validators[where] = self._validator(_adapted(schema, close=where.startswith("response")))
        error = best_match(self._validators[where].iter_errors(value))
        if error is not None:
            raise SpecViolationError(f"{where}: {error.json_path}: {error.message[:500]}")

    def _validator(self, schema: Json) -> Draft202012Validator:
        absolute = json.loads(json.dumps(schema).replace('"#/', f'"{_ROOT}#/'))
        return Draft202012Validator(absolute, registry=self._registry)

    def _coerced(self, value: Any, schema: Json) -> Any:  # noqa: ANN401 - any JSON value
        """Turn the strings of a form into what the schema wants, where they can be."""
        if "$ref" in schema:
            return self._coerced(value, self._schemas[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return self._coerced_to_any(value, schema["anyOf"])
        kind = schema.get("type")
        if isinstance(value, dict):
            properties, rest = schema.get("properties", {}), schema.get("additionalProperties")
            others = rest if isinstance(rest, dict) else {}
            return {name: self._coerced(item, properties.get(name, others)) for name, item in value.items()}
        if isinstance(value, list):
            return [self._coerced(item, schema.get("items", {})) for item in value]
        return _scalar(value, str(kind))

    def _coerced_to_any(self, value: Any, branches: Iterable[Json]) -> Any:  # noqa: ANN401 - any JSON value
        for branch in branches:
            candidate = self._coerced(value, branch)
            if self._validator(_adapted(branch, close=False)).is_valid(candidate):
                return candidate
        return value


@cache
def stripe_description() -> Description:
    """Read the subset once a process."""
    return Description(json.loads(_FILE.read_text()))


class CheckedStripeClient(stripe.RequestsClient):
    """The SDK's HTTP client, each of whose exchanges must be what Stripe describes."""

    def __init__(self, timeout: float = 15) -> None:
        super().__init__(timeout=timeout)

    # The SDK's RequestsClient differs from its base class in the same way.
    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request and check it and its answer.

        Raises:
            SpecViolationError: the description does not allow the one or the other.
        """
        parts = urlsplit(url)
        verb = method.upper()
        encoded = post_data or "" if verb == "POST" else parts.query
        stripe_description().check_request(verb, parts.path, encoded)
        content, status, answered = super().request(method, url, headers, post_data)
        stripe_description().check_response(verb, parts.path, status, json.loads(content))
        return content, status, answered


def _adapted(schema: Any, *, close: bool = True) -> Any:  # noqa: ANN401 - schemas nest every JSON type
    """Rewrite OpenAPI 3.0 for draft 2020-12; `close` forbids keys that an object does not name.

    An enum that Stripe marks as growing is left open.
    """
    if isinstance(schema, list):
        return [_adapted(item, close=close) for item in schema]
    if not isinstance(schema, dict):
        return schema
    adapted: Json = {
        name: {key: _adapted(item, close=close) for key, item in value.items()}
        if name == "properties"
        else value
        if name == "enum"
        else _adapted(value, close=close)
        for name, value in schema.items()
        if name not in ("nullable", "x-expandableFields", "x-resourceId")
    }
    if adapted.pop("x-stripeBypassValidation", False):
        adapted.pop("enum", None)
    if close and adapted.get("properties") and "additionalProperties" not in adapted:
        adapted["additionalProperties"] = False
    return {"anyOf": [adapted, {"type": "null"}]} if schema.get("nullable") is True else adapted


def _scalar(text: str, kind: str) -> object:
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _unflattened(pairs: Iterable[tuple[str, str]]) -> Json:
    tree: Json = {}
    for key, value in pairs:
        parts = re.findall(r"[^\[\]]+", key)
        place = tree
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - a decoded value is a string, a list or a dictionary
    if not isinstance(value, dict):
        return value
    items = {name: _with_lists(item) for name, item in value.items()}
    return list(items.values()) if items and all(name.isdigit() for name in items) else items
