"""Everything that HTTP can refuse, as problem details (RFC 9457) with a stable code."""

from __future__ import annotations

import logging
from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rooms.refused import REFUSALS
from server.bodies import Problem
from server.journal import JournalFailed
from server.protocol import Refusal

log = logging.getLogger("intermingle.http")

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-json": (400, "The body is not JSON."),
    "bad-body": (400, "The body has a wrong shape."),
    "bad-query": (400, "The address has a parameter that cannot be used."),
    "no-cookie": (401, "This browser has not come by a link for this role."),
    "foreign-page": (403, "Another site's page may not do this."),
    "no-rehearsals": (403, "Events at another speed are not allowed on this server."),
    "shut-out": (403, "The host took you out of the event."),
    "no-page": (404, "There is no such address."),
    "no-event": (404, "There is no such event."),
    "no-person": (404, "There is no such person in this event."),
    "no-link": (404, "There is no such link."),
    "bad-link": (404, "The link is unknown or no longer valid."),
    "bad-code": (404, "The event code is unknown."),
    "no-plan": (404, "There is no plan yet."),
    "no-time": (404, "The event has no time yet."),
    "bad-method": (405, "The address cannot be used that way."),
    "not-joined": (409, "The guest has not joined yet."),
    "too-many-seats": (409, "Too many people on one device."),
    "too-big": (413, "The body is too big."),
    "too-many-tries": (429, "Too many tries."),
    "fault": (500, "Something broke on our side."),
    "not-saved": (503, "The server cannot save anything at the moment."),
    "busy": (503, "The server has too much to do."),
    "restarting": (503, "The server is restarting."),
}
"""Code → status and title. Refused commands come with their own codes as well."""

TYPED = frozenset(
    {
        "blank",
        "too-long",
        "bad-email",
        "bad-zone",
        "bad-time",
        "bad-rate",
        "bad-minutes",
        "bad-size",
        "too-many-rounds",
        "too-many-people",
    }
)
"""Refusals of what was typed: 422. The others are about the state of the event: 409."""


class Trouble(Exception):
    """Ends a request. `detail` is a sentence for people that says what to do."""

    def __init__(self, code: str, detail: str, *, status: int = 0) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.status = status or PROBLEMS[code][0]

    @property
    def title(self) -> str:
        return PROBLEMS[self.code][1] if self.code in PROBLEMS else REFUSALS.get(self.code, "Refused.")


def refused(code: str, message: str) -> Trouble:
    """A command that `rooms` or the event's actor refused."""
    if code in PROBLEMS:
        return Trouble(code, message)
    return Trouble(code, message, status=422 if code in TYPED else 409)


def of_refusal(refusal: Refusal) -> Trouble:
    return refused(refusal.code, refusal.message)


def answer(trouble: Trouble) -> Response:
    problem = Problem("about:blank", trouble.title, trouble.status, trouble.detail, trouble.code)
    headers = {"Cache-Control": "no-store"}
    if trouble.status == 429:
        headers["Retry-After"] = "60"
    return Response(
        msgspec.json.encode(problem), trouble.status, headers, media_type="application/problem+json"
    )


# For starlette's exception handlers


async def on_trouble(_: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, Trouble)
    return answer(trouble)


async def on_http(request: Request, error: Exception) -> Response:
    """Starlette's own: no such route, or not by that method."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            return answer(Trouble("no-page", "There is no such address. It may have a typing mistake."))
        case 405:
            response = answer(Trouble("bad-method", f"{request.method} is not possible here."))
            response.headers["Allow"] = (error.headers or {}).get("Allow", "")
            return response
    return answer(Trouble("bad-body", HTTPStatus(error.status_code).phrase, status=error.status_code))


async def on_journal_failed(_: Request, error: Exception) -> Response:
    log.error("not saved", extra={"why": str(error)})
    return answer(
        Trouble("not-saved", "Nothing can be saved at the moment. Please tell whoever runs this server.")
    )


async def on_fault(request: Request, error: Exception) -> Response:
    """A bug. The address is not logged: it may hold an id of a person."""
    log.error("request failed", extra={"method": request.method}, exc_info=error)
    return answer(Trouble("fault", "Something broke on our side. Try again; if this stays, tell your host."))


HANDLERS = {
    Trouble: on_trouble,
    HTTPException: on_http,
    JournalFailed: on_journal_failed,
    Exception: on_fault,
}
