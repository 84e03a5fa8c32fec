"""What calls need from beside them; bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable

from conmuta.adapters.storage import Storage
from conmuta.platform.seams import Seam

storage: Seam[Callable[[], Storage]] = Seam("calls.storage")
