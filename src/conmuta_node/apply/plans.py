"""Plans on this node's disk: compiled folders, and one symbolic link a unit that names one.

`plans/T/DIGEST-STAMP/` holds `plan.json`, the Asterisk files and the folders of music; `STAMP`
tells which compiler made them, so that an upgrade compiles anew. A folder has its name only once
it is whole; `etc/tenants/T` points to the one in force.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import conmuta_compiler
from conmuta_compiler.operator import tables
from conmuta_node import files
from conmuta_node.errors import PlanRefused
from conmuta_plan import TenantPlan, decode
from conmuta_plan.operator import OPERATOR_PREFIX, OperatorPlan

PLAN_FILE = "plan.json"
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_FILE = re.compile(r"[a-z][a-z0-9_]*\.(conf|tsv)\Z")
_LONGEST_SLUG = 32

Plan = TenantPlan | OperatorPlan
"""What a unit has: a tenant, or an operator, whose unit's name begins with `o-`."""


@cache
def compiler_stamp() -> str:
    """Eight digits that differ between compilers."""
    digest = hashlib.sha256()
    for folder in map(Path, conmuta_compiler.__path__):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.relative_to(folder).as_posix().encode())
            digest.update(source.read_bytes())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]


def folder_name(digest: str) -> str:
    """The name of a compiled plan's folder."""
    return f"{digest}-{compiler_stamp()}"


def is_slug(unit: str) -> bool:
    """Whether a unit may name folders and contexts so."""
    return len(unit.removeprefix(OPERATOR_PREFIX)) <= _LONGEST_SLUG and bool(_SLUG.match(unit))


def is_operator(unit: str) -> bool:
    """Whether a unit is an operator's."""
    return unit.startswith(OPERATOR_PREFIX)


def read_plan(unit: str, data: bytes) -> Plan:
    """The plan of a unit. Raises `msgspec.DecodeError` where `data` holds none."""
    return decode(data, OperatorPlan) if is_operator(unit) else decode(data, TenantPlan)


def unit_of(plan: Plan) -> str:
    """The unit's name: a tenant's slug, or `o-` and an operator's."""
    return plan.unit if isinstance(plan, OperatorPlan) else plan.tenant


@dataclass(frozen=True, slots=True)
class Compiled:
    """A unit's plan as Asterisk's files (name → text)."""

    plan: Plan
    texts: Mapping[str, str]


class PlanStore:
    """The folders `plans`, `etc/tenants`, `media` and `music` of a state folder."""

    def __init__(self, state: Path) -> None:
        self._plans = files.make_folder(state / "plans")
        self._links = files.make_folder(state / "etc/tenants")
        self._media = files.make_folder(state / "media")
        self._music = files.make_folder(state / "music")

    # -- what is in force --

    def tenants(self) -> frozenset[str]:
        """Tenants with a plan in force."""
        return frozenset(link.name for link in self._links.iterdir() if is_slug(link.name))

    def linked(self, tenant: str) -> str:
        """The folder in force, "" where none is."""
        return Path(files.link_target(self._links / tenant) or "").name

    def point(self, tenant: str, folder: str) -> None:
        """Put `folder` in force, or nothing where it is ""."""
        link = self._links / tenant
        if not folder:
            files.remove_link(link)
            files.remove_link(self._music / tenant)
            return
        files.point_link(link, f"../../plans/{tenant}/{folder}")
        music = self._music / tenant
        if not is_operator(tenant) and files.link_target(music) is None:
            files.point_link(music, f"../etc/tenants/{tenant}/music")

    def texts(self, tenant: str, folder: str) -> dict[str, str]:
        """The Asterisk files of a folder, none for ""; AstDB's rows are no such file."""
        if not folder:
            return {}
        place = self._plans / tenant / folder
        return {path.name: path.read_text() for path in place.glob("*.conf")}

    def rows(self, unit: str, folder: str) -> str:
        """What a folder wants in AstDB, as in `astdb.tsv`."""
        path = self._plans / unit / folder / tables.FILE
        return path.read_text() if folder and path.exists() else ""

    def plan(self, tenant: str, folder: str) -> TenantPlan:
        """The plan from which a tenant's folder was compiled."""
        return decode((self._plans / tenant / folder / PLAN_FILE).read_bytes(), TenantPlan)

    def any_plan(self, unit: str, folder: str) -> Plan:
        """The plan from which a unit's folder was compiled."""
        return read_plan(unit, (self._plans / unit / folder / PLAN_FILE).read_bytes())

    # -- putting on disk --

    def has(self, tenant: str, folder: str) -> bool:
        """Whether the folder is there, whole."""
        return (self._plans / tenant / folder).is_dir()

    def saved_plan(self, tenant: str, digest: str) -> bytes | None:
        """The plan's bytes, if some folder of that digest is here."""
        for path in (self._plans / tenant).glob(f"{digest}-*/{PLAN_FILE}"):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == digest:
                return data
        return None

    def write(self, data: bytes, digest: str, compiled: Compiled) -> str:
        """A new folder with the plan (`data`), its files and its music; its name."""
        tenant = unit_of(compiled.plan)
        for name in compiled.texts:
            if not _FILE.match(name):
                raise PlanRefused(f"The compiler made a file with a strange name: {name!r}.")
        folder = folder_name(digest)
        contents = {PLAN_FILE: data, **{n: t.encode() for n, t in compiled.texts.items()}}
        links = dict(_music_links(compiled.plan))
        files.write_folder(self._plans / tenant / folder, contents, links)
        return folder

    # -- media --

    @property
    def media_folder(self) -> Path:
        """Where prompts lie, each as its digest with `.wav`."""
        return self._media

    def missing_media(self, plan: Plan) -> list[str]:
        """Digests of prompts and music that are not here yet."""
        return [digest for digest in media_of(plan) if not self.media_path(digest).exists()]

    def media_path(self, digest: str) -> Path:
        """Where a prompt lies."""
        return self._media / f"{digest}.wav"

    def save_media(self, digest: str, data: bytes) -> None:
        """Keep a prompt, if it is what its name says."""
        if hashlib.sha256(data).hexdigest() != digest:
            raise PlanRefused(f"The audio {digest[:12]}… arrived damaged.")
        files.write_durably(self.media_path(digest), data)

    # -- sweeping --

    def sweep(self, keep: Mapping[str, frozenset[str]]) -> None:
        """Remove folders that are neither linked nor in `keep` (tenant → folders), and leftovers.

        A prompt goes when no plan on disk names it.
        """
        for folder in (self._links, self._music, self._media):
            files.remove_partials(folder)
        for place in list(self._plans.iterdir()):
            files.remove_partials(place)
            wanted = keep.get(place.name, frozenset()) | {self.linked(place.name)}
            for folder in list(place.iterdir()):
                if folder.name not in wanted:
                    files.remove_folder(folder)
            if not any(place.iterdir()):
                place.rmdir()
        self._sweep_media()

    def _sweep_media(self) -> None:
        named: set[str] = set()
        for path in self._plans.glob(f"*/*/{PLAN_FILE}"):
            named.update(media_of(read_plan(path.parts[-3], path.read_bytes())))
        for path in self._media.glob("*.wav"):
            if path.stem not in named:
                path.unlink(missing_ok=True)


def media_of(plan: Plan) -> list[str]:
    """Digests of all audio that a plan names, each once."""
    if isinstance(plan, OperatorPlan):
        return []
    digests = [prompt.digest for prompt in plan.prompts]
    digests += [digest for music in plan.music for digest in music.digests]
    return list(dict.fromkeys(digests))


def _music_links(plan: Plan) -> Iterator[tuple[str, str]]:
    """Music folders' contents: links to media, numbered in the order of playing."""
    for music in () if isinstance(plan, OperatorPlan) else plan.music:
        for number, digest in enumerate(music.digests, 1):
            place = f"music/{_safe(music.name)}/{number:03}.wav"
            yield place, os.path.join("../../../../../media", f"{digest}.wav")  # noqa: PTH118


def _safe(name: str) -> str:
    if "/" in name or name in ("", ".", ".."):
        raise PlanRefused(f"Music cannot be named {name!r}.")
    return name
