from kangqiao.checkup.models.advice import AdviceRule, ConclusionTerm, ImportantRule
from kangqiao.checkup.models.checkups import BloodDraw, Checkup, DepartmentVisit, OrderedPanel, Specimen
from kangqiao.checkup.models.conclusions import AdviceLine, CheckupReport, Conclusion, SendBack
from kangqiao.checkup.models.dictionaries import (
    CheckupDepartment,
    CheckupKind,
    MeasurementUnit,
    PaymentKind,
    SpecimenKind,
    TubeKind,
)
from kangqiao.checkup.models.items import (
    CheckupItem,
    CheckupPanel,
    CommonFinding,
    LabItemMapping,
    PanelItem,
    ReferenceRange,
)
from kangqiao.checkup.models.packages import CheckupPackage, PackageLine
from kangqiao.checkup.models.results import DepartmentSummary, ImportantFinding, ItemResult, SupersededResult

__all__ = [
    "AdviceLine",
    "AdviceRule",
    "BloodDraw",
    "Checkup",
    "CheckupDepartment",
    "CheckupItem",
    "CheckupKind",
    "CheckupPackage",
    "CheckupPanel",
    "CheckupReport",
    "CommonFinding",
    "Conclusion",
    "ConclusionTerm",
    "DepartmentSummary",
    "DepartmentVisit",
    "ImportantFinding",
    "ImportantRule",
    "ItemResult",
    "LabItemMapping",
    "MeasurementUnit",
    "OrderedPanel",
    "PackageLine",
    "PanelItem",
    "PaymentKind",
    "ReferenceRange",
    "SendBack",
    "Specimen",
    "SpecimenKind",
    "SupersededResult",
    "TubeKind",
]
