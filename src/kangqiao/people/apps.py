from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kangqiao.people"
    label = "people"
    verbose_name = "人员主索引"
