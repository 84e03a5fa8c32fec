"""Django's settings, all derived from `CONMUTA` (see `configuration`)."""

import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from conmuta.platform import logs
from conmuta.wiring import configuration
from conmuta.wiring.database import database_settings
from conmuta.wiring.limits import PAGE_BYTES

CONMUTA = configuration.load()
_PACKAGE = Path(__file__).resolve().parent.parent
_SECURE = urlsplit(CONMUTA.public_url).scheme == "https"

DEBUG = CONMUTA.debug
DATA_UPLOAD_MAX_MEMORY_SIZE = PAGE_BYTES
ALLOWED_HOSTS = [*CONMUTA.hosts, urlsplit(CONMUTA.public_url).hostname or "localhost"]


def _secret_key() -> str:
    file = CONMUTA.path(Path("keys/django.key"))
    if CONMUTA.secret_key:
        return CONMUTA.secret_key
    return file.read_text("ascii").strip() if file.exists() else secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "conmuta.platform",
    "conmuta.adapters.mail",
    "conmuta.apps.tenancy",
    "conmuta.apps.identity",
    "conmuta.apps.fleet",
    "conmuta.apps.trunks",
    "conmuta.apps.numbering",
    "conmuta.apps.rating",
    "conmuta.apps.ledger",
    "conmuta.apps.routing",
    "conmuta.apps.extensions",
    "conmuta.apps.phones",
    "conmuta.apps.queues",
    "conmuta.apps.callflow",
    "conmuta.apps.calls",
    "conmuta.rest",
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
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "conmuta.apps.identity.web.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Conmuta"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE

AXES_FAILURE_LIMIT = 5
AXES_HANDLER = "conmuta.apps.identity.web.attempts.AttemptHandler"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "conmuta.apps.identity.web.adapter.username_of"
AXES_LOCKOUT_CALLABLE = "conmuta.apps.identity.web.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [CONMUTA.public_url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONMUTA.proxy else None
X_FRAME_OPTIONS = "DENY"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "conmuta.platform.web.headers.HeadersMiddleware",
    "conmuta.platform.web.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "conmuta.apps.identity.web.middleware.PersonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "conmuta.wiring.urls"
ASGI_APPLICATION = "conmuta.wiring.asgi.application"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = CONMUTA.debug
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "conmuta.wiring.pages.context.frame",
                "conmuta.wiring.pages.context.brand",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
