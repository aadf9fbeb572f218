"""The check-up over HTTP: docs/architecture/checkup-api.md."""

from kangqiao.checkup.api import conclusion, desk, one, reports, sampling, station
from kangqiao.checkup.api.door import router

__all__ = ["conclusion", "desk", "one", "reports", "router", "sampling", "station"]
