"""Settings, from the environment, in one file. A bad value stops the start with a sentence.

Everything has a default that works on a laptop: SQLite, the queue in the database, the offline
writer, and a local outbox from which nothing leaves the machine.
"""

import base64
import math
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Lines of NAME=value that outlive a restart; the environment itself comes first.
ENV_FILE = env.str("ENV_FILE", default=str(BASE_DIR / ".env"))
if ENV_FILE and Path(ENV_FILE).is_file():
    env.read_env(ENV_FILE)

STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".state")))


def local_secret_key() -> str:
    """A key of this installation, made once; several machines must share one by SECRET_KEY."""
    path = STATE_DIR / "secret_key"
    if not path.exists():
        STATE_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x") as file:
                path.chmod(0o600)
                file.write(get_random_secret_key())
        except FileExistsError:  # another process of the same start made it first
            pass
    return path.read_text().strip()


def last_address() -> str:
    """Where `serve` last served on this machine: what commands beside it put into links."""
    path = STATE_DIR / "address"
    return path.read_text().strip() if path.exists() else "http://127.0.0.1:8000"


def readable(name: str, url: str, read: Callable[[str], Any]) -> Any:
    """An address from the environment. What is wrong is said without quoting it: parts of a
    password would stand in the words, and in the error below them."""
    try:
        return read(url)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise ImproperlyConfigured(
            f"{name} cannot be read. It looks like scheme://user:password@host:port, with the "
            "special characters of a password as %2F for /, %23 for #, %40 for @, %5B for [."
        ) from None


def vault_keys() -> list[str]:
    """The keys of the vault, newest first; what is wrong is said without quoting any."""
    keys = [one.strip() for one in env.list("VAULT_KEYS", default=[]) if one.strip()]
    for number, key in enumerate(keys, start=1):
        try:
            good = len(base64.urlsafe_b64decode(key)) == 32
        except ValueError:
            good = False
        if not good:
            raise ImproperlyConfigured(
                f"VAULT_KEYS: number {number} cannot be read as a key. "
                "`manage.py rotate_keys --make` prints one that can."
            )
    return keys


def prices(name: str, default: Any, example: str) -> Any:
    """One price or a table of them, like the default; a price is three numbers."""
    try:
        said = env.json(name, default=default)
        rows = list(said.values()) if isinstance(said, dict) else [said]
        good = type(said) is type(default) and all(
            len(row) == 3 and min(row) >= 0 and sum(row) < math.inf for row in rows
        )
    except (ValueError, TypeError):
        good = False
    if not good:
        raise ImproperlyConfigured(f"{name}: use three numbers, none below zero, like {example}.")
    return said


DEBUG = env.bool("DEBUG", default=False)
DEFAULT_EXCEPTION_REPORTER_FILTER = "revenue.secrecy.Filter"
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
# Passwords of mailboxes are encrypted with the first and read with any; without one, a key is made
# once in STATE_DIR (`revenue.vault`).
VAULT_KEYS = vault_keys()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = (env.str("SITE_URL", default="") or last_address()).rstrip("/")
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "revenue",
    "agents",
    "review",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "revenue.request_size.limited",
]

ROOT_URLCONF = "revenue.urls"
WSGI_APPLICATION = "revenue.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "review.views.chrome.chrome",
                "revenue.sign_in.at_the_door",
            ],
            "builtins": ["review.templatetags.when"],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------

_url = env.str("DATABASE_URL", default="") or f"sqlite:///{STATE_DIR}/countersign.sqlite3"
DATABASES = {"default": readable("DATABASE_URL", _url, env.db_url_config)}
_database = DATABASES["default"]
_engine = _database.get("ENGINE", "")
if _engine.endswith("sqlite3"):
    if str(_database["NAME"]).startswith(str(STATE_DIR)):
        STATE_DIR.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif _engine.endswith("postgresql"):
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    _database["CONN_HEALTH_CHECKS"] = True
    # Many joins make a query look costly enough to be compiled: that takes longer than to run it.
    _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
else:
    raise ImproperlyConfigured("DATABASE_URL: use sqlite:///path or postgres://user@host/name.")

# --- People and sessions ------------------------------------------------------------------------

AUTH_USER_MODEL = "revenue.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "revenue.sign_in.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_FORMS = {
    "change_password": "revenue.sign_in.ChangePassword",
    "reset_password_from_key": "revenue.sign_in.ChoosePassword",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody may have us write to anybody
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Behind a proxy all come from its address: guesses are counted by the one that it forwards.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE

# --- What a browser may load --------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0

# --- Cache and queue ----------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
readable("REDIS_URL", REDIS_URL, lambda url: urlsplit(url).port)
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "countersign_cache",
            # A full one forgets at random, and with it who is guessing passwords.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    )
}
Q_CLUSTER = {
    "name": "countersign",
    "label": "Background work",
    "workers": env.int("WORKERS", default=2),
    "bulk": 1,
    "queue_limit": env.int("WORKERS", default=2),
    "timeout": 120,
    "retry": 420,
    "max_attempts": 3,
    "ack_failures": False,
    "save_limit": -1,
    "poll": 0.2,
    "catch_up": False,
    "recycle": 500,
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

# --- Mail out -----------------------------------------------------------------------------------
# Without EMAIL_URL approved mail stays in the local outbox: nothing leaves the machine.

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = readable("EMAIL_URL", EMAIL_URL, env.email_url_config)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "review.channels.local.EmailBackend"
# A provider sends when there is no EMAIL_URL, and in any case its events and inbound mail come in
# at /hooks/mail/. ANYMAIL_POSTMARK_SERVER_TOKEN=… and the like are django-anymail's settings.
MAIL_PROVIDER = env.str("MAIL_PROVIDER", default="").lower()
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in env.ENVIRON.items()
    if name.startswith("ANYMAIL_")
}
if "WEBHOOK_SECRET" in ANYMAIL:  # several, with commas between, while they are exchanged
    ANYMAIL["WEBHOOK_SECRET"] = [one.strip() for one in ANYMAIL["WEBHOOK_SECRET"].split(",")]
if MAIL_PROVIDER:
    if not MAIL_PROVIDER.isidentifier() or not find_spec(f"anymail.backends.{MAIL_PROVIDER}"):
        raise ImproperlyConfigured(
            "MAIL_PROVIDER: use a name of django-anymail's, for example postmark, mailgun, resend."
        )
    if not EMAIL_URL:
        EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
EMAIL_TIMEOUT = 30
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="countersign.example")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"countersign@{MAIL_DOMAIN}")
# Hosts of your own network that may be typed into a page: mail servers, and where decisions go.
TRUSTED_HOSTS = [host.lower() for host in env.list("TRUSTED_HOSTS", default=[])]
# The domain whose mail comes in here by webhook: reps copy their own mail to an address of it.
INBOUND_DOMAIN = env.str("INBOUND_DOMAIN", default="").lower()
# The name under which its receiving server writes Authentication-Results: no other is believed.
INBOUND_AUTHSERV = env.str("INBOUND_AUTHSERV", default="").lower()

# --- Model --------------------------------------------------------------------------------------
# Without a key or an address the offline writer answers.

OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="")
OPENAI_MODEL = env.str("OPENAI_MODEL", default="gpt-5-mini")
# US dollars for a million tokens: sent, sent and found in the provider's cache, written.
MODEL_PRICES = {
    "gpt-5": [1.25, 0.125, 10.0],
    "gpt-5-mini": [0.25, 0.025, 2.0],
    "gpt-5-nano": [0.05, 0.005, 0.4],
    "gpt-4.1": [2.0, 0.5, 8.0],
    "gpt-4.1-mini": [0.4, 0.1, 1.6],
    **prices("MODEL_PRICES", {}, '{"gpt-5": [1.25, 0.125, 10]}'),
}
# What a model without a price counts as, so that the budgets below hold for it, too.
MODEL_PRICE_UNKNOWN = prices("MODEL_PRICE_UNKNOWN", [5.0, 5.0, 25.0], "[5, 5, 25]")
# An edit that changes no fact and at most this share of the words is a minor one.
MINOR_EDIT_BELOW = env.float("MINOR_EDIT_BELOW", default=0.15)
MODEL_BUDGET_PER_DAY = env.float("MODEL_BUDGET_PER_DAY", default=25.0)
MODEL_BUDGET_PER_ACCOUNT_DAY = env.float("MODEL_BUDGET_PER_ACCOUNT_DAY", default=1.0)

# --- Language, time, static files ---------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
# `serve` collects the files and sets this: hashed names, compressed, cached for a year.
_manifest = env.bool("STATIC_MANIFEST", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "revenue.static_files.HashedFiles"
        if _manifest
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _manifest
DATA_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024  # a mail of 25 MB in base64; see request_size

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A mistyped address or a page of another role is answered, and no news for the terminal.
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
