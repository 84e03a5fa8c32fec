"""Mails to people, in their operator's brand and their own language.

Each is a handler of the outbox, so it may run more than once; the delivery's key keeps the mail
one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.translation import gettext

from conmuta.adapters.countries import country_name
from conmuta.adapters.mail import actions as mail
from conmuta.adapters.mail import queries as mails
from conmuta.apps.identity import links
from conmuta.apps.identity.contracts import (
    PersonInvited,
    SignedInElsewhere,
    TokenUsedElsewhere,
)
from conmuta.apps.identity.homes import homes
from conmuta.apps.identity.models import Membership, OperatorMembership, User
from conmuta.apps.identity.permissions import Permission
from conmuta.apps.identity.queries import allowed
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.contracts import TenantStateChanged
from conmuta.platform.outbox import Delivery
from conmuta.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, in its reader's language; `link` and `button` may be ""."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    button: str = ""


Words = Callable[[], tuple[str, tuple[str, ...]]]
"""Subject and paragraphs of a mail, made in the language that is active then."""


def send_invitation(delivery: Delivery) -> None:
    """Hears `PersonInvited`: a mail with a link to set one's password.

    It is the platform's mail: who reads a company's mail must not find a way in as another.
    """
    event: PersonInvited = delivery.event
    scope, system = delivery.scope, Scope.system(delivery.scope.actor)
    user = _member(scope, event.username)
    if user is None:
        return
    operator, title, language = tenancy.operator_of(scope), _title(scope), _language(scope, user)
    with system.active(), transaction.atomic(), translation.override(language):
        if not mails.is_posted(system, delivery.key):
            link = f"{base_url(operator)}/accounts/welcome/{links.make_link(user)}/"
            _post(system, operator, _invitation(title, user, link), delivery.key)


def tell_state(delivery: Delivery) -> None:
    """Hears `TenantStateChanged`: a mail to those who manage the company's settings."""
    event: TenantStateChanged = delivery.event
    tenant, operator = tenancy.tenant_of(delivery.scope), tenancy.operator_of(delivery.scope)
    for user in _managers(delivery.scope):
        with translation.override(user.language or tenant.facts.language):
            letter = _state(tenant, operator, event, user)
            _post(delivery.scope, operator, letter, f"{delivery.key}:{user.pk}")


def tell_those_responsible(scope: Scope, words: Words, key: str) -> None:
    """A mail to those who manage the settings of `scope`'s tenant and to its operator's people,
    each in their own language, in the operator's brand; once for each `key`."""
    tenant, operator = tenancy.tenant_of(scope), tenancy.operator_of(scope)
    with Scope.for_operator(operator.id, scope.actor).active() as own:
        people = [row.user for row in OperatorMembership.objects.within(own).select_related("user")]
    link = f"{base_url(operator)}/t/{tenant.slug}/status/"
    for user in {user.pk: user for user in (*_managers(scope), *people)}.values():
        with translation.override(user.language or tenant.facts.language):
            subject, paragraphs = words()
            hello = gettext("Hello {name}.").format(name=user.name)
            letter = Letter(
                to=user.email,
                subject=subject,
                paragraphs=(hello, *paragraphs),
                link=link,
                button=gettext("Look at it"),
            )
            _post(scope, operator, letter, f"{key}:{user.pk}")


def tell_operator(scope: Scope, words: Words, key: str) -> None:
    """A mail to the people of the scope's operator, each in their own language."""
    operator = tenancy.operator_of(scope)
    rows = OperatorMembership.objects.within(scope).select_related("user").order_by("username")
    for user in [row.user for row in rows]:
        with translation.override(user.language or operator.facts.language):
            subject, paragraphs = words()
            hello = gettext("Hello {name}.").format(name=user.name)
            letter = Letter(to=user.email, subject=subject, paragraphs=(hello, *paragraphs))
            _post(scope, operator, letter, f"{key}:{user.pk}")


def tell_place(delivery: Delivery) -> None:
    """Hears `SignedInElsewhere`: a mail to the person."""
    event: SignedInElsewhere = delivery.event
    user = User.objects.filter(pk=event.user_id).first()
    if user is None:
        return
    operator = _operator_for(user)
    language = user.language or (operator.facts.language if operator else "en")
    with translation.override(language):
        at = _when(event.at, operator.facts.time_zone if operator else "UTC")
        letter = Letter(
            to=user.email,
            subject=_place_subject(event.country, language),
            paragraphs=(
                gettext("Hello {name}.").format(name=user.name),
                gettext(
                    "Somebody signed in as you at {at} from {place}, for the first time."
                ).format(at=at, place=_place(event.country, event.network, language)),
                gettext("If it was not you, change your password now and tell your administrator."),
            ),
            link=f"{base_url(operator)}/accounts/password/change/",
            button=gettext("Change the password"),
        )
        _post(delivery.scope, operator, letter, delivery.key)


def tell_token_place(delivery: Delivery) -> None:
    """Hears `TokenUsedElsewhere`: a mail to those who manage what the token opens."""
    event: TokenUsedElsewhere = delivery.event
    scope = delivery.scope
    operator = tenancy.operator_of(scope) if scope.tenant_id or scope.operator_id else None
    for user in _keepers(scope):
        language = _language(scope, user) if operator else user.language or "en"
        with translation.override(language):
            letter = _token_place(event, user, operator, language)
            _post(scope, operator, letter, f"{delivery.key}:{user.pk}")


def base_url(operator: tenancy.OperatorView | None) -> str:
    """Where the operator's people sign in, without a slash at the end."""
    public = urlsplit(settings.CONMUTA.public_url)
    host = operator.facts.host if operator else ""
    if not host:
        return str(settings.CONMUTA.public_url).rstrip("/")
    place = f"{host}:{public.port}" if public.port else host
    return urlunsplit((public.scheme, place, "", "", ""))


def sender(operator: tenancy.OperatorView | None) -> str:
    """The From of mails in the operator's brand."""
    own = parseaddr(settings.CONMUTA.mail_from)[1]
    if operator is None:
        return str(settings.CONMUTA.mail_from)
    return formataddr((operator.shown, operator.brand.sender or own))


def _post(scope: Scope, operator: tenancy.OperatorView | None, letter: Letter, key: str) -> None:
    message = EmailMessage()
    message["From"] = sender(operator)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    support = operator.brand.support if operator else ""
    if support:
        message["Reply-To"] = support
    content = {"letter": letter, "operator": operator, "support": support}
    message.set_content(render_to_string("identity/mail.txt", content))
    message.add_alternative(render_to_string("identity/mail.html", content), subtype="html")
    mail.post(scope, message, key)


def _invitation(title: str, user: User, link: str) -> Letter:
    return Letter(
        to=user.email,
        subject=gettext("Welcome to {title}").format(title=title),
        paragraphs=(
            gettext("Hello {name}.").format(name=user.name),
            gettext(
                "You can now manage {title}. Set your password here; the link works once, for "
                "{days} days."
            ).format(title=title, days=links.VALID.days),
            gettext("Your user name is {email}.").format(email=user.email),
        ),
        link=link,
        button=gettext("Set the password"),
    )


def _state(
    tenant: tenancy.TenantView,
    operator: tenancy.OperatorView,
    event: TenantStateChanged,
    user: User,
) -> Letter:
    title = tenant.facts.title
    told = {
        tenancy.State.SUSPENDED: (
            gettext("{title} is suspended"),
            gettext(
                "Calls out do not go, but emergencies; who calls in hears a notice. Calls "
                "inside the company go on, and you sign in as ever."
            ),
        ),
        tenancy.State.ACTIVE: (
            gettext("{title} is served again"),
            gettext("Calls go out and come in as before."),
        ),
        tenancy.State.ENDING: (
            gettext("{title} ends"),
            gettext(
                "Until {at} all stays as it is, without calls to and from outside; then "
                "everything is removed. Your operator has a file with what you had, and can "
                "call this back until then."
            ),
        ),
    }
    subject, text = told[event.state]
    at = _when(event.ends_at, tenant.facts.time_zone) if event.ends_at else ""
    hello = gettext("Hello {name}.").format(name=user.name)
    return Letter(
        to=user.email,
        subject=subject.format(title=title),
        paragraphs=(hello, text.format(at=at)),
        link=f"{base_url(operator)}/t/{tenant.slug}/status/",
        button=gettext("Look at it"),
    )


def _token_place(
    event: TokenUsedElsewhere, user: User, operator: tenancy.OperatorView | None, language: str
) -> Letter:
    at = _when(event.at, operator.facts.time_zone if operator else "UTC")
    country = country_name(event.country, language)
    place = _place(event.country, event.network, language)
    return Letter(
        to=user.email,
        subject=gettext("The token {name} was used from {country}").format(
            name=event.token, country=country
        ),
        paragraphs=(
            gettext("Hello {name}.").format(name=user.name),
            gettext(
                "At {at} a program used the API with the token {token} from {place}, for the "
                "first time."
            ).format(at=at, token=event.token, place=place),
            gettext("If it was none of yours, revoke the token now and make another."),
        ),
    )


def _place_subject(country: str, language: str) -> str:
    if not country:
        return gettext("A sign-in from a new place")
    return gettext("A sign-in from {country}").format(country=country_name(country, language))


def _place(country: str, network: str, language: str) -> str:
    """`Uruguay (200.40.30.0/24)`, or the network alone."""
    return f"{country_name(country, language)} ({network})" if country else network


def _when(at: str, zone: str) -> str:
    local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{formats.date_format(local, 'DATE_FORMAT')} {local:%H:%M} ({zone})"


def _member(scope: Scope, username: str) -> User | None:
    if scope.operator_id is not None:
        own = OperatorMembership.objects.within(scope).select_related("user")
        found = own.filter(username=username).first()
        return found.user if found else None
    members = Membership.objects.within(scope).select_related("user")
    row = members.filter(username=username).first()
    return row.user if row else None


def _managers(scope: Scope) -> list[User]:
    rows = Membership.objects.within(scope).filter(is_active=True)
    found = rows.select_related("user", "profile").order_by("username")
    return [row.user for row in found if Permission.SETTINGS_ADMIN in allowed(row.profile)]


def _keepers(scope: Scope) -> list[User]:
    """Who manages what a token of the scope's owner opens."""
    if scope.tenant_id is not None:
        return _managers(scope)
    if scope.operator_id is None:
        return list(User.objects.filter(is_platform_administrator=True, is_active=True))
    rows = OperatorMembership.objects.within(scope).filter(is_active=True)
    return [row.user for row in rows.select_related("user").order_by("username")]


def _language(scope: Scope, user: User) -> str:
    if user.language:
        return user.language
    if scope.tenant_id is not None:
        return tenancy.tenant_of(scope).facts.language
    return tenancy.operator_of(scope).facts.language


def _title(scope: Scope) -> str:
    if scope.tenant_id is not None:
        return tenancy.tenant_of(scope).facts.title
    return tenancy.operator_of(scope).shown


def _operator_for(user: User) -> tenancy.OperatorView | None:
    """In whose brand a person without a company at hand is written to; None: the product's."""
    found = sorted(homes(user, "system:mail"))
    if user.is_platform_administrator or not found:
        return None
    kind, owner = found[0]
    scope_of = Scope.for_operator if kind == "operator" else Scope.for_tenant
    with scope_of(owner, "system:mail").active() as scope:
        return tenancy.operator_of(scope)
