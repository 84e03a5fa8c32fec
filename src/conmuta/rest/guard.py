"""Whom the fraud guard blocked, and which addresses nodes shut out: looked at, and let go."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from conmuta.apps.fleet import api as fleet
from conmuta.apps.ledger import api as ledger
from conmuta.apps.ledger.api import BlockView
from conmuta.apps.ledger.errors import NoSuchBlock
from conmuta.rest import lists
from conmuta.rest.access import (
    AT,
    AT_OPERATOR,
    needs,
    needs_operator,
    needs_platform,
    own_scope,
    scope_of,
)
from conmuta.rest.errors import OperatorLifts

router = Router(tags=["guard"])

WHOLE = "all"
"""The name of a whole company's block."""


class Block(BaseModel):
    """An extension that is blocked, or the whole company where `who` is `all`.

    `words` say why; `number` (E.164) is what was called; `until` null: until somebody lifts it.
    """

    tenant: str
    who: str
    reason: str
    words: str
    number: str
    at: datetime
    until: datetime | None


class Ban(BaseModel):
    """An address (IPv6: a /64) that nodes shut out; `words` say why."""

    address: str
    reason: str
    words: str
    nodes: list[str]
    at: datetime
    until: datetime


@router.get(f"{AT}/blocks", response=lists.page_shape(Block), operation_id="list_blocks")
@needs("blocks", "read")
def blocks(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """Who of the tenant is blocked now."""
    found = {_who(each): _block(each) for each in ledger.blocks(scope_of(request))}
    return lists.page(sorted(found), limit, after, found.__getitem__)


@router.get(
    f"{AT_OPERATOR}/blocks", response=lists.page_shape(Block), operation_id="list_operators_blocks"
)
@needs_operator("blocks", "read")
def operators_blocks(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """Who of the operator's tenants is blocked now."""
    all_of = ledger.blocks(scope_of(request))
    found = {f"{each.tenant}/{_who(each)}": _block(each) for each in all_of}
    return lists.page(sorted(found), limit, after, found.__getitem__)


@router.get(f"{AT}/blocks/{{who}}", response=Block, operation_id="read_block")
@needs("blocks", "read")
def one_block(request: HttpRequest, who: str) -> Any:
    """One block: of an extension, or `all` for the whole company's."""
    return _block(ledger.block(scope_of(request), _extension(who)))


@router.delete(f"{AT}/blocks/{{who}}", response={204: None}, operation_id="lift_block")
@needs("blocks", "write")
def lift_block(request: HttpRequest, who: str) -> HttpResponse:
    """Lifts it: what counted towards the ceiling counts no more. Lifted already, it stays so.

    A whole company's block is lifted by its operator alone.
    """
    scope, extension = scope_of(request), _extension(who)
    if not extension and own_scope(request).tenant_id is not None:
        raise OperatorLifts
    try:
        ledger.unblock(scope, extension)
    except NoSuchBlock:
        if not ledger.was_blocked(scope, extension):
            raise
    return HttpResponse(status=204)


@router.get("/bans", response=lists.page_shape(Ban), operation_id="list_bans")
@needs_platform("bans", "read")
def bans(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """Addresses that nodes shut out, as they told last; by the platform."""
    found = {each.address: each for each in fleet.bans(scope_of(request))}
    return lists.page(sorted(found), limit, after, lambda address: _ban(found[address]))


@router.get("/bans/{address}", response=Ban, operation_id="read_ban")
@needs_platform("bans", "read")
def one_ban(request: HttpRequest, address: str) -> Any:
    """The ban that an address is under."""
    return _ban(fleet.ban(scope_of(request), address))


@router.delete("/bans/{address}", response={204: None}, operation_id="lift_ban")
@needs_platform("bans", "write")
def lift_ban(request: HttpRequest, address: str) -> HttpResponse:
    """Lets the address in again, on every node, within seconds; where it is in, it stays so."""
    fleet.unban(scope_of(request), address)
    return HttpResponse(status=204)


def _extension(who: str) -> str:
    return "" if who == WHOLE else who


def _who(block: BlockView) -> str:
    return block.extension or WHOLE


def _block(block: BlockView) -> dict[str, Any]:
    return {
        "tenant": block.tenant,
        "who": _who(block),
        "reason": block.reason,
        "words": block.words,
        "number": block.number,
        "at": block.at,
        "until": block.until,
    }


def _ban(ban: fleet.BanView) -> dict[str, Any]:
    return {
        "address": ban.address,
        "reason": ban.reason,
        "words": ban.words,
        "nodes": list(ban.nodes),
        "at": ban.at,
        "until": ban.until,
    }
