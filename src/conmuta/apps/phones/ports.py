"""What phones need to know of the installation; bound in `conmuta.wiring.bindings`."""

from collections.abc import Callable

from conmuta.apps.phones.contracts import SipServer
from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam

sip_server: Seam[Callable[[Scope], SipServer]] = Seam("phones.sip_server")
public_url: Seam[Callable[[], str]] = Seam("phones.public_url")
"""The server's address as people reach it, without a last `/`."""
