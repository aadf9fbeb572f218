"""Masked output. Personal fields leave the API masked; the clear value only by an audited reveal."""

from typing import Annotated

from pydantic import BeforeValidator


def mask_phone(phone: str | None) -> str:
    """`13812342067` -> `138****2067`."""
    text = phone or ""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "*" * len(text)


def mask_id_number(number: str | None) -> str:
    """`420106198003141217` -> `420106********1217`, without the birthday."""
    text = number or ""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def mask_email(email: str | None) -> str:
    """`wang@example.com` -> `w***@example.com`."""
    head, _, tail = (email or "").partition("@")
    return f"{head[:1]}***@{tail}" if tail else "*" * len(head)


MaskedPhone = Annotated[str, BeforeValidator(mask_phone)]
MaskedIdNumber = Annotated[str, BeforeValidator(mask_id_number)]
MaskedEmail = Annotated[str, BeforeValidator(mask_email)]
