"""Voicemail: the caller leaves a message."""

from collections.abc import Iterable
from typing import Literal

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.people import (
    DIALLED,
    check_mailbox,
    dialable,
    mailbox_numbers,
    who,
)
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class LeaveMessage(Fields, frozen=True, kw_only=True):
    """`mailbox` is a number, or "dialled"; `greeting` chooses what the caller hears first."""

    mailbox: str = DIALLED
    greeting: Literal["no_answer", "busy", "unavailable"] = "unavailable"


class VoicemailKind(StepKind[LeaveMessage]):
    """`next` follows a message, `no_mailbox` where the extension dialled has none."""

    name = "voicemail"
    title = words("Leave a message", "Dejar un mensaje")
    fields = LeaveMessage
    waits = True
    at_once = frozenset({"no_mailbox"})

    def exits(self, _fields: LeaveMessage, _plan: TenantPlan) -> tuple[Exit, ...]:
        return (Exit("next"), Exit("no_mailbox"))

    def compile(self, here: Placed[LeaveMessage]) -> Block:
        block = Block()
        mailbox = here.fields.mailbox
        leave_message = f"{here.plan.tenant}-voicemail,{dialable(mailbox)},1"
        if mailbox == DIALLED:
            block.app(f"GotoIf(${{DIALPLAN_EXISTS({leave_message})}}?record)")
            leave(here, block, "no_mailbox")
        elif mailbox not in mailbox_numbers(here.plan):
            leave(here, block, "no_mailbox")
            return block
        block.app(f"Gosub({leave_message}({here.fields.greeting}))", "record")
        leave(here, block, "next")
        return block

    def simulate(self, here: Placed[LeaveMessage], call: Call) -> Outcome:
        mailbox = here.fields.mailbox
        number = call.dialled if mailbox == DIALLED else mailbox
        if number not in mailbox_numbers(call.plan):
            text = words("{n} has no mailbox.", "{n} no tiene buzón.", n=number or "—")
            return Outcome("no_mailbox", text)
        text = words(
            "The caller leaves a message in the mailbox {n}.",
            "Se deja un mensaje en el buzón {n}.",
            n=number,
        )
        return Outcome("next", text)

    def explain(self, here: Placed[LeaveMessage]) -> Words:
        return words(
            "Takes a message for {who}.",
            "Toma un mensaje para {who}.",
            who=who(here.fields.mailbox),
        )

    def check(self, here: Placed[LeaveMessage]) -> Iterable[Finding]:
        return check_mailbox(here, here.fields.mailbox)


KIND = VoicemailKind()
