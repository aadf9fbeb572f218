"""E-mail by SMTP, through Django's backend and settings."""

from __future__ import annotations

import smtplib

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection

from kangqiao.vendors.circuit import CircuitBreaker
from kangqiao.vendors.masking import mask_email
from kangqiao.vendors.ports import CIRCUIT_IS_OPEN, TIMEOUT, UNREACHABLE, Delivery, Outcome

log = structlog.get_logger(__name__)
_TEMPORARY = range(400, 500)
circuit = CircuitBreaker()


def send_email(to: str, subject: str, text: str, *, html: str = "") -> Delivery:
    """Hand one e-mail over; never raises for the service's failures. Not to be called inside a transaction."""
    if not circuit.allows():
        return CIRCUIT_IS_OPEN
    connection = get_connection(fail_silently=False)
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], connection=connection)
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        result = _unreachable(error)
    else:
        result = _send(mail)
        connection.close()
    if result.outcome == Outcome.UNKNOWN or result.code == UNREACHABLE:
        circuit.failed()
    else:
        circuit.succeeded()
    log.info("email", to=mask_email(to), outcome=result.outcome.value, reason=result.code)
    return result


def _send(mail: EmailMultiAlternatives) -> Delivery:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        number = next(iter(error.recipients.values()))[0]
        return _refused(number)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code)
    except (TimeoutError, smtplib.SMTPServerDisconnected, OSError):
        return Delivery(Outcome.UNKNOWN, code=TIMEOUT, message="邮件服务器中途断开，结果不明")
    return Delivery(Outcome.SENT, reference=mail.extra_headers.get("Message-ID", ""))


def _refused(number: int) -> Delivery:
    return Delivery(
        Outcome.REFUSED, code=str(number), message="邮件服务器拒收，请检查邮箱地址", retryable=number in _TEMPORARY
    )


def _unreachable(error: Exception) -> Delivery:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Delivery(Outcome.REFUSED, code=str(error.smtp_code), message="邮件服务器不接受账号密码，请检查设置")
    return Delivery(Outcome.REFUSED, code=UNREACHABLE, message="连不上邮件服务器，请检查网络", retryable=True)
