"""Self-service sign-up: what was asked for, how far it has come, and the codes that prove a phone and an e-mail address."""

import uuid

from django.db import models

from tenants.signup.enums import LIVE, Channel, SignUpStatus, StepState


class SignUp(models.Model):
    """One wish for a hospital. While it is live it holds its subdomain; `lease_token` names the worker that runs it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idempotency_key = models.CharField(max_length=255, unique=True)
    request_hash = models.CharField(max_length=64)
    group_name = models.CharField(max_length=100)
    hospital_name = models.CharField(max_length=100)
    subdomain = models.CharField(max_length=30)
    contact_name = models.CharField(max_length=50)
    phone = models.CharField(max_length=20)
    email = models.EmailField()
    plan = models.CharField(max_length=30)
    with_demo_data = models.BooleanField(default=False)
    consent_version = models.CharField(max_length=30)
    consent_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=SignUpStatus, default=SignUpStatus.PENDING)
    hospital = models.ForeignKey(
        "registry.Hospital", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subdomain"], condition=models.Q(status__in=LIVE), name="sign_up_holds_subdomain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subdomain}: {self.status}"


class SignUpStep(models.Model):
    """Progress of one step, for the page that shows it and for the worker that resumes."""

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=StepState, default=StepState.PENDING)
    detail = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sign_up", "name"], name="sign_up_step_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class VerificationCode(models.Model):
    """A code that was sent. Code, target and address of the asker are kept as keyed hashes only."""

    channel = models.CharField(max_length=5, choices=Channel)
    target_hash = models.CharField(max_length=64)
    ip_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_hash", "-created_at"], name="code_by_target"),
            models.Index(fields=["ip_hash", "-created_at"], name="code_by_ip"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.created_at}"
