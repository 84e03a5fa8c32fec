"""What a tenant's calls cost, what it has paid, and how much it may spend.

What is sent, and what may still be spent, are texts of decimals ("12.50"); entries, rated calls and
statements have whole millionths. The currency stands beside.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Entry, RatedView, Statement
from conmuta.platform.errors import Invalid
from conmuta.platform.sentences import said
from conmuta.rest import shapes
from conmuta.rest.access import AT, needs, needs_keeper, scope_of
from conmuta.rest.once import once

router = Router(tags=["money"])

MICRO = 1_000_000
RATED = shapes.answered(RatedView)
STATEMENT = shapes.answered(Statement)
ENTRY = shapes.answered(Entry)
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$", examples=["12.50"])]


class AccountView(BaseModel):
    """`left` null: no limit; all null where calls are not billed. Entries: the newest first."""

    currency: str | None
    balance: str | None
    left: str | None
    entries: list[ENTRY]  # type: ignore[valid-type]


class Payment(BaseModel):
    """What was paid. `key` names the payment: the same one is never added twice."""

    model_config = ConfigDict(extra="forbid")
    amount: Amount
    key: Annotated[str, Field(min_length=1, max_length=80)]
    note: Annotated[str, Field(max_length=160)] = ""


class Correction(Payment):
    """What puts an account right, up or down, and why."""

    note: Annotated[str, Field(min_length=1, max_length=160)]


@router.get(f"{AT}/account", response=AccountView, operation_id="read_account")
@needs("account", "read")
def account(request: HttpRequest) -> Any:
    """What the tenant may still spend, and the last entries of its account."""
    found = rating.account(scope_of(request))
    if found is None:
        return {"currency": None, "balance": None, "left": None, "entries": []}
    funds = found.funds
    return {
        "currency": funds.currency,
        "balance": text_of(funds.balance),
        "left": None if funds.left is None else text_of(funds.left),
        "entries": [msgspec.to_builtins(each) for each in found.entries],
    }


@router.post(f"{AT}/account/payments", response=ENTRY, operation_id="top_up")
@needs_keeper("account", "write")
@once
def top_up(request: HttpRequest, body: Payment) -> tuple[int, Any]:
    """Adds what the tenant has paid; by its operator."""
    entry = rating.top_up(scope_of(request), micro_of(body.amount), body.key, body.note)
    return 200, msgspec.to_builtins(entry)


@router.post(f"{AT}/account/corrections", response=ENTRY, operation_id="correct_account")
@needs_keeper("account", "write")
@once
def correct(request: HttpRequest, body: Correction) -> tuple[int, Any]:
    """Puts the account right; by its operator."""
    entry = rating.correct(scope_of(request), micro_of(body.amount), body.key, body.note)
    return 200, msgspec.to_builtins(entry)


@router.get(f"{AT}/rated-calls", response=list[RATED], operation_id="list_rated_calls")  # type: ignore[valid-type]
@needs("account", "read")
def rated(
    request: HttpRequest,
    since: datetime,
    until: datetime,
    every_version: Annotated[bool, Query()] = False,  # noqa: FBT002 — a flag of the address
) -> Any:
    """What each call of a time cost; with `every_version`, also the figures that were replaced."""
    _refuse_wide(since, until)
    found = rating.rated_calls(scope_of(request), since, until, every_version=every_version)
    return [msgspec.to_builtins(each) for each in found]


@router.get(f"{AT}/statement", response=dict[str, STATEMENT], operation_id="read_statement")  # type: ignore[valid-type]
@needs("account", "read")
def statement(request: HttpRequest, since: datetime, until: datetime) -> Any:
    """What the calls of a time come to, by currency and destination."""
    _refuse_wide(since, until)
    return msgspec.to_builtins(rating.statements(scope_of(request), since, until))


def _refuse_wide(since: datetime, until: datetime) -> None:
    if since.tzinfo is None or until.tzinfo is None:
        raise Invalid(
            reason=said("write times with their offset, such as 2026-11-01T00:00:00-03:00.")
        )
    if not since < until or (until - since).days > 92:  # noqa: PLR2004 — a quarter
        raise Invalid(reason=said("`since` comes before `until`, 92 days at most."))


def micro_of(text: str) -> int:
    """Millionths of an amount that people write."""
    try:
        return int(Decimal(text) * MICRO)
    except InvalidOperation:
        raise Invalid(reason=said("{text} is no amount.", text=text)) from None


def text_of(micro: int) -> str:
    """An amount as people write it: no fewer than two decimals, no zeros after them."""
    whole = f"{Decimal(micro) / MICRO:.6f}"
    return whole.rstrip("0").ljust(whole.index(".") + 3, "0")
