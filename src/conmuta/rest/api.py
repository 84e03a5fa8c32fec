"""`/api/v1`: OpenAPI 3.1 at `/api/v1/openapi.json`, its reading form at `/api/v1/docs`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from conmuta.platform.errors import (
    Invalid,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from conmuta.platform.sentences import said
from conmuta.rest import (
    calls,
    documents,
    guard,
    money,
    objects,
    operators,
    telling,
    tenants,
    words,
)
from conmuta.rest.access import BearerToken
from conmuta.rest.errors import BodyInvalid

VERSION = "1"

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `detail` is a sentence with a way out, in the caller's language.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "detail": {"type": "string"},
                    "line": {"type": ["integer", "null"], "description": "Of a file."},
                },
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}
_REFUSED = {
    "description": "Refused, with a sentence that says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Api(NinjaAPI):
    """Ninja's, whose description also tells how it refuses."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = _REFUSED
        return schema


api = Api(
    title="Conmuta",
    version=VERSION,
    description=__doc__,
    auth=BearerToken(),
    urls_namespace="api",
    docs_url=None,
)
for router in (
    tenants.router,
    operators.router,
    objects.router(),
    calls.router,
    telling.router,
    documents.router,
    guard.router,
    money.router,
):
    api.add_router("", router)


def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """RFC 9457, with what a rate limit or a missing token asks for."""
    del request
    answer = JsonResponse(
        error.as_json(), status=error.status, content_type="application/problem+json"
    )
    if isinstance(error, TooManyRequests):
        answer["Retry-After"] = str(error.facts["seconds"])
    if isinstance(error, Unauthenticated):
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, BodyInvalid([_fault(each) for each in error.errors]))


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return problem(request, Unauthenticated())


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, Invalid(reason=str(error)))


@api.exception_handler(DataError)
def _too_much(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return problem(request, Invalid(reason=said("a value is larger than what is kept of it.")))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return problem(request, TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


def _fault(error: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in error.get("loc", ()) if part not in ("body", "path", "query")]
    return {"pointer": "/" + "/".join(place), "detail": words.sentence(error)}
