"""A node for tests: its batches are numbered and taken as the fleet does it."""

from dataclasses import dataclass

from django.db import transaction
from tests.unit.calls.scenes import Scene, body, csv_lines

from conmuta.apps.calls.api import BATCH_HANDLERS
from conmuta.apps.fleet.api import Batch
from conmuta.platform.scope import Scope
from conmuta_plan.node import Stream

SYSTEM = Scope.system("test:node")


@dataclass
class Node:
    """Each batch has the next number, whatever its stream."""

    id: int = 7
    sent: int = 0

    def send(self, stream: Stream, content: bytes) -> None:
        self.sent += 1
        batch = Batch(node_id=self.id, node="one", stream=stream, number=self.sent, body=content)
        with SYSTEM.active(), transaction.atomic():
            BATCH_HANDLERS[stream](SYSTEM, batch)

    def send_scene(self, scene: Scene) -> None:
        self.send(Stream.CEL, body(csv_lines(scene.cel)))
        self.send(Stream.QUEUE, body(scene.queue_log))
