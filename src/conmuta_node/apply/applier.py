"""The loop that brings what is in force to what is wanted.

Level by level: it looks at what the memory wants and at what is linked, and never at what was
done before; so it converges from any death and with the server away. The first change after a
quiet second goes at once; those that come within the second go together.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from conmuta_node.apply.change import Changer, Move, Verdict
from conmuta_node.apply.claims import TAKEN, Claims, Clash
from conmuta_node.apply.features import Features
from conmuta_node.apply.node_files import NodeFiles
from conmuta_node.apply.plans import PlanStore, folder_name, is_operator
from conmuta_node.apply.stage import Staged, Stager
from conmuta_node.apply.wanted import Settled, Wanted
from conmuta_node.backoff import Backoff
from conmuta_node.errors import (
    AsteriskIsDown,
    NodeFault,
    PlanRefused,
    ServerAway,
    ServerRefused,
)
from conmuta_node.problems import Problems
from conmuta_plan.node import TenantRevision

log = structlog.get_logger()

RELOAD_SECONDS = 1.0  # between two reloads
FIRST_SECONDS = 60.0  # a first start waits so long for plans, to load them all at once
SWEEP_SECONDS = 3600.0
LOOK_AGAIN_SECONDS = 5.0
TRIES = 3  # of a plan with which Asterisk went down, before the plan is blamed
_DIES = "Asterisk stops when it reads this plan: {reason}"
_MEETS = "cannot be told from names within"
"""In the reason of each such refusal, by which it is known again."""
_CLASH = "The name {tenant} {meets} {other}, which was here first: give the company another name."


@dataclass(slots=True)
class Applier:
    """Stages in parallel, applies one change at a time."""

    wanted: Wanted
    store: PlanStore
    stager: Stager
    changer: Changer
    claims: Claims
    features: Features
    node_files: NodeFiles
    problems: Problems
    applied: Callable[[], None]
    """Called after the start and after each application: time for a report."""
    asterisk_lock: asyncio.Lock
    """Held while Asterisk is started, stopped or changed."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once Asterisk was brought up with what is on disk."""
    _staging: dict[str, tuple[str, asyncio.Task[None]]] = field(default_factory=dict)
    _ready: dict[str, Staged] = field(default_factory=dict)
    _to_settle: set[str] | None = None
    """Tenants whose telephones' features and agents are still to be settled; None: all."""
    _clashes: dict[str, str] = field(default_factory=dict)
    _waiting: dict[str, str] = field(default_factory=dict)
    """Unit refused → the one that has what it wants."""
    _rows_open: bool = True
    """Whether links changed since AstDB was settled."""
    _last_reload: float = 0.0
    _last_sweep: float = 0.0

    async def run(self) -> None:
        """Bring what is in force to what is wanted, for ever."""
        backoff = Backoff()
        await asyncio.to_thread(self.wanted.reopen_refused, TAKEN)
        try:
            while True:
                self.wake.clear()
                try:
                    await self._round()
                    backoff.reset()
                    self.problems.clear("apply")
                except (NodeFault, OSError, sqlite3.Error, ValueError) as error:
                    log.warning("apply.failed", exc_info=True)
                    self.problems.set("apply", f"Changes cannot be put in force: {error}")
                    await asyncio.sleep(backoff.next())
                    continue
                await self._wait_for_work()
        finally:
            for _, task in self._staging.values():
                task.cancel()

    async def _wait_for_work(self) -> None:
        """Until something changed; or a while, where settings wait for calls to end."""
        patience = LOOK_AGAIN_SECONDS if self.node_files.waits_for_quiet() else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.wake.wait()

    async def _round(self) -> None:
        await asyncio.to_thread(self.wanted.note_same_plans)
        await asyncio.to_thread(self._look_at_names)
        open_tenants = await asyncio.to_thread(self._open_tenants)
        self._stage(open_tenants)
        if not self.started.is_set():
            await self._wait_for_all_plans()
        await self._wait_for_turn()
        async with self.asterisk_lock:
            await asyncio.to_thread(self.changer.recover)
            await self._start_or_renew()
            moves = await asyncio.to_thread(self._moves, open_tenants)
            if moves:
                await self._make(moves)
            await asyncio.to_thread(self._settle_tables)
            await asyncio.to_thread(self._settle_features)
        if moves:
            self.applied()
        await self._sweep_sometimes()

    async def _make(self, moves: list[Move]) -> None:
        self._rows_open = True
        try:
            if await self._apply(moves):
                self._last_reload = time.monotonic()
        finally:  # some were made, whatever became of the others
            await asyncio.to_thread(self._try_again, moves)

    def _look_at_names(self) -> None:
        """Whose name meets another's; who was refused for that alone is tried again once it is
        over, which is when the other has left Asterisk too."""
        leaving = self.store.tenants() - self.wanted.tenants().keys()
        self._clashes = self.wanted.clashing(leaving)
        for tenant, settled in self.wanted.settled().items():
            if _MEETS in settled.reason and tenant not in self._clashes:
                self.wanted.reopen(tenant)

    def _open_tenants(self) -> dict[str, TenantRevision]:
        """Tenants whose wanted plan is not tried yet, or is in force by the book alone."""
        wanted = self.wanted.tenants()
        drifted = {
            tenant: wanted[tenant]
            for tenant, settled in self.wanted.settled().items()
            if tenant in wanted
            and not settled.reason
            and self.store.linked(tenant) != settled.folder
        }
        return self.wanted.open_tenants() | drifted

    # -- staging --

    def _stage(self, open_tenants: dict[str, TenantRevision]) -> None:
        """Begin to stage what is wanted and not ready; drop what is wanted no more."""
        for tenant in self._staging.keys() - open_tenants.keys():
            self._staging.pop(tenant)[1].cancel()
        for tenant in self._ready.keys() - open_tenants.keys():
            del self._ready[tenant]
        for tenant, want in open_tenants.items():
            folder = folder_name(want.digest)
            ready = self._ready.get(tenant)
            if ready is not None and ready.folder == folder:
                continue
            self._begin(tenant, folder, want)

    def _begin(self, tenant: str, folder: str, want: TenantRevision) -> None:
        under_way = self._staging.get(tenant)
        if under_way is not None and under_way[0] == folder and not under_way[1].done():
            return
        if under_way is not None:
            under_way[1].cancel()
        task = asyncio.create_task(self._stage_one(want), name=f"stage {tenant}")
        self._staging[tenant] = (folder, task)

    async def _stage_one(self, want: TenantRevision) -> None:
        backoff = Backoff(first=0.5)
        while True:
            try:
                await self._stage_or_refuse(want)
                break
            except ServerAway:
                await asyncio.sleep(backoff.next())
            except (ServerRefused, OSError, sqlite3.Error) as error:
                self.problems.set(f"stage {want.tenant}", f"The plan of {want.tenant}: {error}")
                await asyncio.sleep(backoff.next())
        self.problems.clear(f"stage {want.tenant}")
        self._staging.pop(want.tenant, None)
        self.wake.set()

    async def _stage_or_refuse(self, want: TenantRevision) -> None:
        try:
            self._refuse_clash(want.tenant)
            self._ready[want.tenant] = await self.stager.stage(want)
        except PlanRefused as error:
            await self._refuse(want, str(error))

    def _refuse_clash(self, tenant: str) -> None:
        if tenant in self._clashes:
            other = self._clashes[tenant]
            raise PlanRefused(_CLASH.format(tenant=tenant, meets=_MEETS, other=other))

    async def _refuse(self, want: TenantRevision, reason: str) -> None:
        log.warning("plan.refused", tenant=want.tenant, revision=want.revision, reason=reason)
        settled = Settled(want.revision, folder_name(want.digest), reason)
        await asyncio.to_thread(self.wanted.settle, {want.tenant: settled})
        self.applied()

    async def _wait_for_all_plans(self) -> None:
        tasks = [task for _, task in self._staging.values()]
        if tasks and not await asyncio.to_thread(self.changer.home.running):
            on_disk = bool(await asyncio.to_thread(self.store.tenants))
            await asyncio.wait(tasks, timeout=0 if on_disk else FIRST_SECONDS)

    # -- putting in force --

    async def _start_or_renew(self) -> None:
        """The node's own files as the settings want them, and Asterisk up."""
        settings = await asyncio.to_thread(self.wanted.settings)
        if settings is None:
            return
        await asyncio.to_thread(self.node_files.renew, settings)
        self.stager.abilities = self.node_files.abilities
        if not self.started.is_set():
            self.started.set()
            self.applied()  # a node without companies would not be heard of before its next report

    async def _wait_for_turn(self) -> None:
        pause = self._last_reload + RELOAD_SECONDS - time.monotonic()
        if pause > 0 and self._last_reload:
            await asyncio.sleep(pause)

    def _moves(self, open_tenants: dict[str, TenantRevision]) -> list[Move]:
        if not self.started.is_set():
            return []
        wanted = self.wanted.tenants()
        ready = {
            tenant: staged
            for tenant, staged in dict(self._ready).items()
            if tenant in open_tenants
            and tenant in wanted
            and staged.folder == folder_name(wanted[tenant].digest)
        }
        moves = [Move(t, self.store.linked(t), staged.folder) for t, staged in ready.items()]
        gone = self.store.tenants() - wanted.keys()
        return moves + [Move(tenant, self.store.linked(tenant), "") for tenant in sorted(gone)]

    async def _apply(self, moves: list[Move]) -> bool:
        """Whether Asterisk read its files again for it."""
        clashes = await asyncio.to_thread(self.claims.clashes, moves)
        moves = [move for move in moves if move.tenant not in clashes]
        await asyncio.to_thread(self._refuse_clashes, clashes)
        if not moves:
            return False
        verdict = await self._try(moves)
        if not verdict.whole:
            await asyncio.to_thread(self._settle, moves, verdict)
            if verdict.held_up:
                self.wake.set()
        elif len(moves) > 1:
            for move in moves:  # someone in it keeps the others out: each by itself
                await self._apply([move])
        else:
            await self._apply_again(moves[0], verdict.whole)
        return verdict.reloaded or bool(verdict.whole)

    async def _try(self, moves: list[Move]) -> Verdict:
        """Raises `AsteriskIsDown` where that told nothing of the plans: they stay open."""
        verdict = await asyncio.to_thread(self.changer.apply, moves)
        if verdict.postponed:
            raise AsteriskIsDown(verdict.whole)
        return verdict

    async def _apply_again(self, move: Move, reason: str) -> None:
        """A single plan that brought Asterisk down, or met it when it was killed: once more."""
        for _ in range(TRIES - 1):
            verdict = await self._try([move])
            if not verdict.whole:
                break
        else:
            verdict = Verdict({move.tenant: _DIES.format(reason=reason)})
        await asyncio.to_thread(self._settle, [move], verdict)

    def _settle(self, moves: Iterable[Move], verdict: Verdict) -> None:
        results: dict[str, Settled] = {}
        for move in moves:
            if move.tenant in verdict.held_up:
                continue  # the next round tries it again
            if not move.new:
                self._forget(move.tenant)
                continue
            staged = self._ready.get(move.tenant)
            if staged is None or staged.folder != move.new:
                continue  # a newer plan is ready meanwhile, and comes next
            del self._ready[move.tenant]
            reason = verdict.refused.get(move.tenant, "")
            results[move.tenant] = Settled(staged.revision, staged.folder, reason)
            log.info(
                "plan.refused" if reason else "plan.in_force",
                tenant=move.tenant,
                revision=staged.revision,
                reason=reason,
            )
        self.wanted.settle(results)
        if self._to_settle is not None:
            self._to_settle |= {t for t, settled in results.items() if not settled.reason}

    def _refuse_clashes(self, clashes: Mapping[str, Clash]) -> None:
        for unit, clash in clashes.items():
            staged = self._ready.pop(unit)
            log.warning("plan.refused", tenant=unit, reason=clash.reason)
            self.wanted.settle({unit: Settled(staged.revision, staged.folder, clash.reason)})
            self._waiting[unit] = clash.holder

    def _try_again(self, moves: Iterable[Move]) -> None:
        """Who waited for something of a unit that changed now is looked at again."""
        moved = {move.tenant for move in moves}
        again = [unit for unit, holder in self._waiting.items() if holder in moved]
        for unit in again:
            del self._waiting[unit]
            self.wanted.reopen(unit)
        if again or moved & set(self._clashes.values()):
            self.wake.set()

    def _settle_tables(self) -> None:
        """AstDB as the plans in force want it; whenever Asterisk is another one, look again."""
        if self.started.is_set() and (self._rows_open or not self.changer.tables.is_settled()):
            self.changer.tables.settle()
            self._rows_open = False

    def _settle_features(self) -> None:
        """What telephones may set too, in line with the plans; once for all after a start."""
        if not self.started.is_set():
            return
        known, here = self.wanted.settled().keys(), self.store.tenants()
        for tenant in known - self.wanted.tenants().keys() - here:
            self._forget(tenant)  # it left, and the agent died before it had forgotten it
        if self._to_settle is None:
            self._to_settle = set(here)
        for tenant in sorted(self._to_settle):
            folder = self.store.linked(tenant)
            if folder and not is_operator(tenant):
                self.features.settle(self.store.plan(tenant, folder))
            self._to_settle.discard(tenant)

    def _forget(self, tenant: str) -> None:
        log.info("tenant.removed", tenant=tenant)
        if not is_operator(tenant):
            self.features.forget(tenant)
        self.wanted.forget(tenant)

    async def _sweep_sometimes(self) -> None:
        now = time.monotonic()
        if self._last_sweep and now - self._last_sweep < SWEEP_SECONDS:
            return
        if self._staging or self._ready:
            return
        self._last_sweep = now
        await asyncio.to_thread(self.store.sweep, {})
