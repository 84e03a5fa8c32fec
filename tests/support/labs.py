"""The Asterisks that one test module starts, and the carriers that its plans name."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.phones import Switchboard
from tests.support.speech import Spoken

from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorPlan

CarrierMaker = Callable[[TenantPlan | OperatorPlan, str], Awaitable[Carrier]]


class Labs:
    """The Asterisks of one test module."""

    def __init__(self, folders: pytest.TempPathFactory, switchboard: Switchboard) -> None:
        self.folders, self.switchboard = folders, switchboard
        self.running: list[AsteriskLab] = []

    def __call__(
        self,
        *plans: TenantPlan,
        spoken: Iterable[Spoken] = (),
        at: datetime | None = None,
        operators: Iterable[OperatorPlan] = (),
    ) -> AsteriskLab:
        """A running Asterisk with these tenants; `at` is the date that it believes in."""
        folder = self.folders.mktemp("asterisk")
        lab = AsteriskLab.prepare(
            folder, self.switchboard, plans, spoken=spoken, at=at, operators=operators
        )
        self.running.append(lab)
        return lab.start()

    def stop(self) -> None:
        for lab in self.running:
            lab.stop()
