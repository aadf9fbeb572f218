import pytest

from kangqiao.vendors import aliyun_sms, email
from kangqiao.vendors.circuit import CircuitBreaker
from tests.infra.sandbox.process import KEY_ID, KEY_SECRET, running_sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process, settings, monkeypatch):
    """The real sandbox process, empty and without faults, as the settings' SMS and mail service."""
    sandbox_process.calm()
    settings.ALIYUN_SMS_ENDPOINT = f"127.0.0.1:{sandbox_process.port}"
    settings.ALIYUN_SMS_SCHEME = "http"
    settings.ALIYUN_ACCESS_KEY_ID, settings.ALIYUN_ACCESS_KEY_SECRET = KEY_ID, KEY_SECRET
    settings.ALIYUN_SMS_SIGN_NAME = "康桥"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sandbox_process.smtp_port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 3
    settings.DEFAULT_FROM_EMAIL = "康桥 <no-reply@kangqiao.example>"
    monkeypatch.setattr(aliyun_sms, "circuit", CircuitBreaker())
    monkeypatch.setattr(email, "circuit", CircuitBreaker())
    return sandbox_process
