"""The plans as the public site shows them. Charging comes with the subscription; until then every plan starts as a trial."""

PLANS = [
    {
        "code": "trial",
        "name": "试用",
        "price_text": "免费 30 天",
        "features": ["1 家医院", "全部体检功能", "1 台前置机", "可带演示数据"],
    },
    {
        "code": "standard",
        "name": "单院",
        "price_text": "先试用，再签约",
        "features": ["1 家医院", "不限受检人数", "3 台前置机", "审计留存 3 年"],
    },
    {
        "code": "group",
        "name": "集团",
        "price_text": "先试用，再签约",
        "features": ["多家成员医院", "各院数据各自独立", "集团人员一处切换", "共享诊疗科目"],
    },
]
