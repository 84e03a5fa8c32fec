"""What every stream needs: whose a line is, and where what cannot be placed is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple

from conmuta.apps.calls import partitions
from conmuta.apps.calls.models import Quarantined
from conmuta.apps.calls.parsing import Event, Malformed, QueueEvent, Read, Row
from conmuta.apps.fleet.api import Batch
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


class Owned(NamedTuple, Generic[Row]):
    """A row and its tenant's id."""

    tenant: int
    row: Row


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose a channel is.

    A call within an operator's net has channels of two companies, and Asterisk hands the caller's
    account on to whatever the called one rings. So a name that says whose a channel is goes before
    the account: a telephone's by its domain, a gateway's, and a Local one's by its context.
    """

    slugs: Mapping[str, int]
    domains: Mapping[str, int]
    _seen: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope) -> "Owners":
        """All tenants that the scope may see."""
        return cls(tenancy.slugs(scope), tenancy.domains(scope))

    def find(self, channel: str, account: str) -> int | None:
        """The tenant's id; None where neither the channel's name nor its account tells."""
        if account and account not in self.slugs:
            return None  # of one who is no more: a domain may have a new owner since
        if channel not in self._seen:
            self._seen[channel] = self._by_name(channel)
        owner = self._seen[channel]
        return owner if owner is not None else self.slugs.get(account)

    def _by_name(self, channel: str) -> int | None:
        technology, _, rest = channel.partition("/")
        name = rest.rpartition("-")[0]
        before, _, after = name.rpartition("@")
        if technology == "Local":
            return self._by_prefix(after)
        if technology != "PJSIP":
            return None
        return self.domains.get(after) if before else self.slugs.get(name.partition("-gw-")[0])

    def _by_prefix(self, context: str) -> int | None:
        """A context is named `TENANT-…`; no tenant's name begins with another's and a hyphen."""
        parts = context.split("-")
        names = ("-".join(parts[:count]) for count in range(1, len(parts)))
        return next((self.slugs[name] for name in names if name in self.slugs), None)


def tenants_of(scope: Scope) -> dict[str, int]:
    """Each tenant's id by its slug."""
    return tenancy.slugs(scope)


AnyRead = Read[Event] | Read[QueueEvent]


def split(reads: Iterable[Read[Row] | Malformed]) -> tuple[list[Read[Row]], list[Malformed]]:
    """Rows, and lines that are none."""
    good: list[Read[Row]] = []
    bad: list[Malformed] = []
    for read in reads:
        if isinstance(read, Malformed):
            bad.append(read)
        else:
            good.append(read)
    return good, bad


class Unowned(NamedTuple):
    """A line whose tenant we do not know, by its place."""

    node: int
    batch: int
    line: int
    text: str
    tenant: str


def keep_malformed(batch: Batch, lines: Iterable[Malformed]) -> None:
    """Lines that are no rows, for a person to look at."""
    Quarantined.objects.bulk_create(
        Quarantined(
            node=batch.node_id,
            stream=str(batch.stream),
            batch=batch.number,
            line=bad.line,
            reason=Quarantined.MALFORMED,
            detail=bad.reason,
            content=bad.text,
        )
        for bad in lines
    )


def keep_orphans(stream: str, reads: Iterable[AnyRead]) -> None:
    """Rows of nobody that we know; `actions.release_quarantine` tries them again."""
    rows = ((read.row, read.text, read.tenant) for read in reads)
    keep_unowned(stream, (Unowned(r.node, r.batch, r.line, text, name) for r, text, name in rows))


def keep_unowned(stream: str, lines: Iterable[Unowned]) -> None:
    """As `keep_orphans`, for lines that never became rows."""
    Quarantined.objects.bulk_create(
        (
            Quarantined(
                node=each.node,
                stream=stream,
                batch=each.batch,
                line=each.line,
                reason=Quarantined.UNKNOWN_TENANT,
                detail=each.tenant,
                content=each.text,
            )
            for each in lines
        ),
        batch_size=1000,
    )


def make_partitions(reads: Iterable[AnyRead]) -> None:
    """Every month that these rows lie in."""
    starts = {read.row.started for read in reads}
    partitions.ensure({partitions.month_of(started) for started in starts})
