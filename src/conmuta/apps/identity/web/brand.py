"""An operator's brand at its own host name: its name, its logo, its colours."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from conmuta.apps.identity.web.doors import public
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.errors import NotFound

KEPT_SECONDS = 300

_CSS = (
    ".bare .primary, .bare form:only-of-type button:not(.languages button, .button), "
    ".bare .brand {{ background: {colour}; border-color: {colour}; color: {ink}; }}\n"
    ".bare .brand {{ padding: 12px; border-radius: var(--radius); }}\n"
)


def brand_of(request: HttpRequest | None) -> tenancy.OperatorView | None:
    """The operator whose host the request names; None: the product's own."""
    if request is None:
        return None
    return tenancy.operator_at(request.get_host().partition(":")[0])


@public
@require_safe
@cache_control(max_age=KEPT_SECONDS, public=True)
def logo(request: HttpRequest) -> HttpResponse:
    """The logo of the operator at this host."""
    operator = brand_of(request)
    if operator is None or not operator.logo:
        raise NotFound(what="logo")
    return HttpResponse(tenancy.logo_of(operator), content_type=operator.logo_type)


@public
@require_safe
@cache_control(max_age=KEPT_SECONDS, public=True)
def css(request: HttpRequest) -> HttpResponse:
    """The colours of the operator at this host; checked when they were saved."""
    operator = brand_of(request)
    if operator is None or not operator.brand.colour:
        return HttpResponse("", content_type="text/css")
    text = _CSS.format(colour=operator.brand.colour, ink=operator.brand.ink)
    return HttpResponse(text, content_type="text/css")
