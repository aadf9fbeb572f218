from django.db import models


class EmployeeKind(models.TextChoices):
    DOCTOR = "doctor", "医生"
    NURSE = "nurse", "护士"
    THERAPIST = "therapist", "治疗师"
    TECHNICIAN = "technician", "技师"
    OTHER = "other", "其他"
