"""Random secrets and their hashes."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256; enough for secrets of full entropy, which need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
