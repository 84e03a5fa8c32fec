"""What the call flow needs from beside it; bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable

from conmuta.adapters.speech import Speech
from conmuta.adapters.storage import Storage
from conmuta.platform.seams import Seam

speech: Seam[Callable[[], Speech]] = Seam("callflow.speech")
storage: Seam[Callable[[], Storage]] = Seam("callflow.storage")
