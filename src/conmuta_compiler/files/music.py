"""musiconhold.conf: a class for each of the tenant's, and the node's own."""

from conmuta_compiler.text import Section, file, settings, tenants_include
from conmuta_plan import TenantPlan

HOUSE_MUSIC = "/usr/share/asterisk/moh"


def tenant(plan: TenantPlan) -> str:
    sections = [
        Section(
            name=f"{plan.tenant}-{music.name}",
            note=f"Music {music.name}",
            lines=_files(f"/state/music/{plan.tenant}/{music.name}"),
        )
        for music in plan.music
    ]
    return file(f"Music on hold of {plan.title} ({plan.tenant})", sections)


def node() -> str:
    house = Section(name="default", note="For who has none", lines=_files(HOUSE_MUSIC))
    general = Section(name="general", lines=settings(cachertclasses=False))
    return file("Music on hold", [general, house, tenants_include("musiconhold.conf")])


def _files(folder: str) -> tuple[str, ...]:
    return settings(mode="files", directory=folder, sort="alpha")
