"""A request that was not done: what, where, found against allowed, and what to do about it."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.http import JsonResponse


@dataclass(frozen=True)
class Fault:
    """One field. `found` is what came, `allowed` what may come; both short, as text."""

    where: str
    what: str
    found: str = ""
    allowed: str = ""


class Problem(Exception):
    """`code` is for programs, `what` and `remedy` for people; `more` stands beside the error."""

    def __init__(
        self,
        status: int,
        code: str,
        what: str,
        remedy: str,
        *,
        fields: list[Fault] | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(what)
        self.status, self.code, self.what, self.remedy = status, code, what, remedy
        self.fields, self.headers, self.more = fields or [], headers or {}, more

    def response(self, reference: str) -> JsonResponse:
        error = {
            "code": self.code,
            "what": self.what,
            "fields": [asdict(fault) for fault in self.fields],
            "remedy": self.remedy,
            "reference": reference,
        }
        return JsonResponse({"error": error, **self.more}, status=self.status, headers=self.headers)


def new_reference() -> str:
    """What a person quotes and the log knows."""
    return secrets.token_hex(6)


def invalid(where: str, what: str, *, found: object = "", allowed: str = "") -> Problem:
    """One field is wrong."""
    fault = Fault(where, what, str(found)[:120], allowed)
    return Problem(422, "invalid", what, "Correct the field and send again.", fields=[fault])


def not_there(what: str) -> Problem:
    remedy = "Check the number, and that the token's team owns the account."
    return Problem(404, "not_found", f"There is no such {what}.", remedy)
