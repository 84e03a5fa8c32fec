"""Web service: asks one over HTTP and acts on its JSON answer.

Asterisk asks by itself (`CURL`), with a time limit of its own. What comes back is held in a
variable that is only ever read by name (`JSON_DECODE`), and what is taken from it passes `FILTER`.

Asterisk keeps a call's HTTP headers for all its requests. So that no secret reaches another
service, either no web service of a tenant has headers, or all have the same ones at one host.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from conmuta_compiler.steps.common.answers import at_path, check_path
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.cases import Case, check_cases, first_case, jump, told
from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.text import SAFE, clean, literal, own_name, template
from conmuta_compiler.steps.common.values import check_template, check_variable
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

REFUSALS = (
    "300,301,302,303,304,305,307,308,400,401,402,403,404,405,"
    "406,408,409,410,415,422,429,500,501,502,503,504"
)
IN_URLS = {",": "%2C", '"': "%22", "\\": "%5C", "(": "%28", ")": "%29", " ": "%20"}


class WebService(Fields, frozen=True, kw_only=True):
    """`{name}` in `url` and `body` reads a variable (encoded in the URL).

    `read` takes values from the answer: variable → path (`customer.name`, `orders.0.state`).
    The first of `cases` that holds gives the exit, `next` where none does; `failure` where the
    service did not answer JSON in `seconds`, or answered an error. `headers` are fixed.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = {}
    body: str = ""
    seconds: Annotated[int, msgspec.Meta(ge=1, le=30)] = 5
    read: Mapping[str, str] = {}
    cases: tuple[Case, ...] = ()


class WebServiceKind(StepKind[WebService]):
    name = "web_service"
    title = words("Web service", "Servicio web")
    fields = WebService

    def exits(self, fields: WebService, _plan: TenantPlan) -> tuple[Exit, ...]:
        names = dict.fromkeys((*(case.exit for case in fields.cases), "next", "failure"))
        return tuple(Exit(name, required=True) for name in names)

    def compile(self, here: Placed[WebService]) -> Block:
        for finding in self.check(here):
            raise FlowError(finding)
        block = Block()
        asked = here.fields
        _prepare(asked, block)
        block.app(
            "Set(answer=${CURL(${web_url}" + (",${web_body}" if _posts(asked) else "") + ")})"
        )
        block.app(r'GotoIf($["${FILTER(\x7b\x5b,${answer:0:1})}" = ""]?failed)')
        for name, path in asked.read.items():
            block.app(f"Set(raw=${{JSON_DECODE(answer,{path})}})")
            # Without ( ) : in it, what was read cannot be taken for an end of the function.
            value = "${REPLACE(raw,():)}"
            block.app(f"Set(v_{own_name(name)}=${{FILTER({SAFE},{value})}})")
        jump(here, block, asked.cases, "next")
        leave(here, block, "failure", "failed")
        return block

    def simulate(self, here: Placed[WebService], call: Call) -> Outcome:
        services = call.world.services
        place = f"{here.flow.name}/{here.step.name}"
        answer = services.get(place, services.get(here.step.name, {}))
        if answer is None:
            text = words("The service does not answer.", "El servicio no responde.")
            return Outcome("failure", text)
        for name, path in here.fields.read.items():
            call.variables[own_name(name)] = clean(at_path(answer, path))
        case = first_case(here.fields.cases, call)
        if case is None:
            text = words("The service answers.", "El servicio responde.")
            return Outcome("next", text)
        return Outcome(case.exit, told(case, call))

    def explain(self, here: Placed[WebService]) -> Words:
        return words(
            "Asks {host}, for {seconds} s at most.",
            "Consulta a {host}, {seconds} s como máximo.",
            host=urlsplit(here.fields.url).hostname or "—",
            seconds=here.fields.seconds,
        )

    def check(self, here: Placed[WebService]) -> Iterable[Finding]:
        asked = here.fields
        yield from check_template(here, asked.url)
        yield from check_template(here, asked.body)
        for name, path in asked.read.items():
            yield from check_variable(here, name, written=True)
            yield from check_path(here, path)
        yield from check_cases(here, asked.cases)
        yield from _shape(here)


def _posts(asked: WebService) -> bool:
    return asked.method == "POST"


def _prepare(asked: WebService, block: Block) -> None:
    """The request: limits, headers once in a call, address, body."""
    block.app(f"Set(CURLOPT(conntimeout)={asked.seconds})")
    block.app(f"Set(CURLOPT(httptimeout)={asked.seconds})")
    block.app(f"Set(CURLOPT(failurecodes)={REFUSALS})")
    # Nobody but the plan says where calls ask
    block.app("Set(CURLOPT(followlocation)=0)")
    if asked.headers:
        block.app('GotoIf($["${web_headers}" = "1"]?ready)')
        for name, value in asked.headers.items():
            block.app(f"Set(CURLOPT(httpheader)={literal(f'{name}: {value}')})")
        block.app("Set(web_headers=1)")
    url = template(_url(asked.url), "${URIENCODE({})}")
    block.app(f"Set(web_url={url})", "ready" if asked.headers else "")
    if _posts(asked):
        block.app(f"Set(web_body={template(asked.body)})")


def _url(url: str) -> str:
    return "".join(IN_URLS.get(letter, letter) for letter in url)


def _shape(here: Placed[WebService]) -> Iterator[Finding]:
    asked = here.fields
    if urlsplit(asked.url).scheme not in {"http", "https"} or "{" in _host(asked):
        yield here.finding("web_service.url", Severity.ERROR, _bad_url())
    if not _balanced(asked.body):
        yield here.finding("web_service.body", Severity.ERROR, _bad_body())
    if not all(_is_header(name, value) for name, value in asked.headers.items()):
        yield here.finding("web_service.headers", Severity.ERROR, _bad_headers())
    if asked.headers and _others_differ(here):
        yield here.finding("web_service.headers_differ", Severity.ERROR, _differ())


def _host(asked: WebService) -> str:
    return urlsplit(asked.url).netloc


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0


def _is_header(name: str, value: str) -> bool:
    plain = (name + value).isprintable() and name.replace("-", "").isalnum() and name.isascii()
    return plain and "${" not in value and "$[" not in value


def _others_differ(here: Placed[WebService]) -> bool:
    """Whether a web service of the tenant would get headers that are not its own."""
    mine = dict(here.fields.headers)
    for flow in here.plan.flows:
        for step in flow.steps:
            if step.kind == "web_service":
                host = urlsplit(str(step.fields.get("url", ""))).netloc
                if dict(step.fields.get("headers", {})) != mine or host != _host(here.fields):
                    return True
    return False


def _bad_url() -> Words:
    return words(
        "The address must begin with http:// or https:// and name a fixed host.",
        "La dirección debe comenzar con http:// o https:// y nombrar un servidor fijo.",
    )


def _bad_body() -> Words:
    return words(
        "Each ( in the body needs its ). Close it, or write it in another way.",
        "Cada ( del cuerpo necesita su ). Ciérrelo o escríbalo de otro modo.",
    )


def _bad_headers() -> Words:
    return words(
        "Headers have names of letters and “-”, and values of one line without ${{ or $[.",
        "Los encabezados tienen nombres de letras y «-», y valores de una línea sin ${{ ni $[.",
    )


def _differ() -> Words:
    return words(
        "All web services would get these headers. Give each step the same headers and host, or "
        "put secrets into the body or the address.",
        "Todos los servicios web recibirían estos encabezados. Dé a cada paso los mismos "
        "encabezados y servidor, o ponga los secretos en el cuerpo o en la dirección.",
    )


KIND = WebServiceKind()
