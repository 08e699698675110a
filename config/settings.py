"""All settings of Quittance. Values come from the environment (`config/env.py`, `.env.example`)."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE

from config import env
from wallets.core.limits import BASIC, TIERS, VERIFIED

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("QUITTANCE_VAR", BASE_DIR / "var")

# --- who we are -------------------------------------------------------------------------
DEMO = env.flag("QUITTANCE_DEMO")
DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
BASE_URL = env.text("BASE_URL").rstrip("/")
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "*" if DEMO else None).split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = BASE_URL.startswith("https://")

# --- keys that stand outside the database: {key id: secret}, the first is the active one -----
PIN_PEPPERS = env.keys("PIN_PEPPERS")
CODE_KEYS = env.keys("CODE_KEYS")
# These in a row of (id, seed, first day): a receipt is signed by the key of its own day.
RECEIPT_KEYS = env.dated_keys("RECEIPT_KEYS")

# --- the staircase, ground floor last -------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "reports",
    "payments",
    "merchants",
    "taxes",
    "wallets",
    "people",
    "base",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.SafeHeaders",
    "config.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "people.web.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.RefusedPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
            ]
        },
    }
]

# --- data ------------------------------------------------------------------------------------
DATABASES = {"default": env.database()}
APP_DATABASE_ROLE = env.text("APP_DATABASE_ROLE", "quittance_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The cache is PostgreSQL: throttles of sign-in survive a lost Redis and fail closed with the books.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "base_cache"},
}
EXPORT_DIR = env.folder("EXPORT_DIR", VAR_DIR / "exports")

# --- sign-in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/start/"
ACCOUNT_ADAPTER = "people.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"

SESSION_ENGINE = "people.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
if SECURE:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 4
# Django counts no bytes of files. The front reads no more than a picture (`config/asgi.py`), and what is sent
# stays in memory: nothing of a stranger's is written to a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- pages -----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- mail: without EMAIL_HOST it is written to files, one a message ---------------------------------
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_PORT = env.whole("EMAIL_PORT", 587)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Quittance <no-reply@quittance.example>")

# --- background work: the broker is a doorbell, PostgreSQL is the queue -----------------------------
REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2.0
CELERY_BEAT_SCHEDULE = {
    "settle": {"task": "payments.tasks.settle_due", "schedule": 5.0},
    "expire": {"task": "payments.tasks.expire_due", "schedule": 30.0},
    "notices": {"task": "base.tasks.send_notices", "schedule": 30.0},
    "exports": {"task": "reports.tasks.build_queued", "schedule": 15.0},
    "answer_packs": {"task": "reports.tasks.build_packs", "schedule": 15.0},
    "schedules": {"task": "reports.tasks.run_schedules", "schedule": 60.0},
    "withdrawals": {"task": "wallets.tasks.move_withdrawals", "schedule": 15.0},
    "asks": {"task": "wallets.tasks.expire_asks", "schedule": 300.0},
    "rates": {"task": "wallets.tasks.fetch_fx_rates", "schedule": 3 * 3600.0},
    "shares": {"task": "payments.tasks.share_due", "schedule": 10.0},
    "corrections": {"task": "payments.tasks.correct_sales", "schedule": 60.0},
    "payouts": {"task": "payments.tasks.carry_payouts", "schedule": 15.0},
    "books": {"task": "reports.tasks.watch_books", "schedule": float(env.whole("AUDIT_SECONDS", 600))},
    # Four times a day, so that a beat that was restarted misses none: each notice is given once.
    "thresholds": {"task": "reports.tasks.watch_thresholds", "schedule": 6 * 3600.0},
    "print_runs": {"task": "merchants.tasks.draw_queued", "schedule": 15.0},
    "receipt_keys": {"task": "payments.tasks.remember_keys", "schedule": 300.0},
    "shown_codes": {"task": "payments.tasks.sweep_shown", "schedule": 3600.0},
    "sessions": {"task": "people.tasks.sweep_sessions", "schedule": 3600.0},
    "sent_notices": {"task": "base.tasks.sweep_notices", "schedule": 3600.0},
    "months": {"task": "base.tasks.make_months", "schedule": 6 * 3600.0},
}

# --- programs -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "config.errors.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# Workers that settle at the same time: each merchant lies in one lane.
SETTLE_LANES = env.whole("SETTLE_LANES", 2)

# --- money rules that an operator sets ----------------------------------------------------------
# A demo's people have shown who they are; anybody else's wallet begins with the limits of the unknown.
NEW_WALLET_TIER = env.one_of("NEW_WALLET_TIER", TIERS, VERIFIED if DEMO else BASIC)
FEE_PPM = env.whole("FEE_PPM", 5_000)
# Rates of exchange: six days old are those of the Thursday before Easter on the Wednesday after it.
# A demo's rates are its own, so that it needs no net.
ECB_URL = env.text("ECB_URL", "" if DEMO else "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml")
FX_MAX_AGE_DAYS = env.whole("FX_MAX_AGE_DAYS", 6)
FX_MARGIN_PPM = env.whole("FX_MARGIN_PPM", 0, most=100_000)
# Whether a shop may sell before it has a tax number: taxed in full, the tax kept here until it has one.
PROVISIONAL_TAX = env.flag("PROVISIONAL_TAX")
PIN_RESET_WAIT = timedelta(seconds=env.whole("PIN_RESET_WAIT_SECONDS", 60 if DEMO else 3600))
ONE_TIME_CODE_LIFE = timedelta(minutes=5)
SESSION_LIFE = timedelta(minutes=15)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"celery": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
