"""What trunks need from above; bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable, Iterable

from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam

unassigned: Seam[Callable[[Scope, Iterable[str]], list[str]]] = Seam("trunks.unassigned")
"""Those of these E.164 numbers that are not assigned to `scope`'s tenant."""
