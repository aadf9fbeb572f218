import uuid

from django.db import models

from kangqiao.core.models import BaseModel
from kangqiao.files.enums import FileKind


class StoredFile(BaseModel):
    """One file of the hospital. The bytes lie sealed under MEDIA_ROOT, addressed by the SHA-256 of their clear content."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField("内容摘要", max_length=64, db_index=True)
    size = models.PositiveIntegerField("字节数")
    content_type = models.CharField("内容类型", max_length=100)
    kind = models.CharField("用途", max_length=20, choices=FileKind)
    original_name = models.CharField("文件名", max_length=255)
    created_by = models.CharField("存入者", max_length=100)

    class Meta:
        verbose_name = "文件"
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_sha256"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.original_name
