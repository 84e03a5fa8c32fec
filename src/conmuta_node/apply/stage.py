"""From a wanted revision to a checked folder on disk: nothing of it is in force yet."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import structlog

from conmuta_node.apply.checks import Abilities, find_faults
from conmuta_node.apply.marker import with_marker
from conmuta_node.apply.plans import Compiled, PlanStore, folder_name
from conmuta_node.errors import PlanRefused, ServerRefused
from conmuta_node.objects import FILES, MalformedObjects, parse_objects
from conmuta_node.server import ServerClient
from conmuta_plan import TenantPlan, decode
from conmuta_plan.node import TenantRevision

log = structlog.get_logger()

_FAULTS_TOLD = 3
_AT_ONCE = 8

CompileTenant = Callable[[TenantPlan], Mapping[str, str]]


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

    def _compile(self, data: bytes, digest: str, plan: TenantPlan) -> None:
        try:
            texts = self.compile_tenant(plan)
        except Exception as error:
            log.warning("plan.not_compiled", tenant=plan.tenant, exc_info=True)
            raise PlanRefused(f"The plan does not compile: {error}") from error
        self._check(plan.tenant, texts)
        self.store.write(data, digest, Compiled(plan, with_marker(plan.tenant, texts)))

    def _check(self, tenant: str, texts: Mapping[str, str]) -> None:
        media = self.store.media_folder
        faults = list(find_faults(tenant, texts, self.abilities, media))
        for name in FILES:
            try:
                parse_objects(texts.get(name, ""))
            except MalformedObjects as error:
                faults.append(f"{name}: {error}")
        if faults:
            more = len(faults) - _FAULTS_TOLD
            rest = f" And {more} more." if more > 0 else ""
            raise PlanRefused(" ".join(faults[:_FAULTS_TOLD]) + rest)


def _decoded(data: bytes, want: TenantRevision) -> TenantPlan:
    try:
        plan = decode(data, TenantPlan)
    except msgspec.DecodeError as error:
        raise PlanRefused(f"The plan cannot be read: {error}") from error
    if plan.tenant != want.tenant:
        raise PlanRefused(f"The plan is that of another tenant, {plan.tenant!r}.")
    return plan
