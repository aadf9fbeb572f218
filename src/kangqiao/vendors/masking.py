"""Addresses as they may stand in a log."""


def mask_phone(phone: str) -> str:
    """ "13812340018" -> "138****0018"; anything shorter than eight characters is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def mask_email(address: str) -> str:
    """ "heziyuan@example.com" -> "h***@example.com"."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else "***"
