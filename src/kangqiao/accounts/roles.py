"""Roles that every hospital starts with. Their permissions are the defaults declared beside each permission."""

from dataclasses import dataclass

from kangqiao.accounts.enums import DataScope


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    code: str
    name: str
    data_scope: DataScope = DataScope.HOSPITAL


BUILT_IN_ROLES = (
    BuiltInRole("system_admin", "系统管理员"),
    BuiltInRole("security_admin", "安全管理员"),
    BuiltInRole("audit_admin", "审计管理员"),
    BuiltInRole("checkup_admin", "体检管理员"),
    BuiltInRole("receptionist", "登记员"),
    BuiltInRole("nurse", "导检护士"),
    BuiltInRole("phlebotomist", "采血护士"),
    BuiltInRole("department_doctor", "科室医生", DataScope.DEPARTMENT),
    BuiltInRole("lab_technician", "检验技师", DataScope.DEPARTMENT),
    BuiltInRole("entry_clerk", "录入员"),
    BuiltInRole("chief_doctor", "总检医生"),
    BuiltInRole("review_doctor", "审核医生"),
    BuiltInRole("report_clerk", "报告员"),
    BuiltInRole("cashier", "收费员"),
)
ADMINISTRATOR_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})
OWNER_USERNAME = "admin"
OWNER_ROLES = (
    "system_admin",
    "checkup_admin",
    "receptionist",
    "nurse",
    "phlebotomist",
    "department_doctor",
    "lab_technician",
    "chief_doctor",
    "report_clerk",
)
