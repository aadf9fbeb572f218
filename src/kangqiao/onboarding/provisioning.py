"""What a new hospital gets on top of its schema: starter dictionaries in the template, an owner, demo data when asked for.

Each step is idempotent: a worker that is killed anywhere is followed by another that runs the step again.
"""

from pathlib import Path

from kangqiao.accounts.roles import OWNER_USERNAME
from kangqiao.accounts.services import users
from kangqiao.checkup import seed as checkup_seed
from kangqiao.checkup.services.seeding import load_starter
from kangqiao.core.outbox import publish
from kangqiao.core.tenancy import hospital_by_id, use_hospital
from kangqiao.vendors.ports import Delivery, Outcome
from kangqiao.vendors.services import send_email, send_sms
from tenants.registry.services.seeds import register_seed
from tenants.signup.services import StepContext, register_sender, register_step

CODE_TEMPLATE = "SMS_VERIFICATION"
DEMO_WANTED = "onboarding.demo_wanted"


def register() -> None:
    """Plug the steps, seeds and senders into the registry below."""
    register_seed(users.seed_roles)
    register_seed(load_starter, files=sorted(Path(checkup_seed.__file__).parent.rglob("*.*")))
    register_sender("phone", _send_code_by_sms)
    register_sender("email", _send_code_by_email)
    register_step("owner", "建立管理员账户", create_owner)
    register_step("demo", "安排演示数据", want_demo_data)


def create_owner(context: StepContext) -> str:
    """The person who signed up, with every role that one person may hold; the password is set at the first log-in."""
    with use_hospital(hospital_by_id(context.hospital_id or 0)):
        users.create_owner(name=context.contact_name, phone=context.phone, email=context.email)
    return f"用户名 {OWNER_USERNAME}"


def want_demo_data(context: StepContext) -> str:
    """Demo data are made by the worker while the owner already looks around; asking twice makes them once."""
    if not context.with_demo_data:
        return "没有选择演示数据"
    with use_hospital(hospital_by_id(context.hospital_id or 0)):
        publish(DEMO_WANTED, {})
    return "正在后台准备，一会儿就在各个页面出现"


def _send_code_by_sms(phone: str, code: str) -> None:
    _must_be_sent(send_sms(phone, CODE_TEMPLATE, {"code": code}))


def _send_code_by_email(address: str, code: str) -> None:
    text = f"您的验证码是 {code}，10 分钟内有效。如果不是您本人操作，请忽略这封邮件。"
    _must_be_sent(send_email(address, "康桥验证码", text))


def _must_be_sent(delivery: Delivery) -> None:
    """An unknown outcome counts as sent: the person may have the code, and may ask for another."""
    if delivery.outcome == Outcome.REFUSED:
        raise RuntimeError(f"verification code refused: {delivery.code}")
