"""Bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable

from conmuta.adapters.mail.port import Transport
from conmuta.adapters.storage import Storage
from conmuta.platform.seams import Seam

storage: Seam[Callable[[], Storage]] = Seam("mail.storage")
transport: Seam[Callable[[], Transport]] = Seam("mail.transport")
