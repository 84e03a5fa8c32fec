"""From a wanted revision to a checked folder on disk: nothing of it is in force yet."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import structlog

from conmuta_compiler import compile_operator
from conmuta_compiler.operator import tables
from conmuta_node.apply.checks import Abilities, find_faults, rows_faults
from conmuta_node.apply.marker import with_marker
from conmuta_node.apply.plans import Compiled, Plan, PlanStore, folder_name, read_plan, unit_of
from conmuta_node.errors import PlanRefused, ServerRefused
from conmuta_node.objects import FILES, MalformedObjects, parse_objects
from conmuta_node.server import ServerClient
from conmuta_plan import TenantPlan
from conmuta_plan.node import TenantRevision
from conmuta_plan.operator import OperatorPlan

log = structlog.get_logger()

_FAULTS_TOLD = 3
_AT_ONCE = 8

CompileTenant = Callable[[TenantPlan], Mapping[str, str]]
CompileOperator = Callable[[OperatorPlan], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Staged:
    """A tenant's folder, whole and checked."""

    tenant: str
    revision: int
    folder: str


@dataclass(slots=True)
class Stager:
    """Fetches, compiles and checks; a fault in one tenant's plan touches no other."""

    store: PlanStore
    server: ServerClient
    compile_tenant: CompileTenant
    compile_operator: CompileOperator = compile_operator
    abilities: Abilities = field(default_factory=Abilities)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def stage(self, want: TenantRevision) -> Staged:
        """The folder of a wanted revision.

        Raises `PlanRefused` with a sentence for a person, or `ServerAway` to try again.
        """
        folder = folder_name(want.digest)
        async with self._turns:
            if not await asyncio.to_thread(self.store.has, want.tenant, folder):
                await self._make(want)
        return Staged(want.tenant, want.revision, folder)

    async def _make(self, want: TenantRevision) -> None:
        data = await asyncio.to_thread(self.store.saved_plan, want.tenant, want.digest)
        if data is None:
            data = await self.server.plan(want.tenant, want.digest)
        plan = _decoded(data, want)
        for digest in await asyncio.to_thread(self.store.missing_media, plan):
            await self._fetch_media(digest)
        await asyncio.to_thread(self._compile, data, want.digest, plan)

    async def _fetch_media(self, digest: str) -> None:
        try:
            audio = await self.server.media(digest)
        except ServerRefused as error:
            raise PlanRefused(f"The audio {digest[:12]}… cannot be fetched: {error}") from error
        await asyncio.to_thread(self.store.save_media, digest, audio)

    def _compile(self, data: bytes, digest: str, plan: Plan) -> None:
        unit = unit_of(plan)
        try:
            texts = self._texts(plan)
        except Exception as error:
            log.warning("plan.not_compiled", tenant=unit, exc_info=True)
            raise PlanRefused(f"The plan does not compile: {error}") from error
        self._check(plan, texts)
        self.store.write(data, digest, Compiled(plan, with_marker(unit, texts)))

    def _texts(self, plan: Plan) -> Mapping[str, str]:
        if isinstance(plan, OperatorPlan):
            return self.compile_operator(plan)
        return self.compile_tenant(plan)

    def _check(self, plan: Plan, texts: Mapping[str, str]) -> None:
        media = self.store.media_folder
        link = None if isinstance(plan, OperatorPlan) else plan.operator
        abilities = self.abilities.with_operator(link.unit) if link else self.abilities
        faults = list(find_faults(unit_of(plan), texts, abilities, media))
        faults += rows_faults(plan, texts.get(tables.FILE, ""))
        for name in FILES:
            try:
                parse_objects(texts.get(name, ""))
            except MalformedObjects as error:
                faults.append(f"{name}: {error}")
        if faults:
            more = len(faults) - _FAULTS_TOLD
            rest = f" And {more} more." if more > 0 else ""
            raise PlanRefused(" ".join(faults[:_FAULTS_TOLD]) + rest)


def _decoded(data: bytes, want: TenantRevision) -> Plan:
    try:
        plan = read_plan(want.tenant, data)
    except msgspec.DecodeError as error:
        raise PlanRefused(f"The plan cannot be read: {error}") from error
    if unit_of(plan) != want.tenant:
        raise PlanRefused(f"The plan is that of another, {unit_of(plan)!r}.")
    return plan
