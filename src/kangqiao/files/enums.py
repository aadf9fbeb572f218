from django.db import models


class FileKind(models.TextChoices):
    CHECKUP_REPORT = "checkup_report", "体检报告"
    GUIDE_SHEET = "guide_sheet", "导检单"
    LABELS = "labels", "样本标签"
    PHOTO = "photo", "照片"
    ATTACHMENT = "attachment", "附件"
    IMPORT = "import", "导入文件"
    EXPORT = "export", "导出文件"
