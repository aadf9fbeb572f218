"""The agent's Ed25519 credential: one file, 0600, on disk before it is used."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_agent.errors import EdgeError
from edge_agent.files import write_durably

FILE = "credential.json"
CANDIDATE = "credential.enrolling.json"


class Credential(msgspec.Struct):
    """`seed` is the private key (base64, 32 bytes). `agent_id` is empty until the cloud has answered."""

    seed: str
    url: str
    agent_id: str = ""
    ws_url: str = ""
    hospital: str = ""

    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.seed))

    @property
    def public_key(self) -> str:
        return base64.b64encode(self.key().public_key().public_bytes_raw()).decode()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.key().public_key().public_bytes_raw()).hexdigest()

    @property
    def short_fingerprint(self) -> str:
        """What people compare: the last six digits, `9F-03-AC`."""
        tail = self.fingerprint[-6:].upper()
        return "-".join((tail[0:2], tail[2:4], tail[4:6]))

    def sign_enrolment(self, code: str) -> str:
        return self._sign(f"kangqiao-edge-enroll-1|{code}|{self.public_key}")

    def sign_auth(self, nonce: str, host: str, boot_id: str) -> str:
        return self._sign(f"kangqiao-edge-auth-1|{nonce}|{self.agent_id}|{host}|{boot_id}")

    def _sign(self, text: str) -> str:
        return base64.b64encode(self.key().sign(text.encode())).decode()


def new_credential(url: str) -> Credential:
    return Credential(seed=base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode(), url=url)


def save(state: Path, credential: Credential, name: str = FILE) -> None:
    write_durably(state / name, msgspec.json.encode(credential))


def load(state: Path, name: str = FILE) -> Credential | None:
    """None when there is none; a damaged file is an error, never a reason to make a new identity."""
    path = state / name
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credential)
    except msgspec.DecodeError as error:
        raise EdgeError(
            "credential_damaged",
            f"凭证文件 {path} 已损坏。请在网页“前置机”中为本机重新生成配对码，再执行 enroll --replace。",
        ) from error


def promote(state: Path, credential: Credential) -> None:
    """Make the enrolling credential the one in use; the file is complete on disk before the candidate goes."""
    save(state, credential)
    (state / CANDIDATE).unlink(missing_ok=True)
