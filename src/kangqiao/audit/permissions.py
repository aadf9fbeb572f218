from kangqiao.core.permissions import Permission

PERMISSIONS = [Permission("audit.entry.read", "查看审计日志", roles=("audit_admin",))]
