"""The Celery application of worker and scheduler."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")

app = Celery("kangqiao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-outboxes": {"task": "ops.sweep_outboxes", "schedule": 30.0},
    "seal-audit": {"task": "ops.seal_audit", "schedule": 60.0},
    "resume-sign-ups": {"task": "onboarding.resume_sign_ups", "schedule": 20.0},
    "fill-schema-pool": {"task": "onboarding.fill_schema_pool", "schedule": 60.0},
}
