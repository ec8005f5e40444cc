"""All settings, from the environment only (secrets also by NAME_FILE).

Three ways of running share this file: production (the default), the demo (DEMO=1) and development or tests
(DEBUG=1, or pytest). Production refuses to start with a missing or weak secret; see `env.py`.
"""

import os
import sys
import tempfile
from pathlib import Path

import environ

from sns_governance.env import credential_keys, hours, networks, positive, read, secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = "pytest" in sys.modules
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default="mypy" in sys.modules)  # the type checker reads the settings, too
PRODUCTION = not (DEMO or DEBUG or TESTING)

# Each process of a test run has files and a database of its own, so that two runs at once do not meet.
TEST_RUN = f"{os.environ.get('PYTEST_XDIST_TESTRUNUID', '')[:8]}{os.getpid()}"
_var_default = (
    Path(tempfile.gettempdir()) / f"sns-governance-test-{TEST_RUN}" if TESTING else BASE_DIR / "var"
)
VAR_DIR = Path(env.str("VAR_DIR", default=str(_var_default))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = secret("SECRET_KEY", strict=PRODUCTION)
CREDENTIAL_KEYS = credential_keys(strict=PRODUCTION)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "guardian",
    "audit",
    "accounts",
    "policies",
    "posts",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.devices.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "sns_governance.urls"
WSGI_APPLICATION = "sns_governance.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context_processors.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader"],
        },
    },
]

# --- Databases: SQLite by default (WAL, write lock taken at BEGIN), PostgreSQL by DATABASE_URL.
DATABASES = {"default": env.db_url_config(read("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    if TESTING:  # a file, not memory: tests use real second connections
        DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    # After so many times PostgreSQL keeps a statement's plan (see audit.sql). Behind a pooler that hands every
    # transaction to another connection it must not: DATABASE_POOLER=1.
    keeps = {} if read("DATABASE_POOLER") else {"prepare_threshold": 5}
    DATABASES["default"]["OPTIONS"] = {**keeps, **DATABASES["default"].get("OPTIONS", {})}
    if TESTING:
        DATABASES["default"]["TEST"] = {"NAME": f"test_sns_{TEST_RUN}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People
AUTH_USER_MODEL = "accounts.StaffMember"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_COOKIE_AGE = 60 * 60 * 10  # one working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- Language and time: Japanese screens, JST at the edge, UTC in the database
LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# --- Static files and the city site
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
SITE_FOLDER = Path(env.str("SITE_FOLDER", default=str(VAR_DIR / "site")))
# Absolute address of the published folder, used in the register's links and schema.org data.
SITE_URL = env.str("SITE_URL", default="/site/")

# --- The city of this installation; the demo is one whose rules are like Mima's
CITY = {
    "name": env.str("CITY_NAME", default="美馬市" if DEMO else "見本市"),
    "url": env.str("CITY_URL", default=""),
    "desk_name": env.str("CITY_DESK_NAME", default="秘書広報課 広報係" if DEMO else "広報担当課"),
    "desk_phone": env.str(
        "CITY_DESK_PHONE", default="0000-00-2312（架空の番号）" if DEMO else "（電話番号を設定してください）"
    ),
    "rulebooks": env.list("CITY_RULEBOOKS", default=["mima"]),
}

# --- Working hours (Art. 9(1)), where a social account's policy names none; and the city's own networks (Art. 9(2))
CITY_OPENS, CITY_CLOSES = hours("CITY_HOURS", default="8:30-17:15")
CITY_ALWAYS_OPEN = env.bool("CITY_ALWAYS_OPEN", default=DEMO or TESTING)  # somebody is there at every hour
CITY_NETWORKS = networks("CITY_NETWORKS", strict=PRODUCTION)
TRUSTED_PROXIES = networks("TRUSTED_PROXIES", strict=False)
# In this header a trusted proxy passes on the client certificate that it has checked.
CLIENT_CERT_HEADER = env.str("CLIENT_CERT_HEADER", default="Client-Cert")

# --- The ledger of credentials (Art. 3(3)), and when a social account counts as idle
CREDENTIAL_MONTHS = env.int("CREDENTIAL_MONTHS", default=12)
CITY_MAIL_DOMAINS = env.list("CITY_MAIL_DOMAINS", default=["city.mima.example"] if DEMO else [])
IDLE_DAYS = env.int("IDLE_DAYS", default=90)

# --- Notices by mail; without EMAIL_URL (production) they stay in the product
EMAIL_URL = read("EMAIL_URL")
MAIL_IS_SET = bool(EMAIL_URL) or not PRODUCTION
if EMAIL_URL:
    _mail = env.email_url_config(EMAIL_URL)
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="sns@localhost")
# Where staff open the product, for the links in mails.
STAFF_URL = env.str("STAFF_URL", default="http://localhost:8000" if not PRODUCTION else "")

# --- Sending
HAND_MINUTES = positive("HAND_MINUTES", default=30)  # from taking a post by hand to saying that it is out
SEND_DEADLINE_SECONDS = positive("SEND_DEADLINE_SECONDS", default=30)
STUCK_SWEEP_SECONDS = positive("STUCK_SWEEP_SECONDS", default=60)
LATEST_SENDING_MINUTES = positive("LATEST_SENDING_MINUTES", default=30)
LATEST_BY_HAND_MINUTES = positive(
    "LATEST_BY_HAND_MINUTES", default=240
)  # people are not always at their desks
# Hosts that adapters may call; empty means that no network can be reached at all.
OUTBOUND_HOSTS = env.list("OUTBOUND_HOSTS", default=[])
OUTBOUND_PROXY = env.str("OUTBOUND_PROXY", default="")
OUTBOUND_ALLOW_LOOPBACK = env.bool("OUTBOUND_ALLOW_LOOPBACK", default=False)

# --- Celery: the database is the schedule, the queue only a wake-up
REDIS_URL = read("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or f"sqla+sqlite:///{VAR_DIR / 'broker.sqlite3'}"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The embedded broker has no broadcast: without Redis a worker cannot be asked, only started and stopped.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 8
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-due": {"task": "posts.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "sweep-stuck": {
        "task": "posts.sweep_stuck",
        "schedule": float(STUCK_SWEEP_SECONDS),
        "options": {"expires": 60},
    },
    "refresh-site": {"task": "policies.refresh_site", "schedule": 300.0, "options": {"expires": 600}},
    "look-after-reviews": {
        "task": "posts.look_after_reviews",
        "schedule": 300.0,
        "options": {"expires": 600},
    },
    "look-after-published": {
        "task": "posts.look_after_published",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "check-connections": {
        "task": "accounts.check_connections",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "tell": {"task": "desk.tell", "schedule": 15.0, "options": {"expires": 30}},
    "mail": {"task": "desk.mail", "schedule": 30.0, "options": {"expires": 60}},
    "digest": {"task": "desk.digest", "schedule": 600.0, "options": {"expires": 1200}},
    "seal-record": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 120}},
}

# --- The browser's guards
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
