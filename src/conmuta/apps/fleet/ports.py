"""What the fleet needs from above and beside it; bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable, Mapping

from conmuta.adapters.storage import Storage
from conmuta.apps.fleet.contracts import BatchHandler, OperatorRenderer, Renderer
from conmuta.platform.seams import Seam
from conmuta_plan.node import Stream

renderer: Seam[Renderer] = Seam("fleet.renderer")
operator_renderer: Seam[OperatorRenderer] = Seam("fleet.operator_renderer")
batch_handlers: Seam[Mapping[Stream, BatchHandler]] = Seam("fleet.batch_handlers")
storage: Seam[Callable[[], Storage]] = Seam("fleet.storage")
