"""Sending through outside services. Each returns a `ports.Delivery` and never raises for the service's failures."""

from kangqiao.vendors.aliyun_sms import send_sms
from kangqiao.vendors.email import send_email

__all__ = ["send_email", "send_sms"]
