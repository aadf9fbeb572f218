"""SMTP server that keeps every e-mail for the sandbox page instead of delivering it."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from sandbox.faults import FaultSwitches
from sandbox.messages import MessageStore

MOST_BYTES = 10 * 1024 * 1024


class MailSink:
    """aiosmtpd handler."""

    def __init__(self, store: MessageStore, faults: FaultSwitches) -> None:
        self._store, self._faults = store, faults

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        fault = self._faults.take("email", envelope.rcpt_tos[0])
        kind = fault.kind if fault else ""
        if fault and kind == "error":
            return fault.message or f"{fault.code or '550'} Mailbox unavailable"
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        if kind != "drop":
            for address in envelope.rcpt_tos:
                for _ in range(2 if kind == "duplicate" else 1):
                    self._keep(envelope.mail_from, address, envelope.content)
        if kind == "hang_up":
            server.transport.abort()
        return "250 Message accepted for delivery"

    def _keep(self, sender: str, to: str, content: bytes) -> None:
        mail: EmailMessage = message_from_bytes(content, policy=policy.default)  # type: ignore[assignment]
        body = mail.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        self._store.add(
            channel="email",
            to=to,
            sender=str(mail.get("From", sender)),
            subject=str(mail.get("Subject", "")),
            text=text.strip(),
            attachments="、".join(part.get_filename() or "附件" for part in mail.iter_attachments()),
        )


def mail_server(host: str, port: int, store: MessageStore, faults: FaultSwitches) -> Controller:
    """A controller that runs in a thread of its own; call start() and stop()."""
    return Controller(MailSink(store, faults), hostname=host, port=port, data_size_limit=MOST_BYTES)
