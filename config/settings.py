"""Every setting. What differs between machines comes from the environment (see docs/configuration.md)."""

from whitenoise.compress import Compressor

from config.env import address, choice, database, env, flag, number, repository, secret_key, words
from runtime import paths

BASE_DIR = repository()
VAR_DIR = paths.var_dir()

DEMO = flag("DEMO")
DEBUG = flag("DEBUG")
SECRET_KEY = secret_key(demo=DEMO)
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS", default=[])

HOST = env.str("HOST", default="127.0.0.1")
PORT = number("PORT", default=8000, least=1)
PUBLIC_URL = address("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = words(
    "ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "[::1]", PUBLIC_URL.split("://")[1].split(":")[0].split("/")[0]],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "ninja",
    "runtime",
    "dealerships",
    "customers",
    "notifications",
    "booking",
    "desk",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages travel compressed; Django masks CSRF tokens and pads lengths against BREACH. Static files are stored so.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

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
                "dealerships.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------------
DATABASES = {
    "default": database(
        env.str("DATABASE_URL", default="") or paths.embedded_database_url(),
        pool_size=number("DATABASE_POOL", default=8),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker, cache, rate limits -------------------------------------------------------------------
BROKER_URL = env.str("BROKER_URL", default="") or paths.embedded_broker_url()
CACHE_URL = env.str("CACHE_URL", default="") or (
    paths.embedded_cache_url() if paths.embedded_broker_url() == BROKER_URL else BROKER_URL
)
RATE_LIMITS = choice("RATE_LIMITS", default="demo" if DEMO else "on", choices=("on", "off", "demo"))
RATE_LIMIT_STORAGE_URL = CACHE_URL
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": CACHE_URL,
        # A dead or silent cache is a miss, never an error page and never a wait that a person notices.
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.2, "SOCKET_TIMEOUT": 0.2, "IGNORE_EXCEPTIONS": True},
    }
}

# Why each value: docs/decisions/0004-outbox-and-celery.md. Publishing never holds up a booking: one quick retry.
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TIMEZONE = "UTC"

# --- Messages -------------------------------------------------------------------------------------
EMAIL_URL = address("EMAIL_URL", default="demo://" if DEMO else "smtp://127.0.0.1:25")
SMS_URL = address("SMS_URL", default="demo://" if DEMO else "none://")
# Of what comes back from machines; two of each, comma-separated, while one is replaced by the other.
EMAIL_WEBHOOK_SECRETS = words("EMAIL_WEBHOOK_SECRET", default=[])
TELEPHONY_SECRETS = words("TELEPHONY_SECRET", default=[])
# Where answers to our e-mails go, so that they reach their thread; empty: to the dealership's own mailbox.
EMAIL_REPLY_DOMAIN: str = env.str("EMAIL_REPLY_DOMAIN", default="answers.creneau.example" if DEMO else "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="rendez-vous@creneau.example")

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "overrides"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_NAME = "language"

# --- Accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "dealerships.User"
AUTHENTICATION_BACKENDS = ["dealerships.sign_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after-sign-in"
ACCOUNT_ADAPTER = "notifications.account_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# Nobody signs up here, but allauth shows the password at sign-in, and lets prove a number, only if signing up would
# ask for them.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "phone"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "dealerships.sign_in.PasswordForm",
    "request_login_code": "notifications.account_forms.RequestCodeForm",
    "change_phone": "notifications.account_forms.ChangePhoneForm",
    "verify_phone": "notifications.account_forms.VerifyPhoneForm",
    "confirm_login_code": "notifications.account_forms.ConfirmCodeForm",
    "reset_password": "dealerships.sign_in.ResetPasswordForm",  # pragma: allowlist secret
}
# Another code to a number that is to be proved after a minute; the rest as allauth has it.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {"verify_phone": "1/60s/key,5/m/ip", "change_phone": "5/m/user"} if RATE_LIMITS == "on" else False
)
MFA_ADAPTER = "dealerships.sign_in.SecondStep"
MFA_FORMS = {
    "login_webauthn": "dealerships.sign_in.PasskeyForm",
    "authenticate_webauthn": "dealerships.sign_in.SecondKeyForm",
    "reauthenticate_webauthn": "dealerships.sign_in.SameKeyForm",
    "add_webauthn": "dealerships.sign_in.NewSecondKeyForm",
}
MFA_RATE_LIMITS: dict[str, str] | bool = False if RATE_LIMITS == "off" else {}  # else as allauth has them
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
MFA_TOTP_ISSUER = "Créneau"

# --- Sessions, cookies, headers -------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SECURE_SSL_REDIRECT = False  # TLS and the redirect belong to the proxy in front (docs/configuration.md)
SILENCED_SYSTEM_CHECKS = ["security.W008"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A note of a megabyte is answered with its form and a sentence; what is larger still is nobody's typing.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# Files have a quota of their own, and what exceeds it is answered by the page that it was sent to.
FILE_UPLOAD_HANDLERS = ["lib.uploads.QuotaHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_HASHED = flag("STATIC_HASHED", default=not DEBUG)
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Customers' photos: no address leads there, booking.views.photos decides who sees one.
    "photos": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "photos",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 31_536_000
# Only what is served gets compressed; source maps and unhashed copies would take 20 s of every first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "httpx": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
    },
}
