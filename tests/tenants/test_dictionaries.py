"""Shared dictionaries: national codes, retired and never deleted."""

import pytest

from kangqiao.core.tenancy import TenantRef, use_hospital
from tenants.dictionaries import selectors
from tenants.dictionaries.models import DepartmentDict, RegionDict
from tenants.dictionaries.services import restore, retire, seed

pytestmark = pytest.mark.feature("P-03")


def test_national_codes_are_there(in_a: TenantRef) -> None:
    codes = {row.code: row for row in selectors.departments()}
    assert codes["03"].name == "内科"
    assert (codes["03.04"].name, codes["03.04"].parent_code) == ("心血管内科专业", "03")
    assert codes["32.05"].name == "超声诊断专业"
    assert {row.parent_code for row in codes.values()} - {""} <= set(codes)
    assert len(selectors.regions()) == 34


def test_retired_code_keeps_its_name_and_cannot_be_chosen(db: None, hospital_a: TenantRef) -> None:
    assert retire(DepartmentDict, "24")
    assert not retire(DepartmentDict, "24")
    seed()
    with use_hospital(hospital_a):
        assert "24" not in {row.code for row in selectors.departments()}
        assert "24" in {row.code for row in selectors.departments(include_retired=True)}
        assert selectors.department_name("24") == "临终关怀科"
        assert not selectors.is_department_in_use("24")
        assert not selectors.is_department_in_use("99")
    assert restore(DepartmentDict, "24")
    with use_hospital(hospital_a):
        assert selectors.is_department_in_use("24")


def test_seed_may_run_again(in_public: None) -> None:
    before = list(RegionDict.objects.values_list("pk", "code"))
    seed()
    assert list(RegionDict.objects.values_list("pk", "code")) == before
