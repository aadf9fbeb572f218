from kangqiao.core.permissions import Permission

ADMIN = "checkup_admin"
DESK = ("receptionist", ADMIN)
STATIONS = ("nurse", "department_doctor", "lab_technician")
DOCTORS = ("chief_doctor", "review_doctor")
EVERYBODY = (*DESK, "phlebotomist", *STATIONS, *DOCTORS, "report_clerk")

PERMISSIONS = [
    Permission("checkup.checkup.view", "查看体检", roles=EVERYBODY),
    Permission("checkup.checkup.enroll", "体检登记", roles=DESK),
    Permission("checkup.checkup.check_in", "体检签到", roles=(*DESK, "nurse")),
    Permission("checkup.checkup.audit", "查看体检操作记录", roles=(ADMIN, *DOCTORS)),
    Permission("checkup.specimen.draw", "抽血登记", roles=("phlebotomist", "nurse", ADMIN)),
    Permission("checkup.station.view", "查看诊台", roles=(*STATIONS, *DOCTORS, ADMIN)),
    Permission("checkup.result.write", "录入检查结果", roles=(*STATIONS, ADMIN)),
    Permission("checkup.result.any_department", "录入其他科室结果", roles=(ADMIN,)),
    Permission("checkup.private.view", "查看隐私项目结果", roles=("lab_technician", *DOCTORS)),
    Permission("checkup.conclusion.view", "查看总检", roles=(*DOCTORS, ADMIN)),
    Permission("checkup.conclusion.write", "总检", roles=("chief_doctor",)),
    Permission("checkup.review.view", "查看审核", roles=DOCTORS),
    Permission("checkup.review.write", "审核", roles=("review_doctor",)),
    Permission("checkup.report.view", "查看体检报告", roles=(*DESK, *DOCTORS, "report_clerk")),
    Permission("checkup.report.render", "生成体检报告", roles=(*DESK, *DOCTORS, "report_clerk")),
    Permission("checkup.report.release", "发布体检报告", roles=(*DESK, "review_doctor", "report_clerk")),
    Permission("checkup.statistics.read", "查看体检统计", roles=(ADMIN, "chief_doctor", "report_clerk")),
    Permission("checkup.dictionary.read", "查看体检字典", roles=EVERYBODY),
    Permission("checkup.dictionary.write", "维护体检字典", roles=(ADMIN,)),
]
