from kangqiao.core.permissions import Permission

PERMISSIONS = [Permission("onboarding.demo.remove", "清除演示数据", roles=("system_admin", "checkup_admin"))]
