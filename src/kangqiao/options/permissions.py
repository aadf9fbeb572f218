from kangqiao.core.permissions import Permission

PERMISSIONS = [
    Permission("options.option.read", "查看选项", roles=("system_admin", "checkup_admin")),
    Permission("options.option.write", "修改选项", roles=("system_admin", "checkup_admin")),
]
