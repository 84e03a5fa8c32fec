"""What the node reports: telephones are counted, gateways are not; ports that stay closed."""

from dataclasses import replace

from conmuta_node.report import _closed, _contacts
from conmuta_plan.node import NodeSettings

SHOWN = """
  Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

  Contact:  501@bench00000.example.test/sip:501@127.0.0. a9fde18b7c NonQual        -nan
  Contact:  bootcamp-gw-antel/sip:127.0.0.80:5080        3d2c7a1f90 Unavail        -nan

Objects found: 2
"""


def test_telephones_are_counted_and_gateways_are_not() -> None:
    assert _contacts(SHOWN) == 1


OPEN = """
Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>
==========================================================================================

Transport:  c-udp                     udp      0     96  0.0.0.0:5060
Transport:  c-tls                     tls      0      0  0.0.0.0:5061
"""


def test_a_port_that_another_program_took_is_named() -> None:
    assert _closed(NodeSettings(), OPEN) == ("SIP port 5060/tcp",)


def test_a_port_that_nobody_wants_open_is_not_missed() -> None:
    assert _closed(replace(NodeSettings(), tcp_port=0), OPEN) == ()
