"""Password and lock-out policy, as plain values (等保三级 8.1.4.1; values of GB/T 22239-2019 assessment guides)."""

import re

MINIMUM_LENGTH = 10
MINIMUM_CLASSES = 3
HISTORY = 5
MAXIMUM_AGE_DAYS = 90
MAXIMUM_TRIES = 5
LOCK_SECONDS = 15 * 60
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
COMMON = frozenset(
    {
        "password",
        "qwertyuiop",
        "1q2w3e4r",
        "123456789",
        "woaini1314",
        "admin",
        "kangqiao",
        "iloveyou",
        "abc123",
        "88888888",
    }
)


def password_fault(password: str, username: str, name: str) -> str | None:
    """Why the password is refused, in Chinese; None when it is good."""
    if len(password) < MINIMUM_LENGTH:
        return f"密码至少 {MINIMUM_LENGTH} 位"
    if len(password) > 128:
        return "密码最多 128 位"
    if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < MINIMUM_CLASSES:
        return "密码要有大写字母、小写字母、数字、符号中的三种"
    lowered = password.lower()
    if (username and username.lower() in lowered) or (len(name) > 1 and name in password):
        return "密码里不能有用户名或姓名"
    if any(word in lowered for word in COMMON):
        return "密码太常见，请换一个"
    return None


def locked_seconds(failures: int, seconds_since_last: float) -> int:
    """How long the log-in stays locked after `failures` wrong tries in a row; 0 when open."""
    left = LOCK_SECONDS - seconds_since_last
    return int(left) + 1 if failures >= MAXIMUM_TRIES and left > 0 else 0
