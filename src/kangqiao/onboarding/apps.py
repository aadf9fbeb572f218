from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "kangqiao.onboarding"
    label = "onboarding"
    verbose_name = "开通"

    def ready(self) -> None:
        from kangqiao.onboarding import provisioning

        provisioning.register()
