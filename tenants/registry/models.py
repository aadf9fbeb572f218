"""The platform's own tables in schema `public`: which hospitals there are and where each one lives. No patient is ever named here."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now

from tenants.registry.enums import HospitalStatus, KeyPurpose, MigrationState, PreparedState
from tenants.registry.names import SUBDOMAIN


class HospitalGroup(models.Model):
    """Hospitals of one owner; group staff may switch between them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Hospital(models.Model):
    """A tenant. The schema name is opaque and never changes; the subdomain may."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(HospitalGroup, on_delete=models.PROTECT, related_name="hospitals")
    name = models.CharField(max_length=100)
    subdomain = models.CharField(max_length=30, unique=True, validators=[RegexValidator(SUBDOMAIN)])
    schema_name = models.CharField(max_length=63, unique=True, editable=False)
    role_name = models.CharField(max_length=63, unique=True, editable=False)
    db_alias = models.CharField(max_length=30, default="default")
    status = models.CharField(max_length=12, choices=HospitalStatus, default=HospitalStatus.PROVISIONING)
    key_id = models.PositiveSmallIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hospital_schema_is_opaque", condition=models.Q(schema_name__regex=r"^h_[0-9a-f]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DataKey(models.Model):
    """A hospital's key, wrapped by the master key `master_id`. Old data keys stay, to read what was written under them."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="data_keys")
    purpose = models.CharField(max_length=5, choices=KeyPurpose, default=KeyPurpose.DATA)
    key_id = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()
    master_id = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "purpose", "key_id"], name="data_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hospital_id}/{self.purpose}/{self.key_id}"


class Domain(models.Model):
    """A hospital's own host name beside `<subdomain>.<base domain>`."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, unique=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.host


class Licence(models.Model):
    """What a hospital has bought: 0 seats or agents means none."""

    hospital = models.OneToOneField(Hospital, on_delete=models.CASCADE, related_name="licence")
    plan = models.CharField(max_length=30, default="trial")
    seats = models.PositiveIntegerField(default=20)
    agents = models.PositiveIntegerField(default=1)
    modules = models.JSONField(default=list)
    expires_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hospital_id}: {self.plan}"


class SchemaTemplate(models.Model):
    """The template schema as SQL with a placeholder for the schema's name. One row: the present version."""

    version = models.CharField(max_length=64, unique=True)
    schema_name = models.CharField(max_length=63)
    pre_data = models.TextField()
    rows = models.TextField()
    post_data = models.TextField()
    fingerprint = models.CharField(max_length=32)
    tables = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version[:12]


class PreparedSchema(models.Model):
    """A schema of the warm pool, made before anyone asked for it."""

    schema_name = models.CharField(max_length=63, unique=True)
    role_name = models.CharField(max_length=63, unique=True)
    version = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=PreparedState, default=PreparedState.READY)
    created_at = models.DateTimeField(auto_now_add=True)
    assigned_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.schema_name


class MigrationLedger(models.Model):
    """Which version of the tables a hospital has, and what went wrong last."""

    hospital = models.OneToOneField(Hospital, on_delete=models.CASCADE, related_name="ledger")
    version = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=MigrationState, default=MigrationState.RUNNING)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hospital_id}: {self.state}"
