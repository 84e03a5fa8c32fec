"""Whom tenancy tells, in the same transaction, of what calls depend on; and what it asks of above.

Bound in `conmuta.wiring.bindings`.
"""

from collections.abc import Callable

from conmuta.adapters.storage import Storage
from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam

changed: Seam[Callable[[Scope], None]] = Seam("tenancy.changed")
"""Called in the tenant's scope."""

leaving: Seam[Callable[[Scope, str], None]] = Seam("tenancy.leaving")
"""Called in the tenant's scope, with its slug, before it is removed."""

operator_changed: Seam[Callable[[Scope], None]] = Seam("tenancy.operator_changed")
"""Called in the operator's scope."""

operator_leaving: Seam[Callable[[Scope, str], None]] = Seam("tenancy.operator_leaving")
"""Called in the operator's scope, with its slug, before it is removed."""

exporter: Seam[Callable[[Scope], bytes]] = Seam("tenancy.exporter")
"""Called in the tenant's scope: a file with what it has."""

storage: Seam[Callable[[], Storage]] = Seam("tenancy.storage")
