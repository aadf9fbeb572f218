from kangqiao.core.permissions import Permission

PERMISSIONS = [
    Permission(
        "organization.structure.read", "查看机构科室", roles=("system_admin", "checkup_admin", "security_admin")
    ),
    Permission("organization.structure.write", "维护机构科室", roles=("system_admin",)),
]
