from kangqiao.accounts.models import Role
from kangqiao.core.resources import Field, Resource

RESOURCES = [
    Resource(
        name="roles",
        context="accounts",
        title="角色",
        group="用户与权限",
        model=Role,
        permission="accounts.role",
        fields=("code", "name", "data_scope", Field(name="permissions", kind="json", in_list=False), "sort_no"),
        verbs=frozenset({"list", "read", "create", "update", "retire"}),
        feature="P-05",
    )
]
