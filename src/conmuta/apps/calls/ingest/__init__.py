"""From a node's batches to rows: one module per kind of record. Runs in the system's scope."""

from collections.abc import Mapping
from typing import Final

from conmuta.apps.calls.ingest.cel import take_cel
from conmuta.apps.calls.ingest.files import FAXES, FEATURES, MAILS, PROMPTS, RECORDINGS
from conmuta.apps.calls.ingest.queue import take_queue
from conmuta.apps.fleet.api import BatchHandler
from conmuta_plan.node import Stream

BATCH_HANDLERS: Final[Mapping[Stream, BatchHandler]] = {
    Stream.CEL: take_cel,
    Stream.QUEUE: take_queue,
    Stream.RECORDING: RECORDINGS.take,
    Stream.MAIL: MAILS.take,
    Stream.FAX: FAXES.take,
    Stream.FEATURE: FEATURES.take,
    Stream.PROMPT: PROMPTS.take,
}
