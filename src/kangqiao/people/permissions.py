from kangqiao.core.permissions import Permission

DESK = ("receptionist", "checkup_admin")
CLINICAL = (
    "nurse",
    "phlebotomist",
    "department_doctor",
    "lab_technician",
    "chief_doctor",
    "review_doctor",
    "report_clerk",
)

PERMISSIONS = [
    Permission("people.person.view", "查看人员", roles=(*DESK, *CLINICAL)),
    Permission("people.person.edit", "建档和修改人员", roles=DESK),
    Permission("people.person.reveal", "查看完整证件号和手机号", roles=DESK),
    Permission("people.person.merge", "合并人员档案", roles=("checkup_admin",)),
    Permission("people.dictionary.read", "查看人员字典", roles=(*DESK, *CLINICAL)),
    Permission("people.dictionary.write", "维护人员字典", roles=("checkup_admin",)),
]
