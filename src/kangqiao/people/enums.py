"""Values that describe a human being."""

from django.db.models import TextChoices


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"
    UNKNOWN = "unknown", "未说明"


class IdKind(TextChoices):
    RESIDENT = "resident", "居民身份证"
    PASSPORT = "passport", "护照"
    HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
    TAIWAN = "taiwan", "台湾居民来往大陆通行证"
    PERMANENT = "permanent", "外国人永久居留身份证"
    OTHER = "other", "其他证件"


class DuplicateReason(TextChoices):
    ID_NUMBER = "id_number", "证件号码相同"
    NAME_PHONE = "name_phone", "姓名和手机号相同"
    NAME_BIRTH_DATE = "name_birth_date", "姓名和出生日期相同"
