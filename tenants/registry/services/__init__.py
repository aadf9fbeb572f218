"""Changing the registry and the schemas behind it."""

from tenants.registry.services.keys import make_keys, rewrap_keys, rotate_data_key, unwrapped_key
from tenants.registry.services.migrating import Outcome, migrate_hospitals, migrate_public
from tenants.registry.services.provisioning import (
    abandon_hospital,
    activate_hospital,
    build_hospital_schema,
    drop_debris,
    ensure_group,
    new_group,
    prepare_schemas,
    provision_hospital,
    refuse_taken,
    reserve_hospital,
    resume_hospital,
    set_licence,
    suspend_hospital,
)
from tenants.registry.services.roles import ensure_roles
from tenants.registry.services.seeds import register_seed, unregister_seed
from tenants.registry.services.templates import Template, build_template, ensure_template
from tenants.registry.services.versions import tables_version, template_version

__all__ = [
    "Outcome",
    "Template",
    "abandon_hospital",
    "activate_hospital",
    "build_hospital_schema",
    "build_template",
    "drop_debris",
    "ensure_group",
    "ensure_roles",
    "ensure_template",
    "make_keys",
    "migrate_hospitals",
    "migrate_public",
    "new_group",
    "prepare_schemas",
    "provision_hospital",
    "refuse_taken",
    "register_seed",
    "reserve_hospital",
    "resume_hospital",
    "rewrap_keys",
    "rotate_data_key",
    "set_licence",
    "suspend_hospital",
    "tables_version",
    "template_version",
    "unregister_seed",
    "unwrapped_key",
]
