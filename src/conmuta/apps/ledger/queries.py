"""Who is blocked now."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from conmuta.apps.ledger.contracts import BlockView
from conmuta.apps.ledger.errors import NoSuchBlock
from conmuta.apps.ledger.models import Block
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


def blocks(scope: Scope) -> list[BlockView]:
    """Who is shut now: in a tenant's scope its own, in an operator's those of its tenants, in the
    system's everybody's; the longest first. An extension that several nodes shut is told once."""
    slugs = {pk: slug for slug, pk in tenancy.slugs(scope).items()}
    if scope.operator_id is None:
        rows = still_open(Block.objects.within(scope))
        return _views(rows, slugs)
    with Scope.system(scope.actor).active() as system:
        rows = still_open(Block.objects.within(system).filter(tenant_id__in=slugs))
        return _views(rows, slugs)


def block(scope: Scope, extension: str = "") -> BlockView:
    """The block of one extension, or of the whole company. Raises `NoSuchBlock`."""
    for each in blocks(scope):
        if each.extension == extension:
            return each
    raise NoSuchBlock(who=extension or tenancy.tenant_of(scope).slug)


def was_blocked(scope: Scope, extension: str = "") -> bool:
    """Whether there is a block, or was one that is lifted or over."""
    return Block.objects.within(scope).filter(extension=extension).exists()


def still_open(rows: QuerySet[Block]) -> QuerySet[Block]:
    """Those that nobody has lifted, and whose time is not over."""
    return rows.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted_at=None)


def _views(rows: QuerySet[Block], slugs: dict[int, str]) -> list[BlockView]:
    found: dict[tuple[int, str], BlockView] = {}
    for row in rows.order_by("at"):
        key = row.tenant_id, row.extension
        if row.tenant_id in slugs and key not in found:
            found[key] = _view(row, slugs[row.tenant_id])
    return list(found.values())


def _view(row: Block, tenant: str) -> BlockView:
    return BlockView(
        tenant=tenant,
        extension=row.extension,
        reason=row.reason,
        number=row.number,
        at=row.at,
        until=row.until,
    )
