"""Tenants as files for benchmarks: twenty extensions, a queue, an agenda, a menu, a carrier."""

from bench.support.company import EXTENSIONS, tenant_name

SECRET = "Secret-of-a-bench-1"

_HEAD = """conmuta: 1
tenant:
  slug: {slug}
  domain: {slug}.example.test
  title: {slug}
  time_zone: America/Montevideo
  language: es
  country: UY
"""

_BODY = """
departments:
  office: {{title: Office}}
gateways:
  carrier: {{host: {address}, addresses: [{address}], watch_seconds: 0}}
classes:
  internal: {{kind: internal}}
  local: {{kind: local, patterns: [2XXXXXXX], gateways: [carrier]}}
numbers:
  "29000000": {{target: {{flow: main}}, gateways: [carrier]}}
queues:
  sales: {{title: Sales, department: office, number: "590"}}
agents:
  "500": {{name: Agent, extension: "500", queues: {{sales: 0}}}}
agendas:
  hours:
    title: Hours
    time_zone: America/Montevideo
    values: [open, closed]
    default: closed
    events:
      - {{name: Day, value: open, starts: "09:00", ends: "18:00", weekdays: [mon, tue, wed]}}
prompts:
  hello: {{text: Bienvenido. Marque uno.}}
flows:
  main:
    title: Main
    start: hours
    steps:
      hours: {{kind: agenda, agenda: hours, exits: {{open: menu, closed: ring}}}}
      menu:
        kind: menu
        prompts: [hello]
        dial_by_extension: true
        exits: {{"1": queue, timeout: queue, invalid: end}}
      queue: {{kind: queue, queue: sales}}
      ring: {{kind: extension, number: "500"}}
      end: {{kind: hangup}}
extensions:
"""


def whole(index: int) -> str:
    """Tenant number `index`, in full."""
    address = f"127.{1 + index // 250 % 250}.{index % 250}.9"
    rows = "".join(_extension(str(500 + n), SECRET) for n in range(EXTENSIONS))
    return _HEAD.format(slug=tenant_name(index)) + _BODY.format(address=address) + rows


def with_secret(index: int, extension: str, secret: str) -> str:
    """The change of one extension's password."""
    return _HEAD.format(slug=tenant_name(index)) + "extensions:\n" + _extension(extension, secret)


def with_target(index: int, extension: str) -> str:
    """The change of where the inbound number leads."""
    rows = (
        f'numbers:\n  "29000000": {{target: {{extension: "{extension}"}}, gateways: [carrier]}}\n'
    )
    return _HEAD.format(slug=tenant_name(index)) + rows


def _extension(number: str, secret: str) -> str:
    return (
        f'  "{number}": {{name: E{number}, department: office, classes: [internal, local],'
        f" secret: {secret}, codecs: [alaw], mailbox: {{emails: []}}}}\n"
    )
