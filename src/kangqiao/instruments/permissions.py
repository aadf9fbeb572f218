from kangqiao.core.permissions import Permission

PERMISSIONS = [
    Permission("instruments.agent.read", "查看前置机与仪器", roles=("system_admin", "checkup_admin", "lab_technician")),
    Permission("instruments.agent.write", "管理前置机与仪器", roles=("system_admin", "checkup_admin")),
    Permission("instruments.tray.read", "查看仪器报文与未匹配结果", roles=("checkup_admin", "lab_technician")),
    Permission("instruments.tray.write", "处理未匹配结果", roles=("checkup_admin", "lab_technician")),
]
