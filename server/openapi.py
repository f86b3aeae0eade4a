"""The OpenAPI 3.1 description of /api/v1, made from the operations that are served."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from server.bodies import Problem
from server.operations import BASE, Operation
from server.problems import PROBLEMS, TYPED

ROUTE_PARAMETER = re.compile(r"{(\w+)}")
REFERENCE = "#/components/schemas/{name}"
ALWAYS = ("fault", "not-saved")
WITH_BODY = ("bad-json", "bad-body", "too-big")


def describe(operations: Iterable[Operation], origin: str) -> dict[str, Any]:
    listed = tuple(operations)
    types = [each for one in listed for each in (one.body, one.answer) if is_type(each)]
    _, schemas = msgspec.json.schema_components([*types, Problem], ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        paths.setdefault(BASE + each.path, {})[each.method.lower()] = operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Intermingle",
            "version": "1",
            "description": "Events, links and files. What is live goes over a WebSocket: docs/protocol.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def operation(each: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.handler.__name__,
        "summary": each.summary,
        "responses": responses(each),
    }
    parameters = [path_parameter(name) for name in ROUTE_PARAMETER.findall(each.path)]
    parameters += [query_parameter(name, meaning) for name, meaning in each.query]
    if parameters:
        described["parameters"] = parameters
    if each.body is not None:
        described["requestBody"] = {"required": True, "content": content(each.body)}
    return described


def path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def query_parameter(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}


def responses(each: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": each.summary}
    if each.answer is not None:
        good["content"] = content(each.answer)
    found = {str(each.status): good}
    problem = {"application/problem+json": {"schema": schema(Problem)}}
    codes = [*each.problems, *(WITH_BODY if is_type(each.body) else ()), *ALWAYS]
    for code in codes:
        status = str(status_of(code))
        entry = found.setdefault(status, {"description": "", "content": problem})
        entry["description"] = f"{entry['description']} {code}".strip()
    return found


def status_of(code: str) -> int:
    return PROBLEMS[code][0] if code in PROBLEMS else 422 if code in TYPED else 409


def content(what: Any) -> dict[str, Any]:
    if is_type(what):
        return {"application/json": {"schema": schema(what)}}
    return {what: {"schema": {"type": "string", "format": "binary"}}}


def schema(what: Any) -> dict[str, Any]:
    (found,), _ = msgspec.json.schema_components([what], ref_template=REFERENCE)
    return dict(found)


def is_type(what: Any) -> bool:
    return what is not None and not isinstance(what, str)
