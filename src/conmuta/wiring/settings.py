"""Django's settings, all derived from `CONMUTA` (see `configuration`)."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from conmuta.platform import logs
from conmuta.wiring import configuration
from conmuta.wiring.database import database_settings

CONMUTA = configuration.load()
_PACKAGE = Path(__file__).resolve().parent.parent
_SECURE = urlsplit(CONMUTA.public_url).scheme == "https"

DEBUG = CONMUTA.debug
ALLOWED_HOSTS = [*CONMUTA.hosts, urlsplit(CONMUTA.public_url).hostname or "localhost"]


def _secret_key() -> str:
    file = CONMUTA.path(Path("keys/django.key"))
    if CONMUTA.secret_key:
        return CONMUTA.secret_key
    return file.read_text("ascii").strip() if file.exists() else secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()

_UPPER_APPS = [
    f"conmuta.apps.{name}"
    for name in ("trunks", "extensions", "queues", "callflow", "calls")
    if (_PACKAGE / "apps" / name / "apps.py").exists()
]
INSTALLED_APPS = [
    "conmuta.platform",
    "conmuta.adapters.mail",
    "conmuta.apps.tenancy",
    "conmuta.apps.identity",
    "conmuta.apps.fleet",
    *_UPPER_APPS,
    "conmuta.wiring",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
]

DATABASES = {"default": database_settings(CONMUTA.database_url, CONMUTA.database_pool)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [str(_PACKAGE / "locale")]

EMAIL_BACKEND = "conmuta.adapters.mail.django_backend.Backend"
DEFAULT_FROM_EMAIL = CONMUTA.mail_from
SERVER_EMAIL = CONMUTA.mail_from

LOGGING_CONFIG = None
logs.configure(CONMUTA.log_level)

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]

MIDDLEWARE = [
    "conmuta.platform.web.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "conmuta.wiring.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(_PACKAGE / "platform" / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
