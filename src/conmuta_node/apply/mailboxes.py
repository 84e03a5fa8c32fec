"""What mailboxes leave on disk: a company or mailbox that goes takes its messages with it.

Asterisk keeps a PIN that was set by telephone in the box's `secret.conf`, and it goes before the
plan's; when the plan's PIN changes, that file goes: the last word counts.
"""

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conmuta_compiler.files.voicemail import mailboxes
from conmuta_node import files
from conmuta_node.memory import Memory
from conmuta_plan import TenantPlan

_OWN_PIN = "secret.conf"
_FACT = "mailbox_pins {tenant}"


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The folders `spool/voicemail/T/NUMBER` of a state folder."""

    state: Path
    memory: Memory

    def settle(self, plan: TenantPlan) -> None:
        """Only the plan's mailboxes have messages, and a PIN that the plan changed counts."""
        pins = {box.number: box.pin for box in mailboxes(plan)}
        for box in self._boxes(plan.tenant):
            if box.name not in pins:
                self._remove(box)
        self._renew_pins(plan.tenant, pins)

    def forget(self, tenant: str) -> None:
        """The company is gone: so are its messages."""
        place = self._place(tenant)
        if place.exists():
            self._remove(place)
        self.memory.drop_fact(_FACT.format(tenant=tenant))

    def _renew_pins(self, tenant: str, pins: dict[str, str]) -> None:
        known = dict(_lines(self.memory.fact(_FACT.format(tenant=tenant))))
        marks = {number: _mark(tenant, number, pin) for number, pin in pins.items()}
        for number, mark in marks.items():
            if known.get(number, mark) != mark:
                (self._place(tenant) / number / _OWN_PIN).unlink(missing_ok=True)
        if marks != known:
            text = "\n".join(f"{number} {mark}" for number, mark in sorted(marks.items()))
            self.memory.set_fact(_FACT.format(tenant=tenant), text)

    def _boxes(self, tenant: str) -> list[Path]:
        place = self._place(tenant)
        return [box for box in place.iterdir() if box.is_dir()] if place.is_dir() else []

    def _place(self, tenant: str) -> Path:
        return self.state / "spool/voicemail" / tenant

    def _remove(self, folder: Path) -> None:
        """Away in one step, so that nobody hears half of it; then deleted."""
        bin_ = files.make_folder(self.state / "spool/removed")
        away = bin_ / f"{folder.name}-{uuid.uuid4().hex}"
        folder.rename(away)
        for left in bin_.iterdir():  # also what a death left here
            shutil.rmtree(left, ignore_errors=True)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        number, _, mark = line.partition(" ")
        yield number, mark


def _mark(tenant: str, number: str, pin: str) -> str:
    """Tells one PIN from another without being one."""
    return hashlib.sha256(f"{tenant} {number} {pin}".encode()).hexdigest()
