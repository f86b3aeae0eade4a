"""How one HTTP operation is declared: the routes and the OpenAPI description are made from the same list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.problems import Trouble

BASE = "/api/v1"
JSON_LIMIT = 131_072  # bytes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operation:
    """`handler` returns a struct, answered as JSON, or a whole response. `problems`: its codes.

    `body`: a struct, or the media type of raw bytes. `answer`: a type, or the media type of a file.
    `query`: names of parameters, with what they mean.
    """

    method: str
    path: str  # below BASE
    handler: Callable[[Request], Awaitable[Any]]
    summary: str
    answer: Any
    body: Any = None
    status: int = 200
    query: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    def route(self) -> Route:
        async def endpoint(request: Request) -> Response:
            found = await self.handler(request)
            return found if isinstance(found, Response) else json_answer(found, self.status)

        return Route(BASE + self.path, endpoint, methods=[self.method])


def json_answer(value: Any, status: int = 200) -> Response:
    """Answers are about people, and true for a moment: nobody keeps them."""
    headers = {"Cache-Control": "no-store"}
    if value is None:
        return Response(status_code=204, headers=headers)
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


async def read_json(request: Request, type: type[T]) -> T:
    """The body as a struct; raises Trouble that names what is wrong with it."""
    data = await request.body()
    if len(data) > JSON_LIMIT:
        raise Trouble("too-big", f"A request of this kind may have {JSON_LIMIT // 1024} kB.")
    try:
        return msgspec.json.decode(data, type=type)
    except msgspec.ValidationError as error:
        raise Trouble("bad-body", f"The body has a wrong shape: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Trouble("bad-json", f"The body is not JSON: {error}.") from error


def read_query(request: Request, type: type[T]) -> T:
    """The address's parameters as a struct. A parameter given several times, or as "a,b", is a list."""
    given = {name: request.query_params[name] for name in request.query_params}
    lists = {name for name, kind in get_type_hints(type).items() if "tuple" in str(kind)}
    shaped = {name: value.split(",") if name in lists else value for name, value in given.items()}
    try:
        return msgspec.convert(shaped, type, strict=False)
    except msgspec.ValidationError as error:
        raise Trouble("bad-query", f"The address has a parameter that cannot be used: {error}.") from error
