from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kangqiao.accounts"
    label = "accounts"
    verbose_name = "用户与权限"
