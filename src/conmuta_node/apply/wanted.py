"""What the server wants in force here, and what became of it, as the agent remembers it."""

from collections.abc import Iterable
from dataclasses import dataclass

from conmuta_node.apply.plans import folder_name, is_slug
from conmuta_node.memory import Memory, put_fact
from conmuta_plan.codec import decode, encode
from conmuta_plan.node import Manifest, NodeSettings, Outcome, TenantOutcome, TenantRevision


@dataclass(frozen=True, slots=True)
class Settled:
    """A revision that was tried: in force, or refused for `reason`."""

    revision: int
    folder: str
    reason: str


class Wanted:
    """The manifest as far as it is known, level by level and not change by change."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def take(self, manifest: Manifest) -> None:
        """Remember a manifest; all of it or nothing."""
        with self._memory.transaction() as sql:
            put_fact(sql, "revision", str(manifest.revision))
            put_fact(sql, "settings", encode(manifest.settings).decode())
            sql.executemany("DELETE FROM wanted WHERE tenant = ?", [(t,) for t in manifest.removed])
            sql.executemany(
                "INSERT INTO wanted VALUES (?, ?, ?) ON CONFLICT (tenant) "
                "DO UPDATE SET revision = excluded.revision, digest = excluded.digest",
                [(c.tenant, c.revision, c.digest) for c in manifest.changed if is_slug(c.tenant)],
            )
            sql.executemany(
                "INSERT OR IGNORE INTO commands (id, kind, tenant, body, state) "
                "VALUES (?, ?, ?, ?, 'new')",
                [(c.id, c.kind, c.tenant, c.body) for c in manifest.commands],
            )

    def revision(self) -> int:
        """The revision up to which changes are known."""
        return int(self._memory.fact("revision", "0"))

    def last_command(self) -> int:
        """The highest command id on disk, 0 at first."""
        rows = self._memory.rows("SELECT coalesce(max(id), 0) FROM commands")
        return int(str(rows[0][0]))

    def settings(self) -> NodeSettings | None:
        """How Asterisk is to listen; None before the first manifest."""
        text = self._memory.fact("settings")
        return decode(text.encode(), NodeSettings) if text else None

    def tenants(self) -> dict[str, TenantRevision]:
        """The revision wanted of each tenant."""
        rows = self._memory.rows("SELECT tenant, revision, digest FROM wanted")
        return {
            str(t): TenantRevision(tenant=str(t), revision=int(str(r)), digest=str(d))
            for t, r, d in rows
        }

    def settled(self) -> dict[str, Settled]:
        """What became of each tenant's revision that was last tried."""
        rows = self._memory.rows("SELECT tenant, revision, folder, refused FROM outcomes")
        return {str(t): Settled(int(str(r)), str(f), str(why)) for t, r, f, why in rows}

    def settle(self, results: dict[str, Settled]) -> None:
        """Remember what became of revisions."""
        with self._memory.transaction() as sql:
            sql.executemany(
                "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?)",
                [(t, s.revision, s.folder, s.reason) for t, s in results.items()],
            )

    def reopen(self, tenant: str) -> None:
        """The tenant's wanted revision is tried again."""
        with self._memory.transaction() as sql:
            sql.execute("DELETE FROM outcomes WHERE tenant = ?", (tenant,))

    def reopen_refused(self, phrase: str) -> None:
        """Tenants whose refusal's reason has `phrase` are tried again."""
        with self._memory.transaction() as sql:
            sql.execute("DELETE FROM outcomes WHERE instr(refused, ?) > 0", (phrase,))

    def forget(self, tenant: str) -> None:
        """The tenant is gone from this node."""
        with self._memory.transaction() as sql:
            sql.execute("DELETE FROM outcomes WHERE tenant = ?", (tenant,))
            sql.execute("DELETE FROM pushed WHERE tenant = ?", (tenant,))

    def open_tenants(self) -> dict[str, TenantRevision]:
        """Tenants whose wanted revision was not tried yet (with today's compiler)."""
        settled = self.settled()
        return {
            tenant: want
            for tenant, want in self.tenants().items()
            if tenant not in settled or settled[tenant].folder != folder_name(want.digest)
        }

    def note_same_plans(self) -> None:
        """A new revision number with a plan that was tried before has the same outcome."""
        settled = self.settled()
        changed = {
            tenant: Settled(want.revision, settled[tenant].folder, settled[tenant].reason)
            for tenant, want in self.tenants().items()
            if tenant in settled
            and settled[tenant].folder == folder_name(want.digest)
            and settled[tenant].revision != want.revision
        }
        if changed:
            self.settle(changed)

    def clashing(self, leaving: Iterable[str] = ()) -> dict[str, str]:
        """Tenant → the one wanted before it whose name is the beginning of its own, or the reverse.

        Companies `a` and `a-b` would share queues, groups and contexts. Those `leaving` are wanted
        no more, but are still in force.
        """
        rows = self._memory.rows("SELECT tenant FROM wanted ORDER BY rowid")
        accepted: dict[str, str] = {}  # a name, or the beginning of one → whose
        clashes: dict[str, str] = {}
        whole: set[str] = set()
        for tenant in (*sorted(leaving), *(str(row[0]) for row in rows)):
            begins = _beginnings(tenant)
            other = accepted.get(tenant) or next((b for b in begins if b in whole), "")
            if other:
                clashes[tenant] = other
                continue
            whole.add(tenant)
            accepted |= dict.fromkeys(begins, tenant)
        return clashes

    def outcomes(self) -> tuple[TenantOutcome, ...]:
        """For the report."""
        return tuple(
            TenantOutcome(
                tenant=tenant,
                revision=settled.revision,
                outcome=Outcome.REFUSED if settled.reason else Outcome.IN_FORCE,
                reason=settled.reason,
            )
            for tenant, settled in sorted(self.settled().items())
        )


def _beginnings(tenant: str) -> list[str]:
    """`a-b-c` begins with `a` and with `a-b`."""
    parts = tenant.split("-")
    return ["-".join(parts[:count]) for count in range(1, len(parts))]
