from kangqiao.core.resources import Field, Resource
from kangqiao.people.models import Ethnicity, MarriageStatus, Occupation

COMMON: tuple[str | Field, ...] = (Field(name="code", width=100), "name", Field(name="sort_no", width=80))

RESOURCES = [
    Resource(
        name=name,
        context="people",
        title=title,
        model=model,
        fields=COMMON,
        permission="people.dictionary",
        group="公共字典",
        filters=("is_active",),
        feature="I-01",
    )
    for name, title, model in (
        ("ethnicities", "民族", Ethnicity),
        ("marriage-statuses", "婚姻状况", MarriageStatus),
        ("occupations", "职业", Occupation),
    )
]
