from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "kangqiao.instruments"
    label = "instruments"
    verbose_name = "仪器接入"
