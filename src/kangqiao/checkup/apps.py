from django.apps import AppConfig


class CheckupConfig(AppConfig):
    name = "kangqiao.checkup"
    label = "checkup"
    verbose_name = "健康体检"

    def ready(self) -> None:
        from kangqiao.checkup.selectors.checkups import person_ids_by_number
        from kangqiao.people.ports import MergeTarget, register_finder, register_merge_target

        register_merge_target(MergeTarget("checkup.Checkup"))
        register_finder("checkup_no", person_ids_by_number)
