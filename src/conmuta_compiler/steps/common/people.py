"""Numbers inside the company, as steps name them: fixed, or `dialled` by the caller."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import F, Placed
from conmuta_compiler.steps.common.text import BUILT_IN
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

DIALLED = "dialled"


def extension_numbers(plan: TenantPlan) -> frozenset[str]:
    return frozenset(extension.number for extension in plan.extensions)


def mailbox_numbers(plan: TenantPlan) -> frozenset[str]:
    """Mailboxes of extensions and general ones."""
    own = {extension.number for extension in plan.extensions if extension.mailbox}
    return frozenset(own | {mailbox.number for mailbox in plan.mailboxes})


def inside_numbers(plan: TenantPlan) -> frozenset[str]:
    """Everything that can be called inside by a number of its own."""
    queues = {queue.number for queue in plan.queues if queue.number}
    rooms = {room.number for room in plan.conferences}
    mailboxes = {mailbox.number for mailbox in plan.mailboxes}
    return extension_numbers(plan) | queues | rooms | mailboxes


def dialable(number: str) -> str:
    """How the dialplan reads `number`, or the number that the caller dialled."""
    return BUILT_IN["dialled"] if number == DIALLED else number


def who(number: str) -> Words:
    """The number in words."""
    if number == DIALLED:
        return words("the extension that was dialled", "el interno digitado")
    return words(number, number)


def check_extension(here: Placed[F], number: str) -> Iterable[Finding]:
    if number != DIALLED and number not in extension_numbers(here.plan):
        text = words(
            "The extension {number} does not exist. Create it, or choose another.",
            "No existe la extensión {number}. Créela o elija otra.",
            number=number,
        )
        yield here.finding("extension.missing", Severity.ERROR, text)


def check_mailbox(here: Placed[F], number: str) -> Iterable[Finding]:
    if number != DIALLED and number not in mailbox_numbers(here.plan):
        text = words(
            "The mailbox {number} does not exist. Create it, or choose another.",
            "No existe el buzón {number}. Créelo o elija otro.",
            number=number,
        )
        yield here.finding("mailbox.missing", Severity.ERROR, text)
