"""Settings of every process. Values that differ between sites come from the environment (`kangqiao.config.env`)."""

from kangqiao.config import env, logs

DEBUG = False
LOGGING = logs.LOGGING
DEVELOPMENT = env.flag("KANGQIAO_DEVELOPMENT")
PORT = env.number("KANGQIAO_PORT", 8000)

SECRET_KEY = env.secret("KANGQIAO_SECRET_KEY") or ("development-only-secret-key" * 2 if DEVELOPMENT else "")
MASTER_KEY = env.secret("KANGQIAO_MASTER_KEY")
PREVIOUS_MASTER_KEY = env.secret("KANGQIAO_PREVIOUS_MASTER_KEY")

# Hosts -------------------------------------------------------------------------------------------------------------
BASE_DOMAIN = env.text("KANGQIAO_BASE_DOMAIN", "localhost")
PUBLIC_HOSTS = tuple(env.text("KANGQIAO_PUBLIC_HOSTS", f"{BASE_DOMAIN},127.0.0.1").split(","))
PUBLIC_ORIGIN = env.text("KANGQIAO_PUBLIC_ORIGIN", f"http://{BASE_DOMAIN}:{PORT}")
WEBSOCKET_PORT = env.number("KANGQIAO_WEBSOCKET_PORT", PORT + 1)
ALLOWED_HOSTS = [f".{BASE_DOMAIN}", *PUBLIC_HOSTS]
USE_X_FORWARDED_HOST = False

# Apps --------------------------------------------------------------------------------------------------------------
SHARED_APPS = [
    "tenants.registry",
    "tenants.dictionaries",
    "tenants.signup",
]
TENANT_APPS = [
    "kangqiao.core",
    "kangqiao.audit",
    "kangqiao.options",
    "kangqiao.accounts",
    "kangqiao.organization",
    "kangqiao.files",
    "kangqiao.people",
    "kangqiao.instruments",
    "kangqiao.checkup",
]
# Apps without tables of their own: they exist for their api, tasks and commands.
TABLELESS_APPS = [
    "channels",
    "kangqiao.printing",
    "kangqiao.vendors",
    "kangqiao.reporting",
    "kangqiao.ops",
    "kangqiao.onboarding",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *TABLELESS_APPS, "kangqiao.config"]

TENANT_MODEL = "registry.Hospital"
TENANT_DOMAIN_MODEL = "registry.Domain"
TENANT_LIMIT_SET_CALLS = True
TENANT_ROLE_PREFIX = env.text("KANGQIAO_ROLE_PREFIX", "kq")
# Tables that a hospital's role may only insert into and read.
APPEND_ONLY_MODELS = ("audit.AuditEntry", "instruments.RawTransmission")

DATABASES = {
    "default": {
        "ENGINE": "kangqiao.core.tenancy.postgres",
        **env.database(env.text("DATABASE_URL", "postgresql://kangqiao@127.0.0.1:5432/kangqiao")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.number("KANGQIAO_DB_POOL", 8), "timeout": 10, "max_lifetime": 1200},
            "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000 -c lock_timeout=10000",
        },
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "kangqiao.core.tenancy.tenant_key",
        "TIMEOUT": 300,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "kq"},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# What was left over may take long (a demo hospital's reports): it has a worker of its own, so that fresh events never wait behind it.
CELERY_TASK_ROUTES = {"ops.drain_outbox": {"queue": "slow"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "global_keyprefix": "kq:celery:"}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SOFT_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# HTTP --------------------------------------------------------------------------------------------------------------
ROOT_URLCONF = "kangqiao.config.urls"
WSGI_APPLICATION = "kangqiao.config.wsgi.application"
ASGI_APPLICATION = "kangqiao.config.asgi.application"
APPEND_SLASH = False
MIDDLEWARE = [
    "kangqiao.core.trace.TraceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kangqiao.config.static.FrontEndFiles",
    "kangqiao.core.tenancy.middleware.TenantMiddleware",
    "kangqiao.core.guard.SameOriginMiddleware",
    "kangqiao.accounts.middleware.SessionMiddleware",
]
TEMPLATES: list[dict[str, object]] = []

SESSION_COOKIE = "__Host-kq_session"
SESSION_IDLE_SECONDS = env.number("KANGQIAO_SESSION_IDLE", 15 * 60)
SESSION_ABSOLUTE_SECONDS = 12 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.flag("KANGQIAO_TLS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("KANGQIAO_TLS") else None
SECURE_HSTS_SECONDS = 31536000 if env.flag("KANGQIAO_TLS") else 0
X_FRAME_OPTIONS = "DENY"

# Built front ends; whitenoise serves `dist` of each under /static/<app>/ and looks at the files at start.
STATIC_URL = "/static/"
FRONTEND_APPS = {
    "staff": env.ROOT / "frontend" / "apps" / "staff" / "dist",
    "site": env.ROOT / "frontend" / "apps" / "site" / "dist",
}
MEDIA_ROOT = env.text("KANGQIAO_MEDIA_ROOT", str(env.ROOT / ".local" / "media"))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Outside services ----------------------------------------------------------------------------------------------------
ALIYUN_ACCESS_KEY_ID = env.secret("KANGQIAO_ALIYUN_ACCESS_KEY_ID") or "sandbox-key"
ALIYUN_ACCESS_KEY_SECRET = env.secret("KANGQIAO_ALIYUN_ACCESS_KEY_SECRET") or "sandbox-secret"
ALIYUN_SMS_ENDPOINT = env.text("KANGQIAO_ALIYUN_SMS_ENDPOINT", f"127.0.0.1:{PORT + 2}")
ALIYUN_SMS_SCHEME = env.text("KANGQIAO_ALIYUN_SMS_SCHEME", "http")
ALIYUN_SMS_SIGN_NAME = env.text("KANGQIAO_ALIYUN_SMS_SIGN_NAME", "康桥")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("KANGQIAO_EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.number("KANGQIAO_EMAIL_PORT", PORT + 3)
EMAIL_HOST_USER = env.text("KANGQIAO_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("KANGQIAO_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("KANGQIAO_EMAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("KANGQIAO_EMAIL_FROM", "康桥 <no-reply@kangqiao.example>")

# Language and time -----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

SILENCED_SYSTEM_CHECKS = ["django_tenants.W001", "django_tenants.W003"]
