"""Demo data: 300 invented examinees with real body measurements, in all states of a working day. Pure generators."""

from .day_plan import DemoPanel, DemoTimes
from .examinees import DemoExaminee, DemoVisit, examinees
from .results import DemoResult

__all__ = ["DemoExaminee", "DemoPanel", "DemoResult", "DemoTimes", "DemoVisit", "examinees"]
