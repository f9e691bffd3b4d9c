"""Settings: every value has a default that runs on one laptop; docs/operator.md lists each variable."""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

from smartunion.site import env

TESTING = "pytest" in sys.modules
if TESTING and "SMARTUNION_HOME" not in os.environ:
    os.environ["SMARTUNION_HOME"] = tempfile.mkdtemp(prefix="smartunion-test-")
    atexit.register(shutil.rmtree, os.environ["SMARTUNION_HOME"], ignore_errors=True)
HOME = env.home()
PACKAGE = Path(__file__).resolve().parent.parent


def _kept_secret(name: str, size: int) -> str:
    """A random secret made once and kept beside the data, readable by its owner alone."""
    path = HOME / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(secrets.token_hex(size), encoding="ascii")
        fresh.chmod(0o600)
        try:
            path.hardlink_to(fresh)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


DEBUG = env.flag("SMARTUNION_DEBUG")
DEMO = env.flag("SMARTUNION_DEMO")  # demo city: shows demo accounts and codes on the sign-in page
SECRET_KEY = env.text("SMARTUNION_SECRET_KEY") or ("test-only" * 8 if TESTING else _kept_secret("django", 32))
#: Hex keys for field encryption, newest first, comma separated: `id:hex` (see docs/operator.md, key rotation).
FIELD_KEYS = env.text("SMARTUNION_FIELD_KEYS") or (
    "1:" + ("11" * 32 if TESTING else _kept_secret("fields", 32))
)
#: Hex keys of the blind indexes, newest first, comma separated (see docs/operator.md, key rotation).
INDEX_KEY = env.text("SMARTUNION_INDEX_KEY") or ("22" * 32 if TESTING else _kept_secret("index", 32))
CIPHER_SUITE = env.text(
    "SMARTUNION_CIPHER", "aes"
)  # aes (AES-256-GCM, HMAC-SHA-256) or sm (SM4-GCM, HMAC-SM3)

ALLOWED_HOSTS = env.text("SMARTUNION_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("SMARTUNION_ORIGINS").split(",") if origin]
#: Public address printed in QR codes, certificates and messages, without a trailing slash.
PUBLIC_URL = env.text("SMARTUNION_PUBLIC_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
BEHIND_TLS = env.flag("SMARTUNION_TLS", PUBLIC_URL.startswith("https://"))
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
#: How many proxies in front set X-Forwarded-For; 0 means the socket address is the client's.
TRUSTED_PROXIES = env.number("SMARTUNION_PROXIES", 0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "ninja",
    "smartunion.core",
    "smartunion.ground.registry",
    "smartunion.ground.accounts",
    "smartunion.ground.facts",
    "smartunion.ground.policies",
    "smartunion.ground.notices",
    "smartunion.engines.casework",
    "smartunion.engines.feeds",
    "smartunion.engines.offers",
    "smartunion.engines.payments",
    "smartunion.systems.aid",
    "smartunion.systems.counselling",
    "smartunion.systems.guide",
    "smartunion.systems.hall",
    "smartunion.systems.organising",
    "smartunion.systems.matters",
    "smartunion.systems.mutual",
    "smartunion.systems.programmes",
    "smartunion.systems.stewardship",
    "smartunion.systems.dues",
    "smartunion.systems.vacancies",
    "smartunion.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smartunion.core.web.middleware.RequestIdMiddleware",
    "smartunion.core.web.middleware.HeadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "smartunion.core.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "smartunion.ground.accounts.middleware.ActorMiddleware",
    "smartunion.core.web.middleware.DomainErrorMiddleware",
    "smartunion.ground.accounts.middleware.RoleEndedMiddleware",
]
ROOT_URLCONF = "smartunion.site.urls"
WSGI_APPLICATION = "smartunion.site.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            # Both libraries rewrite loaders; installed by their own they hide page.html#part.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "smartunion.core.templatetags.smartunion",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "smartunion.site.context.shell",
            ],
        },
    }
]
COTTON_DIR = "components"
COTTON_SNAKE_CASED_NAMES = True

#: The web server's threads share a few connections; a command or job keeps its own.
POOL = env.number("SMARTUNION_THREADS", 8) + 4 if env.flag("SMARTUNION_POOL") else 0
DATABASES = {"default": env.database(env.text("DATABASE_URL"), HOME, pool=POOL, lasting=not TESTING)}
if TESTING and "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # In memory all threads of a live server would share one connection, and two requests at once each other's transaction.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/signin/"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "smartunion.core.web.sessions"
SESSION_COOKIE_NAME = "su_session"
CSRF_COOKIE_NAME = "su_csrf"
CSRF_FAILURE_VIEW = "smartunion.core.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if TESTING
        else {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
    )
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "su_language"
LOCALE_PATHS: list[str] = []
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the file server warns when it is missing
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = HOME / "files"  # never served by URL: every file goes through a view that checks the actor
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_IMPORT_BYTES = env.number("SMARTUNION_MAX_IMPORT_MB", 2048) * 1024 * 1024
MAX_PHOTO_BYTES = env.number("SMARTUNION_MAX_PHOTO_MB", 12) * 1024 * 1024

#: Service account (sign-in inside WeChat, template messages) and website app (sign-in by QR on a PC); empty: off.
WECHAT = {
    "app_id": env.text("WECHAT_APP_ID"),
    "secret": env.text("WECHAT_SECRET"),
    "web_app_id": env.text("WECHAT_WEB_APP_ID"),
    "web_secret": env.text("WECHAT_WEB_SECRET"),
    "api": env.text("WECHAT_API", "https://api.weixin.qq.com").rstrip("/"),
    "open": env.text("WECHAT_OPEN", "https://open.weixin.qq.com").rstrip("/"),
}
#: JSON object: our notice template → id of the template there; "*" for all others.
WECHAT_TEMPLATES = env.mapping("WECHAT_TEMPLATES")
#: Where HttpSmsSender posts, and the secret it signs with.
SMS_URL, SMS_SECRET = env.text("SMARTUNION_SMS_URL"), env.text("SMARTUNION_SMS_SECRET")
#: Where messages are written while no provider sends them; everybody has hers in the inbox too.
NOTICE_LOG = HOME / "messages.log"
#: Dotted path of the sender for each channel; the default writes to NOTICE_LOG and shows codes on the console.
NOTICE_SENDERS = {
    "sms": env.text("SMARTUNION_SMS_SENDER", "smartunion.ground.notices.senders.ConsoleSender"),
    "wechat": env.text("SMARTUNION_WECHAT_SENDER", "smartunion.ground.notices.senders.ConsoleSender"),
    "email": env.text("SMARTUNION_EMAIL_SENDER", "smartunion.ground.notices.senders.ConsoleSender"),
}
#: OpenAI-compatible endpoint that may word the guide's answers from passages found here; empty: off.
GUIDE_MODEL = {
    "url": env.text("SMARTUNION_GUIDE_MODEL_URL").rstrip("/"),
    "key": env.text("SMARTUNION_GUIDE_MODEL_KEY"),
    "name": env.text("SMARTUNION_GUIDE_MODEL"),
}
GUIDE_MODEL_SECONDS = env.number("SMARTUNION_GUIDE_MODEL_SECONDS", 8)
globals().update(env.mail(env.text("SMARTUNION_EMAIL_URL")))  # smtp://user:password@host:port?from=address

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "smartunion.core.logs.RedactFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}},
    "root": {"handlers": ["console"], "level": env.text("SMARTUNION_LOG", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}, "uvicorn.access": {"level": "WARNING"}},
}
