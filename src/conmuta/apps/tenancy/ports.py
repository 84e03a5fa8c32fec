"""Whom tenancy tells, in the same transaction, of what calls depend on."""

from collections.abc import Callable

from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam

changed: Seam[Callable[[Scope], None]] = Seam("tenancy.changed")
"""Called in the tenant's scope."""

leaving: Seam[Callable[[Scope, str], None]] = Seam("tenancy.leaving")
"""Called in the tenant's scope, with its slug, before it is removed."""
