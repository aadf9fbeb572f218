from kangqiao.core.permissions import Permission

PERMISSIONS = [
    Permission("accounts.user.read", "查看用户", roles=("system_admin", "security_admin")),
    Permission("accounts.user.write", "管理用户", roles=("system_admin",)),
    Permission("accounts.role.read", "查看角色", roles=("system_admin", "security_admin")),
    Permission("accounts.role.write", "管理角色权限", roles=("security_admin",)),
    Permission("accounts.role.assign", "分配角色", roles=("security_admin", "system_admin")),
    Permission("accounts.session.read", "查看登录会话", roles=("security_admin",)),
    Permission("accounts.session.end", "结束他人会话", roles=("security_admin",)),
    Permission("accounts.attempt.read", "查看登录记录", roles=("security_admin", "audit_admin")),
]
