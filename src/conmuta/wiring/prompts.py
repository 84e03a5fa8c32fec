"""What is spoken into a telephone (`*77`) becomes a version of a prompt of the extension's own."""

from conmuta.apps.callflow import api as callflow
from conmuta.apps.callflow.contracts import Prompt
from conmuta.apps.calls.contracts import PromptSpoken
from conmuta.platform.outbox import Delivery


def prompt_name(extension: str) -> str:
    """The prompt that an extension's telephone records: flows name it so."""
    return f"recorded-{extension}"


def keep_prompt(delivery: Delivery) -> None:
    """Hears `PromptSpoken`. The same audio twice is one version."""
    event: PromptSpoken = delivery.event
    name = prompt_name(event.extension)
    digest = callflow.keep_recording(name, callflow.recording(event.sha256))
    callflow.save_prompts(delivery.scope, [Prompt(name=name, digest=digest)])
