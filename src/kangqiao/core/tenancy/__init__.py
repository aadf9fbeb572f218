"""The one door to a hospital: who is entered, how to enter, and names that carry the hospital.

Only this package, `config` and `tenants` may import django_tenants.
"""

from kangqiao.core.tenancy.context import (
    HospitalMissing,
    HospitalRequired,
    HospitalSuspended,
    TenantRef,
    current_hospital,
    in_hospital,
    use_hospital,
    use_owner,
    use_public,
)
from kangqiao.core.tenancy.names import cache_key, file_path, group_name, lock_key, log_fields, tenant_key
from kangqiao.core.tenancy.resolver import forget_hospitals, hospital_by_host, hospital_by_id

__all__ = [
    "HospitalMissing",
    "HospitalRequired",
    "HospitalSuspended",
    "TenantRef",
    "cache_key",
    "current_hospital",
    "file_path",
    "forget_hospitals",
    "group_name",
    "hospital_by_host",
    "hospital_by_id",
    "in_hospital",
    "lock_key",
    "log_fields",
    "tenant_key",
    "use_hospital",
    "use_owner",
    "use_public",
]
