"""What `./conmuta up` tells once everything runs: where, who, which telephones, what to dial."""

from collections.abc import Iterable
from dataclasses import dataclass

from conmuta.local.seed import Seeded, Telephone
from conmuta.local.untold import Person

BAR = "═" * 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The addresses of this run."""

    web: str
    address: str
    sip_port: int
    tls_port: int


def welcome(seeded: Seeded, where: Where) -> str:
    """The whole text."""
    parts = [
        [BAR, f"Conmuta runs: {where.web}", BAR],
        people(seeded.people),
        telephones(seeded.telephones, where),
        numbers(seeded),
        ["Ctrl-C stops everything in order. ./conmuta status tells how it goes.", ""],
    ]
    return "\n".join(line for part in parts for line in part)


def people(those: Iterable[Person]) -> list[str]:
    """Who may sign in; the passwords only when they were made now."""
    rows = list(those)
    if not rows:
        return ["", "Who may sign in was told at the first start. A new password:",
                "  ./conmuta manage changepassword E-MAIL", ""]  # fmt: skip
    lines = ["", "Who may sign in (these passwords are shown once, now):", ""]
    width = max(len(each.email) for each in rows)
    lines += [
        f"  {each.email:<{width}}  {each.password}  {each.name}, {each.role}" for each in rows
    ]
    return [*lines, ""]


def telephones(those: Iterable[Telephone], where: Where) -> list[str]:
    """SIP settings to copy into telephones or their programs."""
    lines: list[str] = []
    ports = f"{where.sip_port} (UDP or TCP; TLS: {where.tls_port})"
    for each in those:
        lines += [
            f"Telephone {each.extension} ({each.name})",
            f"  SIP server / domain   {each.domain}",
            f"  Outbound proxy        {where.address}:{ports}",
            f"  User, login           {each.user}",
            f"  Password              {each.password}",
            "",
        ]
    return lines


def numbers(seeded: Seeded) -> list[str]:
    """What to dial."""
    if not seeded.numbers:
        return []
    width = max(len(number) for number, _ in seeded.numbers)
    rows = [f"  {number:<{width}}  {what}" for number, what in seeded.numbers]
    return [f"To dial at {seeded.company}:", "", *rows, ""]
