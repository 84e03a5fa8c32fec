"""What the node reports: telephones are counted, gateways are not."""

from conmuta_node.report import _contacts

SHOWN = """
  Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

  Contact:  501@bench00000.example.test/sip:501@127.0.0. a9fde18b7c NonQual        -nan
  Contact:  bootcamp-gw-antel/sip:127.0.0.80:5080        3d2c7a1f90 Unavail        -nan

Objects found: 2
"""


def test_telephones_are_counted_and_gateways_are_not() -> None:
    assert _contacts(SHOWN) == 1
